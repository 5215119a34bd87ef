#include "rgm/env/checked_environment.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/env/grid_game.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

const EnvironmentSpaces kSpaces{{{"pixels", {4, 4, 5, 4}, 2, 2, {}}, {"reward", {2}, 0, 0, {}}},
                                {"go"}};

/// Shows what a test wants it to show; may do any wrong.
class Unruly final : public Environment {
 public:
  const EnvironmentSpaces& spaces() const override {
    if (on_spaces) on_spaces();
    return now;
  }
  std::span<const Symbol> reset(std::uint64_t) override { return shown; }
  std::span<const Symbol> step(std::size_t) override {
    if (on_step) on_step();
    return shown;
  }
  Images render() const override {
    if (on_render) on_render();
    return picture;
  }

  EnvironmentSpaces now = kSpaces;
  std::vector<Symbol> shown{0, 3, 4, kMissingSymbol, 1};
  Images picture{1, 1, 1, {7}};
  std::function<void()> on_spaces, on_step, on_render;
};

TEST(CheckedEnvironment, SpacesMustMakeSense) {
  EXPECT_NO_THROW(check_spaces(kSpaces));
  for (const auto& name : game_names())
    EXPECT_NO_THROW(check_spaces(GridGame(game_rules(name)).spaces()));
  const auto wrong = [](auto change) {
    auto spaces = kSpaces;
    change(spaces);
    return error_of([&] { check_spaces(spaces); });
  };
  EXPECT_EQ(wrong([](auto& s) { s.actions.clear(); }),
            "environment: actions: expected at least one, got none");
  EXPECT_EQ(wrong([](auto& s) { s.streams.clear(); }),
            "environment: streams: expected at least one, got none");
  EXPECT_EQ(wrong([](auto& s) { s.streams[1].name = "pixels"; }),
            "environment: streams: expected different names, got pixels twice");
  EXPECT_EQ(wrong([](auto& s) { s.streams[1].num_symbols.clear(); }),
            "environment: stream reward: expected at least one modality, got none");
  EXPECT_EQ(wrong([](auto& s) { s.streams[0].rows = 3; }),
            "environment: stream pixels: expected 3 × 2 modalities, got 4");
  EXPECT_EQ(wrong([](auto& s) { s.streams[0].columns = 0; }),
            "environment: stream pixels: expected 2 × 0 modalities, got 4");
  EXPECT_EQ(wrong([](auto& s) {  // whose product is 4, modulo 2⁶⁴
              s.streams[0].rows = 0x5555555555555556;
              s.streams[0].columns = 6;
            }),
            "environment: stream pixels: expected 6148914691236517206 × 6 modalities, got 4");
  EXPECT_EQ(wrong([](auto& s) { s.streams[0].num_symbols[2] = 0; }),
            "environment: stream pixels, modality 2: expected 1 to 65535 symbols, got 0");
}

TEST(CheckedEnvironment, ObservationsMustFit) {
  const std::vector<Symbol> good{3, 3, 4, 3, 1};
  EXPECT_NO_THROW(check_observation(kSpaces, good, 3));
  EXPECT_NO_THROW(check_observation(kSpaces, std::vector<Symbol>(5, kMissingSymbol), 3));
  EXPECT_EQ(error_of([&] { check_observation(kSpaces, std::span(good).first(4), 3); }),
            "environment: observation of step 3: expected 5 symbols, got 4");
  for (std::size_t g = 0; g < good.size(); ++g) {
    auto bad = good;
    ++bad[g];
    EXPECT_THROW(check_observation(kSpaces, bad, 3), Error) << g;
  }
  EXPECT_EQ(
      error_of([&] {
        check_observation(kSpaces, std::vector<Symbol>{3, 3, 4, 3, 9}, 3);
      }),
      "environment: observation of step 3: stream reward, modality 0: expected a symbol below 2, got 9");
}

TEST(CheckedEnvironment, PicturesMustBeWhole) {
  const auto message = [](const Images& picture) {
    return error_of([&] { check_picture(picture, 3); });
  };
  EXPECT_EQ(message({}), "");
  EXPECT_EQ(message({2, 1, 3, std::vector<std::uint8_t>(6)}), "");
  EXPECT_EQ(message({2, 1, 3, std::vector<std::uint8_t>(5)}),
            "environment: picture of step 3: expected 2 × 1 × 3 values, got 5");
  EXPECT_EQ(message({2, 1, 3, std::vector<std::uint8_t>(9)}),
            "environment: picture of step 3: expected 2 × 1 × 3 values, got 9");
  EXPECT_EQ(message({2, 1, 2, std::vector<std::uint8_t>(4)}),
            "environment: picture of step 3: expected 1 or 3 channels, got 2");
  EXPECT_EQ(message({0, 0, 3, {7}}),
            "environment: picture of step 3: expected 0 × 0 × 3 values, got 1");
  EXPECT_EQ(message({std::size_t{1} << 63, 2, 1, {}}),
            "environment: picture of step 3: expected 9223372036854775808 × 2 × 1 values, got 0");
}

TEST(CheckedEnvironment, AnEnvironmentIsHeldToItsWord) {
  auto owned = std::make_unique<Unruly>();
  auto& unruly = *owned;
  const auto environment = checked(std::move(owned));
  const auto observation = environment->reset(0);
  EXPECT_EQ(std::vector<Symbol>(observation.begin(), observation.end()), unruly.shown);
  EXPECT_EQ(environment->render().pixels, std::vector<std::uint8_t>{7});
  EXPECT_EQ(environment->step(0).size(), 5u);
  EXPECT_EQ(error_of([&] { environment->step(1); }),
            "environment: action: expected below 1, got 1");

  unruly.on_step = [] { throw std::runtime_error("out of paper"); };
  EXPECT_EQ(error_of([&] { environment->step(0); }),
            "environment: step failed at step 2: out of paper");
  unruly.on_step = [] { throw 7; };
  EXPECT_EQ(error_of([&] { environment->step(0); }),
            "environment: step failed at step 3: it threw no exception");
  unruly.on_step = [] { throw Interrupted(); };
  EXPECT_THROW(environment->step(0), Interrupted);
  unruly.on_step = [&] { unruly.shown[1] = 4; };
  EXPECT_EQ(
      error_of([&] { environment->step(0); }),
      "environment: observation of step 5: stream pixels, modality 1: expected a symbol below 4, got 4");
  unruly.on_step = [&] { unruly.shown.pop_back(); };
  EXPECT_EQ(error_of([&] { environment->step(0); }),
            "environment: observation of step 6: expected 5 symbols, got 4");
  unruly.on_step = [&] { unruly.now.actions.push_back("stop"); };
  EXPECT_EQ(error_of([&] { environment->step(0); }),
            "environment: spaces: expected them never to change, they did at step 7");
  EXPECT_THROW(checked(nullptr), Error);
}

TEST(CheckedEnvironment, WhatSpacesAndPicturesThrowIsAnErrorToo) {
  auto owned = std::make_unique<Unruly>();
  auto& unruly = *owned;
  const auto environment = checked(std::move(owned));
  environment->reset(0);
  environment->step(0);
  unruly.on_render = [] { throw std::runtime_error("no paint"); };
  EXPECT_EQ(error_of([&] { environment->render(); }),
            "environment: render failed at step 1: no paint");
  unruly.on_render = {};
  unruly.picture.height = 2;
  EXPECT_EQ(error_of([&] { environment->render(); }),
            "environment: picture of step 1: expected 2 × 1 × 1 values, got 1");
  unruly.on_spaces = [] { throw 7; };
  EXPECT_EQ(error_of([&] { environment->step(0); }),
            "environment: spaces failed at step 2: it threw no exception");
  auto spaceless = std::make_unique<Unruly>();
  spaceless->on_spaces = [] { throw std::runtime_error("no space"); };
  EXPECT_EQ(error_of([&] { checked(std::move(spaceless)); }),
            "environment: spaces failed at step 0: no space");
}

}  // namespace
}  // namespace rgm
