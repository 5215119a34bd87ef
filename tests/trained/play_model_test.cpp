#include "rgm/trained/play_model.h"

#include <gtest/gtest.h>

#include "media/media_test_support.h"
#include "support/kept_play.h"

namespace rgm {
namespace {

using namespace test;

/// What `validate` says of the kept model after a change.
template <class Change>
std::string error(Change change) {
  PlayModel model = kept_play();
  model.validate();
  change(model);
  return error_of([&] { model.validate(); });
}

TEST(PlayModel, NeedsAGameWithRewardCostAndAction) {
  expect_contains(error([](PlayModel& m) { m.game.clear(); }),
                  "model: game: expected a name, got none");
  for (const char* name : {"reward", "cost", "action"})
    expect_contains(error([&](PlayModel& m) {
                      for (auto& stream : m.spaces.streams)
                        if (stream.name == name) stream.name = "other";
                    }),
                    std::string("model: streams: expected one of name ") + name);
}

TEST(PlayModel, RefusesSpacesThatAreNone) {
  expect_contains(error([](PlayModel& m) { m.spaces.actions.clear(); }),
                  "actions: expected at least one");
  expect_contains(error([](PlayModel& m) { m.spaces.actions.resize(257); }),
                  "actions: expected at most 256, got 257");
  expect_contains(error([](PlayModel& m) { m.spaces.streams[1].name = "pixels"; }),
                  "expected different names");
  expect_contains(error([](PlayModel& m) { m.spaces.streams[0].symbol_names.pop_back(); }),
                  "model: stream pixels: symbol_names: expected 3 or none, got 2");
  const std::size_t huge = std::size_t{1} << 63;  // huge · 2 + 2 is 2 again
  expect_contains(error([&](PlayModel& m) { m.spaces.streams[0].rows = huge + 1; }),
                  "stream pixels: expected 92233720");
}

TEST(PlayModel, RefusesATreeOfAnotherGame) {
  expect_contains(error([](PlayModel& m) { m.spaces.streams[3].num_symbols = {5}; }),
                  "model: modality 4: expected the environment's 5 outcomes, got 4");
  expect_contains(error([](PlayModel& m) {
                    m.spaces.streams[3].num_symbols = {4, 4};
                  }),
                  "model: tree: expected the environment's 6 modalities, got 5");
  expect_contains(error([](PlayModel& m) { m.tree.levels.clear(); }),
                  "hierarchy: levels: expected at least one");
}

TEST(PlayModel, RefusesEpisodesWithoutEnd) {
  PlayModel model = kept_play();
  model.tree.levels[0].time_scale = 256;
  model.validate();
  expect_contains(error([](PlayModel& m) { m.tree.levels[0].time_scale = 257; }),
                  "expected episodes of at most 256 frames");
}

TEST(PlayModel, RefusesStepsBetweenOtherStates) {
  expect_contains(error([](PlayModel& m) { m.controlled = Transition(2, 2); }),
                  "model: controlled: expected 3 states and 2 paths, one an action, got 2 and 2");
  expect_contains(error([](PlayModel& m) { m.controlled.grow(3, 3); }), "got 3 and 3");
}

}  // namespace
}  // namespace rgm
