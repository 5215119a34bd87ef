#include <algorithm>
#include <cmath>
#include <sstream>

#include "rgm/agent/agent.h"

namespace rgm {

const char* name_of(Motive motive) {
  switch (motive) {
    case Motive::kRandomPlay:
      return "random play";
    case Motive::kNothingKnown:
      return "nothing known";
    case Motive::kNovelty:
      return "novelty";
    case Motive::kValue:
      return "value";
    case Motive::kInduction:
      return "induction";
  }
  return "";
}

Decision Agent::why() const {
  Decision result = decision_;
  if (!result.state) return result;
  result.tried.assign(model_.num_actions(), 0);
  for (const auto& arc : model_.controlled().arcs(*result.state))
    result.tried[arc.path] += static_cast<std::size_t>(arc.count);
  result.expected = likeliest_next(*result.state, result.action);
  const auto known = graph().arcs(node_of(*result.state));
  const bool tried =
      std::ranges::any_of(known, [&](const auto& arc) { return arc.path == result.action; });
  if (!tried && !result.wanted)
    result.motive = Motive::kNovelty;
  else if (options_.planning == PlanningMethod::kInduction &&
           map_.steps_from(node_of(*result.state)) != kUnreachable)
    result.motive = Motive::kInduction;
  else
    result.motive = Motive::kValue;
  const auto ahead = forecast(*result.state);
  if (ahead.size() > 1 && model_.reward()[ahead.back()] > 0)
    result.steps_to_reward = ahead.size() - 1;
  return result;
}

std::string Decision::text(const EnvironmentSpaces& spaces) const {
  std::ostringstream out;
  out << "frame " << frame << ": " << spaces.actions[action] << " (" << name_of(motive) << ")";
  if (state) {
    out << ", in generalised state " << *state;
    if (certainty < 1) out << " with probability " << certainty;
  }
  if (wanted) out << "; it wants generalised state " << *wanted;
  for (std::size_t a = 0; a < values.size(); ++a)
    out << (a == 0 ? "; " : ", ") << spaces.actions[a]
        << (wanted ? " would bring it about with probability " : " is worth ")
        << (wanted ? std::exp(values[a]) : values[a])
        << (tried.size() > a && tried[a] == 0 ? " (never tried)" : "");
  if (steps_to_reward != kUnreachable)
    out << "; a reward is expected in " << steps_to_reward
        << (steps_to_reward == 1 ? " frame" : " frames");
  return out.str();
}

}  // namespace rgm
