#include "rgm/media/picture_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

#include "media_test_support.h"

namespace rgm {
namespace {

using namespace test;

Images picture(std::size_t height, std::size_t width, std::size_t channels) {
  return {height, width, channels, counting(height * width * channels)};
}

/// The colour of a pixel of the corpus' pictures (16 by 16, the left half of one colour, the right
/// of another).
std::array<int, 3> colour(const Images& image, std::size_t row, std::size_t column) {
  const std::uint8_t* pixel = &image.pixels[(row * image.width + column) * image.channels];
  return image.channels == 1 ? std::array<int, 3>{pixel[0], pixel[0], pixel[0]}
                             : std::array<int, 3>{pixel[0], pixel[1], pixel[2]};
}

void expect_halves(const Images& image, std::size_t channels, std::array<int, 3> left,
                   std::array<int, 3> right, int tolerance) {
  ASSERT_EQ(image.count(), 1);
  ASSERT_EQ(image.height, 16);
  ASSERT_EQ(image.width, 16);
  EXPECT_EQ(image.channels, channels);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(colour(image, 2, 2)[i], left[i], tolerance);
    EXPECT_NEAR(colour(image, 2, 13)[i], right[i], tolerance);
  }
}

std::string parse_error(const Bytes& bytes) {
  return error_of([&] { parse_picture(bytes, "file"); });
}

TEST(PictureFile, PngComesBackAsItWas) {
  const TemporaryFolder folder;
  for (const std::size_t channels : {1, 3}) {
    const Images written = picture(5, 7, channels);
    write_png(folder / "a.png", written);
    const Images read = read_picture(folder / "a.png");
    EXPECT_EQ(read.height, 5);
    EXPECT_EQ(read.width, 7);
    EXPECT_EQ(read.channels, channels);
    EXPECT_EQ(read.pixels, written.pixels);
  }
  EXPECT_EQ(folder.entries(), 1);  // no temporary file stays
}

TEST(PictureFile, ReadsEveryKindOfPng) {
  const fs::path folder = corpus("picture");
  expect_halves(read_picture(folder / "grey.png"), 1, {200, 200, 200}, {50, 50, 50}, 0);
  expect_halves(read_picture(folder / "grey16.png"), 1, {200, 200, 200}, {50, 50, 50}, 0);
  expect_halves(read_picture(folder / "rgb.png"), 3, {255, 0, 0}, {0, 0, 255}, 0);
  expect_halves(read_picture(folder / "palette.png"), 3, {255, 0, 0}, {0, 0, 255}, 0);
  EXPECT_EQ(read_picture(folder / "bits.png").channels, 1);
}

TEST(PictureFile, LaysTransparentPixelsOnWhite) {
  const Images image = read_picture(corpus("picture") / "rgba.png");
  expect_halves(image, 3, {255, 0, 0}, {0, 0, 255}, 0);
  EXPECT_EQ(colour(image, 12, 2), (std::array<int, 3>{255, 255, 255}));  // the lower half
}

TEST(PictureFile, ReadsJpeg) {
  const fs::path folder = corpus("picture");
  expect_halves(read_picture(folder / "grey.jpg"), 1, {200, 200, 200}, {50, 50, 50}, 4);
  expect_halves(read_picture(folder / "rgb.jpg"), 3, {255, 0, 0}, {0, 0, 255}, 8);
  expect_halves(read_picture(folder / "progressive.jpg"), 3, {255, 0, 0}, {0, 0, 255}, 8);
}

TEST(PictureFile, TellsTheFormatByTheFirstBytesNotByTheName) {
  const TemporaryFolder folder;
  fs::copy_file(corpus("picture") / "grey.jpg", folder / "a.png");
  EXPECT_EQ(read_picture(folder / "a.png").width, 16);
}

TEST(PictureFile, RefusesEveryTruncation) {
  for (const char* name : {"rgb.png", "rgb.jpg", "progressive.jpg"}) {
    const Bytes bytes = read_file(corpus("picture") / name);
    for (std::size_t size = 0; size + 12 < bytes.size();
         ++size)  // 12: PNG's end marker, which nobody needs
      EXPECT_THROW(parse_picture({bytes.data(), size}, "file"), Error) << name << " " << size;
  }
}

TEST(PictureFile, RefusesOtherFiles) {
  expect_contains(parse_error({'G', 'I', 'F', '0', '9', 'a', 0, 0, 0}),
                  "file: expected a PNG, JPEG,");
  expect_contains(parse_error({}), "expected a PNG, JPEG,");
  expect_contains(error_of([] { read_picture("/nowhere/a.png"); }), "/nowhere/a.png: no such file");
}

TEST(PictureFile, RefusesDamage) {
  Bytes png = read_file(corpus("picture") / "rgb.png");
  png[45] ^= 0xff;
  expect_contains(parse_error(png), "file: damaged PNG");
  Bytes jpeg = read_file(corpus("picture") / "rgb.jpg");
  const std::array<std::uint8_t, 2> huffman_table{0xff, 0xc4};
  std::search(jpeg.begin(), jpeg.end(), huffman_table.begin(), huffman_table.end())[5] =
      0xff;  // claims 255 codes of one bit
  expect_contains(parse_error(jpeg), "file: damaged JPEG");
}

TEST(PictureFile, RefusesSizesBeyondTheLimitsBeforeItTakesMemory) {
  // 60,000 by 4,000 is within the limit, but not in a file of 69 bytes.
  expect_contains(error_of([] { read_picture(corpus("picture") / "huge.png"); }),
                  "truncated, 69 bytes cannot hold");
  Bytes jpeg = read_file(corpus("picture") / "grey.jpg");
  const std::array<std::uint8_t, 2> start_of_frame{0xff, 0xc0};
  const auto frame =
      std::search(jpeg.begin(), jpeg.end(), start_of_frame.begin(), start_of_frame.end());
  std::ranges::copy(Bytes{60000 >> 8, 60000 & 255, 60000 >> 8, 60000 & 255},
                    frame + 5);  // height and width
  expect_contains(parse_error(jpeg), "60000 by 60000 pixels, expected");
}

TEST(PictureFile, LimitsTheScansOfAJpeg) {
  expect_contains(error_of([] { read_picture(corpus("picture") / "many_scans.jpg"); }),
                  "more than 100 scans");
}

TEST(PictureFile, WritesOnePictureOnly) {
  expect_contains(error_of([] { encode_png({2, 2, 1, Bytes(8)}); }), "2 images, expected 1");
  expect_contains(error_of([] { encode_png({}); }), "0 images, expected 1");
  expect_contains(error_of([] { encode_png({2, 2, 2, Bytes(8)}); }), "2 channels");
}

TEST(PictureFile, LeavesNothingHalfWrittenWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const Images old = picture(2, 2, 1);
  write_png(folder / "a.png", old);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{}, small{};
  getrlimit(RLIMIT_FSIZE, &limit);
  small = {1000,
           limit.rlim_max};  // stands for the disk's end: the second kilobyte cannot be written
  Images noise{100, 100, 1, Bytes(10000)};
  std::uint32_t state = 1;
  for (std::uint8_t& value : noise.pixels)
    value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = error_of([&] { write_png(folder / "a.png", noise); });
  setrlimit(RLIMIT_FSIZE, &limit);
  expect_contains(message, "a.png: cannot be written: ");
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(read_picture(folder / "a.png").pixels, old.pixels);
}

TEST(PictureFile, ReportsAFullDevice) {
  const NotRoot user;  // whose mistakes cannot replace a device
  if (geteuid() == 0) GTEST_SKIP() << "root cannot be another user here";
  expect_contains(error_of([] { write_png("/dev/full", picture(2, 2, 1)); }),
                  "/dev/full: cannot be written: No space left");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));  // it was not replaced
}

TEST(PictureFile, ReportsFoldersThatCannotBeWritten) {
  const TemporaryFolder folder;
  expect_contains(error_of([&] { write_png(folder / "absent/a.png", picture(2, 2, 1)); }),
                  "cannot be written");
  expect_contains(error_of([&] { write_png(folder.path(), picture(2, 2, 1)); }), "it is a folder");
  expect_contains(error_of([] { write_png("/proc/a.png", picture(2, 2, 1)); }),
                  "/proc/a.png: cannot be written");
}

TEST(PictureFile, ReportsReadOnlyFolders) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const NotRoot user;
  if (geteuid() == 0)
    GTEST_SKIP() << "root writes to read-only folders and cannot be another user here";
  expect_contains(error_of([&] { write_png(folder / "a.png", picture(2, 2, 1)); }),
                  "Permission denied");
}

TEST(PictureFile, NothingInTheCorpusDoesHarm) {
  std::size_t read = 0;
  for (const auto& entry : fs::directory_iterator(corpus("picture"))) {
    try {
      read += read_picture(entry.path()).count();
    } catch (const Error&) {
    }
  }
  EXPECT_EQ(read, 34);  // all but huge.png, many_scans.jpg and the truncated seven
}

TEST(PictureFile, TellsTheShapeByTheHeaderAlone) {
  const TemporaryFolder folder;
  Bytes bytes = encode_png({2, 3, 1, Bytes(6, 7)});
  bytes.resize(bytes.size() - 20);  // a header, but no picture
  const std::string file = folder.write("a.png", bytes);
  EXPECT_EQ(read_picture_shape(file), (PictureShape{2, 3, 1}));
  expect_contains(error_of([&] { read_picture(file); }), "a.png: damaged PNG file");
}

}  // namespace
}  // namespace rgm
