#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "frame_source.h"

namespace rgm {
namespace {

/// Holds a frame and the one after it, between whose times it stays.
class RateSampler : public FrameSource {
 public:
  RateSampler(std::unique_ptr<FrameSource> source, double rate) : source_(std::move(source)) {
    height = source_->height;
    width = source_->width;
    pixel_aspect = source_->pixel_aspect;
    orientation = source_->orientation;
    notes = source_->notes;
    constexpr double kMost = 1e15;  // beyond which the file lies
    frame_count = static_cast<std::size_t>(std::min(
        kMost,
        std::round(static_cast<double>(source_->frame_count) / source_->frames_per_second * rate)));
    frames_per_second = rate;
    look_ahead();
    advance();
  }

  const AVFrame* next() override {
    while (number_ >= until_ && current_ != nullptr) advance();
    if (current_ == nullptr) return nullptr;
    seconds = static_cast<double>(number_++) / frames_per_second;
    end_seconds = static_cast<double>(number_) / frames_per_second;
    return current_.get();
  }

 private:
  std::int64_t index_at(double time) const { return std::llround(time * frames_per_second); }

  /// Takes the next frame of the source, without its pixels being copied.
  void look_ahead() {
    const AVFrame* frame = source_->next();
    following_.reset(frame == nullptr ? nullptr : ffmpeg::allocated(av_frame_clone(frame)));
    begins_ = index_at(frame == nullptr ? source_->end_seconds : source_->seconds);
    const std::size_t changes = notes.size_changes;  // which whoever converts frames counts
    notes = source_->notes;
    notes.size_changes = changes;
  }

  void advance() {
    current_ = std::move(following_);
    if (current_ == nullptr) return;
    look_ahead();
    until_ = begins_;
    if (following_ == nullptr && number_ == 0 && until_ == 0) until_ = 1;  // never none
  }

  std::unique_ptr<FrameSource> source_;
  ffmpeg::Frame current_, following_;
  std::int64_t begins_ = 0;              // the first that shows `following_`, or is beyond the end
  std::int64_t number_ = 0, until_ = 0;  // of the next to be given; past the last of `current_`
};

}  // namespace

std::unique_ptr<FrameSource> sampled(std::unique_ptr<FrameSource> source,
                                     double frames_per_second) {
  return std::make_unique<RateSampler>(std::move(source), frames_per_second);
}

}  // namespace rgm
