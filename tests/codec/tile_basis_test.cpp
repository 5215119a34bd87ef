#include "rgm/codec/tile_basis.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "rgm/base/random.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

Matrix<float> random_modes(std::size_t modes, std::size_t values, std::uint64_t seed) {
  Random random(seed);
  Matrix<float> result(modes, values);
  for (float& v : result.values()) v = static_cast<float>(random.normal());
  for (std::size_t m = 0; m < modes; ++m) {
    float square = 0;
    for (float v : result.row(m)) square += v * v;
    for (float& v : result.row(m)) v /= std::sqrt(square);
  }
  return result;
}

RC_GTEST_PROP(TileBasis, BytesAreOffByAtMostAScaleAndInSumToo, ()) {
  const auto modes = *rc::gen::inRange<std::size_t>(0, 5),
             values = *rc::gen::inRange<std::size_t>(1, 40),
             fine = *rc::gen::inRange<std::size_t>(0, modes + 1),
             channels = *rc::gen::inRange<std::size_t>(1, 4);
  const auto exact = random_modes(modes, values, *rc::gen::arbitrary<std::uint64_t>());
  const auto basis = in_bytes(exact, fine, channels);
  check_basis(basis, values, "basis");
  RC_ASSERT(basis.num_modes() == modes);
  RC_ASSERT(basis.fine.rows() == fine);
  Matrix<float> rounded, part;
  basis.expand(0, values, rounded);
  for (std::size_t m = 0; m < modes; ++m) {
    float largest = 0;
    for (float v : exact.row(m)) largest = std::max(largest, std::abs(v));
    const float scale = largest / static_cast<float>(m < fine ? kFineSteps : kCoarseSteps);
    std::vector<float> sums(channels);  // of what neighbours are off by
    for (std::size_t v = 0; v < values; ++v) {
      RC_ASSERT(std::abs(rounded(m, v) - exact(m, v)) <= 1.01F * scale + 1e-7F);
      RC_ASSERT(std::abs(sums[v % channels] += rounded(m, v) - exact(m, v)) <= scale + 1e-6F);
    }
  }
  // What is expanded in parts is the same.
  const auto first = *rc::gen::inRange<std::size_t>(0, values);
  basis.expand(first, values - first, part);
  for (std::size_t m = 0; m < modes; ++m)
    RC_ASSERT(std::equal(part.row(m).begin(), part.row(m).end(),
                         rounded.row(m).begin() + static_cast<std::ptrdiff_t>(first)));
}

TEST(TileBasis, FloatsExpandToThemselves) {
  const TileBasis basis{random_modes(3, 8, 1), {}, {}, {}};
  Matrix<float> all;
  basis.expand(0, 8, all);
  EXPECT_EQ(all, basis.modes);
}

TEST(TileBasis, PartsThatDoNotFitAreRefused) {
  const auto modes = random_modes(3, 8, 2);
  const auto error = [&](auto change) {
    auto basis = in_bytes(modes, 1, 2);
    change(basis);
    return error_of([&] { check_basis(basis, 8, "tile 4"); });
  };
  using B = TileBasis;
  EXPECT_EQ(error([](B&) {}), "");
  EXPECT_EQ(error([](B& b) { b = {}; }), "");  // no modes at all
  EXPECT_EQ(error([&](B& b) { b.modes = modes; }),
            "tile 4: expected modes as floats or in bytes, got both");
  EXPECT_EQ(error([](B& b) { b.coarse = {3, 7}; }), "tile 4: coarse: expected 8 columns, got 7");
  EXPECT_EQ(error([](B& b) {
              b.fine = {4, 8};
            }),
            "tile 4: fine: expected at most 3 rows of 8, got 4 of 8");
  EXPECT_EQ(error([](B& b) {
              b.fine = {1, 9};
            }),
            "tile 4: fine: expected at most 3 rows of 8, got 1 of 9");
  EXPECT_EQ(error([](B& b) { b.scales.pop_back(); }), "tile 4: scales: expected 3, got 2");
  for (const float scale :
       {0.0F, -1e-3F, 1.0F / 32000, std::nanf(""), std::numeric_limits<float>::infinity()})
    EXPECT_NE(error([&](B& b) { b.scales[0] = scale; }).find("at most 1/32512"), std::string::npos)
        << scale;
  EXPECT_NE(error([](B& b) { b.scales[2] = 1.0F / 126; }).find("at most 1/127"), std::string::npos);
  for (const float value : {1.1F, -1.1F, std::nanf(""), std::numeric_limits<float>::infinity()}) {
    TileBasis floats{modes, {}, {}, {}};
    floats.modes(1, 3) = value;
    EXPECT_NE(error_of([&] { check_basis(floats, 8, "tile 4"); }).find("from -1 to 1"),
              std::string::npos);
  }
  EXPECT_EQ(error_of([&] {
              check_basis({modes, {}, {}, {}}, 9, "tile 4");
            }),
            "tile 4: modes: expected 9 columns, got 8");
}

}  // namespace
}  // namespace rgm
