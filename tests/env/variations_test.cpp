#include "rgm/env/variations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/env/checked_environment.h"
#include "rgm/env/grid_game.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using Frames = std::vector<std::vector<Symbol>>;

std::unique_ptr<Environment> game(const char* name = "pong") {
  return std::make_unique<GridGame>(game_rules(name));
}

/// A screen of two cells that a test may break.
class Fragile final : public Environment {
 public:
  const EnvironmentSpaces& spaces() const override { return now; }
  std::span<const Symbol> reset(std::uint64_t) override { return shown; }
  std::span<const Symbol> step(std::size_t) override { return shown; }
  Images render() const override { return picture; }

  EnvironmentSpaces now{{{"reward", {2}, 0, 0, {}}, {"pixels", {3, 3}, 1, 2, {}}}, {"go"}};
  std::vector<Symbol> shown{0, 2, 1};
  Images picture{1, 2, 1, {7, 8}};
};

using test::error_of;

/// What is seen in 300 frames of random play.
Frames seen(Environment& environment, std::uint64_t seed = 1, std::uint64_t actions_seed = 2) {
  Frames result;
  const auto keep = [&](std::span<const Symbol> observation) {
    result.emplace_back(observation.begin(), observation.end());
  };
  Random random(actions_seed);
  keep(environment.reset(seed));
  for (std::size_t t = 0; t < 300; ++t) keep(environment.step(random.index(3)));
  return result;
}

Frames seen(const std::unique_ptr<Environment>& environment, std::uint64_t seed = 1) {
  return seen(*environment, seed);
}

/// Shows the action that it is given.
class Echo final : public Environment {
 public:
  const EnvironmentSpaces& spaces() const override { return spaces_; }
  std::span<const Symbol> reset(std::uint64_t) override { return step(0); }
  std::span<const Symbol> step(std::size_t action) override {
    shown_ = static_cast<Symbol>(action);
    return {&shown_, 1};
  }
  Images render() const override { return {}; }

 private:
  EnvironmentSpaces spaces_{{{"last", {1000}, 0, 0, {}}}, std::vector<std::string>(1000)};
  Symbol shown_ = 0;
};

TEST(Variations, StickyActionsRepeatTheLastOne) {
  const auto environment = sticky_actions(std::make_unique<Echo>(), 0.3);
  std::size_t repeated = 0;
  environment->reset(1);
  EXPECT_EQ(environment->step(999)[0], 999);  // there is none to repeat
  Symbol last = 999;
  for (std::size_t t = 0; t < 20'000; ++t) {
    const Symbol action = static_cast<Symbol>(t % 999), taken = environment->step(action)[0];
    if (taken != action) {
      EXPECT_EQ(taken, last);
      ++repeated;
    }
    last = taken;
  }
  EXPECT_NEAR(static_cast<double>(repeated), 6000, 300);
  EXPECT_EQ(seen(sticky_actions(game(), 0)), seen(game()));
  EXPECT_THROW(environment->step(1000), Error);
}

TEST(Variations, DistractorsFlickerInTheSameCells) {
  const auto truth = seen(game("arcade")), frames = seen(distractors(game("arcade"), 7, 3));
  ASSERT_EQ(frames.size(), truth.size());
  std::set<std::size_t> changed;
  std::vector<std::size_t> count(5);
  for (std::size_t t = 0; t < frames.size(); ++t)
    for (std::size_t g = 0; g < truth[t].size(); ++g)
      if (frames[t][g] != truth[t][g]) changed.insert(g);
  EXPECT_EQ(changed.size(), 7u);
  EXPECT_LT(*changed.rbegin(), 108u);
  for (const auto& frame : frames)
    for (const std::size_t g : changed) ++count.at(frame[g]);
  for (const std::size_t n : count) EXPECT_NEAR(static_cast<double>(n), 7 * 301 / 5.0, 80);
  EXPECT_NE(seen(distractors(game("arcade"), 7, 4)), frames);
  EXPECT_EQ(seen(distractors(game(), 0)), seen(game()));
}

TEST(Variations, AMissingPatchIsMissing) {
  const auto truth = seen(game()),
             frames = seen(missing_patch(game(), {.row = 0, .column = 2, .rows = 3, .columns = 7}));
  for (std::size_t t = 0; t < frames.size(); ++t)
    for (std::size_t g = 0; g < truth[t].size(); ++g) {
      const bool missing = g < 27 && g % 9 >= 2;
      ASSERT_EQ(frames[t][g], missing ? kMissingSymbol : truth[t][g]) << t << ' ' << g;
    }
}

TEST(Variations, TheyNestAndFollowFromTheSeed) {
  const auto make = [] {
    return checked(
        missing_patch(distractors(distractors(sticky_actions(game("breakout"), 0.25), 5, 1), 5, 2),
                      {4, 4, 2, 2}));
  };
  const auto environment = make();
  const auto frames = seen(environment, 6);
  EXPECT_EQ(seen(environment, 6), frames);
  EXPECT_EQ(seen(make(), 6), frames);
  EXPECT_NE(seen(make(), 7), frames);
  // Two of a kind do not draw the same.
  const auto twice = distractors(distractors(game(), 108), 108);
  EXPECT_NE(seen(twice), seen(distractors(game(), 108)));
  // A check, or two, between them changes nothing.
  EXPECT_EQ(seen(checked(distractors(checked(checked(distractors(game(), 108))), 108))),
            seen(twice));
}

TEST(Variations, PicturesShowWhatIsSeen) {
  const auto plain = game();
  const auto& glyphs = pong_rules()->glyphs();
  const auto environment = missing_patch(distractors(game(), 30), {3, 0, 2, 9});
  EXPECT_EQ(environment->render().pixels, plain->render().pixels);  // nothing was seen yet
  plain->reset(1);
  environment->reset(1);
  for (std::size_t t = 0; t < 20; ++t) {
    const auto truth = plain->step(1), screen = environment->step(1);
    const auto picture = environment->render();
    const auto expected = draw_grid(screen.first(108), 9, glyphs);
    ASSERT_EQ(picture.pixels.size(), expected.pixels.size());
    for (std::size_t cell = 0; cell < 108; ++cell) {
      const std::size_t pixel = ((cell / 9 * 16 + 5) * 9 * 16 + cell % 9 * 16 + 5) * 3;
      const auto shown = std::find(truth.begin(), truth.begin() + 108, screen[cell]);
      const bool known = screen[cell] == kMissingSymbol || shown != truth.begin() + 108;
      for (std::size_t c = 0; known && c < 3; ++c)
        ASSERT_EQ(picture.pixels[pixel + c], expected.pixels[pixel + c]) << cell;
    }
  }
}

TEST(Variations, AnEnvironmentThatBreaksItsWordIsAnError) {
  auto owned = std::make_unique<Fragile>();
  auto& fragile = *owned;
  const auto environment = distractors(std::move(owned), 2);
  const auto step = [&] { environment->step(0); };
  EXPECT_EQ(environment->reset(1).size(), 3u);
  EXPECT_EQ(environment->render().pixels.size(), 2u);
  fragile.shown = {};
  EXPECT_EQ(error_of([&] { environment->reset(1); }),
            "environment: observation of step 0: expected 3 symbols, got 0");
  fragile.shown = {0, 2};
  EXPECT_EQ(error_of(step), "environment: observation of step 1: expected 3 symbols, got 2");
  fragile.shown = {0, 2, 3};
  EXPECT_EQ(
      error_of(step),
      "environment: observation of step 2: stream pixels, modality 1: expected a symbol below 3, got 3");
  fragile.now.streams[1].num_symbols = {9};
  fragile.shown = {0, 8};
  EXPECT_EQ(error_of(step), "environment: observation of step 3: expected 3 symbols, got 2");
  fragile.picture.pixels = {7};
  EXPECT_EQ(error_of([&] { environment->render(); }),
            "environment: picture of step 3: expected 1 × 2 × 1 values, got 1");
  auto senseless = std::make_unique<Fragile>();
  senseless->now.streams[1].rows = 2;
  EXPECT_EQ(error_of([&] {
              missing_patch(std::move(senseless), {1, 0, 1, 2});
            }),
            "environment: stream pixels: expected 2 × 2 modalities, got 2");
}

TEST(Variations, WrongOptionsAreErrors) {
  EXPECT_THROW(sticky_actions(game(), -0.1), Error);
  EXPECT_THROW(sticky_actions(game(), 1.1), Error);
  EXPECT_THROW(sticky_actions(nullptr, 0.5), Error);
  EXPECT_THROW(distractors(game(), 109), Error);
  EXPECT_THROW(distractors(std::make_unique<Echo>(), 1), Error);
  EXPECT_THROW(missing_patch(game(), {0, 0, 0, 1}), Error);
  EXPECT_THROW(missing_patch(game(), {12, 0, 1, 1}), Error);
  EXPECT_THROW(missing_patch(game(), {0, 8, 1, 2}), Error);
  EXPECT_THROW(missing_patch(game(), {1, 0, static_cast<std::size_t>(-1), 1}), Error);
}

}  // namespace
}  // namespace rgm
