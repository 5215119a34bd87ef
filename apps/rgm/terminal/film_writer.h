#pragma once

#include <memory>
#include <string>

#include "rgm/base/images.h"
#include "rgm/media/video_file.h"
#include "terminal/print.h"

namespace rgm::app {

/// Writes films step by step to a file or folder; nothing if the path is empty.
class FilmWriter {
 public:
  FilmWriter(const std::string& path, double frames_per_second, std::size_t magnify = 2)
      : path_(path) {
    const double wanted = frames_per_second > 0 ? frames_per_second : 25;
    options_.frames_per_second = nearest_rate(path_, wanted);
    if (options_.frames_per_second < wanted)
      print_note(
          fmt::format("{}: written at {:.6g} frames a second, as many as it can hold, not {:.6g}",
                      path_, options_.frames_per_second, wanted));
    options_.magnify = magnify;
  }

  /// The frames that follow; those beyond `most`, counted from the first call on, are left out.
  void write(const Images& frames, std::size_t most = static_cast<std::size_t>(-1)) {
    if (path_.empty()) return;
    if (!writer_)
      writer_ = std::make_unique<VideoWriter>(path_, frames.height, frames.width, options_);
    for (std::size_t i = 0; i < frames.count() && written_ < most; ++i, ++written_)
      writer_->write(frames.image(i));
  }
  void close() {
    if (writer_) writer_->close();
  }
  std::size_t written() const { return written_; }

 private:
  std::string path_;
  VideoWriterOptions options_;
  std::unique_ptr<VideoWriter> writer_;
  std::size_t written_ = 0;
};

}  // namespace rgm::app
