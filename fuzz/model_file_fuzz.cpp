#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/storage/model_file.h"

// HDF5 does not free all that it holds of a damaged file.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace {

using Bytes = std::vector<std::uint8_t>;

/// What is read survives being written.
template <class Model, class Parse>
void check(const Bytes& bytes, Parse parse) {
  Model model;
  try {
    model = parse(bytes, "fuzz");
  } catch (const rgm::Error&) {
    return;
  }
  const auto written = rgm::encode_model(model);
  if (rgm::encode_model(parse(written, "again")) != written) std::abort();
}

}  // namespace

// Whatever the bytes are, they are read as a valid model of one kind or refused with an Error. The
// corpus has no checksums, so that changed values reach the reader (changed headers do not get past
// HDF5's own checksums).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes{data, data + size};
  check<rgm::ImageModel>(bytes, rgm::parse_model);
  check<rgm::SequenceModel>(bytes, rgm::parse_sequence_model);
  check<rgm::PlayModel>(bytes, rgm::parse_play_model);
  return 0;
}
