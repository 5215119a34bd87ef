#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "rgm/base/error.h"
#include "rgm/media/idx.h"

// Whatever the bytes are, they are read or refused with an Error; what is read is not empty and of
// a whole number of images.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const rgm::Images images = rgm::parse_idx_images({data, size}, "fuzz");
    if (images.count() == 0 || images.count() * images.pixels_per_image() != images.pixels.size())
      std::abort();
  } catch (const rgm::Error&) {
  }
  try {
    if (rgm::parse_idx_labels({data, size}, "fuzz").empty()) std::abort();
  } catch (const rgm::Error&) {
  }
  return 0;
}
