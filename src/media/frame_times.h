#pragma once

#include <cstddef>
#include <cstdint>

#include "ffmpeg.h"

namespace rgm {

/// When the frames of a film begin, in seconds from the first one on.
class FrameTimes {
 public:
  /// Frames whose time the film does not tell, or where its clock jumps, follow after `usual`
  /// seconds. Of a recording that may begin and end anywhere, where some frames lack others that
  /// they need, half a second is no matter for `vary`.
  void begin(AVRational unit, double usual, bool is_open_ended);
  /// The time of the next frame of which the film says `stamp`, in its unit, or AV_NOPTS_VALUE.
  double add(std::int64_t stamp);

  /// When it ends, if it does at `stamp`, and never before it began.
  double end(std::int64_t stamp) const;
  /// Whether more than a hundredth of the time is that by which frames are shown longer than the
  /// shortest of them, where that is more than half as long again: pulldown of films for television
  /// (2 : 3 fields) is none, frames that are held are.
  bool vary() const;

 private:
  /// By the time of the last stamp; without one `otherwise`.
  double time_of(std::int64_t stamp, double otherwise) const;
  void count_gap(double gap);

  double unit_ = 1, usual_ = 0.04, rounding_ = 0;
  double seconds_ = 0;
  std::int64_t stamp_ = AV_NOPTS_VALUE;  // of the last frame that had one
  double stamped_ = 0;                   // its time
  double shortest_ = 0, total_ = 0;      // from one frame to the next
  double excess_ = 0, permitted_ = 0;    // of those that are much longer than the shortest
  std::size_t frames_ = 0, gaps_ = 0;
};

}  // namespace rgm
