#include "rgm/media/picture_quality.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "media_test_support.h"

namespace rgm {
namespace {

using namespace test;

Images constant(std::size_t height, std::size_t width, std::uint8_t value) {
  return {height, width, 1, Bytes(height * width, value)};
}

Images noise(std::size_t height, std::size_t width, std::size_t channels, std::uint32_t state) {
  Images images{height, width, channels, Bytes(height * width * channels)};
  for (std::uint8_t& value : images.pixels)
    value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return images;
}

/// The similarity of two pictures of 11 by 11 pixels, which have one window, straight from the
/// formula.
double one_window(const Images& a, const Images& b) {
  const double c1 = 6.5025, c2 = 58.5225;
  double weight = 0, mx = 0, my = 0, vx = 0, vy = 0, cov = 0;
  const auto each = [&](auto action) {
    for (int i = 0; i < 11; ++i)
      for (int j = 0; j < 11; ++j) {
        const auto at = static_cast<std::size_t>(11 * i + j);
        action(std::exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / 4.5), double{1.0 * a.pixels[at]},
               1.0 * b.pixels[at]);
      }
  };
  each([&](double w, double x, double y) { weight += w, mx += w * x, my += w * y; });
  mx /= weight, my /= weight;
  each([&](double w, double x, double y) {
    vx += w * (x - mx) * (x - mx), vy += w * (y - my) * (y - my), cov += w * (x - mx) * (y - my);
  });
  vx /= weight, vy /= weight, cov /= weight;
  return (2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
}

TEST(Psnr, IsThatOfHandComputedCases) {
  EXPECT_EQ(psnr(constant(2, 2, 7), constant(2, 2, 7)), std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(psnr(constant(2, 2, 0), constant(2, 2, 255)), 0);
  EXPECT_NEAR(psnr(constant(3, 3, 100), constant(3, 3, 101)), 48.1308036, 1e-7);
  Images one_off = constant(2, 2, 50);
  one_off.pixels[3] = 54;  // a mean squared error of 4
  EXPECT_NEAR(psnr(constant(2, 2, 50), one_off), 48.1308036 - 10 * std::log10(4.0), 1e-7);
}

TEST(Psnr, TakesTheMeanErrorOfAllImages) {
  const Images a{1, 1, 3, {0, 0, 0, 0, 0, 0}}, b{1, 1, 3, {0, 0, 0, 6, 0, 0}};
  EXPECT_NEAR(psnr(a, b), 10 * std::log10(255.0 * 255 / 6), 1e-12);
}

TEST(Ssim, OfConstantPicturesComparesTheirLight) {
  EXPECT_DOUBLE_EQ(ssim(constant(11, 11, 90), constant(11, 11, 90)), 1);
  EXPECT_NEAR(ssim(constant(15, 20, 100), constant(15, 20, 150)),
              (30000 + 6.5025) / (32500 + 6.5025), 1e-9);
  EXPECT_NEAR(ssim(constant(11, 11, 0), constant(11, 11, 255)), 6.5025 / (65025 + 6.5025), 1e-12);
}

TEST(Ssim, IsTheFormulaInOneWindow) {
  const Images a = noise(11, 11, 1, 1), b = noise(11, 11, 1, 2);
  EXPECT_NEAR(ssim(a, b), one_window(a, b), 1e-12);
  Images inverse = a;
  for (std::uint8_t& value : inverse.pixels) value = static_cast<std::uint8_t>(255 - value);
  EXPECT_NEAR(ssim(a, inverse), one_window(a, inverse), 1e-12);
  EXPECT_LT(ssim(a, inverse), -0.5);
}

TEST(Ssim, IsTheMeanOverWindowsChannelsAndImages) {
  const Images a = noise(11, 12, 2, 3), b = noise(11, 12, 2, 4);
  const auto window = [](const Images& images, std::size_t column, std::size_t channel) {
    Images part{11, 11, 1, {}};
    for (std::size_t i = 0; i < 121; ++i)
      part.pixels.push_back(images.pixels[((i / 11) * 12 + i % 11 + column) * 2 + channel]);
    return part;
  };
  double sum = 0;
  for (const std::size_t column : {0u, 1u})
    for (const std::size_t channel : {0u, 1u})
      sum += one_window(window(a, column, channel), window(b, column, channel));
  EXPECT_NEAR(ssim(a, b), sum / 4, 1e-12);

  Images twice_a = a, a_and_b = a;
  append(a, twice_a);
  append(b, a_and_b);
  EXPECT_NEAR(ssim(twice_a, a_and_b), (1 + sum / 4) / 2, 1e-12);
}

TEST(PictureQuality, RefusesImagesThatDiffer) {
  const std::string message = error_of([] { psnr(constant(2, 3, 0), constant(3, 2, 0)); });
  expect_contains(message, "images: 1 of 3 by 2 by 1, expected 1 of 2 by 3 by 1");
  expect_contains(error_of([] {
                    psnr({2, 2, 1, Bytes(8)}, {2, 2, 1, Bytes(4)});
                  }),
                  "1 of 2 by 2 by 1, expected 2 of");
  expect_contains(error_of([] { psnr({}, {}); }), "images: none");
  expect_contains(error_of([] { ssim(constant(10, 20, 0), constant(10, 20, 0)); }),
                  "10 by 20 pixels, expected at least 11");
}

}  // namespace
}  // namespace rgm
