#include "frame_times.h"

#include <cmath>

namespace rgm {
namespace {

constexpr double kLongest = 3600;  // seconds that a frame may be shown; more is a jump

}  // namespace

void FrameTimes::begin(AVRational unit, double usual, bool is_open_ended) {
  unit_ = av_q2d(unit);
  usual_ = usual;
  permitted_ = is_open_ended ? 0.5 : 0;
  // What rounding to the unit does to a gap; nothing where frames are as long as the unit.
  const double units = usual_ / unit_;
  rounding_ = (std::abs(units - 1) < 0.01 ? 0.01 : units < 4 ? 1.01 : 2.01) * unit_;
}

double FrameTimes::add(std::int64_t stamp) {
  const bool told = stamp != AV_NOPTS_VALUE;
  if (frames_++ > 0) {
    const double usual = seconds_ + usual_;
    const double at = told ? time_of(stamp, usual) : usual;
    const bool follows = at > seconds_ && at - seconds_ <= kLongest;
    if (told && follows && stamp_ != AV_NOPTS_VALUE) count_gap(at - seconds_);
    seconds_ = follows ? at : usual;
  }
  if (told) {
    stamp_ = stamp;
    stamped_ = seconds_;
  }
  return seconds_;
}

double FrameTimes::time_of(std::int64_t stamp, double otherwise) const {
  if (stamp_ == AV_NOPTS_VALUE) return otherwise;
  return stamped_ + (static_cast<double>(stamp) - static_cast<double>(stamp_)) * unit_;
}

void FrameTimes::count_gap(double gap) {
  const auto longer = [this](double one, double other) { return one > 1.5 * other + rounding_; };
  if (gaps_ == 0 || gap < shortest_) {
    if (longer(shortest_, gap))
      excess_ = total_ - static_cast<double>(gaps_) * gap;  // of all before
    shortest_ = gap;
  }
  if (longer(gap, shortest_)) excess_ += gap - shortest_;
  total_ += gap;
  ++gaps_;
}

double FrameTimes::end(std::int64_t stamp) const {
  const double usual = seconds_ + usual_;
  const double at = stamp == AV_NOPTS_VALUE ? usual : time_of(stamp, usual);
  return at > seconds_ && at - seconds_ <= kLongest ? at : usual;
}

bool FrameTimes::vary() const { return excess_ > 0.01 * total_ + permitted_; }

}  // namespace rgm
