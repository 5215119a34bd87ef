#pragma once

#include <string>
#include <vector>

namespace rgm::app {

/// A row of a table of values between commas (RFC 4180, but lines end in \n alone): a cell with a
/// comma, a quote, a line end or a space at an end of it stands between quotes, and quotes in it
/// are doubled. Other bytes are as they are.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace rgm::app
