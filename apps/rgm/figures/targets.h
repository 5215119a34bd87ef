#pragma once

#include <string>
#include <vector>

namespace rgm::app {

/// A goal and how it was met.
struct Target {
  std::string name, goal, measured;
  bool met = false;
};

/// A table for the terminal: goals beside what was measured.
std::string targets_text(const std::vector<Target>& targets);

}  // namespace rgm::app
