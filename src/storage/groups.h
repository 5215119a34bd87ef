#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/storage/tensor_file.h"

// Texts and arrays of a file whose names begin alike, "tree.levels.0.": how the parts of a model
// write and read theirs.

namespace rgm::storage {

class OutputGroup {
 public:
  explicit OutputGroup(TensorWriter& writer, std::string prefix = "")
      : writer_(&writer), prefix_(std::move(prefix)) {}

  OutputGroup group(std::string_view name) const;
  OutputGroup group(std::size_t index) const { return group(std::to_string(index)); }

  /// Sets a text of one line; numbers in the shortest form that is read back as the same number.
  void set(const char* name, const std::string& value) const;
  void set(const char* name, bool value) const { set(name, std::uint64_t{value}); }
  void set(const char* name, std::uint64_t value) const;
  void set(const char* name, double value) const;
  /// Words, each of them a line of a text.
  void set(const char* name, const std::vector<std::string>& values) const;
  /// A text of any number of lines.
  void set_lines(const char* name, const std::string& text) const;

  /// Writes an array, unless it has no values. T: std::uint8_t, std::uint32_t, std::uint64_t, float
  /// or double.
  template <class T>
  void write(const char* name, const std::vector<T>& values) const {
    if (!values.empty()) writer_->put(prefix_ + name, values);
  }
  template <class T>
  void write(const char* name, const Matrix<T>& values) const {
    if (!values.empty())
      writer_->put<T>(prefix_ + name, values.values(), {values.rows(), values.cols()});
  }

 private:
  TensorWriter* writer_;
  std::string prefix_;
};

/// Errors begin with the name of the part.
class InputGroup {
 public:
  /// What is known of a file that is read: `used` are the names of the parts that were looked at.
  struct Source {
    const TensorFile& file;
    std::set<std::string, std::less<>> used;
    /// `Error` that names a part that nobody looked at: it does not belong there.
    void require_all_used() const;
  };

  explicit InputGroup(Source& source, std::string prefix = "")
      : source_(&source), prefix_(std::move(prefix)) {}

  InputGroup group(std::string_view name) const;
  InputGroup group(std::size_t index) const { return group(std::to_string(index)); }

  /// The name of this group, or of a part of it, for errors.
  std::string name() const;
  std::string name(std::string_view part) const { return prefix_ + std::string(part); }
  bool has_text(std::string_view name) const;
  bool has_array(std::string_view name) const;

  /// Reads what `OutputGroup::set` wrote.
  void get(const char* name, std::string& value) const;
  void get(const char* name, bool& value) const;
  void get(const char* name, std::uint64_t& value) const;
  void get(const char* name, double& value) const;
  void get(const char* name, std::vector<std::string>& values) const;
  std::string lines(const char* name) const;

  /// Reads an array of one or two axes; one that is not there has no values. T: as of
  /// `OutputGroup`.
  template <class T>
  std::vector<T> vector(const char* name) const;
  template <class T>
  Matrix<T> matrix(const char* name) const;

 private:
  /// The array, once it is known to have so many axes; null if it is not there.
  const TensorFile::Array* find(const std::string& name, std::size_t axes) const;

  Source* source_;
  std::string prefix_;
};

}  // namespace rgm::storage
