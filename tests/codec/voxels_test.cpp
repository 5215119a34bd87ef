#include "rgm/codec/voxels.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

Images random_frames(Random& random, std::size_t count, std::size_t height, std::size_t width,
                     std::size_t channels) {
  Images frames{height, width, channels, {}};
  for (std::size_t v = 0; v < count * frames.pixels_per_image(); ++v)
    frames.pixels.push_back(static_cast<std::uint8_t>(random.index(256)));
  return frames;
}

RC_GTEST_PROP(Voxels, FramesComeBack, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t count = 1 + random.index(9), per_voxel = 1 + random.index(4),
                    channels = random.index(2) == 0 ? 1 : 3;
  const Images frames =
      random_frames(random, count, 1 + random.index(4), 1 + random.index(4), channels);
  const auto source = voxel_source(frames, per_voxel);
  RC_ASSERT(source.count == (count + per_voxel - 1) / per_voxel);
  RC_ASSERT(source.channels == channels * per_voxel);
  Images back{frames.height, frames.width, channels, {}};
  std::vector<float> voxel(source.picture_size());
  for (std::size_t i = 0; i < source.count; ++i) {
    source.read(i, voxel);
    append_frames(voxel, per_voxel, back);
  }
  Images padded = frames;  // the last frame again, until the last voxel is full
  const std::vector<std::uint8_t> last(frames.image(count - 1).begin(),
                                       frames.image(count - 1).end());
  while (padded.count() % per_voxel != 0)
    padded.pixels.insert(padded.pixels.end(), last.begin(), last.end());
  RC_ASSERT(back.pixels == padded.pixels);
}

TEST(Voxels, AreFramesOneAfterTheOtherInAPixel) {
  const Images frames{1, 2, 3, {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}};
  std::vector<float> voxel(12);
  read_voxel(frames, 2, 0, voxel);
  EXPECT_EQ(voxel, (std::vector<float>{1, 2, 3, 11, 12, 13, 4, 5, 6, 14, 15, 16}));
}

TEST(Voxels, ValuesAreRoundedAndClamped) {
  Images frames{1, 1, 1, {}};
  append_frames(std::vector<float>{-3, 1.6F, 300}, 3, frames);
  EXPECT_EQ(frames.pixels, (std::vector<std::uint8_t>{0, 2, 255}));
  append_frames(std::vector<float>{7, 8, 9}, 3, 1, frames);
  EXPECT_EQ(frames.pixels, (std::vector<std::uint8_t>{0, 2, 255, 7}));
}

TEST(Voxels, Errors) {
  Images frames{1, 1, 1, {1, 2, 3}};
  std::vector<float> voxel(2);
  EXPECT_THROW(voxel_source(frames, 0), Error);
  EXPECT_THROW(read_voxel(frames, 2, 2, voxel), Error);
  EXPECT_THROW(read_voxel(frames, 3, 0, voxel), Error);
  EXPECT_THROW(append_frames(voxel, 3, frames), Error);
  EXPECT_THROW(append_frames(voxel, 2, 3, frames), Error);
}

// Sources borrow their pictures.
template <class Pictures>
concept HasSources = requires(Pictures&& pictures) {
  picture_source(std::forward<Pictures>(pictures));
  picture_source(std::forward<Pictures>(pictures), std::vector<std::size_t>{});
  voxel_source(std::forward<Pictures>(pictures), std::size_t{1});
};
template <class Pictures>
concept HasSource = requires(Pictures&& pictures) {
  picture_source(std::forward<Pictures>(pictures));
}
|| requires(Pictures&& pictures) {
  picture_source(std::forward<Pictures>(pictures), std::vector<std::size_t>{});
}
|| requires(Pictures&& pictures) {
  voxel_source(std::forward<Pictures>(pictures), std::size_t{1});
};
static_assert(HasSources<const Images&>);
static_assert(!HasSource<Images> && !HasSource<const Images>);

}  // namespace
}  // namespace rgm
