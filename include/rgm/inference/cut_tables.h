#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/inference/sequence_tables.h"

namespace rgm {

/// A message about a factor's states of which only those that matter are kept, with a bound of what
/// that leaves out: scaled to its largest value, the true message of a kept state lies between its
/// value and `left_out` more, that of every other state between 0 and `left_out`.
struct CutMessage {
  struct Entry {
    std::uint32_t state = 0;
    double value = 0;  ///< at most 1
  };
  bool observed = false;  ///< or else it says nothing
  std::vector<Entry> kept;
  double left_out = 0;
  double log_scale = 0;  ///< ln of what the message was divided by
};

/// What finds the few states that matter without a look at the others: indices over
/// `SequenceTables`, for inference that cuts (`CutFilter`).
///
/// Where the matches of a factor are counted (`SequenceTables::Matches`) its modalities are dealt
/// into blocks, and the states hashed by what they show in each. A state that misses in fewer
/// modalities than there are blocks shows one of them whole, so the lists of the blocks that were
/// observed hold all such states; what others can be worth at most is known beforehand. Above
/// level 0 it is known which parents' columns hold a child's state.
class CutTables {
 public:
  /// `cut`: the most that a step may leave out of the probability of what was seen, relative to
  /// that; 0: nothing, at least 0 and below 1. Borrows `tables`, which must outlive this. Throws
  /// `Error` if the cut is out of range. Cost O(states · (modalities + log states) + counts).
  explicit CutTables(const SequenceTables& tables, double cut);
  explicit CutTables(const SequenceTables&& tables, double cut) = delete;

  const SequenceTables& tables() const { return *tables_; }
  double cut() const { return cut_; }
  /// States whose message is less than this part of the largest are not kept. Far below the cut,
  /// since what is seen may have come about in a way that was improbable beforehand.
  double smallest_kept() const { return 1e-4 * cut_; }
  /// Whether anything is cut. It is not where the root's chain can not restart from each of its
  /// states in each, so that no evidence may be taken for too little to matter ever.
  bool cuts() const { return cuts_; }

  /// The likelihood of a factor of level 0, exact in the states that are kept: found by the blocks,
  /// or by a scan of all states where the outcomes are not all hard, or none of the states found is
  /// so likely that what is left out is less than `smallest_kept`. Throws `Error` if an outcome is
  /// out of range.
  void likelihood(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                  SoftReading reading, CutMessage& result) const;

  /// The parents' states that have a state of this factor, below the root, in their columns.
  std::span<const std::uint32_t> parents(std::size_t level, std::size_t factor,
                                         std::size_t state) const {
    const auto& lists = parents_[level][factor];
    return std::span(lists.parents)
        .subspan(lists.begin[state], lists.begin[state + 1] - lists.begin[state]);
  }
  /// The largest probability of a state that is not in a parent's column.
  double largest_background(std::size_t level, std::size_t factor) const {
    return parents_[level][factor].largest_background;
  }
  /// Σ_s P(s' | s) along the arcs of the root's chain, [s'].
  const std::vector<double>& root_arrivals() const { return root_arrivals_; }

 private:
  struct Hashed {
    std::uint64_t hash = 0;
    std::uint32_t state = 0;
  };
  struct Blocks {  // of a factor of level 0
    std::size_t stride = 0;
    std::vector<std::uint8_t> outcomes;        // `Matches::outcomes`, [state · stride + modality]
    std::vector<std::vector<Hashed>> by_hash;  // [block], ascending; none: always scan
    double log_bound = 0;  // ln P of what a state that no block holds may show, at most

    std::span<const std::uint8_t> of_state(std::size_t state) const {
      return std::span(outcomes).subspan(state * stride, stride);
    }
  };
  struct Parents {                   // of a factor below the root
    std::vector<std::size_t> begin;  // [state], and the end
    std::vector<std::uint32_t> parents;
    double largest_background = 0;
  };

  void add_blocks(const SequenceTables::FactorTable& table);
  void add_parents(const SequenceTables::FactorTable& table, std::size_t level);
  bool find(std::size_t factor, const Outcomes& outcomes, std::size_t item,
            CutMessage& result) const;
  void scan(std::size_t factor, const Outcomes& outcomes, std::size_t item, SoftReading reading,
            CutMessage& result) const;

  const SequenceTables* tables_;
  double cut_;
  bool cuts_ = false;
  std::vector<Blocks> blocks_;                 // [factor of level 0]
  std::vector<std::vector<Parents>> parents_;  // [level][factor]
  std::vector<double> root_arrivals_;
};

}  // namespace rgm
