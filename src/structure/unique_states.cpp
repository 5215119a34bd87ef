#include "rgm/structure/unique_states.h"

#include "joint_index.h"
#include "rgm/base/interruption.h"

namespace rgm {

UniqueStates unique_states(const Outcomes& outcomes, std::span<const std::size_t> members) {
  UniqueStates result;
  JointIndex known;
  JointKey key;
  for (std::size_t i = 0; i < outcomes.items(); ++i) {
    check_interruption();
    key.clear();
    for (std::size_t g : members) append_rounded(key, outcomes, i, g);
    const auto [state, is_new] = known.try_add(key, result.num_states());
    if (is_new) result.first_item.push_back(i);
    result.state_of_item.push_back(state);
  }
  return result;
}

}  // namespace rgm
