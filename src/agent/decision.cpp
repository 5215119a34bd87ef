#include "rgm/agent/decision.h"

#include <cmath>
#include <locale>
#include <sstream>

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
    case Motive::kForesight:
      return "foresight";
  }
  return "";
}

std::string Decision::text(const EnvironmentSpaces& spaces) const {
  std::ostringstream out;
  out.imbue(std::locale::classic());
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
