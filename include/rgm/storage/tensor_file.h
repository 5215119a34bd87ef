#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/base/mapped_file.h"

namespace rgm {

/// What the values of an array in a file are: unsigned integers and IEEE floats, little-endian.
/// Their names in a file are those of safetensors, "U8" … "F64".
enum class ElementType : std::uint8_t { kU8, kU32, kU64, kF16, kF32, kF64 };

/// Bytes that a value takes.
std::size_t size_of(ElementType type);

/// Texts and arrays by name: the container of a model file (docs/model_file.md), a strict subset of
/// the safetensors format, so that safetensors' readers open it.
///
/// A file is the length of its header (8 bytes), the header, which is JSON in one canonical form,
/// and the arrays, one behind the other in the order of their names, each of them beginning at a
/// multiple of 64 bytes. A CRC-32 guards the header, and one more each array.
///
/// Nothing is believed: `open` and `in` check the header as a whole before anything is used; an
/// array's bytes are looked at only when they are read, and are then checked. Immutable; threads
/// may share it.
///
///     const auto file = rgm::TensorFile::open("digits.rgm");
///     for (const auto& [name, array] : file.arrays()) … array.shape …
///     const std::vector<double> counts = file.read<double>("trees.0.initial_state_counts");
class TensorFile {
 public:
  /// One array. Its values lie in the file, the last axis contiguous.
  struct Array {
    ElementType type = ElementType::kF64;
    std::vector<std::size_t> shape;  ///< one or two axes
    std::span<const std::uint8_t> bytes;
    std::uint32_t crc = 0;

    /// The number of values.
    std::size_t size() const { return bytes.size() / size_of(type); }
  };
  using Texts = std::map<std::string, std::string, std::less<>>;
  using Arrays = std::map<std::string, Array, std::less<>>;

  /// Maps a file. `FileError`, beginning with the path, if it cannot be read or its header is not
  /// what the format says. Cost: that of the header, whatever the size of the arrays.
  static TensorFile open(const std::filesystem::path& path);
  /// The same of bytes, which are borrowed.
  static TensorFile in(std::span<const std::uint8_t> bytes);

  const Texts& texts() const { return texts_; }
  const Arrays& arrays() const { return arrays_; }

  /// The values of an array as T (std::uint8_t, std::uint32_t, std::uint64_t, float or double).
  /// `FileError` that names the array if it is missing, damaged, or of another type; narrower
  /// floats become wider ones. Cost: one pass for the checksum, one to copy.
  template <class T>
  std::vector<T> read(std::string_view name) const;
  /// The same into memory of the caller, as many values as the array has.
  template <class T>
  void read_into(std::string_view name, std::span<T> values) const;

 private:
  std::optional<MappedFile> mapped_;
  Texts texts_;
  Arrays arrays_;
};

/// Makes the bytes of such a file. They depend on what is put in alone, not on the order.
class TensorWriter {
 public:
  /// A text in the header: UTF-8 without control characters but for line feeds and tabs. `Error`
  /// otherwise, or if the name is not one (1 to 200 of a–z, 0–9, "_" and ".").
  void put(const std::string& name, std::string_view text);
  /// An array of std::uint8_t, std::uint32_t, std::uint64_t, float or double with one or two axes.
  /// Floats are kept in the fewest bytes that hold every one of them exactly: 2 (half precision), 4
  /// or 8.
  template <class T>
  void put(const std::string& name, std::span<const T> values, std::vector<std::size_t> shape);
  template <class T>
  void put(const std::string& name, const std::vector<T>& values) {
    put(name, std::span<const T>(values), {values.size()});
  }

  /// The file. `Error` if its header would be larger than a reader accepts (16 MiB).
  std::vector<std::uint8_t> bytes() const;

 private:
  struct Entry {
    ElementType type = ElementType::kF64;
    std::vector<std::size_t> shape;
    std::vector<std::uint8_t> bytes;
  };
  TensorFile::Texts texts_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace rgm
