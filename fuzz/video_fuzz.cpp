#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/media/video_file.h"

// Whatever the bytes are, they are read as the frames of a video or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    rgm::VideoOptions options;
    options.height = 9;
    options.width = 7;
    options.frames = 8;  // more would make some runs slow
    options.allow_truncated = size % 2 == 1;
    if (size % 3 == 0) options.frames_per_second = 10;
    rgm::VideoReader reader({data, size}, "fuzz", options);
    std::vector<std::uint8_t> frame(std::size_t{9} * 7 * 3);
    std::size_t count = 0;
    while (reader.next(frame)) ++count;
    if (count > 8 || !(reader.frames_per_second() > 0)) std::abort();
  } catch (const rgm::Error&) {
  }
  return 0;
}
