#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>

namespace rgm::ffmpeg {

/// Frees what FFmpeg frees through a pointer to the pointer.
template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(&object);
  }
};

using Frame = std::unique_ptr<AVFrame, Free<av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, Free<av_packet_free>>;
using Codec = std::unique_ptr<AVCodecContext, Free<avcodec_free_context>>;
using PacketFilter = std::unique_ptr<AVBSFContext, Free<av_bsf_free>>;
using InputFormat = std::unique_ptr<AVFormatContext, Free<avformat_close_input>>;
struct FreeOutputFormat {
  void operator()(AVFormatContext* format) const { avformat_free_context(format); }
};
using OutputFormat = std::unique_ptr<AVFormatContext, FreeOutputFormat>;
struct FreeContext {
  void operator()(AVIOContext* context) const {
    av_freep(&context->buffer);
    avio_context_free(&context);
  }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

/// Options for FFmpeg by name, freed at the end of the scope.
class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&entries_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const char* key, const std::string& value) {
    av_dict_set(&entries_, key, value.c_str(), 0);
  }
  AVDictionary** entries() { return &entries_; }

 private:
  AVDictionary* entries_ = nullptr;
};

/// `object` if it is there; throws std::bad_alloc if FFmpeg had no memory for it.
template <class T>
T* allocated(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

/// Makes FFmpeg, which prints to standard error by itself, silent in this process.
void silence();

/// What an error code of FFmpeg means.
std::string reason(int status);

/// A file of our own making that FFmpeg reads or writes by calling back with `self`.
std::unique_ptr<AVIOContext, FreeContext> make_context(
    bool writes, void* self, int (*read)(void* self, std::uint8_t* target, int size),
    int (*write)(void* self, std::uint8_t* bytes, int size),
    std::int64_t (*seek)(void* self, std::int64_t offset, int whence));

/// A frame with memory for its pixels, aligned as FFmpeg likes it.
Frame make_frame(AVPixelFormat format, std::size_t height, std::size_t width);

/// The bytes of the matrix that says how a frame is to be shown, its own or that of its stream, as
/// of MP4; empty: as it is.
std::span<const std::uint8_t> display_matrix(const AVFrame& frame, const AVStream& stream);

/// Converts frames to other sizes and pixel formats, with the same bits on every machine.
class Converter {
 public:
  /// Fills `target`, whose size and format say what is wanted. Shrinking averages, enlarging is
  /// bicubic.
  void convert(const AVFrame& source, AVFrame& target);

 private:
  struct Shape {
    int height, width, format;
    AVColorSpace colour_space;
    AVColorRange range;
    bool operator==(const Shape&) const = default;
  };
  static Shape shape_of(const AVFrame& frame);
  void prepare(const Shape& source, const Shape& target);

  Shape source_{}, target_{};
  std::unique_ptr<SwsContext, FreeScaler> scaler_;
};

}  // namespace rgm::ffmpeg
