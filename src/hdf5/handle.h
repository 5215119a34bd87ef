#pragma once

#include <hdf5.h>

#include <mutex>
#include <string_view>
#include <utility>

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

/// An HDF5 identifier, closed at the end of its life. `FileError` "<what>: <HDF5's reason>" if the
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

  /// Closes it now; `FileError` if that fails.
  void close(std::string_view what);
  // NOLINTNEXTLINE(google-explicit-constructor): it goes wherever HDF5 wants one
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// Throws `FileError` "<what>: <HDF5's reason>" if a call of HDF5 returned that it failed.
void check(herr_t result, std::string_view what);

}  // namespace rgm::hdf5
