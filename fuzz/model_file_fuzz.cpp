#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>

#include "rgm/base/error.h"
#include "rgm/storage/model_file.h"

// HDF5 does not free all that it holds of a damaged file.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

// Whatever the bytes are, they are read as a valid model of one kind or refused with an Error. The
// corpus has no checksums, so that changed values reach the reader (changed headers do not get past
// HDF5's own checksums).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rgm::TrainedModel model;
  try {
    model = rgm::parse_model({data, data + size}, "fuzz");
  } catch (const rgm::Error&) {
    return 0;
  }
  // What is read survives being written.
  const auto encode = [](const auto& kind) { return rgm::encode_model(kind); };
  const auto written = std::visit(encode, model);
  if (std::visit(encode, rgm::parse_model(written, "again")) != written) std::abort();
  return 0;
}
