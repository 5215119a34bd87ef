#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "ffmpeg.h"
#include "rgm/base/images.h"
#include "rgm/media/video_file.h"

namespace rgm {

/// An encoder that videos are written by.
struct VideoCodec {
  const char* name;       ///< of the encoder
  const char* container;  ///< FFmpeg's name of the container for which it is the usual one
  AVPixelFormat pixels, full_colour_pixels;
  int min_crf, default_crf, max_crf;  ///< all 0: lossless
  const char* filter;                 ///< of its packets, in FFmpeg's words; null: none
};

/// The codec of this name; throws `Error` that lists the known ones if there is none.
const VideoCodec& video_codec(const std::string& name);

/// The highest rate that a container, by FFmpeg's name, holds with a time for each frame.
double most_frames_per_second(std::string_view container);

/// Makes a video of RGB frames and writes it to `output`, which must outlive it.
class VideoEncoder {
 public:
  /// For frames of `height` by `width` pixels; `name` is what error messages start with.
  VideoEncoder(AVIOContext* output, const char* container, const VideoCodec& codec,
               std::size_t height, std::size_t width, const VideoWriterOptions& options,
               std::string name);

  void write(const Images& rgb);
  /// Writes what is left, at least one frame having been written.
  void finish();

 private:
  void check(int status, const char* action) const;
  void open_codec(const AVCodec& encoder, const VideoCodec& codec,
                  const VideoWriterOptions& options);
  void encode(const AVFrame* frame);
  void pass_on(AVPacket* packet);
  void fill(const Images& rgb);

  std::string name_;
  ffmpeg::OutputFormat format_;
  AVStream* stream_ = nullptr;
  ffmpeg::Codec codec_;
  ffmpeg::PacketFilter filter_;
  ffmpeg::Packet packet_{ffmpeg::allocated(av_packet_alloc())};
  ffmpeg::Frame rgb_, frame_;
  ffmpeg::Converter converter_;
  std::int64_t frames_ = 0;
};

}  // namespace rgm
