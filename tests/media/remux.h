#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "media/media_input.h"
#include "video_test_support.h"

// Videos that are not as `VideoWriter` makes them: packets in another container, turned, at other
// times, or of another encoder.

namespace rgm::test {

inline void succeed(int status) {
  if (status < 0) throw std::runtime_error("FFmpeg: " + ffmpeg::reason(status));
}

/// A container with one stream, written to memory.
class MemoryMuxer {
 public:
  MemoryMuxer(const char* container, const AVCodecParameters& stream, AVRational unit) {
    AVFormatContext* format = nullptr;
    succeed(avformat_alloc_output_context2(&format, nullptr, container, nullptr));
    format_.reset(format);
    format->flags |= AVFMT_FLAG_BITEXACT;
    succeed(avio_open_dyn_buf(&format->pb));
    stream_ = avformat_new_stream(format, nullptr);
    succeed(avcodec_parameters_copy(stream_->codecpar, &stream));
    stream_->codecpar->codec_tag = 0;
    stream_->sample_aspect_ratio = stream.sample_aspect_ratio;
    stream_->time_base = unit_ = unit;
  }
  AVStream& stream() { return *stream_; }
  /// Times of packets are in the unit that was given.
  void write(AVPacket& packet) {
    if (!begun_) succeed(avformat_write_header(format_.get(), nullptr));
    begun_ = true;
    av_packet_rescale_ts(&packet, unit_, stream_->time_base);
    packet.stream_index = 0;
    packet.pos = -1;
    succeed(av_interleaved_write_frame(format_.get(), &packet));
  }
  Bytes finish() {
    succeed(av_write_trailer(format_.get()));
    std::uint8_t* bytes = nullptr;
    const int size = avio_close_dyn_buf(format_->pb, &bytes);
    format_->pb = nullptr;
    Bytes result(bytes, bytes + size);
    av_free(bytes);
    return result;
  }

 private:
  ffmpeg::OutputFormat format_;
  AVStream* stream_ = nullptr;
  AVRational unit_{};
  bool begun_ = false;
};

struct Remuxing {
  std::optional<std::array<std::int32_t, 9>> matrix;  ///< how the frames are to be shown
  AVRational pixel_aspect{0, 1};
  std::function<std::int64_t(std::int64_t frame)> milliseconds;  ///< when each is shown
};

/// A video with the packets of another one.
inline Bytes remuxed(const Bytes& video, const char* container, const Remuxing& how = {}) {
  const auto input = open_media(video);
  AVFormatContext* format = avformat_alloc_context();
  format->pb = input->context();
  succeed(avformat_open_input(&format, nullptr, nullptr, nullptr));
  const ffmpeg::InputFormat owner(format);
  succeed(avformat_find_stream_info(format, nullptr));
  AVStream& from = *format->streams[0];
  if (how.pixel_aspect.num > 0) from.codecpar->sample_aspect_ratio = how.pixel_aspect;
  MemoryMuxer muxer(container, *from.codecpar,
                    how.milliseconds ? AVRational{1, 1000} : from.time_base);
  if (how.matrix) {
    const std::size_t size = sizeof(*how.matrix);
    auto* copy = static_cast<std::uint8_t*>(av_memdup(how.matrix->data(), size));
    succeed(av_stream_add_side_data(&muxer.stream(), AV_PKT_DATA_DISPLAYMATRIX, copy, size));
  }
  const ffmpeg::Packet packet(av_packet_alloc());
  for (std::int64_t frame = 0; av_read_frame(format, packet.get()) >= 0; ++frame) {
    if (how.milliseconds) {
      packet->pts = packet->dts = how.milliseconds(frame);
      packet->duration = how.milliseconds(frame + 1) - packet->pts;
    }
    muxer.write(*packet);
  }
  return muxer.finish();
}

/// A broadcast: MPEG-2 in MPEG-TS with a key frame every six frames and frames in between that
/// refer forwards and backwards, also across key frames.
inline Bytes broadcast(const Images& frames) {
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_MPEG2VIDEO);
  const ffmpeg::Codec codec(avcodec_alloc_context3(encoder));
  codec->height = static_cast<int>(frames.height);
  codec->width = static_cast<int>(frames.width);
  codec->pix_fmt = AV_PIX_FMT_YUV420P;
  codec->time_base = {1, 25};
  codec->framerate = {25, 1};
  codec->gop_size = 6;
  codec->max_b_frames = 2;
  codec->bit_rate = 4'000'000;
  codec->thread_count = 1;
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  succeed(avcodec_open2(codec.get(), encoder, nullptr));
  std::unique_ptr<AVCodecParameters, ffmpeg::Free<avcodec_parameters_free>> parameters(
      avcodec_parameters_alloc());
  succeed(avcodec_parameters_from_context(parameters.get(), codec.get()));
  MemoryMuxer muxer("mpegts", *parameters, codec->time_base);
  const ffmpeg::Packet packet(av_packet_alloc());
  ffmpeg::Converter converter;
  const auto rgb = ffmpeg::make_frame(AV_PIX_FMT_RGB24, frames.height, frames.width),
             yuv = ffmpeg::make_frame(AV_PIX_FMT_YUV420P, frames.height, frames.width);
  for (std::size_t i = 0; i <= frames.count(); ++i) {
    const bool more = i < frames.count();
    if (more) {
      for (std::size_t row = 0; row < frames.height; ++row)
        std::ranges::copy(frames.image(i).subspan(row * frames.width * 3, frames.width * 3),
                          rgb->data[0] + row * static_cast<std::size_t>(rgb->linesize[0]));
      succeed(av_frame_make_writable(yuv.get()));
      converter.convert(*rgb, *yuv);
      yuv->pts = static_cast<std::int64_t>(i);
    }
    succeed(avcodec_send_frame(codec.get(), more ? yuv.get() : nullptr));
    while (avcodec_receive_packet(codec.get(), packet.get()) >= 0) {
      packet->duration = 1;
      muxer.write(*packet);
    }
  }
  return muxer.finish();
}

}  // namespace rgm::test
