#pragma once

#include <span>

namespace rgm::detail {

/// Whether the last pass has gained less than `tolerance`; 0: never.
inline bool has_converged(std::span<const double> log_evidence, double tolerance) {
  const auto passes = log_evidence.size();
  return tolerance > 0 && passes > 1 &&
         log_evidence[passes - 1] - log_evidence[passes - 2] < tolerance;
}

}  // namespace rgm::detail
