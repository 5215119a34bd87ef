#include "rgm/agent/decision.h"

#include <gtest/gtest.h>

#include <cmath>

namespace rgm {
namespace {

EnvironmentSpaces two_actions() {
  EnvironmentSpaces spaces;
  spaces.actions = {"left", "right"};
  return spaces;
}

TEST(Decision, SaysWhatItRestsOn) {
  Decision decision;
  decision.frame = 7;
  EXPECT_EQ(decision.text(two_actions()), "frame 7: left (random play)");

  decision.action = 1;
  decision.motive = Motive::kValue;
  decision.state = 12;
  decision.certainty = 1;
  decision.values = {0.25, 0.5};
  decision.tried = {0, 3};
  decision.steps_to_reward = 1;
  EXPECT_EQ(decision.text(two_actions()),
            "frame 7: right (value), in generalised state 12; left is worth 0.25 (never tried), "
            "right is worth 0.5; a reward is expected in 1 frame");
}

TEST(Decision, SaysWhatExplicitActionWants) {
  Decision decision;
  decision.motive = Motive::kInduction;
  decision.state = 3;
  decision.certainty = 0.75;
  decision.wanted = 4;
  decision.values = {std::log(0.5), std::log(0.25)};
  decision.steps_to_reward = 2;
  EXPECT_EQ(decision.text(two_actions()),
            "frame 0: left (induction), in generalised state 3 with probability 0.75; it wants "
            "generalised state 4; left would bring it about with probability 0.5, right would "
            "bring it about with probability 0.25; a reward is expected in 2 frames");
}

TEST(Decision, EveryMotiveHasAName) {
  EXPECT_STREQ(name_of(Motive::kNothingKnown), "nothing known");
  EXPECT_STREQ(name_of(Motive::kNovelty), "novelty");
}

}  // namespace
}  // namespace rgm
