#pragma once

#include "rgm/base/stopwatch.h"

namespace rgm {

/// Adds the seconds of its life to a sum.
class Stage {
 public:
  explicit Stage(double& sum) : sum_(sum) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { sum_ += watch_.seconds(); }

 private:
  double& sum_;
  Stopwatch watch_;
};

}  // namespace rgm
