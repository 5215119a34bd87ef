#include "handle.h"

#include <algorithm>
#include <string>

#include "rgm/base/error.h"

namespace rgm::hdf5 {
namespace {

std::mutex session_mutex;

/// HDF5's innermost reason for what failed last.
std::string reason() {
  std::string text = "unknown reason";
  const auto take_first = [](unsigned, const H5E_error2_t* error, void* to) -> herr_t {
    *static_cast<std::string*>(to) = error->desc;
    return 1;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

Session::Session() : lock_(session_mutex) {
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Session::~Session() { H5Eset_auto2(H5E_DEFAULT, print_, print_data_); }

Handle::Handle(hid_t id, Close closer, std::string_view what) : id_(id), close_(closer) {
  if (id < 0) fail<FileError>(what, ": ", reason());
}

void Handle::close(std::string_view what) {
  check(close_(std::exchange(id_, H5I_INVALID_HID)), what);
}

void check(herr_t result, std::string_view what) {
  if (result < 0) fail<FileError>(what, ": ", reason());
}

}  // namespace rgm::hdf5
