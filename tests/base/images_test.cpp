#include "rgm/base/images.h"

#include <gtest/gtest.h>

#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/film.h"

namespace rgm {
namespace {

/// Pictures of two pixels, [2 i, 2 i + 1].
Images pairs(std::size_t count) {
  Images result{1, 2, 1, {}};
  for (std::size_t i = 0; i < 2 * count; ++i) result.pixels.push_back(static_cast<std::uint8_t>(i));
  return result;
}

TEST(Images, AreAppendedInOrder) {
  Images all;  // of no size yet
  append(pairs(0), all);
  EXPECT_EQ(all.width, 2U);
  append(pairs(1), all);
  append(pairs(2), all);
  EXPECT_EQ(all.count(), 3U);
  EXPECT_EQ(all.pixels, (std::vector<std::uint8_t>{0, 1, 0, 1, 2, 3}));
}

TEST(Images, OfAnotherSizeAreNotAppended) {
  for (const Images& other : {Images{2, 1, 1, {5, 6}}, Images{1, 1, 1, {5}}, Images{1, 2, 3, {}}}) {
    auto all = pairs(1);
    EXPECT_THROW(append(other, all), BadInput);
    EXPECT_EQ(all.pixels, pairs(1).pixels);
  }
}

TEST(Images, AreGreyWhateverTheirChannels) {
  EXPECT_TRUE(is_grey(pairs(2)));
  const Images grey{1, 2, 3, {7, 7, 7, 9, 9, 9}};
  EXPECT_TRUE(is_grey(grey));
  EXPECT_EQ(one_channel(grey).pixels, (std::vector<std::uint8_t>{7, 9}));
  EXPECT_EQ(one_channel(grey).channels, 1U);
  for (std::size_t i = 0; i < 6; ++i) {
    Images tinted = grey;
    ++tinted.pixels[i];
    EXPECT_FALSE(is_grey(tinted)) << i;
  }
}

TEST(Images, AreCutAsFarAsThereAreAny) {
  const auto all = pairs(4);
  EXPECT_EQ(cut(all, 1, 2).pixels, (std::vector<std::uint8_t>{2, 3, 4, 5}));
  EXPECT_EQ(cut(all, 0, 9).pixels, all.pixels);
  EXPECT_EQ(cut(all, 3, static_cast<std::size_t>(-1)).pixels, (std::vector<std::uint8_t>{6, 7}));
  for (const std::size_t first : {4, 5}) {
    const auto none = cut(all, first, 1);
    EXPECT_EQ(none.count(), 0U);
    EXPECT_EQ(none.width, 2U);
  }
  EXPECT_EQ(cut(Images{}, 0, 1).count(), 0U);
}

// A film borrows its frames.
template <class Frames>
concept HasFilm = requires(Frames&& frames) {
  film_of(std::forward<Frames>(frames));
};
static_assert(HasFilm<Images&> && HasFilm<const Images&>);
static_assert(!HasFilm<Images> && !HasFilm<const Images>);

}  // namespace
}  // namespace rgm
