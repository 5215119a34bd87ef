#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace rgm::detail {

/// What has been seen so far says about the outcomes of each modality by itself: the likelihood of the state that is
/// unlike all others.
///
/// With n outcomes, c(o) visits of o in all, c'(o) visits of o after the modality's present outcome p, C and C' their sums,
/// and q the share of steps at which the outcome stayed,
///
///     P(o) = (c'(o) + κ P_1(o)) / (C' + κ),   P_1(o) = (1 − q) P_0(o) + q [o = p],   P_0(o) = (c(o) + λ/n) / (C + λ):
///
/// two contexts, each falling back on the wider one as far as it has not been seen (a hierarchy of Dirichlet priors;
/// MacKay and Peto 1995). Memory: what has been seen.
class Novelty {
 public:
  explicit Novelty(std::span<const std::size_t> num_outcomes);

  /// P(o) for every outcome of a modality. Cost O(outcomes).
  void predict(std::size_t modality, std::vector<double>& probabilities) const;
  /// The outcome that came. Cost O(outcomes seen).
  void observe(std::size_t modality, std::uint16_t outcome);

 private:
  struct Context {
    double total = 0;
    std::vector<std::pair<std::uint16_t, double>> counts;  // outcome, visits; in order of first appearance

    void add(std::uint16_t outcome);
  };
  struct State {
    std::size_t num_outcomes = 0;
    bool started = false;
    std::uint16_t last = 0;
    double steps = 0, stays = 0;
    Context all;
    std::vector<std::pair<std::uint16_t, Context>> after;  // ascending by the outcome before

    const Context* find(std::uint16_t before) const;
  };

  std::vector<State> modalities_;
};

}  // namespace rgm::detail
