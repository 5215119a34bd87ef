#include "ffmpeg.h"

#include <array>
#include <mutex>

#include "rgm/base/error.h"

namespace rgm::ffmpeg {

void silence() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });
}

std::string reason(int status) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(status, text.data(), text.size());
  return text.data();
}

std::unique_ptr<AVIOContext, FreeContext> make_context(
    bool writes, void* self, int (*read)(void*, std::uint8_t*, int),
    int (*write)(void*, std::uint8_t*, int), std::int64_t (*seek)(void*, std::int64_t, int)) {
  constexpr int kBufferBytes = 1 << 16;
  auto* buffer = static_cast<unsigned char*>(allocated(av_malloc(kBufferBytes)));
  AVIOContext* context =
      avio_alloc_context(buffer, kBufferBytes, writes ? 1 : 0, self, read, write, seek);
  if (context == nullptr) av_free(buffer);
  return std::unique_ptr<AVIOContext, FreeContext>(allocated(context));
}

Frame make_frame(AVPixelFormat format, std::size_t height, std::size_t width) {
  Frame frame(allocated(av_frame_alloc()));
  frame->format = format;
  frame->height = static_cast<int>(height);
  frame->width = static_cast<int>(width);
  if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
  return frame;
}

std::span<const std::uint8_t> display_matrix(const AVFrame& frame, const AVStream& stream) {
  if (const AVFrameSideData* own = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX))
    return {own->data, own->size};
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)  // where side data moved
  const AVCodecParameters& codec = *stream.codecpar;
  const AVPacketSideData* all = av_packet_side_data_get(
      codec.coded_side_data, codec.nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return all == nullptr ? std::span<const std::uint8_t>{} : std::span(all->data, all->size);
#else
  std::size_t size = 0;
  const std::uint8_t* all = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return all == nullptr ? std::span<const std::uint8_t>{} : std::span(all, size);
#endif
}

Converter::Shape Converter::shape_of(const AVFrame& frame) {
  return {frame.height, frame.width, frame.format, frame.colorspace, frame.color_range};
}

void Converter::prepare(const Shape& source, const Shape& target) {
  const bool shrinks = target.height <= source.height && target.width <= source.width &&
                       (target.height < source.height || target.width < source.width);
  const int flags = (shrinks ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND | SWS_BITEXACT |
                    SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
  scaler_.reset(sws_getContext(
      source.width, source.height, static_cast<AVPixelFormat>(source.format), target.width,
      target.height, static_cast<AVPixelFormat>(target.format), flags, nullptr, nullptr, nullptr));
  require(scaler_ != nullptr, "video: frames of ", source.height, " by ", source.width,
          " pixels cannot be converted to ", target.height, " by ", target.width);
  const auto matrix = [](const Shape& shape) {
    const bool told =
        shape.colour_space != AVCOL_SPC_UNSPECIFIED && shape.colour_space != AVCOL_SPC_RGB;
    return sws_getCoefficients(told ? shape.colour_space : SWS_CS_DEFAULT);
  };
  const auto full_range = [](const Shape& shape) {
    const bool jpeg = shape.format == AV_PIX_FMT_YUVJ420P || shape.format == AV_PIX_FMT_YUVJ422P ||
                      shape.format == AV_PIX_FMT_YUVJ444P || shape.format == AV_PIX_FMT_YUVJ440P;
    return jpeg || shape.range == AVCOL_RANGE_JPEG ? 1 : 0;
  };
  constexpr int kUnit = 1 << 16;
  // Refused between RGB formats, to which it does not matter.
  sws_setColorspaceDetails(scaler_.get(), matrix(source), full_range(source), matrix(target),
                           full_range(target), 0, kUnit, kUnit);
  source_ = source;
  target_ = target;
}

void Converter::convert(const AVFrame& source, AVFrame& target) {
  const Shape from = shape_of(source), to = shape_of(target);
  if (scaler_ == nullptr || from != source_ || to != target_) prepare(from, to);
  const int rows = sws_scale(scaler_.get(), source.data, source.linesize, 0, source.height,
                             target.data, target.linesize);
  require<FileError>(rows == target.height, "video: a frame cannot be converted: ", reason(rows));
}

}  // namespace rgm::ffmpeg
