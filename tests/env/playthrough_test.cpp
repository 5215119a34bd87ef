#include "rgm/env/playthrough.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/env/exact_values.h"
#include "rgm/env/grid_game.h"
#include "support/error_of.h"

namespace rgm {
namespace {

std::filesystem::path kept_file(const std::string& game) {
  return RGM_TEST_DATA "/env/data/" + game + ".playthrough";
}

std::string message_of(std::string_view text) {
  return test::error_of([&] { parse_playthrough(text, "game"); });
}

std::size_t count_of(const Playthrough& playthrough, std::size_t modality, Symbol symbol) {
  std::size_t result = 0;
  for (std::size_t t = 1; t <= playthrough.frames(); ++t)
    result += playthrough.observation(t)[modality] == symbol;
  return result;
}

// The kept files were recorded once; whatever changes the rules, the symbols or the random numbers
// is noticed, on any machine.
TEST(Playthrough, GamesAreWhatTheyWere) {
  for (const auto& name : game_names()) {
    SCOPED_TRACE(name);
    const auto kept = read_playthrough(kept_file(name));
    EXPECT_EQ(kept.frames(), 200u);
    EXPECT_GE(count_of(kept, 108, 1), 3u);  // hits
    EXPECT_GE(count_of(kept, 109, 1), 3u);  // misses
    GridGame game(game_rules(name));
    EXPECT_NO_THROW(replay(game, kept));
  }
}

// Records the kept files anew: half of the frames as is best, half at random. Run it after a change
// of rules that is meant.
TEST(Playthrough, DISABLED_RecordAnew) {
  for (const auto& name : game_names()) {
    GridGame game(game_rules(name));
    const auto values = exact_values(game.rules());
    Random random(11);
    std::size_t frame = 0;
    const auto policy = [&](std::span<const Symbol>) {
      return frame++ < 100 ? values.best_action(game.state()) : random.index(GridRules::kActions);
    };
    write_playthrough(kept_file(name), record(game, policy, 200, 7));
  }
}

TEST(Playthrough, TextReadsAsItWasWritten) {
  GridGame game(arcade_rules());
  Random random(3);
  const auto playthrough = record(
      game, [&](auto) { return random.index(3); }, 50, 1ull << 63);
  EXPECT_EQ(playthrough.frames(), 50u);
  EXPECT_EQ(playthrough.observations.size(), 51 * 111u);
  const auto read = parse_playthrough(playthrough_text(playthrough), "text");
  EXPECT_EQ(read.seed, playthrough.seed);
  EXPECT_EQ(read.modalities, playthrough.modalities);
  EXPECT_EQ(read.actions, playthrough.actions);
  EXPECT_EQ(read.observations, playthrough.observations);
  EXPECT_NO_THROW(replay(game, read));
}

TEST(Playthrough, TheGreatestNumbersReadAsTheyWereWritten) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  const Playthrough playthrough{kMost, 1, {kMost}, {kMissingSymbol, kMissingSymbol}};
  const auto read = parse_playthrough(playthrough_text(playthrough), "text");
  EXPECT_EQ(read.seed, kMost);
  EXPECT_EQ(read.actions, playthrough.actions);
  EXPECT_EQ(read.observations, playthrough.observations);
  EXPECT_EQ(message_of("rgm playthrough 1\nseed 18446744073709551616\n"),
            "game: line 2: expected seed, got 18446744073709551616");
}

TEST(Playthrough, ADifferenceIsAnErrorThatSaysWhere) {
  GridGame game(pong_rules());
  auto playthrough = record(
      game, [](auto) { return 1; }, 5, 0);
  playthrough.observations[3 * 111 + 110] = 7;
  try {
    replay(game, playthrough);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "replay: frame 3, modality 110: expected symbol 7, got 4");
  }
  playthrough.actions[1] = 0;
  EXPECT_THROW(replay(game, playthrough), Error);
}

/// Adds a modality, and shows it, in the first step.
class Growing final : public Environment {
 public:
  const EnvironmentSpaces& spaces() const override { return spaces_; }
  std::span<const Symbol> reset(std::uint64_t) override { return shown_; }
  std::span<const Symbol> step(std::size_t) override {
    spaces_.streams[0].num_symbols.push_back(2);
    shown_.push_back(1);
    return shown_;
  }
  Images render() const override { return {}; }

 private:
  EnvironmentSpaces spaces_{{{"lamps", {2}, 0, 0, {}}}, {"go"}};
  std::vector<Symbol> shown_{0};
};

TEST(Playthrough, AWorldWhoseSpacesChangeIsNotRecorded) {
  Growing growing;
  EXPECT_THROW(record(
                   growing, [](auto) { return 0; }, 2, 0),
               Error);
}

TEST(Playthrough, BadTextIsAnErrorThatSaysWhere) {
  const std::string good =
      "rgm playthrough 1\nseed 7\nmodalities 3\nframes 2\n0 4 65535\n2 0=1 2=0\n0\nend\n";
  const auto playthrough = parse_playthrough(good, "game");
  EXPECT_EQ(playthrough.actions, (std::vector<std::size_t>{2, 0}));
  EXPECT_EQ(playthrough.observations,
            (std::vector<Symbol>{0, 4, kMissingSymbol, 1, 4, 0, 1, 4, 0}));
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_NE(message_of(good.substr(0, length)).find("cut short"), std::string::npos) << length;

  const auto changed = [&](std::string_view from, std::string_view to) {
    auto text = good;
    text.replace(text.find(from), from.size(), to);
    return message_of(text);
  };
  EXPECT_EQ(changed("rgm", "RGM"), "game: line 1: expected rgm playthrough 1, got something else");
  EXPECT_EQ(changed("seed 7", "seed x"), "game: line 2: expected seed, got x");
  EXPECT_EQ(changed("modalities 3", "modalities 0"),
            "game: expected 1 to 1073741824 symbols, got 3 observations of 0");
  EXPECT_EQ(changed("frames 2", "frames 999999999"),
            "game: expected 1 to 1073741824 symbols, got 1000000000 observations of 3");
  EXPECT_EQ(changed("0 4 65535", "0 4"),
            "game: line 5: expected more symbols, got the end of the line");
  EXPECT_EQ(changed("65535", "65536"), "game: line 5: expected a symbol, got 65536");
  EXPECT_EQ(changed("65535", "65535 1"), "game: line 5: expected the end of the line, got  1");
  EXPECT_EQ(changed("2=0", "3=0"), "game: line 6: expected a modality, got 3=0");
  EXPECT_EQ(changed("2=0", "2 0"), "game: line 6: expected modality=symbol, got no =");
  EXPECT_EQ(changed("\n0\nend", "\n-1\nend"), "game: line 7: expected an action, got -1");
  EXPECT_EQ(changed("end\n", "end\n\n"), "game: line 8: expected end, got something else");
  EXPECT_THROW(read_playthrough("/no/such/file"), Error);
}

}  // namespace
}  // namespace rgm
