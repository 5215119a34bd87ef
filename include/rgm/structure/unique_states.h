#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/model/outcomes.h"

namespace rgm {

/// The states of a group: one for each distinct joint outcome of its members.
struct UniqueStates {
  std::vector<std::size_t> state_of_item;  ///< [item]
  std::vector<std::size_t> first_item;     ///< the item in which a state first appeared, [state]

  std::size_t num_states() const { return first_item.size(); }
};

/// Fast structure learning, lossless: states in order of first appearance, found by a hash table.
///
/// Soft outcomes are the same if they agree after rounding each probability p to ⌊2p⌋ (reference:
/// spm_MB_structure_learning); a missing outcome is the same as a missing outcome only. `members`
/// are modalities of `outcomes`. Expected cost O(items · members).
UniqueStates unique_states(const Outcomes& outcomes, std::span<const std::size_t> members);

}  // namespace rgm
