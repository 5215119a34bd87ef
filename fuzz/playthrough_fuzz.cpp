#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "rgm/base/error.h"
#include "rgm/env/playthrough.h"

// Whatever the text is, it is read or refused with an Error; what is read is whole and reads the
// same once written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parse = [](std::string_view text) { return rgm::parse_playthrough(text, "fuzz"); };
  try {
    const auto playthrough = parse({reinterpret_cast<const char*>(data), size});
    if (playthrough.observations.size() != (playthrough.frames() + 1) * playthrough.modalities)
      std::abort();
    const auto again = parse(rgm::playthrough_text(playthrough));
    if (again.actions != playthrough.actions || again.observations != playthrough.observations)
      std::abort();
  } catch (const rgm::Error&) {
  }
  return 0;
}
