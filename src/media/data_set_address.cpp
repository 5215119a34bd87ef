#include "rgm/media/data_set_address.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <regex>
#include <system_error>

#include "rgm/base/error.h"

namespace rgm {

DataSetAddress parse_address(const std::string& address) {
  static const std::regex kSlice(R"(\[(-?\d*):(-?\d*)\]$)");
  std::smatch match;
  std::error_code ignored;
  if (std::filesystem::exists(address, ignored) || !std::regex_search(address, match, kSlice))
    return {address, {}, {}};
  const auto bound = [&](const std::string& text) -> std::optional<std::ptrdiff_t> {
    if (text.empty()) return std::nullopt;
    std::ptrdiff_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    require(result.ec == std::errc{}, address, ": slice bound '", text,
            "', expected a whole number");
    return value;
  };
  return {match.prefix(), bound(match[1]), bound(match[2]), true};
}

std::pair<std::size_t, std::size_t> resolve_slice(const DataSetAddress& address,
                                                  std::size_t count) {
  const auto size = static_cast<std::ptrdiff_t>(count);
  const auto clip = [&](std::ptrdiff_t bound) {
    return std::clamp(bound < 0 ? bound + size : bound, std::ptrdiff_t{0}, size);
  };
  const std::ptrdiff_t begin = clip(address.begin.value_or(0));
  const std::ptrdiff_t end = std::max(begin, clip(address.end.value_or(size)));
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

}  // namespace rgm
