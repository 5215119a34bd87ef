#pragma once

#include <chrono>

namespace rgm {

/// Tells how long something takes, in seconds.
class Stopwatch {
 public:
  /// Since it was made, or since the last lap.
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count();
  }
  /// The same, and it starts anew.
  double lap() {
    const double result = seconds();
    since_ = std::chrono::steady_clock::now();
    return result;
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace rgm
