#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/root_chain.h"

namespace rgm::detail {

/// Steps of the root's chain with the largest term in place of the sum, as logarithms:
///
///     best(s') = max_s [past(s) + ln P(s' | s)].
///
/// The logarithms of the chain are taken once, when it is made.
class BestRootSteps {
 public:
  /// Borrows `chain`. Cost: a logarithm a pair if it is dense, else an arc.
  explicit BestRootSteps(const RootChain& chain);

  /// `from` [state]: the state that the best comes from; of equals the lowest, 0 if there is none.
  void step(const std::vector<double>& past, std::vector<double>& best,
            std::span<std::uint32_t> from);

 private:
  struct Arc {
    std::uint32_t next = 0;
    double log_probability = 0;  // restarts included
  };
  void step_densely(const std::vector<double>& past, std::vector<double>& best);
  void step_along_arcs(const std::vector<double>& past, std::vector<double>& best);
  /// The best state to restart from is the same for all next ones.
  void restart(const std::vector<double>& past, std::vector<double>& best);

  Matrix<double> log_dense_;  // [state, next]; or lists
  std::vector<std::size_t> begin_;
  std::vector<Arc> arcs_;
  std::vector<double> log_restart_, log_prior_;
  std::vector<std::uint64_t> from_;  // as wide as a number, so that both fill the same vectors
};

}  // namespace rgm::detail
