#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "rgm/model/kinds.h"

namespace rgm {

/// The contexts that were seen (`Kinds::Table::after_two`, a rung of `Kinds::memory`), ascending:
/// the order in which whoever needs one goes through them.
inline std::vector<std::uint64_t> ordered_contexts(
    const std::unordered_map<std::uint64_t, Kinds::Followers>& contexts) {
  std::vector<std::uint64_t> result;
  result.reserve(contexts.size());
  for (const auto& context : contexts) result.push_back(context.first);
  std::ranges::sort(result);
  return result;
}

}  // namespace rgm
