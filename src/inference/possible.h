#pragma once

#include <string>

#include "rgm/base/text.h"

namespace rgm::detail {

/// Notes in `impossible` what was found to be so, and where; the first of several.
template <class... Parts>
void check_possible(std::string& impossible, bool possible, const Parts&... parts) {
  if (possible || !impossible.empty()) return;
  impossible = text_of(parts...);
}

}  // namespace rgm::detail
