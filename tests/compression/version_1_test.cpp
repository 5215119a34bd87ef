// Streams of version 1, which are read as long as there are readers.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "rgm/base/error.h"
#include "rgm/compression/bitstream.h"
#include "rgm/structure/sequence_structure.h"
#include "support/random_clip.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

constexpr std::size_t kWidth = 9, kLength = 40;

/// The scenes of below in one chunk, as the last program that wrote version 1 wrote them, with its
/// defaults.
constexpr std::string_view kGrowing =
    "8952474d530d0a1a0101000000000000903f00090307000000000000000003070000803f00000000"
    "00070000004000000000d50057f4281c90b6f7aaf52790767009615b27a8d599573c1fafbf19570f"
    "9b6a20a2372e6afe002805ba6c74";
constexpr std::string_view kWithModel =
    "8952474d530d0a1a0100000000000000903f00f1844480908d43d7362e89a6287a0278fe60889f03"
    "8766db0576355a5f7333045d11c0de619eb7539c1fce9289769425919b555943ece4c3713968a938"
    "efa59befb5e6b7656f084fac9cb5f2fcc5a520d9333f7a613244061e811867cacedb684268c8c8a0"
    "2a560ff869be6cd892247b82a1b502ccf9278d2695691cf18985b9637ea80d46922f0a68ef346200"
    "2805ba6c74";

std::vector<std::uint8_t> bytes_of(std::string_view digits) {
  std::vector<std::uint8_t> result;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    result.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return result;
}

void expect(const DecodeResult& result, const Outcomes& expected) {
  EXPECT_EQ(result.message, "");
  EXPECT_TRUE(result.complete);
  ASSERT_EQ(result.outcomes.items(), expected.items());
  for (std::size_t t = 0; t < expected.items(); ++t)
    EXPECT_TRUE(std::ranges::equal(result.outcomes.item(t), expected.item(t))) << t;
}

TEST(Version1, IsRead) {
  const auto film = test::scene(kLength, kWidth, 0.1, 1);
  expect(decode_sequence(bytes_of(kGrowing)), film);

  SequenceStructureOptions options;
  options.outcome_concentration = options.state_concentration = options.path_concentration =
      options.restart_concentration = 1.0 / 16;
  const auto model = grow_from_sequences(std::span(&film, 1), std::vector<std::size_t>(kWidth, 7),
                                         test::places(kWidth), options);
  expect(decode_sequence(bytes_of(kWithModel), &model), test::scene(kLength, kWidth, 0.3, 2));
}

TEST(Version1, RefusesANoveltyThatIsNone) {
  Random random(1);
  const auto hierarchy = test::random_sequence_tree(random);
  for (const double novelty : {1.0, -0.1, std::nan("")})
    EXPECT_THROW(SequenceCoder(hierarchy, {.version_1_novelty = novelty}), Error);
  for (const double novelty : {0.0, 1.0, -0.1, std::nan("")})
    EXPECT_THROW(SequenceCoder({2, 2}, {{0, 0}, {1, 1}}, {.version_1_novelty = novelty}), Error);
}

}  // namespace
}  // namespace rgm
