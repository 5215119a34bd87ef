#include "rgm/media/idx.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "media_test_support.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

using namespace test;

Bytes gzip(const Bytes& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes packed(deflateBound(&stream, bytes.size()));
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string images_error(const Bytes& bytes) {
  return error_of([&] { parse_idx_images(bytes, "file"); });
}

std::string labels_error(const Bytes& bytes) {
  return error_of([&] { parse_idx_labels(bytes, "file"); });
}

TEST(Idx, ReadsGreyImages) {
  const TemporaryFolder folder;
  const Images images = read_idx_images(folder.write("images", idx({2, 3, 4}, counting(24))));
  EXPECT_EQ(images.count(), 2);
  EXPECT_EQ(images.height, 3);
  EXPECT_EQ(images.width, 4);
  EXPECT_EQ(images.channels, 1);
  EXPECT_EQ(images.pixels, counting(24));
}

TEST(Idx, ReadsColourImages) {
  const Images images = parse_idx_images(idx({1, 2, 2, 3}, counting(12)), "file");
  EXPECT_EQ(images.channels, 3);
  EXPECT_EQ(images.count(), 1);
  EXPECT_EQ(images.pixels, counting(12));
}

TEST(Idx, ReadsLabels) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_idx_labels(folder.write("labels", idx({4}, {3, 0, 255, 7}))),
            (std::vector<int>{3, 0, 255, 7}));
}

TEST(Idx, ReadsGzipWhateverTheFileIsCalled) {
  const TemporaryFolder folder;
  const Images images =
      read_idx_images(folder.write("images", gzip(idx({100, 30, 40}, counting(120000)))));
  EXPECT_EQ(images.count(), 100);
  EXPECT_EQ(images.pixels, counting(120000));
  EXPECT_EQ(parse_idx_labels(gzip(idx({2}, {1, 2})), "file"), (std::vector<int>{1, 2}));
}

TEST(Idx, RefusesAMissingFileAndAFolder) {
  const TemporaryFolder folder;
  expect_contains(error_of([&] { read_idx_images(folder / "absent"); }), "absent: no such file");
  expect_contains(error_of([&] { read_idx_images(folder.path()); }), "expected a file");
}

TEST(Idx, RefusesEveryTruncation) {
  const Bytes images = idx({2, 3, 2}, counting(12)), packed = gzip(images);
  for (std::size_t size = 0; size < images.size(); ++size)
    EXPECT_THROW(parse_idx_images({images.data(), size}, "file"), FileError) << size;
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_THROW(parse_idx_images({packed.data(), size}, "file"), FileError) << size;
  expect_contains(images_error({packed.begin(), packed.end() - 1}), "file: truncated gzip file");
  expect_contains(images_error(idx({2, 3, 2}, counting(11))),
                  "file: truncated, found 27 bytes, the IDX header claims 28");
}

TEST(Idx, RefusesWhatFollowsTheValues) {
  expect_contains(images_error(idx({2, 3, 2}, counting(13))), "goes on after the 28 bytes");
  expect_contains(labels_error(gzip(idx({2}, counting(3)))), "goes on after the 10 bytes");
  Bytes packed = gzip(idx({2}, counting(2)));
  packed.push_back(7);
  expect_contains(labels_error(packed), "1 bytes follow the end of the gzip file");
}

/// bgzip, `cat a.gz b.gz` and some web servers write several members, or zeros at the end.
TEST(Idx, ReadsGzipOfSeveralMembers) {
  const Bytes file = idx({50, 20, 10}, counting(10000));
  Bytes packed;
  const auto add = [&](std::size_t first, std::size_t last) {
    const Bytes member = gzip({file.begin() + static_cast<std::ptrdiff_t>(first),
                               file.begin() + static_cast<std::ptrdiff_t>(last)});
    packed.insert(packed.end(), member.begin(), member.end());
  };
  add(0, 3);  // in the middle of the header
  add(3, 9000);
  packed.insert(packed.end(), 5, 0);
  add(9000, file.size());
  const std::size_t end = packed.size();
  add(0, 0);  // the empty last member of bgzip
  EXPECT_EQ(parse_idx_images(packed, "file").pixels, counting(10000));
  packed.insert(packed.end(), 512, 0);
  EXPECT_EQ(parse_idx_images(packed, "file").pixels, counting(10000));

  for (std::size_t size = 0; size < end; ++size)
    EXPECT_THROW(parse_idx_images({packed.data(), size}, "file"), FileError) << size;
  add(0, 1);
  expect_contains(images_error(packed), "goes on after the 10016 bytes");
  Bytes damaged = gzip({file.begin(), file.begin() + 100});
  damaged[damaged.size() - 8] ^= 1;  // the first member's checksum
  const Bytes rest = gzip({file.begin() + 100, file.end()});
  damaged.insert(damaged.end(), rest.begin(), rest.end());
  expect_contains(images_error(damaged), "damaged gzip file");
}

TEST(Idx, RefusesLyingSizes) {
  constexpr std::uint32_t kMost = 0xffffffff;
  expect_contains(images_error(idx({kMost, kMost, kMost}, counting(8))), "claims more than");
  expect_contains(images_error(idx({kMost, kMost, kMost, kMost}, counting(8))), "claims more than");
  // 2^16 · 2^24 · 2^24 = 2^64, which is 0 in 64 bits.
  expect_contains(images_error(idx({1U << 16, 1U << 24, 1U << 24}, {})), "claims more than");
  // Within the limit, but not there: refused without taking the memory.
  expect_contains(images_error(idx({60000, 28, 28}, counting(8))), "truncated");
  expect_contains(images_error(gzip(idx({1U << 12, 1U << 10, 1U << 10}, counting(8)))),
                  "truncated");
}

TEST(Idx, UnfoldsNoMoreOfABombThanItsHeaderClaims) {
  Bytes bomb = idx({1, 1, 1}, {});
  bomb.resize(std::size_t{1} << 26);
  Bytes packed = gzip(bomb);
  packed.back() ^= 1;  // a damaged end, which would be the error if anyone came to see it
  expect_contains(images_error(packed), "goes on after the 17 bytes");
}

TEST(Idx, RefusesEmptySets) {
  expect_contains(images_error(idx({0, 28, 28}, {})), "empty");
  expect_contains(images_error(idx({5, 0, 28}, {})), "empty");
  expect_contains(labels_error(idx({0}, {})), "empty");
}

TEST(Idx, RefusesWrongMagic) {
  expect_contains(images_error({'P', 'K', 3, 4, 0, 0, 0, 0}), "found 80 and 75");
  expect_contains(images_error(idx({1, 1, 1}, {0, 0, 0, 0}, 13)), "type 13, expected 8");
  expect_contains(images_error(idx({1, 1, 1, 1, 1}, {0})), "rank 5");
  expect_contains(images_error({0, 0, 8, 0}), "rank 0");
}

TEST(Idx, RefusesTheOtherKindOfFile) {
  expect_contains(images_error(idx({3}, {1, 2, 3})), "rank 1, expected images");
  expect_contains(images_error(idx({1, 3}, {1, 2, 3})), "rank 2, expected images");
  expect_contains(images_error(idx({1, 1, 1, 2}, {1, 2})), "2 channels");
  expect_contains(labels_error(idx({1, 1, 3}, {1, 2, 3})), "rank 3, expected labels");
}

TEST(Idx, RefusesDamagedGzip) {
  const Bytes packed = gzip(idx({50}, counting(50)));
  const std::vector<int> labels = parse_idx_labels(packed, "file");
  int refused = 0;
  for (std::size_t i = 10; i < packed.size();
       ++i) {  // past gzip's header, some of whose fields mean nothing
    Bytes damaged = packed;
    damaged[i] ^= 0x10;
    try {
      EXPECT_EQ(parse_idx_labels(damaged, "file"), labels) << i;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GE(refused, packed.size() - 11);  // the one other bit may be padding before the checksum
  expect_contains(labels_error({0x1f, 0x8b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                  "damaged gzip");
}

TEST(Idx, NothingInTheCorpusDoesHarm) {
  std::size_t read = 0;
  for (const auto& entry : fs::directory_iterator(corpus("idx"))) {
    try {
      read += read_idx_images(entry.path()).count();
    } catch (const Error&) {
    }
  }
  EXPECT_EQ(read, 5);  // two grey files of two images, one RGB file of one
}

}  // namespace
}  // namespace rgm
