#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "media_test_support.h"
#include "rgm/base/crc32.h"
#include "rgm/media/picture_file.h"

// How pictures are read: formats, orientation, ground, shape, and what is noted. The files of the
// corpus have 16 by 16 pixels, the left half of one colour and the right half of another (made by
// Pillow 12); `turned` ones are stored a quarter turn off and say so (EXIF value 6).

namespace rgm {
namespace {

using namespace test;

void append_big_endian(Bytes& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0})
    bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}

void append_chunk(Bytes& png, std::string_view type, const Bytes& data) {
  append_big_endian(png, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = png.size();
  png.insert(png.end(), type.begin(), type.end());
  png.insert(png.end(), data.begin(), data.end());
  append_big_endian(png, crc32(std::span(png).subspan(start)));
}

struct Chunk {
  std::string_view type;
  Bytes data;
};

/// A PNG file of 8 bits a channel, not compressed. Colour types: 0 grey, 2 RGB, 3 palette, 4 grey
/// and alpha, 6 RGB and alpha.
Bytes png(std::uint32_t height, std::uint32_t width, std::uint8_t colour_type, const Bytes& pixels,
          const std::vector<Chunk>& chunks = {}) {
  Bytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  Bytes header;
  append_big_endian(header, width);
  append_big_endian(header, height);
  header.insert(header.end(), {8, colour_type, 0, 0, 0});
  append_chunk(file, "IHDR", header);
  for (const Chunk& chunk : chunks) append_chunk(file, chunk.type, chunk.data);

  Bytes rows;
  const std::size_t row_bytes = pixels.size() / height;
  for (std::size_t y = 0; y < height; ++y) {
    rows.push_back(0);  // no filter
    const auto row = pixels.begin() + static_cast<std::ptrdiff_t>(y * row_bytes);
    rows.insert(rows.end(), row, row + static_cast<std::ptrdiff_t>(row_bytes));
  }
  std::uint32_t a = 1, b = 0;
  for (const std::uint8_t value : rows) {
    a = (a + value) % 65521;
    b = (b + a) % 65521;
  }
  const auto low = static_cast<std::uint8_t>(rows.size()),
             high = static_cast<std::uint8_t>(rows.size() >> 8);
  Bytes stream{
      0x78, 0x01, 1, low, high, static_cast<std::uint8_t>(~low), static_cast<std::uint8_t>(~high)};
  stream.insert(stream.end(), rows.begin(), rows.end());
  append_big_endian(stream, b << 16 | a);
  append_chunk(file, "IDAT", stream);
  append_chunk(file, "IEND", {});
  return file;
}

Bytes kept(std::string_view name) { return read_file(corpus("picture") / name); }

Images read(const Bytes& bytes, const PictureOptions& options = {}, PictureNotes* notes = nullptr) {
  return parse_picture(bytes, "file", options, notes);
}

PictureOptions on_ground(std::array<std::uint8_t, 3> ground) {
  PictureOptions options;
  options.loading.ground = ground;
  return options;
}

PictureOptions brought_to(PictureShape shape, Fit fit = Fit::kStretch) {
  PictureOptions options;
  options.shape = shape;
  options.loading.fit = fit;
  return options;
}

/// Expects the left half of one colour, the right half of another.
void expect_halves(const std::string& name, const Bytes& left, const Bytes& right, int tolerance) {
  const Images image = read(kept(name));
  ASSERT_EQ(image.height, 16U) << name;
  ASSERT_EQ(image.width, 16U) << name;
  ASSERT_EQ(image.channels, left.size()) << name;
  for (const std::size_t x : {2, 13})
    for (const std::size_t y : {2, 5})
      for (std::size_t c = 0; c < image.channels; ++c)
        EXPECT_NEAR(image.pixels[(y * 16 + x) * image.channels + c], x < 8 ? left[c] : right[c],
                    tolerance)
            << name;
}

TEST(PictureLoading, ReadsOtherFormats) {
  const Bytes red{255, 0, 0}, blue{0, 0, 255}, light{200}, dark{50}, white{255}, black{0};
  for (const char* name : {"rgb.webp", "rgba.webp", "animated.webp", "rgb.gif", "animated.gif",
                           "rgb.bmp", "rgb.tif", "rgba.tif", "rgb.ppm"})
    expect_halves(name, red, blue, 0);
  expect_halves("cmyk.tif", red, blue, 1);
  expect_halves("rgba_lossy.webp", red, blue, 8);
  for (const char* name : {"grey.gif", "grey.bmp", "grey.tif", "grey.pgm", "la.png"})
    expect_halves(name, light, dark, 0);
  for (const char* name : {"bits.tif", "bits.pbm"}) expect_halves(name, white, black, 0);
  EXPECT_EQ(read(kept("text.pgm")).pixels, (Bytes{0, 128}));
}

TEST(PictureLoading, TheHeaderTellsTheShape) {
  for (const auto& entry : fs::directory_iterator(corpus("picture"))) {
    if (entry.path().stem() == "truncated" || entry.path().stem() == "huge" ||
        entry.path().stem() == "many_scans")
      continue;
    const Images picture = read_picture(entry.path());
    EXPECT_EQ(read_picture_shape(entry.path()),
              (PictureShape{picture.height, picture.width, picture.channels}))
        << entry.path();
  }
}

TEST(PictureLoading, RefusesEveryTruncationOfOtherFormats) {
  for (const char* name : {"rgb.webp", "rgba_lossy.webp", "rgb.gif", "rgb.bmp", "grey.bmp",
                           "rgb.tif", "grey.tif", "rgb.ppm", "grey.pgm"}) {
    const Bytes bytes = kept(name);
    // A GIF or TIFF file may lack its last bytes, which say that no picture follows.
    for (std::size_t size = 0; size + 4 < bytes.size(); ++size)
      EXPECT_THROW(parse_picture({bytes.data(), size}, "file"), Error) << name << " " << size;
  }
}

TEST(PictureLoading, NotesAnimationsAndPages) {
  for (const char* name : {"animated.gif", "animated.webp"}) {
    PictureNotes notes;
    read(kept(name), {}, &notes);
    EXPECT_TRUE(notes.first_of_several) << name;
  }
  PictureNotes notes{.repaired = true, .one_colour = true, .first_of_several = true};
  read(kept("rgb.gif"), {}, &notes);
  EXPECT_FALSE(notes.first_of_several || notes.repaired || notes.one_colour);
}

TEST(PictureLoading, EachOfEightOrientations) {
  const Bytes stored{1, 2, 3, 4, 5, 6};
  const std::vector<Bytes> upright{{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1},
                                   {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3},
                                   {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
  const TemporaryFolder folder;
  for (std::uint8_t value = 1; value <= 8; ++value) {
    const Bytes exif{'M', 'M', 0, 42, 0, 0, 0,     8, 0, 1, 1, 0x12, 0,
                     3,   0,   0, 0,  1, 0, value, 0, 0, 0, 0, 0,    0};
    const Bytes file = png(2, 3, 0, stored, {{"eXIf", exif}});
    const Images picture = read(file);
    EXPECT_EQ(picture.height, value < 5 ? 2U : 3U);
    EXPECT_EQ(picture.pixels, upright[value - 1U]) << int{value};
    EXPECT_EQ(read_picture_shape(folder.write("a.png", file)),
              (PictureShape{picture.height, picture.width, 1}));
  }
}

TEST(PictureLoading, TurnsPicturesOfEveryFormat) {
  for (const char* name : {"turned.png", "turned.webp", "turned.tif"})
    expect_halves(name, {255, 0, 0}, {0, 0, 255}, 0);
  expect_halves("turned.jpg", {255, 0, 0}, {0, 0, 255}, 8);
}

TEST(PictureLoading, TheShapeIsThatOfTheUprightPicture) {
  const Bytes exif{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
  const Bytes file = png(2, 4, 0, {0, 0, 200, 200, 0, 0, 200, 200}, {{"eXIf", exif}});
  // Upright: 4 rows of 2, the upper ones dark.
  const Images picture = read(file, brought_to({2, 8, 1}, Fit::kPad));
  EXPECT_EQ(picture.height, 2U);
  EXPECT_EQ(picture.width, 8U);
  EXPECT_LT(picture.pixels[3], 40);
  EXPECT_GT(picture.pixels[8 + 3], 160);
  EXPECT_EQ(picture.pixels[0], 255);
}

TEST(PictureLoading, BlendsWithTheGroundInTheValuesOfTheFile) {
  const Bytes white_at_half = png(1, 2, 4, {255, 128, 255, 255});
  EXPECT_EQ(read(white_at_half, on_ground({0, 0, 0})).pixels, (Bytes{128, 255}));
  const Bytes colours = png(1, 2, 6, {200, 100, 0, 64, 9, 9, 9, 0});
  EXPECT_EQ(read(colours).pixels, (Bytes{241, 216, 191, 255, 255, 255}));
  EXPECT_EQ(read(colours, on_ground({0, 10, 20})).pixels, (Bytes{50, 33, 15, 0, 10, 20}));
}

TEST(PictureLoading, TransparentColoursOfPalettesAndOfGreyLieOnTheGround) {
  EXPECT_EQ(read(png(1, 2, 0, {7, 8}, {{"tRNS", {0, 7}}})).pixels, (Bytes{255, 8}));
  const Bytes palette{255, 0, 0, 0, 255, 0};
  EXPECT_EQ(read(png(1, 2, 3, {0, 1}, {{"PLTE", palette}, {"tRNS", {0}}})).pixels,
            (Bytes{255, 255, 255, 0, 255, 0}));
  const Images image = read(kept("clear.gif"));  // whose red is transparent
  EXPECT_EQ(image.pixels[0], 255);
  EXPECT_EQ(image.pixels[1], 255);
}

TEST(PictureLoading, AGreyPictureOnAColouredGroundIsInColour) {
  const Bytes file = png(1, 2, 4, {10, 255, 10, 0});
  const Images image = read(file, on_ground({1, 2, 3}));
  EXPECT_EQ(image.channels, 3U);
  EXPECT_EQ(image.pixels, (Bytes{10, 10, 10, 1, 2, 3}));
  EXPECT_EQ(read(file, on_ground({4, 4, 4})).pixels, (Bytes{10, 4}));
}

TEST(PictureLoading, APaletteOfGreysIsGrey) {
  const Bytes palette{3, 3, 3, 250, 250, 250};
  const Images image = read(png(1, 3, 3, {0, 1, 1}, {{"PLTE", palette}}));
  EXPECT_EQ(image.channels, 1U);
  EXPECT_EQ(image.pixels, (Bytes{3, 250, 250}));
}

TEST(PictureLoading, NotesWhatTheGroundHides) {
  const Bytes black_ink = png(1, 2, 4, {0, 255, 0, 0});
  PictureNotes notes;
  read(black_ink, on_ground({0, 0, 0}), &notes);
  EXPECT_TRUE(notes.one_colour);
  read(black_ink, {}, &notes);
  EXPECT_FALSE(notes.one_colour);
  read(png(1, 2, 4, {5, 255, 5, 255}), {}, &notes);  // of one colour by itself
  EXPECT_FALSE(notes.one_colour);
}

TEST(PictureLoading, StretchesCropsAndPads) {
  Bytes pixels(4 * 8);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = i % 8 < 4 ? 40 : 160;
  const Bytes file = encode_png({4, 8, 1, pixels});

  const Images crop = read(file, brought_to({4, 4, 0}, Fit::kCrop));
  EXPECT_EQ(crop.width, 4U);
  EXPECT_EQ(Bytes(crop.pixels.begin(), crop.pixels.begin() + 4), (Bytes{40, 40, 160, 160}));

  const Images pad = read(file, brought_to({8, 8, 3}, Fit::kPad));
  ASSERT_EQ(pad.pixels.size(), 8U * 8 * 3);
  EXPECT_EQ(pad.pixels[(1 * 8 + 3) * 3], 255);  // white above
  EXPECT_EQ(pad.pixels[(2 * 8 + 3) * 3], 40);
  EXPECT_EQ(pad.pixels[(5 * 8 + 7) * 3 + 2], 160);
  EXPECT_EQ(pad.pixels[(6 * 8 + 7) * 3], 255);

  const Images stretched = read(file, brought_to({2, 2, 1}));
  EXPECT_NEAR(stretched.pixels[0], 40, 10);  // the kernel is wider than a half
  EXPECT_NEAR(stretched.pixels[1], 160, 10);
}

TEST(PictureLoading, CropsTheMiddleOfAMirroredPictureToo) {
  const Bytes exif{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0};
  Bytes pixels, mirrored;
  for (int row = 0; row < 4; ++row)
    for (int x = 0; x < 9; ++x) {
      pixels.push_back(static_cast<std::uint8_t>(25 * x));
      mirrored.push_back(static_cast<std::uint8_t>(25 * (8 - x)));
    }
  for (const PictureShape shape : {PictureShape{3, 4, 1}, PictureShape{7, 10, 1}}) {
    const PictureOptions options =
        brought_to(shape, Fit::kCrop);  // a part of a column at both ends
    const Images plain = read(png(4, 9, 0, pixels), options);
    const Images other = read(png(4, 9, 0, mirrored, {{"eXIf", exif}}), options);
    for (std::size_t i = 0; i < plain.pixels.size(); ++i)
      EXPECT_NEAR(plain.pixels[i], other.pixels[i], 1) << i;
    EXPECT_NEAR(plain.pixels[0] + plain.pixels[shape.width - 1], 200, 2) << "its middle";
  }
}

TEST(PictureLoading, APictureOfOneColourStaysSoInEveryShape) {
  const Bytes file = encode_png({5, 3, 3, Bytes(45, 77)});
  for (const Fit fit : {Fit::kStretch, Fit::kCrop})
    for (const PictureShape shape : {PictureShape{1, 1, 3}, PictureShape{13, 2, 1},
                                     PictureShape{4, 40, 3}, PictureShape{5, 3, 1}}) {
      const Images image = read(file, brought_to(shape, fit));
      EXPECT_EQ(image.pixels, Bytes(shape.height * shape.width * shape.channels, 77));
    }
}

TEST(PictureLoading, ShrinkingAveragesSoThatNothingIsLost) {
  Bytes stripes(64 * 64);  // finer than what they are brought to
  for (std::size_t i = 0; i < stripes.size(); ++i) stripes[i] = i % 2 == 0 ? 0 : 200;
  for (const std::uint8_t value :
       read(encode_png({64, 64, 1, stripes}), brought_to({8, 8, 1})).pixels)
    EXPECT_NEAR(value, 100, 10);
}

TEST(PictureLoading, ChangesChannels) {
  const Bytes colour = encode_png({1, 3, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255}});
  EXPECT_EQ(read(colour, brought_to({1, 3, 1})).pixels, (Bytes{76, 150, 29}));  // ITU-R 601
  EXPECT_EQ(read(encode_png({1, 2, 1, {3, 4}}), brought_to({1, 2, 3})).pixels,
            (Bytes{3, 3, 3, 4, 4, 4}));
  EXPECT_EQ(read(colour, brought_to({1, 1, 0})).channels, 3U);
  expect_contains(error_of([&] { read(colour, brought_to({1, 1, 2})); }), "2 channels");
  expect_contains(error_of([&] { read(colour, brought_to({0, 1, 1})); }), "0 by 1 pixels");
}

TEST(PictureLoading, JpegFilesThatAreDecodedSmallerLookTheSame) {
  for (const char* name : {"rgb.jpg", "progressive.jpg", "cmyk.jpg"}) {
    const PictureOptions options = brought_to({1, 2, 3});  // decoded in a quarter of their size
    const Images small = read(kept(name), options);
    const Images whole = read(encode_png(read(kept(name))), options);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(small.pixels[i], whole.pixels[i], 8) << name;
  }
}

TEST(PictureLoading, MixesTheInksOfAJpeg) {
  expect_halves("cmyk.jpg", {255, 0, 0}, {0, 0, 255}, 8);
  Bytes bytes = kept("cmyk.jpg");
  ASSERT_EQ(std::string(&bytes[6], &bytes[11]), "Adobe");
  bytes.erase(bytes.begin() + 2, bytes.begin() + 18);  // the mark that says: inverted
  const Images image = read(bytes);
  // What was magenta and yellow (0, 255, 255, 0), stored as (255, 0, 0, 255), is now much black.
  EXPECT_NEAR(image.pixels[0], 0, 8);
  EXPECT_NEAR(image.pixels[1], 0, 8);
}

/// Expects the file to be read, with a note, as `image` is.
void expect_repaired(const Bytes& bytes, const Images& image) {
  PictureNotes notes;
  EXPECT_EQ(read(bytes, {}, &notes).pixels, image.pixels);
  EXPECT_TRUE(notes.repaired);
}

TEST(PictureLoading, ReadsJpegFilesWithHarmlessFaults) {
  for (const char* name : {"rgb.jpg", "grey.jpg", "progressive.jpg"}) {
    const Bytes whole = kept(name);
    PictureNotes notes;
    const Images image = read(whole, {}, &notes);
    EXPECT_FALSE(notes.repaired);

    Bytes junk = whole;
    junk.insert(junk.end() - 2, 40, 0x12);  // more than the decoder takes at once
    expect_repaired(junk, image);

    Bytes version = whole;
    ASSERT_EQ(std::string(&version[6], &version[10]), "JFIF");
    version[11] = 2;
    expect_repaired(version, image);

    expect_repaired(Bytes(whole.begin(), whole.end() - 2), image);  // without its end marker
  }
  Bytes transform = kept("cmyk.jpg");
  transform[17] = 9;
  PictureNotes notes;
  read(transform, {}, &notes);
  EXPECT_TRUE(notes.repaired);
}

TEST(PictureLoading, RefusesJpegFilesOfWhichPixelsAreLost) {
  Bytes bytes = kept("rgb.jpg");
  bytes.erase(bytes.end() - 20, bytes.end() - 2);
  expect_contains(error_of([&] { read(bytes); }), "file: damaged JPEG file");
  constexpr std::array<std::uint8_t, 2> kScan{0xff, 0xda};
  // Bytes left over before a scan that follows are pixels of the one before.
  bytes = kept("progressive.jpg");
  const auto scan = std::search(bytes.end() - static_cast<std::ptrdiff_t>(bytes.size() / 2),
                                bytes.end() - 2, kScan.begin(), kScan.end());
  ASSERT_NE(scan, bytes.end() - 2);
  bytes.insert(scan, 40, 0x12);
  expect_contains(error_of([&] { read(bytes); }), "file: damaged JPEG file");
}

TEST(PictureLoading, TellsWhatIsNoPicture) {
  const auto message = [](std::string_view bytes) {
    return error_of([&] { read(Bytes(bytes.begin(), bytes.end())); });
  };
  using namespace std::string_view_literals;
  for (const std::string_view film :
       {"\0\0\0\x18"
        "ftypisom\0\0"sv,
        "\x1a\x45\xdf\xa3 matroska"sv, "RIFF\0\0\0\0AVI LIST"sv, "OggS\0\2"sv, "\0\0\1\xba\x44"sv})
    expect_contains(message(film), "found a film, which is learnt as a sequence");
  expect_contains(message("\0\0\0\x18"
                          "ftypheic\0\0"sv),
                  "file: expected a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM file, found a HEIC "
                  "picture, to be converted to PNG or JPEG first");
  expect_contains(message("<?xml version='1.0'?>\n<svg/>"), "an SVG drawing, to be converted");
  expect_contains(message("<!DOCTYPE html><html>"), "found a page of HTML");
  expect_contains(message(""), "the file is empty");
  EXPECT_EQ(foreign_format(Bytes{1, 2, 3}), "");
}

TEST(PictureLoading, NamesOfPictures) {
  for (const char* name : {"a.png", "a.JPG", "b/a.Jpeg", "a.jfif", "a.jpe", "a.webp", "a.GIF",
                           "a.bmp", "a.tif", "a.TIFF", "a.ppm", "a.b.pgm"})
    EXPECT_TRUE(has_picture_name(name)) << name;
  for (const char* name : {"png", "a.txt", "a.heic", "a.png.txt", ".png", "a."})
    EXPECT_FALSE(has_picture_name(name)) << name;
}

}  // namespace
}  // namespace rgm
