#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/file.h"

// What the tests of the media module share: folders that go away, hostile files, and errors of one
// line.

namespace rgm::test {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

/// An empty folder that goes away, with all that is in it, at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = fs::temp_directory_path() / "rgm-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    fs::permissions(path_, fs::perms::owner_all);
    fs::remove_all(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }
  fs::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes a file, with the folders that it lies in, and returns its path.
  std::string write(std::string_view name, const Bytes& bytes) const {
    const fs::path file = path_ / name;
    fs::create_directories(file.parent_path());
    write_file(file, bytes);
    return file;
  }
  std::string write(std::string_view name, std::string_view text) const {
    return write(name, Bytes(text.begin(), text.end()));
  }

  /// The number of files and folders in it, at any depth.
  std::ptrdiff_t entries() const {
    return std::distance(fs::recursive_directory_iterator(path_),
                         fs::recursive_directory_iterator());
  }

 private:
  fs::path path_;
};

/// An environment variable that has another value, or none, until the end of the scope.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, std::optional<std::string> value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~ScopedVariable() { set(old_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  void set(const std::optional<std::string>& value) const {
    if (value)
      ::setenv(name_, value->c_str(), 1);
    else
      ::unsetenv(name_);
  }

  const char* name_;
  std::optional<std::string> old_;
};

/// Makes root an ordinary user until the end of the scope, if it may, so that read-only folders are
/// read-only.
class NotRoot {
 public:
  NotRoot() : changed_(::geteuid() == 0 && ::seteuid(kNobody) == 0) {}
  ~NotRoot() {
    if (changed_ && ::seteuid(0) != 0) std::abort();
  }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  bool changed_;
};

/// The message of the `Error` that `action` must throw: one line; empty, with a failure noted, if
/// it throws none.
template <class Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  ADD_FAILURE() << "expected an rgm::Error, nothing was thrown";
  return {};
}

/// Expects `text` to contain `part`.
inline void expect_contains(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in '" << text << "'";
}

/// An IDX file with these sizes in its header, whatever values follow.
inline Bytes idx(const std::vector<std::uint32_t>& sizes, const Bytes& values,
                 std::uint8_t type = 8) {
  Bytes bytes{0, 0, type, static_cast<std::uint8_t>(sizes.size())};
  for (const std::uint32_t size : sizes)
    for (const int shift : {24, 16, 8, 0})
      bytes.push_back(static_cast<std::uint8_t>(size >> shift));
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

/// The values first, first + 1, …
inline Bytes counting(std::size_t count, std::uint8_t first = 0) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
  return bytes;
}

/// A folder of the kept corpus of a fuzzer.
inline fs::path corpus(std::string_view name) {
  return fs::path(RGM_TEST_DATA).parent_path() / "fuzz" / "corpus" / name;
}

}  // namespace rgm::test
