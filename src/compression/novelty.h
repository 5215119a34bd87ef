#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace rgm::detail {

/// What has been seen so far says about the outcomes of each modality by itself: the likelihood of
/// the state that is unlike all others.
///
/// Three predictions, each with counts c of its own, C their sum over the n outcomes o that may
/// come, p the outcome before:
///
///     any outcome       P_0(o) = (c(o) + λ/n) / (C + λ)
///     a change          P_1(o) = (c(o − p) + μ P_all(o − p)) / (C + μ)
///     after an outcome  P_2(o) = (c_p(o) + κ P_1(o)) / (C_p + κ)
///
/// P_all likewise of all modalities, and P(o) = Σ_k w_k P_k(o), w_k ← (1 − ε) w_k P_k(o) / P(o) +
/// ε/3: who predicted better lately is believed more (a fixed share; Herbster and Warmuth 1998.
/// Counts that fall back on wider ones: MacKay and Peto 1995). Memory: what has been seen.
class Novelty {
 public:
  explicit Novelty(std::span<const std::size_t> num_outcomes);

  /// P(o) for every outcome of a modality at the next step. Cost O(outcomes).
  const std::vector<double>& predict(std::size_t modality);
  /// The outcome that came, of the modality that was predicted last. Cost O(distinct outcomes
  /// seen).
  void observe(std::size_t outcome);

 private:
  struct Counts {
    double total = 0;
    std::vector<std::pair<std::int32_t, double>>
        entries;  // value, visits; in order of first appearance

    void add(std::int32_t value);
  };
  struct State {
    std::size_t num_outcomes = 0;
    std::int32_t last = -1;  // −1: none yet
    std::array<double, 3> weights{};
    Counts any, changes;
    std::vector<std::pair<std::int32_t, Counts>> after;  // ascending by the outcome before
  };

  void predict_change(const State& modality);
  void predict_after(const State& modality);

  std::vector<State> modalities_;
  std::vector<double> all_changes_;  // of all modalities, [change + largest outcome]
  std::size_t largest_ = 0, predicted_ = 0;
  std::array<std::vector<double>, 3> by_;  // P_k(o)
  std::vector<double> probabilities_;
};

}  // namespace rgm::detail
