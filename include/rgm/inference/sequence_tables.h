#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/inference/moving_pairs.h"
#include "rgm/inference/root_chain.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// A sparse number: the entry of a column that has a background.
struct SparseEntry {
  std::uint32_t index = 0;
  double value = 0;
};

/// Conditional distributions P(x | p) = entry(x, p) + background(p), the entries sparse, columns
/// lying one behind the other.
struct SparseColumns {
  std::vector<std::size_t> begin{0};  ///< [column], and the end
  std::vector<SparseEntry> entries;   ///< observed part, a / N
  std::vector<double> background;     ///< prior part of every x, α / N, [column], if there is any

  std::span<const SparseEntry> column(std::size_t p) const {
    return std::span(entries).subspan(begin[p], begin[p + 1] - begin[p]);
  }
};

/// The expected probabilities of a hierarchy in time, laid out for exact messages in space and time
/// (see docs/methods.md): what was observed is visited through lists, what was not costs one number
/// a state.
///
/// Read-only while it infers and may be shared by threads. Memory: a few times that of the counts,
/// and a number for each state and modality of level 0.
class SequenceTables {
 public:
  /// Copies what it needs. Throws `Error` if the hierarchy is not valid (so all sums are
  /// finite). Cost O(counts + states · modalities of level 0).
  explicit SequenceTables(const Hierarchy& hierarchy);

  /// An observed outcome modality of level 0: for each outcome the states in which it was seen, the
  /// outcomes' lists one behind the other.
  struct Observed {
    std::size_t modality = 0, num_outcomes = 0;
    std::vector<std::size_t> begin;     ///< of an outcome's list, [outcome], and the end
    std::vector<std::uint32_t> states;  ///< that an outcome was seen in
    std::vector<double> probabilities;  ///< observed part of A[o, s]
    /// ln A[o, s] − ln background(s); unused where the background is 0.
    std::vector<double> log_ratios;
    std::vector<double> background, log_background;  ///< [state]
    bool structural_zeros = false;                   ///< some state has no background
    bool background_of_last = false;  ///< the background is that of the modality before
  };
  /// A factor of level 0 whose states have each seen one outcome of every modality, all equally
  /// often and with the same concentration: of a hard outcome a state's log-likelihood is then
  /// ratio(s) times the number of modalities that agree, upon the background.
  struct Matches {
    std::vector<std::uint8_t> outcomes;  ///< [modality of the group · states + state]
    std::vector<double> log_ratio;       ///< [state]; empty if the factor is none of this kind
  };
  /// Modalities of the group that are linked to the states, or cut from them, together: a cell of
  /// `Kinds`; without kinds the whole group.
  struct Cell {
    std::size_t index = 0;               ///< of the cell in `Kinds::cells`
    std::vector<std::size_t> positions;  ///< of its modalities in `observed`
    /// Σ over its modalities without structural zeros, [state].
    std::vector<double> log_background;
  };
  /// A child factor, whose initial state and path this factor generates.
  struct Child {
    std::size_t factor = 0;
    SparseColumns states, paths;  ///< A_D[s, p], A_E[u, p]
    /// Products of their observed parts, by the place in a message (`MovingPairs`) that they meet;
    /// of the paths under which a state is in no pair together.
    SparseColumns products;
    std::size_t state_modality = 0, path_modality = kNoModality;  ///< positions in the group
    static constexpr std::size_t kNoModality = static_cast<std::size_t>(-1);
  };
  struct Arc {
    std::uint32_t next = 0, path = 0;
    double probability = 0;  ///< P(next | state, path)
  };
  struct FactorTable {
    std::size_t num_states = 0, num_paths = 1;
    /// The factor above and this one's place among its children.
    std::size_t parent = 0, place = 0;
    std::vector<Observed> observed;  ///< level 0
    std::vector<Cell> cells;         ///< level 0
    Matches matches;                 ///< level 0
    std::vector<Child> children;     ///< above level 0
    /// [state], and the end; empty: no transitions. In the model's order.
    std::vector<std::size_t> arc_begin;
    std::vector<Arc> arcs;
    MovingPairs pairs;  ///< below the root: what arcs leave and reach

    std::span<const Arc> arcs_of(std::size_t state) const {
      if (arc_begin.empty()) return {};
      return std::span(arcs).subspan(arc_begin[state], arc_begin[state + 1] - arc_begin[state]);
    }
  };

  std::size_t num_levels() const { return levels_.size(); }
  const std::vector<FactorTable>& level(std::size_t n) const { return levels_[n]; }
  const FactorTable& root() const { return levels_.back().front(); }
  std::size_t num_modalities() const { return num_modalities_; }
  /// T_n, steps of an episode of level n; 1 at the root.
  std::size_t time_scale(std::size_t n) const { return time_scales_[n]; }
  /// Steps of level n to one step of the root.
  std::size_t steps(std::size_t n) const { return steps_[n]; }

  /// The Markov chain of the root's states.
  const RootChain& root_chain() const { return root_chain_; }

  /// ln P(the observations of `item` about the group of factor `factor` of level 0 | state),
  /// [state]; a missing outcome says nothing. False if nothing was observed (`log_likelihood` is
  /// then zero). Throws `Error` if an outcome is out of range. Cost O(states · (1 + soft and
  /// missing outcomes) + states that the outcomes were seen with); where matches are counted, a
  /// comparison of bytes a state and modality, many at a time.
  bool log_likelihood(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                      SoftReading reading, std::vector<double>& log_likelihood) const;
  /// The same of one of the factor's cells.
  bool log_likelihood(std::size_t factor, std::size_t cell, const Outcomes& outcomes,
                      std::size_t item, SoftReading reading,
                      std::vector<double>& log_likelihood) const;

  /// How outcomes go on where a cell is cut.
  const Kinds& kinds() const { return kinds_; }
  /// The same, for one who learns on between the steps of a filter.
  Kinds& kinds() { return kinds_; }

 private:
  std::vector<std::vector<FactorTable>> levels_;
  std::vector<std::size_t> time_scales_, steps_;
  RootChain root_chain_;
  Kinds kinds_;
  std::size_t num_modalities_ = 0;
};

}  // namespace rgm
