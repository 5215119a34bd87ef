#include "rgm/base/text.h"

#include <array>
#include <charconv>

namespace rgm {

std::string fixed_text(double value) {
  std::array<char, 400> buffer;  // the largest number has 309 digits before its point
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::fixed, 6);
  return {buffer.data(), end.ptr};
}

}  // namespace rgm
