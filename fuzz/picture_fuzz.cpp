#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"

// Whatever the bytes are, they are read as one picture or refused with an Error; what is read
// survives being written, and can be brought to a shape while it is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const rgm::Images picture = rgm::parse_picture({data, size}, "fuzz");
    if (picture.count() != 1) std::abort();
    constexpr std::size_t kSmall = 1 << 16;  // larger ones would make every run slow
    if (picture.pixels.size() <= kSmall &&
        rgm::parse_picture(rgm::encode_png(picture), "fuzz").pixels != picture.pixels)
      std::abort();
    rgm::PictureOptions options;
    options.shape = rgm::PictureShape{7, 5, 3};
    options.loading = {static_cast<rgm::Fit>(size % 3), {1, 2, 3}};
    if (picture.pixels.size() <= kSmall &&
        rgm::parse_picture({data, size}, "fuzz", options).pixels.size() != 7 * 5 * 3)
      std::abort();
  } catch (const rgm::Error&) {
  }
  return 0;
}
