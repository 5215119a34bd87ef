#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory_driver.h"
#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

// The part of HDF5 that a model file uses, behind objects that close themselves: groups, attributes
// of one value, and contiguous arrays of 64-bit unsigned integers, floats and fixed-length UTF-8
// strings.

namespace rgm::hdf5 {

/// While it lives, HDF5 prints nothing, and no other thread of this library uses it (it may be
/// built without locks).
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  std::unique_lock<std::mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
};

/// An HDF5 identifier, closed at the end of its life. `Error` "<what>: <HDF5's reason>" if the
/// identifier is invalid.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle(hid_t id, Close closer, std::string_view what);
  Handle(Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }

  /// Closes it now; `Error` if that fails.
  void close(std::string_view what);
  // NOLINTNEXTLINE(google-explicit-constructor): it goes wherever HDF5 wants one
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// What the attributes of a dataset say about it.
struct Labels {
  std::string_view shape_names;  ///< a word an axis, comma-separated
  std::string_view units;
  std::string_view description;
};

/// A group of a file that is being made.
class OutputGroup {
 public:
  explicit OutputGroup(Handle group) : group_(std::move(group)) {}

  OutputGroup group(const std::string& name) const;

  /// Sets an attribute.
  void set(const char* name, bool value) const { set(name, std::uint64_t{value}); }
  void set(const char* name, std::uint64_t value) const;
  void set(const char* name, double value) const;
  void set(const char* name, const std::string& value) const;

  /// Writes a dataset, the last axis contiguous. T: std::uint64_t, float or double.
  template <class T>
  void write(const char* name, std::span<const T> values, const std::vector<hsize_t>& shape,
             const Labels& labels) const;
  template <class T>
  void write(const char* name, const std::vector<T>& values, const Labels& labels) const {
    write(name, std::span<const T>(values), {values.size()}, labels);
  }
  template <class T>
  void write(const char* name, const Matrix<T>& values, const Labels& labels) const {
    write(name, values.values(), {values.rows(), values.cols()}, labels);
  }
  void write(const char* name, const std::vector<std::string>& values, const Labels& labels) const;

 private:
  void write(const char* name, hid_t file_type, hid_t memory_type, const void* values,
             const std::vector<hsize_t>& shape, const Labels& labels) const;

  Handle group_;
};

/// A file that is made in memory. Its bytes depend on nothing but what is written, in which order.
class OutputFile {
 public:
  OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  OutputGroup root() const;
  /// The bytes of the finished file; it and its groups can be used no more.
  std::vector<std::uint8_t> finish();

 private:
  Bytes bytes_;
  Handle file_;
};

/// A group of a file that is read. Errors begin with the path of the part inside the file.
///
/// Nothing is trusted: only parts of the expected kind, type and rank are opened, never a link to
/// somewhere else, and the sizes of all that is read add up to no more than the file's, so that a
/// small file cannot ask for much memory.
class InputGroup {
 public:
  InputGroup(Handle group, std::string path, std::size_t& budget)
      : group_(std::move(group)), path_(std::move(path)), budget_(&budget) {}

  /// The path of this group, or of a part of it, for errors.
  const std::string& path() const { return path_; }
  std::string path(std::string_view part) const { return path_ + "/" + std::string(part); }
  /// The number of parts.
  std::size_t size() const;
  bool has(const char* name) const;
  bool has_attribute(const char* name) const;
  InputGroup group(const std::string& name) const;

  /// Reads an attribute.
  void get(const char* name, bool& value) const;
  void get(const char* name, std::uint64_t& value) const;
  void get(const char* name, double& value) const;
  void get(const char* name, std::string& value) const;

  /// Reads a dataset of one or two axes. T: std::uint64_t, float or double.
  template <class T>
  std::vector<T> vector(const char* name) const;
  template <class T>
  Matrix<T> matrix(const char* name) const;
  std::vector<std::string> texts(const char* name) const;

 private:
  Handle open(const std::string& name, H5I_type_t kind) const;
  Handle open_attribute(const char* name) const;
  void get(const char* name, hid_t file_type, hid_t memory_type, void* value) const;
  void spend(const std::string& name, std::size_t elements, std::size_t bytes_each) const;
  /// The dataset, once it is known to be of the rank of `shape` (which is filled in) and of the
  /// type, if one is given.
  Handle open_dataset(const char* name, hid_t type, std::span<hsize_t> shape) const;
  template <class T>
  void read(const char* name, const Handle& dataset, std::span<T> values) const;

  Handle group_;
  std::string path_;
  std::size_t* budget_;  // bytes that may still be read
};

/// A file in memory that is read. `Error` if HDF5 cannot open it.
class InputFile {
 public:
  explicit InputFile(std::vector<std::uint8_t> bytes);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  InputGroup root();

 private:
  std::size_t budget_;
  Handle file_;
};

}  // namespace rgm::hdf5
