#include <algorithm>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

#include "frame_source.h"
#include "rgm/base/error.h"
#include "rgm/media/video_file.h"

namespace fs = std::filesystem;

namespace rgm {

struct VideoReader::Stream {
  Stream(std::unique_ptr<FrameSource> from, std::string its_name, const VideoOptions& its_options)
      : source(std::move(from)), name(std::move(its_name)), options(its_options) {
    require(options.stride > 0, "stride: 0, expected 1 or more");
    const auto in_proportion = [](std::size_t size, std::size_t numerator,
                                  std::size_t denominator) {
      const double exact = static_cast<double>(size) * static_cast<double>(numerator) /
                           static_cast<double>(denominator);
      return static_cast<std::size_t>(std::max(1.0, std::min(std::round(exact), 1e9)));
    };
    height = options.height;
    width = options.width;
    if (height == 0)
      height = width == 0 ? source->height : in_proportion(width, source->height, source->width);
    if (width == 0)
      width = options.height == 0 ? source->width
                                  : in_proportion(height, source->width, source->height);
    require_frame_size(height, width, name);
    rgb = ffmpeg::make_frame(AV_PIX_FMT_RGB24, height, width);
  }

  std::size_t row_bytes() const { return 3 * width; }
  const std::uint8_t* row(std::size_t i) const {
    return rgb->data[0] + static_cast<std::ptrdiff_t>(i) * rgb->linesize[0];
  }

  /// Brings the next frame into `rgb`, whose rows are padded, since the converter writes whole
  /// vectors.
  bool advance(std::size_t elements) {
    require(elements == height * row_bytes(), "frame: ", elements, " elements, expected ", height,
            " by ", width, " by 3");
    if (ended || (options.frames != 0 && given == options.frames)) return false;
    ended = !source->skip(given == 0 ? options.first : options.stride - 1);
    const AVFrame* frame = ended ? nullptr : source->next();
    ended = frame == nullptr;
    if (ended) return false;
    converter.convert(*frame, *rgb);
    ++given;
    return true;
  }

  std::size_t frame_count() const {
    const std::size_t there = source->frame_count - std::min(source->frame_count, options.first);
    const std::size_t kept = there / options.stride + (there % options.stride == 0 ? 0 : 1);
    return options.frames == 0 ? kept : std::min(kept, options.frames);
  }

  std::unique_ptr<FrameSource> source;
  std::string name;
  VideoOptions options;
  std::size_t height = 0, width = 0, given = 0;
  bool ended = false;
  ffmpeg::Converter converter;
  ffmpeg::Frame rgb;
};

VideoReader::VideoReader(const fs::path& path, const VideoOptions& options) {
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  stream_ = std::make_unique<Stream>(folder ? open_picture_folder(path) : open_video_file(path),
                                     path.string(), options);
}

VideoReader::VideoReader(std::span<const std::uint8_t> bytes, const std::string& name,
                         const VideoOptions& options)
    : stream_(std::make_unique<Stream>(open_video_bytes(bytes, name), name, options)) {}

VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
VideoReader::~VideoReader() = default;

std::size_t VideoReader::height() const { return stream_->height; }
std::size_t VideoReader::width() const { return stream_->width; }
double VideoReader::frames_per_second() const {
  return stream_->source->frames_per_second / static_cast<double>(stream_->options.stride);
}
std::size_t VideoReader::frame_count() const { return stream_->frame_count(); }
bool VideoReader::truncated() const { return stream_->source->truncated; }

bool VideoReader::next(std::span<std::uint8_t> frame) {
  if (!stream_->advance(frame.size())) return false;
  const std::size_t bytes = stream_->row_bytes();
  for (std::size_t i = 0; i < stream_->height; ++i)
    std::memcpy(frame.data() + i * bytes, stream_->row(i), bytes);
  return true;
}

bool VideoReader::next(std::span<float> frame) {
  if (!stream_->advance(frame.size())) return false;
  const std::size_t count = stream_->row_bytes();
  for (std::size_t i = 0; i < stream_->height; ++i)
    std::copy_n(stream_->row(i), count, frame.data() + i * count);
  return true;
}

namespace {

Images read_all(VideoReader reader, const std::string& name, const VideoOptions& options) {
  Images images{reader.height(), reader.width(), 3, {}};
  const std::size_t frame_bytes = images.pixels_per_image(), most = options.max_bytes / frame_bytes;
  std::vector<std::uint8_t> frame(frame_bytes);
  while (reader.next(frame)) {
    require(images.count() < most, name, ": more than ", most, " frames of ", images.height, " by ",
            images.width, " pixels, which is all that ", options.max_bytes,
            " bytes hold; read fewer or smaller ones");
    images.pixels.insert(images.pixels.end(), frame.begin(), frame.end());
  }
  require<FileError>(options.allow_truncated || !reader.truncated(), name,
                     ": damaged or truncated after ", images.count(), " frames that can be read");
  require(images.count() > 0, name, ": the options keep no frame, expected at least one");
  return images;
}

}  // namespace

Images read_video(const fs::path& path, const VideoOptions& options) {
  return read_all(VideoReader(path, options), path.string(), options);
}

Images parse_video(std::span<const std::uint8_t> bytes, const std::string& name,
                   const VideoOptions& options) {
  return read_all(VideoReader(bytes, name, options), name, options);
}

}  // namespace rgm
