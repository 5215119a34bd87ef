#include <algorithm>
#include <cmath>
#include <string_view>
#include <system_error>
#include <utility>

#include "folder_sink.h"
#include "frame_source.h"
#include "media_output.h"
#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"
#include "rgm/media/video_file.h"
#include "video_encoder.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// What the extension of a path says.
struct FileKind {
  std::string_view extension;
  const char *container, *codec;
};
constexpr FileKind kFileKinds[] = {
    {".mp4", "mp4", "libx264"}, {".webm", "webm", "libvpx-vp9"}, {".avi", "avi", "ffv1"}};

const FileKind& file_kind(const fs::path& path) {
  const auto* found =
      std::ranges::find(kFileKinds, path.extension().native(), &FileKind::extension);
  require(
      found != std::end(kFileKinds), path.string(),
      ": expected the name of a video, .mp4, .webm or .avi, or a folder, with a slash at its end");
  return *found;
}

class FileSink : public FrameSink {
 public:
  FileSink(const fs::path& path, std::size_t height, std::size_t width,
           const VideoWriterOptions& options)
      : kind_(file_kind(path)),
        codec_(video_codec(options.codec.empty() ? kind_.codec : options.codec)),
        output_(path),
        encoder_(output_.context(), kind_.container, codec_, height, width, options,
                 path.string()) {}
  void write(const Images& rgb) override { encoder_.write(rgb); }
  void close() override {
    encoder_.finish();
    output_.commit();
  }

 private:
  const FileKind& kind_;
  const VideoCodec& codec_;
  FileOutput output_;
  VideoEncoder encoder_;
};

std::unique_ptr<FrameSink> open_sink(const fs::path& path, std::size_t height, std::size_t width,
                                     const VideoWriterOptions& options) {
  std::error_code ignored;
  if (!path.has_filename() || fs::is_directory(path, ignored))
    return std::make_unique<FolderSink>(path);
  return std::make_unique<FileSink>(path, height, width, options);
}

/// The three channels of a frame of one or three, each pixel as a square of `magnify` by `magnify`.
void enlarge(std::span<const std::uint8_t> frame, std::size_t width, std::size_t magnify,
             Images& rgb) {
  const std::size_t channels = frame.size() / (width * (rgb.height / magnify));
  std::uint8_t* target = rgb.pixels.data();
  for (std::size_t row = 0; row < rgb.height; ++row)
    for (std::size_t column = 0; column < rgb.width; ++column)
      for (std::size_t channel = 0; channel < 3; ++channel)
        *target++ =
            frame[((row / magnify) * width + column / magnify) * channels + channel % channels];
}

/// An RGB picture of the size in which frames are written.
Images make_canvas(std::size_t height, std::size_t width, std::size_t magnify,
                   const std::string& name) {
  require(magnify > 0 && magnify <= kMaxVideoSide, "magnify: ", magnify, ", expected 1 to ",
          kMaxVideoSide);
  require_frame_size(height, width, name);
  require_frame_size(height * magnify, width * magnify, name);
  return {height * magnify, width * magnify, 3,
          std::vector<std::uint8_t>(height * width * magnify * magnify * 3)};
}

}  // namespace

struct VideoWriter::Sink {
  std::size_t height, width, magnify;
  std::string name;
  Images canvas;
  std::unique_ptr<FrameSink> frames;  // null once closed
  std::vector<std::uint8_t> rounded;
};

VideoWriter::VideoWriter(const fs::path& path, std::size_t height, std::size_t width,
                         const VideoWriterOptions& options)
    : sink_(std::make_unique<Sink>()) {
  Images canvas = make_canvas(height, width, options.magnify, path.string());
  auto frames = open_sink(path, canvas.height, canvas.width, options);
  *sink_ = {height, width, options.magnify, path.string(), std::move(canvas), std::move(frames),
            {}};
}

VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;
VideoWriter::~VideoWriter() = default;

void VideoWriter::write(std::span<const std::uint8_t> frame) {
  const std::size_t pixels = sink_->height * sink_->width;
  require(frame.size() == pixels || frame.size() == 3 * pixels, sink_->name, ": a frame of ",
          frame.size(), " elements, expected ", sink_->height, " by ", sink_->width, " by 1 or 3");
  require(sink_->frames != nullptr, sink_->name, ": a frame for a video that was closed");
  enlarge(frame, sink_->width, sink_->magnify, sink_->canvas);
  sink_->frames->write(sink_->canvas);
}

void VideoWriter::write(std::span<const float> frame) {
  sink_->rounded.resize(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    require(!std::isnan(frame[i]), sink_->name, ": element ", i, " of a frame is not a number");
    sink_->rounded[i] = static_cast<std::uint8_t>(std::clamp(std::round(frame[i]), 0.0f, 255.0f));
  }
  write(sink_->rounded);
}

void VideoWriter::close() {
  require(sink_->frames != nullptr, sink_->name, ": a video that was closed is closed again");
  const std::unique_ptr<FrameSink> frames = std::exchange(sink_->frames, nullptr);
  frames->close();
}

double nearest_rate(const fs::path& path, double frames_per_second) {
  const auto* found =
      std::ranges::find(kFileKinds, path.extension().native(), &FileKind::extension);
  if (found == std::end(kFileKinds)) return frames_per_second;
  return std::min(frames_per_second, most_frames_per_second(found->container));
}

void write_video(const fs::path& path, const Images& images, const VideoWriterOptions& options) {
  VideoWriter writer(path, images.height, images.width, options);
  for (std::size_t i = 0; i < images.count(); ++i) writer.write(images.image(i));
  writer.close();
}

std::vector<std::uint8_t> encode_video(const Images& images, const VideoWriterOptions& options) {
  const VideoCodec& codec = video_codec(options.codec);
  require(images.channels == 1 || images.channels == 3, "images: ", images.channels,
          " channels, expected 1 or 3");
  Images canvas = make_canvas(images.height, images.width, options.magnify, "images");
  MemoryOutput output;
  VideoEncoder encoder(output.context(), codec.container, codec, canvas.height, canvas.width,
                       options, "images");
  for (std::size_t i = 0; i < images.count(); ++i) {
    enlarge(images.image(i), images.width, options.magnify, canvas);
    encoder.write(canvas);
  }
  encoder.finish();
  return std::move(output.bytes);
}

}  // namespace rgm
