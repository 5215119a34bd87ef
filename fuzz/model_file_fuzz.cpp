#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/storage/model_file.h"

// HDF5 does not free all that it holds of a damaged file.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

// Whatever the bytes are, they are read as a valid model or refused with an Error; what is read survives being written. The
// corpus has no checksums, so that changed values reach the reader (changed headers do not get past HDF5's own checksums).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rgm::ImageModel model;
  try {
    model = rgm::parse_model({data, data + size}, "fuzz");
  } catch (const rgm::Error&) {
    return 0;
  }
  const auto bytes = rgm::encode_model(model);
  if (rgm::encode_model(rgm::parse_model(bytes, "again")) != bytes) std::abort();
  return 0;
}
