#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <limits>

#include "media_test_support.h"
#include "rgm/media/picture_quality.h"
#include "rgm/media/video_file.h"
#include "video_test_support.h"

namespace rgm {
namespace {

using namespace test;

// What is written is read.

RC_GTEST_PROP(VideoFile, Ffv1IsLossless, ()) {
  const auto height = *rc::gen::inRange<std::size_t>(1, 40),
             width = *rc::gen::inRange<std::size_t>(1, 40);
  const auto count = *rc::gen::inRange<std::size_t>(1, 4);
  auto state = *rc::gen::arbitrary<std::uint32_t>();
  Images noise{height, width, 3, Bytes(count * height * width * 3)};
  for (std::uint8_t& value : noise.pixels)
    value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  const Images read = parse_video(encode_video(noise, with("ffv1")), "file");
  RC_ASSERT(read.height == height);
  RC_ASSERT(read.width == width);
  RC_ASSERT(read.pixels == noise.pixels);
}

TEST(VideoFile, FilesAreReadAsWritten) {
  const TemporaryFolder folder;
  const Images images = ball();
  for (const std::string name : {"a.mp4", "a.webm", "a.avi", "folder/"}) {
    VideoWriterOptions options;
    options.frames_per_second = 24000.0 / 1001;
    write_video(folder / name, images, options);
    const VideoReader reader(folder / name);
    EXPECT_EQ(reader.frame_count(), 12) << name;
    EXPECT_NEAR(reader.frames_per_second(), name == "folder/" ? 25 : 24000.0 / 1001, 0.03) << name;
    const Images read = read_video(folder / name);
    ASSERT_EQ(read.count(), 12) << name;
    if (name == "a.avi" || name == "folder/")
      EXPECT_EQ(read.pixels, images.pixels) << name;
    else
      EXPECT_GT(psnr(read, images), 32) << name;
  }
  EXPECT_EQ(folder.entries(), 3 + 1 + 12);
}

TEST(VideoFile, CodecsAreReadAsWrittenAndGiveTheSameBytesAgain) {
  const Images images = ball(45, 63);
  for (const char* codec : {"libx264", "libvpx-vp9", "ffv1", "mjpeg"}) {
    const Bytes bytes = encode_video(images, with(codec, true));
    EXPECT_EQ(bytes, encode_video(images, with(codec, true))) << codec;
    const Images read = parse_video(bytes, "file");
    ASSERT_EQ(read.count(), images.count()) << codec;
    EXPECT_GT(psnr(read, images), 36) << codec;
  }
}

TEST(VideoFile, CrfIsQuality) {
  for (const char* codec : {"libx264", "libvpx-vp9", "mjpeg"}) {
    VideoWriterOptions good = with(codec), bad = with(codec);
    good.crf = codec == std::string("mjpeg") ? 2 : 10;
    bad.crf = codec == std::string("mjpeg") ? 31 : 45;
    EXPECT_GT(encode_video(ball(), good).size(), encode_video(ball(), bad).size()) << codec;
  }
}

TEST(VideoFile, OddSidesGrowByARepeatedRowWhereColourIsHalved) {
  const Images images = ball(45, 63),
               read = parse_video(encode_video(images, with("libx264")), "file");
  EXPECT_EQ(read.height, 46);
  EXPECT_EQ(read.width, 64);
  for (std::size_t i = 0; i < read.pixels_per_image(); ++i) {
    const std::size_t row = std::min<std::size_t>(i / (64 * 3), 44),
                      column = std::min<std::size_t>(i / 3 % 64, 62);
    ASSERT_NEAR(read.pixels[i], images.pixels[(row * 63 + column) * 3 + i % 3], 60) << i;
  }
}

TEST(VideoFile, MagnifiesByRepetition) {
  const Images small{1, 2, 1, {10, 200}};
  VideoWriterOptions options = with("ffv1");
  options.magnify = 3;
  const Images read = parse_video(encode_video(small, options), "file");
  ASSERT_EQ(read.height, 3);
  ASSERT_EQ(read.width, 6);
  for (std::size_t i = 0; i < read.pixels.size(); ++i)
    EXPECT_EQ(read.pixels[i], i % 18 < 9 ? 10 : 200);
}

TEST(VideoFile, FloatsAreRoundedAndClipped) {
  const TemporaryFolder folder;
  VideoWriter writer(folder / "a.avi", 1, 2);
  writer.write(std::array<float, 6>{-5.0f, 0.4f, 0.6f, 254.5f, 300.0f, 99.0f});
  writer.write(std::array<float, 2>{1.0f, std::numeric_limits<float>::infinity()});
  expect_contains(
      error_of([&] {
        writer.write(std::array<float, 2>{1.0f, std::numeric_limits<float>::quiet_NaN()});
      }),
      "a.avi: element 1 of a frame is not a number");
  writer.close();
  EXPECT_EQ(read_video(folder / "a.avi").pixels,
            (Bytes{0, 0, 1, 255, 255, 99, 1, 1, 1, 255, 255, 255}));

  VideoReader reader(folder / "a.avi");
  std::vector<float> frame(6);
  ASSERT_TRUE(reader.next(frame));
  EXPECT_EQ(frame, (std::vector<float>{0, 0, 1, 255, 255, 99}));
}

// What is refused, and how.

TEST(VideoWriter, LeavesNothingUnlessItIsClosed) {
  const TemporaryFolder folder;
  const Images images = plain(1);
  for (const char* name : {"a.mp4", "a.avi", "a.webm", "frames/"}) {
    {
      VideoWriter writer(folder / name, 16, 16);
      writer.write(images.image(0));
      EXPECT_FALSE(fs::exists(folder / name));
    }
    EXPECT_EQ(folder.entries(), 0) << name;
    VideoWriter empty(folder / name, 16, 16);
    expect_contains(error_of([&] { empty.close(); }), "a video without frames");
    EXPECT_EQ(folder.entries(), 0) << name;
    expect_contains(error_of([&] { empty.write(images.image(0)); }), "a video that was closed");
    expect_contains(error_of([&] { empty.close(); }), "is closed again");
  }
}

TEST(VideoWriter, LeavesNothingIfItsProcessIsKilled) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "a.avi", "a.webm", "frames/"}) {
    const pid_t child = ::fork();
    if (child == 0) {
      VideoWriter writer(folder / name, 16, 16);
      writer.write(plain(1).image(0));
      ::raise(SIGKILL);
    }
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_EQ(folder.entries(), 0) << name;
  }
  fs::create_directory(folder / ".frames.frames-1");  // of one killed while the folder was made
  folder.write(".frames.frames-1/000000.png", "half");
  write_video(folder / "frames/", plain(2));
  EXPECT_EQ(folder.entries(), 1 + 2);
}

TEST(VideoWriter, ReplacesFilesAndEmptyFoldersOnly) {
  const TemporaryFolder folder;
  folder.write("a.avi", "old");
  write_video(folder / "a.avi", plain(2));
  EXPECT_EQ(read_video(folder / "a.avi").count(), 2);
  fs::create_directory(folder / "frames");
  write_video(folder / "frames", plain(2));
  EXPECT_TRUE(fs::exists(folder / "frames/000001.png"));
  expect_contains(error_of([&] { write_video(folder / "frames", plain(2)); }),
                  "expected a new or an empty folder");
  expect_contains(error_of([] { write_video("/dev/full.d/a.avi", plain(2)); }),
                  "/dev/full.d/a.avi: cannot be written");
}

TEST(VideoWriter, LeavesNothingHalfWrittenWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  write_video(folder / "a.avi", plain(1));
  const Bytes old = read_file(folder / "a.avi");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{}, small{};
  getrlimit(RLIMIT_FSIZE, &limit);
  small = {6000, limit.rlim_max};  // stands for the disk's end
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = error_of([&] { write_video(folder / "a.avi", ball()); });
  setrlimit(RLIMIT_FSIZE, &limit);
  expect_contains(message, "a.avi: cannot be written: ");
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(read_file(folder / "a.avi"), old);
}

TEST(VideoWriter, WritesFastFilms) {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, double rate) {
    VideoWriterOptions options;
    options.frames_per_second = rate;
    write_video(folder / name, ball(), options);
    EXPECT_NEAR(VideoReader(folder / name).frames_per_second(), rate, rate / 1000) << name;
    EXPECT_EQ(read_video(folder / name).count(), 12) << name << " " << rate;
  };
  for (const double rate : {1001.0, 2000.0, 12345.0, 100000.0}) write("a.mp4", rate);
  write("a.webm", 1000);
  write("a.avi", 1000);
  EXPECT_EQ(nearest_rate("a.mp4", 2000), 2000);
  EXPECT_EQ(nearest_rate("a.webm", 2000), 1000);
  EXPECT_EQ(nearest_rate("a.avi", 2000), 1000);
  EXPECT_EQ(nearest_rate("folder/", 2000), 2000);
  VideoWriterOptions options;
  options.frames_per_second = 2000;
  expect_contains(error_of([&] { write_video(folder / "b.webm", ball(), options); }),
                  "frames per second: 2000, expected more than 0 and at most 1000");
}

TEST(VideoWriter, RefusesOptionsWithoutMeaning) {
  const auto refuse = [](auto change, std::string_view part) {
    VideoWriterOptions options = with("libx264");
    change(options);
    expect_contains(error_of([&] { encode_video(plain(1), options); }), part);
  };
  refuse([](VideoWriterOptions& o) { o.codec = "libx246"; },
         "expected one of libx264, libvpx-vp9, ffv1, mjpeg; did you mean");
  refuse([](VideoWriterOptions& o) { o.codec = ""; }, "codec '': unknown");
  refuse([](VideoWriterOptions& o) { o.frames_per_second = 0; }, "frames per second: 0, expected");
  refuse([](VideoWriterOptions& o) { o.frames_per_second = std::nan(""); },
         "frames per second: nan, expected");
  refuse([](VideoWriterOptions& o) { o.frames_per_second = 2e5; },
         "frames per second: 200000, expected more than 0 and at most 100000");
  refuse([](VideoWriterOptions& o) { o.crf = 52; }, "crf: 52, expected 0 to 51 for libx264");
  refuse([](VideoWriterOptions& o) { o.magnify = 0; }, "magnify: 0, expected");
  refuse([](VideoWriterOptions& o) { o.magnify = 2000; }, "frames of 32000 by 32000 pixels");
  expect_contains(error_of([] { encode_video({}, with("ffv1")); }), "frames of 0 by 0 pixels");
  expect_contains(error_of([] { write_video("a.mov", plain(1)); }),
                  "a.mov: expected the name of a video, .mp4, .webm or");
  const TemporaryFolder folder;
  VideoWriter writer(folder / "a.avi", 2, 3);
  expect_contains(error_of([&] { writer.write(Bytes(17)); }),
                  "a.avi: a frame of 17 elements, expected 2 by 3 by 1 or 3");
}

}  // namespace
}  // namespace rgm
