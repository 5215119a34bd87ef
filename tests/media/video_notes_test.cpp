#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "remux.h"
#include "rgm/media/film_file.h"
#include "rgm/media/picture_file.h"
#include "rgm/media/video_file.h"
#include "video_test_support.h"

// Films as cameras, broadcasts and screens make them: turned, of wide pixels, of a rate or a size
// that changes, or damaged.

namespace rgm {
namespace {

using namespace test;

/// Frames of noise, of which encoders make many bytes.
Images noise(std::size_t count, std::size_t height = 64, std::size_t width = 64) {
  Images images{height, width, 3, Bytes(count * height * width * 3)};
  std::uint32_t state = 1;
  for (auto& value : images.pixels)
    value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return images;
}

struct Read {
  std::vector<Bytes> frames;
  std::vector<double> seconds;
  VideoNotes notes;
};

Read read_all(const Bytes& bytes, const VideoOptions& options = {}) {
  VideoReader reader(bytes, "file", options);
  Bytes frame(reader.height() * reader.width() * 3);
  Read read;
  while (reader.next(frame)) {
    read.frames.push_back(frame);
    read.seconds.push_back(reader.seconds());
  }
  read.notes = reader.notes();
  return read;
}

VideoOptions lenient() {
  VideoOptions options;
  options.allow_truncated = true;
  return options;
}

constexpr std::int32_t kOne = 1 << 16, kUnit = 1 << 30;

/// A display matrix of [a b; c d].
std::array<std::int32_t, 9> matrix(std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) {
  return {a, b, 0, c, d, 0, 0, 0, kUnit};
}

// Upright.

/// A film of one frame of 2 by 3 pixels that all differ, 16 times as large, to be shown by a
/// matrix.
Bytes turned_film(const std::array<std::int32_t, 9>& how) {
  Images picture{32, 48, 3, Bytes(32 * 48 * 3)};
  for (std::size_t p = 0; p < 32 * 48; ++p)
    picture.pixels[3 * p] = static_cast<std::uint8_t>(40 * (p / 48 / 16 * 3 + p % 48 / 16));
  Remuxing remuxing;
  remuxing.matrix = how;
  return remuxed(encode_video(picture, with("ffv1")), "mov", remuxing);
}

TEST(VideoReader, TurnsFramesAsTheirMatrixSays) {
  for (int flips = 0; flips < 8; ++flips) {
    const std::int32_t first = (flips & 1) != 0 ? -1 : 1, second = (flips & 2) != 0 ? -1 : 1;
    const bool across = (flips & 4) != 0;
    const auto how = across ? matrix(0, first * kOne, second * kOne, 0)
                            : matrix(first * kOne, 0, 0, second * kOne);
    const Images upright = parse_video(turned_film(how), "file");
    ASSERT_EQ(upright.height, across ? 48 : 32) << flips;
    ASSERT_EQ(upright.width, across ? 32 : 48) << flips;
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 3; ++x) {
        // Where the matrix takes the block, from a corner that becomes the new first one.
        int to_x = (how[0] * x + how[3] * y) / kOne, to_y = (how[1] * x + how[4] * y) / kOne;
        if (to_x < 0 || (to_x == 0 && how[0] + how[3] < 0)) to_x += across ? 1 : 2;
        if (to_y < 0 || (to_y == 0 && how[1] + how[4] < 0)) to_y += across ? 2 : 1;
        const std::size_t row = 16 * static_cast<std::size_t>(to_y) + 8,
                          column = 16 * static_cast<std::size_t>(to_x) + 8;
        EXPECT_EQ(upright.pixels[3 * (row * upright.width + column)], 40 * (3 * y + x))
            << flips << " " << y << " " << x;
      }
  }
}

TEST(VideoReader, SaysHowItTurned) {
  const auto notes = [](const std::array<std::int32_t, 9>& how) {
    return read_all(turned_film(how)).notes;
  };
  EXPECT_EQ(notes(matrix(0, kOne, -kOne, 0)).quarter_turns, 1);  // as most telephones film
  EXPECT_EQ(notes(matrix(-kOne, 0, 0, -kOne)).quarter_turns, 2);
  EXPECT_EQ(notes(matrix(0, -kOne, kOne, 0)).quarter_turns, 3);
  EXPECT_FALSE(notes(matrix(0, -kOne, kOne, 0)).mirrored);
  EXPECT_TRUE(notes(matrix(-kOne, 0, 0, kOne)).mirrored);
  EXPECT_EQ(notes(matrix(0, 0, 0, 0)).quarter_turns, 0);
  const auto by = [](double degrees) {
    const double angle = degrees / 180 * std::numbers::pi;
    const auto c = static_cast<std::int32_t>(std::lround(std::cos(angle) * kOne)),
               s = static_cast<std::int32_t>(std::lround(std::sin(angle) * kOne));
    return matrix(c, s, -s, c);
  };
  EXPECT_EQ(notes(by(100)).quarter_turns, 1);
  EXPECT_TRUE(notes(by(100)).between_quarters);
  EXPECT_FALSE(notes(by(90.3)).between_quarters);
}

TEST(VideoReader, GivesTurnedFramesInOtherSizes) {
  VideoOptions options;
  options.height = 24;
  const Images small = parse_video(turned_film(matrix(0, kOne, -kOne, 0)), "file", options);
  EXPECT_EQ(small.height, 24);
  EXPECT_EQ(small.width, 16);
  EXPECT_EQ(small.pixels[3 * (4 * 16 + 12)], 0);    // what was stored first is at the top right
  EXPECT_EQ(small.pixels[3 * (20 * 16 + 4)], 200);  // and what was last at the bottom left
}

TEST(VideoReader, RespectsTheShapeOfPixels) {
  Remuxing wide;
  wide.pixel_aspect = {4, 3};
  const Bytes bytes = remuxed(encode_video(ball(48, 60), with("mjpeg")), "mov", wide);
  const auto size = [&](std::size_t height, std::size_t width) {
    VideoOptions options;
    options.height = height;
    options.width = width;
    const VideoReader reader(bytes, "file", options);
    EXPECT_NEAR(reader.notes().pixel_aspect, 4.0 / 3, 1e-9);
    return std::pair(reader.height(), reader.width());
  };
  EXPECT_EQ(size(0, 0), std::pair(48ul, 80ul));
  EXPECT_EQ(size(24, 0), std::pair(24ul, 40ul));
  EXPECT_EQ(size(48, 60), std::pair(48ul, 60ul));
}

// Times.

/// A frame of value 10 i at `times[i]` milliseconds; the last entry is the end.
Bytes film_at(std::vector<std::int64_t> times, const char* container = "matroska") {
  Remuxing remuxing;
  remuxing.milliseconds = [&](std::int64_t frame) {
    return times[std::min(static_cast<std::size_t>(frame), times.size() - 1)];
  };
  return remuxed(encode_video(plain(times.size() - 1), with("ffv1")), container, remuxing);
}

TEST(VideoReader, TellsOfRatesThatVary) {
  const auto varies = [](const std::vector<std::int64_t>& times) {
    return read_all(film_at(times)).notes.variable_rate;
  };
  EXPECT_TRUE(varies({0, 40, 80, 280, 480, 520}));
  EXPECT_TRUE(varies({0, 40, 80, 120, 200, 240}));  // a frame is held
  EXPECT_FALSE(varies({0, 40, 80, 120, 160, 200}));
  EXPECT_FALSE(varies({0, 17, 33, 50, 67, 83}));
  EXPECT_FALSE(varies({0, 50, 83, 133, 167, 217, 250}));  // two and three fields in turn
  EXPECT_FALSE(varies({0, 2000, 4000, 6000}));
  EXPECT_FALSE(varies({0, 40}));
}

TEST(VideoReader, KnowsWhenFramesBegin) {
  const auto read = read_all(film_at({1000, 1040, 1080, 1280, 1480, 1520}));
  ASSERT_EQ(read.seconds.size(), 5);
  const std::array wanted{0.0, 0.04, 0.08, 0.28, 0.48};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(read.seconds[i], wanted[i], 1e-9);
  VideoOptions options;
  options.first = 1;
  options.stride = 2;
  const auto some = read_all(film_at({0, 40, 80, 280, 480, 520}), options);
  ASSERT_EQ(some.seconds.size(), 2);
  EXPECT_NEAR(some.seconds[1], 0.28, 1e-9);
}

TEST(VideoReader, SamplesByTimeAtAConstantRate) {
  const Bytes bytes = film_at({0, 40, 80, 280, 480, 520});
  const auto at = [&](double rate) {
    VideoOptions options;
    options.frames_per_second = rate;
    const VideoReader reader(bytes, "file", options);
    EXPECT_EQ(reader.frames_per_second(), rate);
    std::vector<int> frames;
    for (const auto& frame : read_all(bytes, options).frames) frames.push_back(frame[0] / 10);
    return frames;
  };
  EXPECT_EQ(at(25), (std::vector<int>{0, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4}));
  EXPECT_EQ(at(5), (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(at(1), (std::vector<int>{4}));
  EXPECT_EQ(at(0.1), (std::vector<int>{4}));  // never none
  VideoOptions options;
  options.frames_per_second = 25;
  options.first = 5;
  options.stride = 3;
  options.frames = 3;
  EXPECT_EQ(VideoReader(bytes, "file", options).frames_per_second(), 25.0 / 3);
  const auto some = read_all(bytes, options);
  ASSERT_EQ(some.frames.size(), 3);
  EXPECT_EQ(some.frames[2][0], 30);
  EXPECT_NEAR(some.seconds[1], 0.32, 1e-9);
  for (const double rate : {-1.0, 1001.0, std::nan("")}) {
    options.frames_per_second = rate;
    expect_contains(error_of([&] { parse_video(bytes, "file", options); }), "frames per second: ");
  }
}

TEST(VideoReader, SamplesFoldersToo) {
  const TemporaryFolder folder;
  for (int i = 0; i < 10; ++i)
    write_png(folder / (std::to_string(i) + ".png"),
              {2, 2, 1, Bytes(4, static_cast<std::uint8_t>(i))});
  VideoOptions options;
  options.frames_per_second = 5;  // of 25
  const Images read = read_video(folder.path(), options);
  ASSERT_EQ(read.count(), 2);
  EXPECT_EQ(read.image(1)[0], 7);  // the last whose time rounds down to a fifth of a second
}

TEST(FilmFile, LastsAsLongAsItsFrames) {
  const TemporaryFolder folder;
  const auto rate = [&](const Bytes& bytes, const VideoOptions& options = {}) {
    return film_of(folder.write("film.mkv", bytes), options).frames_per_second;
  };
  EXPECT_NEAR(rate(film_at({0, 40, 80, 280, 480, 520})), 5 / 0.52, 0.01);
  EXPECT_EQ(rate(film_at({0, 40, 80, 120, 160, 200})), 25);
  VideoOptions options;
  options.stride = 2;
  EXPECT_NEAR(rate(film_at({0, 40, 80, 280, 480, 520}), options), 2.5 / 0.52, 0.01);
  options.frames_per_second = 10;
  EXPECT_EQ(rate(film_at({0, 40, 80, 280, 480, 520}), options), 5);
}

TEST(FilmFile, TellsWhoeverFollowsIt) {
  const TemporaryFolder folder;
  std::size_t frames = 0, ends = 0;
  bool varies = false;
  const auto film = film_of(folder.write("film.mkv", film_at({0, 40, 80, 280, 480})), {},
                            [&](const VideoReader& reader, bool ended) {
                              ++(ended ? ends : frames);
                              varies = reader.notes().variable_rate;
                            });
  EXPECT_EQ(frames, 0);
  Bytes frame(film.height * film.width * 3);
  const auto next = film.open();
  while (next(frame)) {
  }
  EXPECT_FALSE(next(frame));
  EXPECT_EQ(frames, 4);
  EXPECT_EQ(ends, 1);
  EXPECT_TRUE(varies);
}

// Sizes.

TEST(VideoReader, BringsFramesOfOtherSizesToTheFirst) {
  Bytes bytes = encode_video(ball(), with("mjpeg"));
  const Bytes start_of_frame{0xff, 0xc0, 0x00, 0x11, 0x08, 0x00};
  const auto next = [&](Bytes::iterator from) {
    return std::search(from, bytes.end(), start_of_frame.begin(), start_of_frame.end());
  };
  next(next(bytes.begin()) + 1)[6] = 32;  // the height of the second
  const auto read = read_all(bytes);
  EXPECT_EQ(read.frames.size(), 12);
  EXPECT_EQ(read.notes.size_changes, 2);
  EXPECT_FALSE(read.notes.damaged());
  EXPECT_EQ(parse_video(bytes, "file").height, 48);

  const TemporaryFolder folder;
  write_png(folder / "1.png", {2, 3, 1, Bytes(6, 10)});
  write_png(folder / "2.png", {4, 6, 3, Bytes(72, 20)});
  write_png(folder / "3.png", {4, 6, 3, Bytes(72, 30)});
  VideoReader reader(folder.path());
  Bytes frame(18);
  for (const int value : {10, 20, 30}) {
    ASSERT_TRUE(reader.next(frame));
    EXPECT_EQ(frame, Bytes(18, static_cast<std::uint8_t>(value)));
  }
  EXPECT_EQ(reader.notes().size_changes, 1);
}

// Damage.

constexpr std::size_t kPacket = 188;  // bytes, of MPEG-TS

/// MPEG-TS without a packet of video in its middle.
Bytes without_a_packet(Bytes bytes) {
  std::size_t at = bytes.size() / kPacket / 2 * kPacket;
  while ((bytes[at + 1] & 0x40) != 0) at += kPacket;  // not one where a frame begins
  bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
              bytes.begin() + static_cast<std::ptrdiff_t>(at + kPacket));
  return bytes;
}

TEST(VideoReader, GoesOnAfterALostPacketIfAllowed) {
  for (const bool mpeg2 : {false, true}) {
    const Bytes whole =
        mpeg2 ? broadcast(noise(30)) : remuxed(encode_video(noise(12), with("libx264")), "mpegts");
    const std::size_t count = mpeg2 ? 30 : 12;
    EXPECT_EQ(parse_video(whole, "file").count(), count);
    const Bytes bytes = without_a_packet(whole);
    expect_contains(parse_error(bytes), "file: damaged or truncated after ");
    const auto strict = read_all(bytes), all = read_all(bytes, lenient());
    EXPECT_LT(strict.frames.size(), count);
    EXPECT_EQ(all.frames.size(), count);
    EXPECT_GT(all.notes.damaged_packets, 0);
    EXPECT_LE(all.notes.damaged_packets, 2);
    EXPECT_EQ(strict.frames[0], all.frames[0]);
    EXPECT_EQ(all.frames, read_all(bytes, lenient()).frames);
  }
}

TEST(VideoReader, NoticesDamageInsideOfContainers) {
  for (const char* container : {"mp4", "matroska"}) {
    Bytes bytes = remuxed(broadcast(noise(30)), container);
    EXPECT_EQ(parse_video(bytes, "file").count(), 30) << container;
    for (std::size_t i = 0; i < 40; ++i) bytes[bytes.size() / 2 + i] ^= 0x5a;
    expect_contains(parse_error(bytes), "file: damaged or truncated after ");
    const auto all = read_all(bytes, lenient());
    EXPECT_EQ(all.frames.size(), 30) << container;
    EXPECT_GT(all.notes.damaged_frames + all.notes.damaged_packets, 0) << container;
  }
}

TEST(VideoReader, TakesRecordingsThatBeginAndEndAnywhere) {
  const Bytes whole = broadcast(noise(30));
  const std::size_t packets = whole.size() / kPacket;
  for (std::size_t from = 0; from < packets * 3 / 4; from += packets / 23)
    for (const std::size_t odd : {0, 77}) {
      const Bytes part(
          whole.begin() + static_cast<std::ptrdiff_t>(from * kPacket + odd),
          whole.end() - static_cast<std::ptrdiff_t>(odd == 0 ? 0 : from * kPacket / 8));
      const auto read = read_all(part);
      EXPECT_FALSE(read.notes.damaged()) << from << " " << odd;
      EXPECT_FALSE(read.notes.variable_rate) << from << " " << odd;
      EXPECT_GE(read.frames.size(), 3) << from << " " << odd;
    }
}

TEST(VideoReader, AHeaderThatClaimsMoreIsNoDamage) {
  Bytes bytes = encode_video(ball(), with("ffv1"));
  const std::string_view header = "strh";
  const auto at =
      std::search(bytes.begin(), bytes.end(), header.begin(), header.end(),
                  [](std::uint8_t byte, char c) { return byte == static_cast<std::uint8_t>(c); });
  constexpr std::ptrdiff_t kLength = 8 + 32;
  ASSERT_EQ(at[kLength], 12);
  at[kLength] = 20;
  const auto read = read_all(bytes);
  EXPECT_EQ(read.frames.size(), 12);
  EXPECT_FALSE(read.notes.damaged());
  EXPECT_NEAR(read.notes.missing_seconds, 8 / 25.0, 1e-6);
  bytes.resize(bytes.size() * 3 / 4);  // now it is cut
  EXPECT_TRUE(read_all(bytes).notes.damaged());
  EXPECT_EQ(read_all(bytes).notes.missing_seconds, 0);
}

}  // namespace
}  // namespace rgm
