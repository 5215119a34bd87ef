#pragma once

#include <sstream>
#include <string>

namespace rgm::detail {

/// Notes in `impossible` what was found to be so, and where; the first of several.
template <class... Parts>
void check_possible(std::string& impossible, bool possible, const Parts&... parts) {
  if (possible || !impossible.empty()) return;
  std::ostringstream message;
  (message << ... << parts);
  impossible = message.str();
}

}  // namespace rgm::detail
