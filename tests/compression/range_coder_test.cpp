#include "rgm/compression/range_coder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/base/random.h"

namespace rgm {
namespace {

/// A division of the whole into some shares, with some very large and very small ones.
std::vector<RangeShare> random_shares(Random& random) {
  std::vector<std::uint32_t> cuts{0, RangeShare::kTotal};
  const std::size_t count = random.index(8);
  for (std::size_t i = 0; i < count; ++i) {
    const auto near = static_cast<std::uint32_t>(random.index(std::size_t{1} << random.index(25)));
    cuts.push_back(random.index(2) == 0 ? near : RangeShare::kTotal - near);
  }
  std::ranges::sort(cuts);
  std::vector<RangeShare> shares;
  for (std::size_t i = 1; i < cuts.size(); ++i)
    if (cuts[i] > cuts[i - 1]) shares.push_back({cuts[i - 1], cuts[i] - cuts[i - 1]});
  return shares;
}

const RangeShare& share_at(const std::vector<RangeShare>& shares, std::uint32_t position) {
  return *std::ranges::find_if(shares,
                               [&](const RangeShare& s) { return position - s.start < s.size; });
}

/// Encodes symbols, those drawn evenly or in proportion, and expects them back; returns bits needed
/// and bytes written.
std::pair<double, std::size_t> there_and_back(std::uint64_t seed, std::size_t symbols) {
  Random random(seed);
  std::vector<std::vector<RangeShare>> places;
  std::vector<RangeShare> written;
  double bits = 0;
  RangeEncoder encoder;
  const bool rare = random.index(2) == 0;
  for (std::size_t i = 0; i < symbols; ++i) {
    const auto& shares = places.emplace_back(random_shares(random));
    written.push_back(
        rare ? shares[random.index(shares.size())]
             : share_at(shares, static_cast<std::uint32_t>(random.index(RangeShare::kTotal))));
    encoder.encode(written.back());
    bits += std::log2(double{RangeShare::kTotal} / written.back().size);
  }
  const auto bytes = encoder.finish();
  RangeDecoder decoder(bytes);
  for (std::size_t i = 0; i < symbols; ++i) {
    const auto share = share_at(places[i], decoder.position());
    if (share.start != written[i].start) return {-1, i};
    decoder.consume(share);
  }
  return {bits, bytes.size()};
}

RC_GTEST_PROP(RangeCoder, SymbolsComeBackAtTheirCost, (std::uint32_t seed)) {
  const std::size_t symbols = seed % 7 == 0 ? 20'000 : seed % 500;
  const auto [bits, bytes] = there_and_back(seed, symbols);
  RC_ASSERT(bits >= 0);
  RC_ASSERT(static_cast<double>(bytes) <= bits / 8 * 1.0001 + 4);
}

TEST(RangeCoder, CarriesThroughManyBytes) {
  // The last share again and again makes a long run of 0xFF; what comes then may carry through all
  // of it.
  constexpr std::uint32_t kLast = RangeShare::kTotal - 1;
  for (std::uint32_t size : {1U, 2U, 0xFFFFU, 0xFF0000U}) {
    std::vector<RangeShare> shares(100, {kLast, 1});
    for (std::uint32_t start : {0U, 1U, RangeShare::kTotal - size, kLast - size})
      shares.push_back({start, size});
    RangeEncoder encoder;
    for (const auto& share : shares) encoder.encode(share);
    const auto bytes = encoder.finish();
    RangeDecoder decoder(bytes);
    for (const auto& share : shares) {
      EXPECT_LT(decoder.position() - share.start, share.size);
      decoder.consume(share);
    }
  }
}

TEST(RangeCoder, NothingTakesNoBytes) {
  RangeEncoder encoder;
  EXPECT_TRUE(encoder.finish().empty());
  encoder.encode({0, RangeShare::kTotal});
  EXPECT_TRUE(encoder.finish().empty());
  encoder.encode({1, 1});
  EXPECT_EQ(encoder.finish().size(), 3U);
  EXPECT_TRUE(encoder.finish().empty());  // as new
}

TEST(RangeCoder, AnyBytesGiveSymbols) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    std::vector<std::uint8_t> bytes(random.index(40));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.index(256));
    RangeDecoder decoder(bytes);
    for (int i = 0; i < 500; ++i)
      decoder.consume(share_at(random_shares(random), decoder.position()));
  }
}

// A decoder borrows its bytes.
static_assert(std::is_constructible_v<RangeDecoder, const std::vector<std::uint8_t>&> &&
              std::is_constructible_v<RangeDecoder, std::span<const std::uint8_t>>);
static_assert(!std::is_constructible_v<RangeDecoder, std::vector<std::uint8_t>>);

}  // namespace
}  // namespace rgm
