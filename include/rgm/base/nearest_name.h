#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rgm {

/// The candidate that a mistyped `name` most probably meant, for "did you mean …" in error
/// messages.
///
/// It is the one at the smallest edit distance (insertions, deletions and substitutions of a
/// character; letter case counts for nothing), the first of equals; empty if none is within a third
/// of the name's length, rounded up. Cost: O(length of name × length of candidate) for each.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

}  // namespace rgm
