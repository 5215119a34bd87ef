#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "remux.h"
#include "rgm/media/video_file.h"
#include "video_test_support.h"

// Transparent pixels of the frames of a film file.

namespace rgm {
namespace {

using namespace test;

/// A film of one frame of `alpha` values beside each other, each a red square of eight pixels.
Bytes red(const std::vector<std::uint8_t>& alpha) {
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_QTRLE);
  const ffmpeg::Codec codec(avcodec_alloc_context3(encoder));
  codec->height = 8;
  codec->width = static_cast<int>(8 * alpha.size());
  codec->pix_fmt = AV_PIX_FMT_ARGB;
  codec->time_base = {1, 25};
  succeed(avcodec_open2(codec.get(), encoder, nullptr));
  std::unique_ptr<AVCodecParameters, ffmpeg::Free<avcodec_parameters_free>> parameters(
      avcodec_parameters_alloc());
  succeed(avcodec_parameters_from_context(parameters.get(), codec.get()));
  MemoryMuxer muxer("mov", *parameters, codec->time_base);
  const auto frame = ffmpeg::make_frame(AV_PIX_FMT_ARGB, 8, 8 * alpha.size());
  for (std::size_t y = 0; y < 8; ++y)
    for (std::size_t x = 0; x < 8 * alpha.size(); ++x) {
      std::uint8_t* pixel =
          frame->data[0] + y * static_cast<std::size_t>(frame->linesize[0]) + 4 * x;
      pixel[0] = alpha[x / 8];
      pixel[1] = 200;
      pixel[2] = pixel[3] = 0;
    }
  frame->pts = 0;
  succeed(avcodec_send_frame(codec.get(), frame.get()));
  succeed(avcodec_send_frame(codec.get(), nullptr));
  const ffmpeg::Packet packet(av_packet_alloc());
  while (avcodec_receive_packet(codec.get(), packet.get()) >= 0) {
    packet->duration = 1;
    muxer.write(*packet);
  }
  return muxer.finish();
}

/// The colour in the middle of each square.
std::vector<Rgb> colours(const Images& film) {
  std::vector<Rgb> result;
  for (std::size_t x = 4; x < film.width; x += 8) {
    const auto* pixel = film.image(0).data() + (4 * film.width + x) * 3;
    result.push_back({pixel[0], pixel[1], pixel[2]});
  }
  return result;
}

TEST(FilmGround, LiesUnderTransparentPixels) {
  const auto film = red({0, 51, 255});
  VideoOptions options;
  EXPECT_EQ(colours(parse_video(film, "film", options)),
            (std::vector<Rgb>{{255, 255, 255}, {244, 204, 204}, {200, 0, 0}}));
  options.ground = {0, 100, 0};
  EXPECT_EQ(colours(parse_video(film, "film", options)),
            (std::vector<Rgb>{{0, 100, 0}, {40, 80, 0}, {200, 0, 0}}));
  EXPECT_EQ(colours(parse_video(red({255}), "film", options)), (std::vector<Rgb>{{200, 0, 0}}));
}

}  // namespace
}  // namespace rgm
