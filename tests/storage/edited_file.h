#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "media/media_test_support.h"
#include "rgm/storage/tensor_file.h"

// Model files that are whole, with right checksums, but not what a reader expects.

namespace rgm::test {

/// What a file of texts and arrays holds, to be changed.
struct FileParts {
  using Values = std::variant<std::vector<std::uint8_t>, std::vector<std::uint32_t>,
                              std::vector<std::uint64_t>, std::vector<float>, std::vector<double>>;
  struct Array {
    std::vector<std::size_t> shape;
    Values values;
  };
  std::map<std::string, std::string> texts;
  std::map<std::string, Array> arrays;

  static FileParts of(std::span<const std::uint8_t> bytes) {
    const auto file = TensorFile::in(bytes);
    FileParts parts;
    for (const auto& [name, text] : file.texts()) parts.texts[name] = text;
    for (const auto& [name, array] : file.arrays()) {
      auto& to = parts.arrays[name];
      to.shape = array.shape;
      if (array.type == ElementType::kU8) to.values = file.read<std::uint8_t>(name);
      if (array.type == ElementType::kU32) to.values = file.read<std::uint32_t>(name);
      if (array.type == ElementType::kU64) to.values = file.read<std::uint64_t>(name);
      if (array.type < ElementType::kF16) continue;
      to.values = file.read<double>(name);
      if (name.starts_with("codec.")) to.values = file.read<float>(name);
    }
    return parts;
  }

  Bytes bytes() const {
    TensorWriter writer;
    for (const auto& [name, text] : texts) writer.put(name, text);
    for (const auto& named : arrays)
      std::visit(
          [&](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            writer.put(named.first, std::span<const T>(values), named.second.shape);
          },
          named.second.values);
    return writer.bytes();
  }

  template <class T>
  void replace(const std::string& name, std::vector<T> values) {
    const std::size_t size = values.size();
    arrays[name] = {{size}, std::move(values)};
  }
  /// Changes the first value of an array.
  void set_first(const std::string& name, double value) {
    std::visit(
        [&](auto& values) {
          using T = typename std::decay_t<decltype(values)>::value_type;
          values.at(0) = static_cast<T>(value);
        },
        arrays.at(name).values);
  }
};

/// A file of tests/storage/data and how it is read.
class KeptFile {
 public:
  using Read = std::function<void(std::span<const std::uint8_t>)>;
  using Edit = std::function<void(FileParts&)>;

  KeptFile(std::string name, Read read) : name_(std::move(name)), read_(std::move(read)) {}

  FileParts parts() const {
    return FileParts::of(read_file(std::string(RGM_TEST_DATA "/storage/data/") + name_));
  }
  /// What reading the file says after `edit` has changed it.
  std::string error_after(const Edit& edit) const {
    auto changed = parts();
    edit(changed);
    return error_of([&] { read_(changed.bytes()); });
  }
  std::string error_with_text(const std::string& name, const std::string& text) const {
    return error_after([&](FileParts& parts) { parts.texts[name] = text; });
  }
  std::string error_with_first(const std::string& name, double value) const {
    return error_after([&](FileParts& parts) { parts.set_first(name, value); });
  }
  std::string error_without(const std::string& name) const {
    return error_after([&](FileParts& parts) {
      EXPECT_EQ(parts.texts.erase(name) + parts.arrays.erase(name), 1U) << name;
    });
  }

 private:
  std::string name_;
  Read read_;
};

}  // namespace rgm::test
