#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

#include "film_ground.h"
#include "frame_source.h"
#include "rgm/base/error.h"
#include "rgm/media/video_file.h"

namespace fs = std::filesystem;

namespace rgm {

namespace {

/// `size` · `numerator` / `denominator`, at least 1.
std::size_t in_proportion(double size, double numerator, double denominator) {
  const double exact = size * numerator / denominator;
  return static_cast<std::size_t>(std::max(1.0, std::min(std::round(exact), 1e9)));
}

std::unique_ptr<FrameSource> at_rate(std::unique_ptr<FrameSource> source,
                                     const VideoOptions& options) {
  const double rate = options.frames_per_second;
  if (rate == 0) return source;
  require(rate > 0 && rate <= kMaxSamplingRate, "frames per second: ", rate,
          ", expected more than 0 and at most ", kMaxSamplingRate);
  return sampled(std::move(source), rate);
}

}  // namespace

struct VideoReader::Stream {
  Stream(std::unique_ptr<FrameSource> from, std::string its_name, const VideoOptions& its_options)
      : source(at_rate(std::move(from), its_options)),
        name(std::move(its_name)),
        options(its_options),
        ground(its_options.ground) {
    require(options.stride > 0, "stride: 0, expected 1 or more");
    // As a player shows it.
    auto rows = static_cast<double>(source->height),
         columns = static_cast<double>(source->width) * source->pixel_aspect;
    if (source->orientation.transpose) std::swap(rows, columns);
    height = options.height;
    width = options.width;
    if (height == 0)
      height = width == 0 ? in_proportion(rows, 1, 1)
                          : in_proportion(static_cast<double>(width), rows, columns);
    if (width == 0)
      width = options.height == 0 ? in_proportion(columns, 1, 1)
                                  : in_proportion(static_cast<double>(height), columns, rows);
    require_frame_size(height, width, name);
    const bool lies = source->orientation.transpose;
    rgb = ffmpeg::make_frame(AV_PIX_FMT_RGB24, lies ? width : height, lies ? height : width);
  }

  template <class T>
  bool next(std::span<T> frame) {
    if (!advance(frame.size())) return false;
    turn(rgb->data[0], rgb->linesize[0], static_cast<std::size_t>(rgb->height),
         static_cast<std::size_t>(rgb->width), source->orientation, frame);
    return true;
  }

  /// Brings the next frame, as it is stored, into `rgb`, whose rows are padded, since the converter
  /// writes whole vectors.
  bool advance(std::size_t elements) {
    require(elements == height * width * 3, "frame: ", elements, " elements, expected ", height,
            " by ", width, " by 3");
    if (ended || (options.frames != 0 && given == options.frames)) return false;
    ended = !source->skip(given == 0 ? options.first : options.stride - 1);
    const AVFrame* frame = ended ? nullptr : source->next();
    ended = frame == nullptr;
    if (ended) return false;
    note_size(*frame);
    converter.convert(ground.under(*frame), *rgb);
    ++given;
    return true;
  }

  std::size_t frame_count() const {
    const std::size_t there = source->frame_count - std::min(source->frame_count, options.first);
    const std::size_t kept = there / options.stride + (there % options.stride == 0 ? 0 : 1);
    return options.frames == 0 ? kept : std::min(kept, options.frames);
  }

  /// Counts changes of the size in which frames are stored.
  void note_size(const AVFrame& frame) {
    if (given > 0 && (frame.height != stored_height || frame.width != stored_width))
      ++source->notes.size_changes;
    stored_height = frame.height;
    stored_width = frame.width;
  }

  std::unique_ptr<FrameSource> source;
  std::string name;
  VideoOptions options;
  std::size_t height = 0, width = 0, given = 0;
  int stored_height = 0, stored_width = 0;
  bool ended = false;
  FilmGround ground;
  ffmpeg::Converter converter;
  ffmpeg::Frame rgb;
};

VideoReader::VideoReader(const fs::path& path, const VideoOptions& options) {
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  stream_ = std::make_unique<Stream>(folder ? open_picture_folder(path, options.ground)
                                            : open_video_file(path, options.allow_truncated),
                                     path.string(), options);
}

VideoReader::VideoReader(std::span<const std::uint8_t> bytes, const std::string& name,
                         const VideoOptions& options)
    : stream_(std::make_unique<Stream>(open_video_bytes(bytes, name, options.allow_truncated), name,
                                       options)) {}

VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
VideoReader::~VideoReader() = default;

std::size_t VideoReader::height() const { return stream_->height; }
std::size_t VideoReader::width() const { return stream_->width; }
double VideoReader::frames_per_second() const {
  return stream_->source->frames_per_second / static_cast<double>(stream_->options.stride);
}
std::size_t VideoReader::frame_count() const { return stream_->frame_count(); }
double VideoReader::seconds() const { return stream_->source->seconds; }
const VideoNotes& VideoReader::notes() const { return stream_->source->notes; }

bool VideoReader::next(std::span<std::uint8_t> frame) { return stream_->next(frame); }
bool VideoReader::next(std::span<float> frame) { return stream_->next(frame); }

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
  require<FileError>(options.allow_truncated || !reader.notes().damaged(), name,
                     ": damaged or truncated after ", images.count(), " frames that can be read");
  require(images.count() > 0, name, ": the options keep no frame, expected at least one");
  return images;
}

}  // namespace

double mean_of_variable_rate(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? 0 : open_video_file(path, true)->mean_of_variable_rate();
}

Images read_video(const fs::path& path, const VideoOptions& options) {
  return read_all(VideoReader(path, options), path.string(), options);
}

Images parse_video(std::span<const std::uint8_t> bytes, const std::string& name,
                   const VideoOptions& options) {
  return read_all(VideoReader(bytes, name, options), name, options);
}

}  // namespace rgm
