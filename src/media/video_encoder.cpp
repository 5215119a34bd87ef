#include "video_encoder.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"

namespace rgm {
namespace {

constexpr VideoCodec kCodecs[] = {
    // Without x264's description of itself, longer than many a short video.
    {"libx264", "mp4", AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P, 0, 20, 51,
     "filter_units=remove_types=6"},
    {"libvpx-vp9", "webm", AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P, 0, 24, 63, nullptr},
    {"ffv1", "avi", AV_PIX_FMT_BGR0, AV_PIX_FMT_BGR0, 0, 0, 0, nullptr},
    {"mjpeg", "avi", AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ444P, 2, 3, 31, nullptr},
};

}  // namespace

const VideoCodec& video_codec(const std::string& name) {
  const auto* found = std::ranges::find(
      kCodecs, name, [](const VideoCodec& codec) { return std::string_view(codec.name); });
  if (found != std::end(kCodecs)) return *found;
  std::vector<std::string> known;
  std::string list;
  for (const VideoCodec& codec : kCodecs) {
    known.emplace_back(codec.name);
    list += (list.empty() ? "" : ", ") + known.back();
  }
  const std::string nearest = nearest_name(name, known);
  fail("codec '", name, "': unknown, expected one of ", list,
       nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

double most_frames_per_second(std::string_view container) {
  return container == "mp4" ? 1e5 : 1000;
}

VideoEncoder::VideoEncoder(AVIOContext* output, const char* container, const VideoCodec& codec,
                           std::size_t height, std::size_t width, const VideoWriterOptions& options,
                           std::string name)
    : name_(std::move(name)) {
  ffmpeg::silence();
  const AVCodec* encoder = avcodec_find_encoder_by_name(codec.name);
  require(encoder != nullptr, name_, ": the encoder ", codec.name,
          " is not part of this machine's FFmpeg");
  AVFormatContext* format = nullptr;
  check(avformat_alloc_output_context2(&format, nullptr, container, nullptr), "cannot be written");
  format_.reset(format);
  format->pb = output;
  format->flags |= AVFMT_FLAG_BITEXACT;  // no dates, no versions

  const AVPixelFormat pixels = options.full_colour ? codec.full_colour_pixels : codec.pixels;
  int column_shift = 0, row_shift = 0;
  av_pix_fmt_get_chroma_sub_sample(pixels, &column_shift, &row_shift);
  rgb_ = ffmpeg::make_frame(AV_PIX_FMT_RGB24, height + (row_shift & height),
                            width + (column_shift & width));
  frame_ = ffmpeg::make_frame(pixels, static_cast<std::size_t>(rgb_->height),
                              static_cast<std::size_t>(rgb_->width));
  open_codec(*encoder, codec, options);

  AVBSFContext* filter = nullptr;
  check(av_bsf_list_parse_str(codec.filter, &filter), "cannot be encoded");
  filter_.reset(filter);
  check(avcodec_parameters_from_context(filter->par_in, codec_.get()), "cannot be encoded");
  filter->time_base_in = codec_->time_base;
  check(av_bsf_init(filter), "cannot be encoded");

  stream_ = ffmpeg::allocated(avformat_new_stream(format, nullptr));
  check(avcodec_parameters_copy(stream_->codecpar, filter->par_out), "cannot be written");
  stream_->time_base = codec_->time_base;
  stream_->avg_frame_rate = codec_->framerate;
  check(avformat_write_header(format, nullptr), "cannot be written");
}

void VideoEncoder::open_codec(const AVCodec& encoder, const VideoCodec& codec,
                              const VideoWriterOptions& options) {
  const double rate = options.frames_per_second;
  const double most = most_frames_per_second(format_->oformat->name);
  require(rate > 0 && rate <= most, "frames per second: ", rate,
          ", expected more than 0 and at most ", most);
  const int crf = options.crf.value_or(codec.default_crf);
  const bool lossless = codec.max_crf == 0, jpeg = encoder.id == AV_CODEC_ID_MJPEG;
  require(lossless || (crf >= codec.min_crf && crf <= codec.max_crf), "crf: ", crf, ", expected ",
          codec.min_crf, " to ", codec.max_crf, " for ", codec.name);

  codec_.reset(ffmpeg::allocated(avcodec_alloc_context3(&encoder)));
  codec_->height = frame_->height;
  codec_->width = frame_->width;
  codec_->pix_fmt = static_cast<AVPixelFormat>(frame_->format);
  constexpr int kLargestTerm = 1001000;  // holds rates such as 24000/1001 exactly
  codec_->framerate = av_d2q(rate, kLargestTerm);
  codec_->time_base = av_inv_q(codec_->framerate);
  codec_->thread_count = 1;  // some encoders cut pictures by the number of threads
  codec_->flags |= AV_CODEC_FLAG_BITEXACT;
  if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0)
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (!lossless) {
    codec_->colorspace = AVCOL_SPC_SMPTE170M;
    codec_->color_range = jpeg ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  }
  if (jpeg) {
    codec_->flags |= AV_CODEC_FLAG_QSCALE;
    codec_->global_quality = crf * FF_QP2LAMBDA;
  } else if (!lossless) {
    av_opt_set_int(codec_->priv_data, "crf", crf, 0);
  }
  // The instructions that every x86-64 has: x264's bits depend on them, and with AVX-512 on memory
  // that it did not write.
  if (encoder.id == AV_CODEC_ID_H264) av_opt_set(codec_->priv_data, "x264-params", "asm=sse2", 0);
  check(avcodec_open2(codec_.get(), &encoder, nullptr), "the encoder refuses frames of this size");
  frame_->colorspace = codec_->colorspace;
  frame_->color_range = codec_->color_range;
  frame_->quality = codec_->global_quality;
}

void VideoEncoder::check(int status, const char* action) const {
  const bool machine = status == AVERROR(ENOSPC) || status == AVERROR(EDQUOT) ||
                       status == AVERROR(EFBIG) || status == AVERROR(EIO);
  require<WriteError>(!machine, name_, ": ", action, ": ", ffmpeg::reason(status));
  require<FileError>(status >= 0, name_, ": ", action, ": ", ffmpeg::reason(status));
}

/// Copies a picture into `rgb_`, which may have a row and a column more.
void VideoEncoder::fill(const Images& rgb) {
  const std::size_t row_bytes = rgb.width * 3;
  const auto columns = static_cast<std::size_t>(rgb_->width);
  for (int row = 0; row < rgb_->height; ++row) {
    const std::size_t from = std::min(static_cast<std::size_t>(row), rgb.height - 1) * row_bytes;
    std::uint8_t* target = rgb_->data[0] + static_cast<std::ptrdiff_t>(row) * rgb_->linesize[0];
    std::memcpy(target, rgb.pixels.data() + from, row_bytes);
    if (columns > rgb.width) std::memcpy(target + row_bytes, target + row_bytes - 3, 3);
  }
}

void VideoEncoder::write(const Images& rgb) {
  fill(rgb);
  check(av_frame_make_writable(frame_.get()),
        "cannot be encoded");  // the encoder may still hold the last one
  converter_.convert(*rgb_, *frame_);
  frame_->pts = frames_++;
  encode(frame_.get());
}

/// Encodes a frame, or with null what the encoder still holds.
void VideoEncoder::encode(const AVFrame* frame) {
  check(avcodec_send_frame(codec_.get(), frame), "cannot be encoded");
  while (true) {
    const int status = avcodec_receive_packet(codec_.get(), packet_.get());
    if (status == AVERROR(EAGAIN)) return;
    if (status == AVERROR_EOF) return pass_on(nullptr);
    check(status, "cannot be encoded");
    packet_->duration = 1;
    pass_on(packet_.get());
  }
}

/// Filters a packet, or with null what the filter still holds, and writes it.
void VideoEncoder::pass_on(AVPacket* packet) {
  check(av_bsf_send_packet(filter_.get(), packet), "cannot be encoded");
  while (true) {
    const int status = av_bsf_receive_packet(filter_.get(), packet_.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return;
    check(status, "cannot be encoded");
    av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
    check(av_interleaved_write_frame(format_.get(), packet_.get()), "cannot be written");
  }
}

void VideoEncoder::finish() {
  require(frames_ > 0, name_, ": a video without frames, expected one at least");
  encode(nullptr);
  check(av_write_trailer(format_.get()), "cannot be written");
  avio_flush(format_->pb);
  check(format_->pb->error, "cannot be written");
}

}  // namespace rgm
