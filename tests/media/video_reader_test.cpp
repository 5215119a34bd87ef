#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>

#include "media_test_support.h"
#include "rgm/media/picture_file.h"
#include "rgm/media/video_file.h"
#include "video_test_support.h"

namespace rgm {
namespace {

using namespace test;

/// Where `text` first is in `bytes`, at or after `from`.
std::size_t find(const Bytes& bytes, std::string_view text, std::size_t from = 0) {
  const auto found = std::search(
      bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), text.begin(), text.end(),
      [](std::uint8_t byte, char c) { return byte == static_cast<std::uint8_t>(c); });
  EXPECT_NE(found, bytes.end()) << text;
  return static_cast<std::size_t>(found - bytes.begin());
}

// Which frames are read, and in which size.

RC_GTEST_PROP(VideoReader, GivesTheFramesThatItsOptionsKeep, ()) {
  static const Bytes bytes = encode_video(plain(20), with("ffv1"));
  VideoOptions options;
  options.first = *rc::gen::inRange<std::size_t>(0, 19);
  options.stride = *rc::gen::inRange<std::size_t>(1, 8);
  options.frames = *rc::gen::inRange<std::size_t>(0, 8);
  Bytes expected;
  for (std::size_t i = options.first;
       i < 20 && (options.frames == 0 || expected.size() < options.frames); i += options.stride)
    expected.push_back(static_cast<std::uint8_t>(10 * i));
  const VideoReader reader(bytes, "file", options);
  RC_ASSERT(reader.frame_count() == expected.size());
  RC_ASSERT(reader.frames_per_second() == 25.0 / static_cast<double>(options.stride));
  const Images read = parse_video(bytes, "file", options);
  RC_ASSERT(read.count() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) RC_ASSERT(read.image(i)[100] == expected[i]);
}

TEST(VideoReader, LeavesTheFrameAloneAfterTheLast) {
  const Bytes bytes = encode_video(plain(2, 4, 4), with("ffv1"));
  VideoReader first(bytes, "file");
  VideoReader reader = std::move(first);
  Bytes frame(48);
  EXPECT_TRUE(reader.next(frame));
  EXPECT_TRUE(reader.next(frame));
  frame[0] = 77;
  EXPECT_FALSE(reader.next(frame));
  EXPECT_FALSE(reader.next(frame));
  EXPECT_EQ(frame[0], 77);
  EXPECT_FALSE(reader.notes().damaged());
  expect_contains(error_of([&] { reader.next(std::span(frame).first(47)); }),
                  "47 elements, expected 4 by 4 by 3");
}

TEST(VideoReader, GivesOtherSizes) {
  const Bytes bytes = encode_video(ball(48, 64), with("ffv1"));
  const auto size = [&](std::size_t height, std::size_t width) {
    VideoOptions options;
    options.height = height;
    options.width = width;
    const Images read = parse_video(bytes, "file", options);
    EXPECT_EQ(read.count(), 12);
    return std::pair(read.height, read.width);
  };
  EXPECT_EQ(size(0, 0), std::pair(48ul, 64ul));
  EXPECT_EQ(size(24, 0), std::pair(24ul, 32ul));
  EXPECT_EQ(size(0, 100), std::pair(75ul, 100ul));
  EXPECT_EQ(size(10, 90), std::pair(10ul, 90ul));
  EXPECT_EQ(size(1, 1), std::pair(1ul, 1ul));
}

TEST(VideoReader, ShrinksByAveraging) {
  Images checks{32, 32, 3, {}};
  for (std::size_t i = 0; i < 32 * 32; ++i)
    checks.pixels.insert(checks.pixels.end(), 3, (i / 32 + i) % 2 == 0 ? 0 : 200);
  VideoOptions options;
  options.height = options.width = 8;
  for (const std::uint8_t value :
       parse_video(encode_video(checks, with("ffv1")), "file", options).pixels)
    EXPECT_NEAR(value, 100, 1);
  const Images small = parse_video(encode_video(ball(), with("ffv1")), "file", options);
  EXPECT_EQ(small.pixels, parse_video(encode_video(ball(), with("ffv1")), "file", options).pixels);
}

TEST(VideoReader, TakesNoMoreMemoryThanAllowed) {
  VideoOptions options;
  options.max_bytes = 5 * 768;
  options.frames = 5;
  const Bytes bytes = encode_video(plain(6), with("ffv1"));
  EXPECT_EQ(parse_video(bytes, "file", options).count(), 5);
  options.frames = 0;
  expect_contains(error_of([&] { parse_video(bytes, "file", options); }),
                  "file: more than 5 frames of 16 by 16 pixels");
}

TEST(VideoReader, ReadsFoldersInNaturalOrder) {
  const TemporaryFolder folder;
  for (const int i : {1, 2, 10, 9, 100})
    write_png(folder / ("f" + std::to_string(i) + ".png"),
              {2, 2, 1, Bytes(4, static_cast<std::uint8_t>(i))});
  folder.write("notes.txt", "no frame");
  const Images read = read_video(folder.path());
  ASSERT_EQ(read.count(), 5);
  EXPECT_EQ(read.channels, 3);
  EXPECT_EQ((Bytes{read.image(0)[0], read.image(1)[1], read.image(2)[2], read.image(3)[0],
                   read.image(4)[5]}),
            (Bytes{1, 2, 9, 10, 100}));
  VideoOptions options;
  options.first = 1;
  options.stride = 2;
  const Images some = read_video(folder.path(), options);
  ASSERT_EQ(some.count(), 2);
  EXPECT_EQ(some.image(1)[0], 10);
}

// What is refused, and how.

TEST(VideoReader, EndsBeforeTheDamageAndSaysSo) {
  for (const char* codec : {"ffv1", "mjpeg", "libvpx-vp9"}) {
    Bytes bytes = encode_video(ball(), with(codec));
    bytes.resize(bytes.size() * 3 / 4);
    VideoReader reader(bytes, "file");
    Bytes frame(reader.height() * reader.width() * 3);
    std::size_t count = 0;
    while (reader.next(frame)) ++count;
    EXPECT_TRUE(reader.notes().damaged()) << codec;
    EXPECT_GT(count, 0) << codec;
    EXPECT_LT(count, 12) << codec;
    expect_contains(parse_error(bytes),
                    "file: damaged or truncated after " + std::to_string(count) + " frames");
    VideoOptions lenient;
    lenient.allow_truncated = true;
    // What is left of the frame that was cut may be given, too.
    EXPECT_GE(parse_video(bytes, "file", lenient).count(), count) << codec;
    EXPECT_LE(parse_video(bytes, "file", lenient).count(), count + 1) << codec;
  }
  Bytes bytes = encode_video(ball(), with("libx264"));  // whose table of contents comes last
  bytes.resize(bytes.size() / 2);
  expect_contains(parse_error(bytes),
                  "file: expected a video file, found none, or a damaged or truncated one");
}

TEST(VideoReader, SurvivesAnyTruncation) {
  for (const char* codec : {"ffv1", "libx264", "libvpx-vp9", "mjpeg"}) {
    const Bytes bytes = encode_video(plain(3), with(codec));
    for (std::size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 61) {
      try {
        EXPECT_LE(parse_video({bytes.data(), size}, "file").count(), 3) << codec << " " << size;
      } catch (const Error&) {
      }
    }
  }
}

TEST(VideoReader, RefusesWhatIsNoVideo) {
  const TemporaryFolder folder;
  testing::internal::CaptureStderr();
  const auto refuse = [&](const std::string& path, std::string_view part) {
    const std::string message = error_of([&] { VideoReader reader(path); });
    expect_contains(message, path + ": ");
    expect_contains(message, part);
  };
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += "Once upon a time there was a file that called itself a film.\n";
  refuse(folder.write("text.mp4", text), "expected a video file, found none");
  refuse(folder.write("garbage.avi", encode_png({64, 64, 1, Bytes(64 * 64, 9)})),
         "expected a video file, found none");
  refuse(folder.write("empty.webm", ""), "the file is empty");
  folder.write("film.avi", encode_video(plain(2), with("ffv1")));
  refuse(folder.write("concat.mp4", "ffconcat version 1.0\nfile 'film.avi'\n"),
         "expected a video file, found none");
  refuse(folder.write("list.m3u8",
                      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfilm.avi\n#EXT-X-ENDLIST\n"),
         "expected a video file, found none");
  refuse(folder / "absent.mp4", "no such file or folder");
  refuse("/dev/null", "found a device");
  fs::create_directory(folder / "vacant");
  refuse(folder / "vacant", "no PNG, JPEG,");
  encode_video(plain(2), with("libx264"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(VideoReader, RefusesFilesWithoutVideo) {
  Bytes sound = encode_video(plain(2), with("ffv1"));
  std::ranges::copy(std::string_view("auds"),
                    sound.begin() + static_cast<std::ptrdiff_t>(find(sound, "vids")));
  expect_contains(parse_error(sound), "file: no stream of video");
}

TEST(VideoReader, RefusesUnknownEncodings) {
  Bytes bytes = encode_video(plain(2), with("ffv1"));
  for (std::size_t i = 0; i < 2; ++i)
    std::ranges::copy(std::string_view("QQQQ"),
                      bytes.begin() + static_cast<std::ptrdiff_t>(find(bytes, "FFV1")));
  const std::string message = parse_error(bytes);
  expect_contains(message, "file: ");
  expect_contains(message, "no decoder");
}

TEST(VideoReader, RefusesAbsurdSizesBeforeItTakesMemory) {
  Bytes bytes = encode_video(plain(2), with("ffv1"));
  const std::size_t width = find(bytes, "strf") + 12;
  std::ranges::copy(Bytes{0, 0, 1, 0}, bytes.begin() + static_cast<std::ptrdiff_t>(width));
  expect_contains(parse_error(bytes),
                  "file: frames of 16 by 65536 pixels, expected sides from 1 to 16384");
  std::ranges::copy(Bytes{0, 64, 0, 0, 0, 64, 0, 0},
                    bytes.begin() + static_cast<std::ptrdiff_t>(width));
  expect_contains(parse_error(bytes), "file: frames of 16384 by 16384 pixels, expected");
  VideoOptions options;
  options.height = 20000;
  expect_contains(
      error_of([&] { parse_video(encode_video(plain(2), with("ffv1")), "file", options); }),
      "20000 by 20000");
}

TEST(VideoReader, TellsWhatIsLeftOutOfAFolder) {
  const TemporaryFolder folder;
  write_png(folder / "1.png", {2, 3, 1, Bytes(6, 10)});
  folder.write("2.heic", "another picture");
  fs::copy_file(corpus("picture") / "animated.gif", folder / "3.gif");
  VideoReader reader(folder.path());
  Bytes frame(2 * 3 * 3);
  while (reader.next(frame)) continue;
  ASSERT_EQ(reader.notes().files.size(), 2U);
  EXPECT_EQ(reader.notes().files[0].first, folder / "2.heic");
  EXPECT_EQ(reader.notes().files[1].first, folder / "3.gif");
  EXPECT_FALSE(reader.notes().damaged());
}

TEST(VideoReader, BringsPicturesOfAFolderToTheSizeOfTheFirst) {
  const TemporaryFolder folder;
  write_png(folder / "1.png", {2, 3, 1, Bytes(6, 10)});
  write_png(folder / "2.png", {3, 2, 3, Bytes(18, 20)});
  const Images film = read_video(folder.path());
  EXPECT_EQ(film.height, 2);
  EXPECT_EQ(film.width, 3);
  Bytes expected(2 * film.pixels_per_image(), 20);
  std::fill_n(expected.begin(), film.pixels_per_image(), std::uint8_t{10});
  EXPECT_EQ(film.pixels, expected);
}

TEST(VideoReader, RefusesOptionsWithoutMeaning) {
  const Bytes bytes = encode_video(plain(3), with("ffv1"));
  VideoOptions options;
  options.stride = 0;
  expect_contains(error_of([&] { parse_video(bytes, "file", options); }), "stride: 0");
  options.stride = 1;
  options.first = 3;
  expect_contains(error_of([&] { parse_video(bytes, "file", options); }),
                  "file: the options keep no frame");
  EXPECT_EQ(VideoReader(bytes, "file", options).frame_count(), 0);
}

TEST(VideoReader, NothingInTheCorpusDoesHarm) {
  std::size_t read = 0;
  for (const auto& entry : fs::directory_iterator(corpus("video"))) {
    try {
      read += read_video(entry.path()).count() > 0 ? 1 : 0;
    } catch (const Error&) {
    }
  }
  EXPECT_EQ(read, 7);  // one of each codec, one each turned, of a variable rate, of two sizes
}

// A reader borrows its bytes.
static_assert(std::is_constructible_v<VideoReader, const Bytes&, std::string> &&
              !std::is_constructible_v<VideoReader, Bytes, std::string> &&
              !std::is_constructible_v<VideoReader, Bytes, std::string, VideoOptions>);

}  // namespace
}  // namespace rgm
