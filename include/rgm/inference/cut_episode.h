#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/inference/cut_tables.h"

namespace rgm {

/// The upward messages of `Episode`, of each only the states that matter and a bound of the others:
/// what one step of the root shows, told step by step.
///
/// Bounds pass upwards thus. Of an episode's message λ, a product of messages L_τ of largest value
/// 1 and expectations, no more is left out than Π (1 + left out of L_τ) − 1. A parent's ℓ(p)
/// averages λ, so it lacks no more than that. Parents none of whose columns hold a state that was
/// kept have it by the background alone, at most max b Σ_s max_u λ(s, u); where the product of that
/// over some children is too little, only parents that hold a kept state of one of these are looked
/// at. A product over children lacks Π (1 + left out) − 1; all is relative to what is kept, so it
/// grows where no state fits all that was seen.
class CutEpisode {
 public:
  /// Borrows `tables`, which must outlive the episode.
  explicit CutEpisode(const CutTables& tables);
  explicit CutEpisode(const CutTables&& tables) = delete;

  /// Forgets all evidence.
  void clear();
  /// Takes in the outcomes of the next step of level 0. False if they cannot be cut: an episode
  /// saw something after steps without any outcome, or nothing that is kept fits. The root's
  /// message is then of no use until `clear`. Cost O(states kept, their arcs and parents), and of
  /// level 0 as `CutTables::likelihood`.
  [[nodiscard]] bool push(std::size_t step, const Outcomes& outcomes, std::size_t item,
                          SoftReading reading);
  /// The likelihood of the root's states.
  const CutMessage& root() const { return nodes_.back().front(); }

 private:
  /// λ of the episode that a factor is in, laid out by `MovingPairs`; 0 but for the states kept.
  struct Ahead {
    bool observed = false;
    std::vector<double> values;
    std::vector<std::uint32_t> kept;
    // Σ_u λ(s, u), [state]; Σ_s λ(s, u) but for `staying`, the sum of what does not move, [path];
    // and over both.
    std::vector<double> by_state, by_path;
    std::vector<std::uint32_t> moving_paths;  // where `by_path` may not be 0
    double staying = 0, total = 0;
    double by_background = 0, left_out = 0, log_scale = 0;
    std::size_t parents = 0;  // number of parents that hold kept states
  };

  CutMessage& node(std::size_t level, std::size_t step, std::size_t factor) {
    return nodes_[level][step * tables_->tables().level(level).size() + factor];
  }
  bool look_ahead(std::size_t level, std::size_t step, std::size_t factor);
  bool multiply(std::size_t level, std::size_t factor, const CutMessage& own, const Ahead& next,
                Ahead& to);
  void sum_up(std::size_t level, std::size_t factor);
  void forget(std::size_t level, std::size_t factor, Ahead& ahead);
  bool collect(std::size_t level, std::size_t step, std::size_t factor);
  double choose_candidates(std::size_t level, const SequenceTables::FactorTable& table);
  double to_parent(std::size_t level, const SequenceTables::Child& child, std::size_t parent);

  const CutTables* tables_;
  std::vector<std::vector<CutMessage>> nodes_;  // [level][step · factors + factor]
  std::vector<std::vector<Ahead>> ahead_;       // [level][factor]
  Ahead scratch_;
  std::vector<const SequenceTables::Child*> children_;  // observed, fewest parents first
  std::vector<std::uint32_t> candidates_;
};

}  // namespace rgm
