#include "rgm/base/film_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "support/error_of.h"

namespace rgm {
namespace {

/// Frames of one pixel that show their numbers.
Images numbers(std::size_t count) {
  Images result{1, 1, 1, {}};
  for (std::size_t i = 0; i < count; ++i) result.pixels.push_back(static_cast<std::uint8_t>(i));
  return result;
}

std::vector<int> shown(const Film& film) {
  std::vector<int> result;
  std::vector<std::uint8_t> frame(1);
  for (auto next = film.open(); next(frame);) result.push_back(frame[0]);
  return result;
}

std::vector<std::vector<int>> parts(const Film& film, std::vector<std::size_t> frames,
                                    std::size_t multiple = 1) {
  std::vector<std::vector<int>> result;
  for (const auto& part : parts_without(film, frames, multiple).films) {
    result.push_back(shown(part));
    EXPECT_EQ(part.frame_count, result.back().size());
  }
  return result;
}

using Parts = std::vector<std::vector<int>>;

TEST(FilmParts, AreWhatLiesAroundTheFramesThatAreLeftOut) {
  const auto frames = numbers(7);
  const auto film = film_of(frames);
  EXPECT_EQ(parts(film, {}), (Parts{{0, 1, 2, 3, 4, 5, 6}}));
  EXPECT_EQ(parts(film, {3}), (Parts{{0, 1, 2}, {4, 5, 6}}));
  EXPECT_EQ(parts(film, {6, 0}), (Parts{{1, 2, 3, 4, 5}}));
  EXPECT_EQ(parts(film, {1, 3, 4}), (Parts{{0}, {2}, {5, 6}}));
  // By twos, the last of which holds one frame.
  EXPECT_EQ(parts(film, {3}, 2), (Parts{{0, 1}, {4, 5, 6}}));
  EXPECT_EQ(parts(film, {4}, 2), (Parts{{0, 1, 2, 3}, {6}}));
  EXPECT_EQ(parts(film, {6}, 2), (Parts{{0, 1, 2, 3, 4, 5}}));
}

TEST(FilmParts, TellWhatGoesWithTheFramesThatAreNamed) {
  const auto frames = numbers(7);
  const auto film = film_of(frames);
  const auto beside = [&](std::vector<std::size_t> gone, std::size_t multiple) {
    return parts_without(film, gone, multiple).beside;
  };
  EXPECT_EQ(beside({0, 1, 2, 3, 4}, 1), 0U);
  EXPECT_EQ(beside({0, 1, 2, 3, 4}, 2), 1U);
  EXPECT_EQ(beside({0, 4, 4}, 2), 2U);
  EXPECT_EQ(beside({6}, 2), 0U);
}

TEST(FilmParts, OneAfterTheOtherReadTheFilmOnce) {
  const auto frames = numbers(9);
  auto film = film_of(frames);
  const auto opened = std::make_shared<int>(0);
  film.open = [open = film.open, opened] {
    ++*opened;
    return open();
  };
  const auto all = parts_without(film, std::vector<std::size_t>{2, 6}).films;
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(*opened, 1);
  for (int pass = 0; pass < 2; ++pass) {
    for (const auto& part : all) shown(part);
    EXPECT_EQ(*opened, 2 + pass);
  }
  // In any other order, and at the same time, they show the same.
  EXPECT_EQ(shown(all[1]), (std::vector<int>{3, 4, 5}));
  auto first = all[1].open(), second = all[1].open();
  std::vector<std::uint8_t> a(1), b(1);
  for (int i = 3; i < 6; ++i) {
    ASSERT_TRUE(first(a) && second(b));
    EXPECT_EQ(a[0], i);
    EXPECT_EQ(b[0], i);
  }
  EXPECT_FALSE(first(a) || first(a) || second(b));
  EXPECT_EQ(shown(all[0]), (std::vector<int>{0, 1}));
}

TEST(FilmParts, Errors) {
  const auto frames = numbers(3);
  const auto film = film_of(frames);
  EXPECT_THROW(parts(film, {3}), Error);
  EXPECT_THROW(parts(film, {0, 1, 2}), Error);
  EXPECT_THROW(parts(film, {0, 2}, 2), Error);
  const auto error = [&](std::vector<std::size_t> gone) {
    return test::error_of([&] { parts_without(film, gone, 2); });
  };
  EXPECT_NE(error({0, 1, 2}).find("got all"), std::string::npos);
  EXPECT_NE(error({0, 2}).find("got no step"), std::string::npos);
  EXPECT_THROW(parts(film, {}, 0), Error);
}

}  // namespace
}  // namespace rgm
