#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// The expected probabilities of a hierarchy, laid out for message passing in precision `Real`
/// (float or double).
///
/// Model and beliefs are apart: tables are read-only while they infer and may be shared by threads.
/// Building them costs one logarithm a parameter of level 0. `set_column` keeps them in step with
/// counts that change one at a time.
template <class Real>
class TreeTables {
 public:
  /// Throws `Error` if the hierarchy is not valid or has paths (inference over time is not part of
  /// this version).
  explicit TreeTables(const Hierarchy& hierarchy);

  struct FactorTable {
    Matrix<Real> log_probability;      ///< level 0: ln A, [row, padded state]; the padding is zero
    Matrix<Real> probability;          ///< A, [row, state]; at level 0 [row, padded state]
    std::vector<std::size_t> offsets;  ///< first row of each modality of the group, and the end
    std::vector<std::size_t>
        modalities;  ///< the group: at level 0 outcomes, above it factors of the level below
    std::size_t num_states = 0;
  };

  std::size_t num_levels() const { return levels_.size(); }
  std::size_t num_modalities() const { return num_modalities_; }
  const std::vector<FactorTable>& level(std::size_t n) const { return levels_[n]; }
  std::span<const Real> root_prior() const { return root_prior_; }

  /// Replaces A_g[·, state] of the factor's g-th modality by normalised `counts` (prior included,
  /// not all zero).
  void set_column(std::size_t level, std::size_t factor, std::size_t g, std::size_t state,
                  std::span<const double> counts);
  /// Replaces the root's prior by normalised `counts`.
  void set_root_prior(std::span<const double> counts);

 private:
  std::vector<std::vector<FactorTable>> levels_;
  std::vector<Real> root_prior_;
  std::size_t num_modalities_ = 0;
};

/// Beliefs about a batch of items, and the work space of the messages; allocated once a thread and
/// reused.
template <class Real>
struct TreeBeliefs {
  struct FactorBeliefs {
    Matrix<Real> message;    ///< λ(s) ∝ P(evidence below | s), largest entry 1, [item, state]
    Matrix<Real> to_parent;  ///< ℓ(p) = Σ_s A[s, p] λ(s), [item, parent state]
    Matrix<Real> posterior;  ///< P(s | all evidence) times the item's weight, [item, state]; after
                             ///< `downward`
  };
  std::vector<std::vector<FactorBeliefs>> levels;
  Matrix<double> root_log_joint;  ///< ln P(evidence, root state), [item, root state], nats
  std::vector<double>
      log_evidence;  ///< ln P(evidence [, observed root state]), exact, nats, [item]
  std::size_t items = 0;
};

/// Expected sufficient statistics: the counts that a set of items adds to each likelihood, shaped
/// as its counts.
template <class Real>
struct ExpectedCounts {
  std::vector<std::vector<Matrix<Real>>> levels;  ///< [level][factor], [row, state]
  std::vector<double> root;                       ///< [root state]

  explicit ExpectedCounts(const TreeTables<Real>& tables);
  void clear();
};

/// Upward pass: exact messages from the items `items` of `outcomes` to the root.
///
/// `root_states` is empty, or gives each item's observed root state (−1: not observed), which then
/// counts as evidence. Fills `message`, `to_parent`, `root_log_joint` and `log_evidence`. Throws
/// `ImpossibleEvidence` that names item and modality, or `BadInput` if an outcome is out of range.
/// Cost O(items · parameters of the groups read). Source: belief propagation on a
/// tree (Pearl 1988); checked against enumeration in tests/inference/tree_test.cpp.
template <class Real>
void upward(const TreeTables<Real>& tables, const Outcomes& outcomes,
            std::span<const std::size_t> items, std::span<const int> root_states,
            SoftReading reading, TreeBeliefs<Real>& beliefs);

/// Downward pass after `upward`: posteriors of every factor's states, times `weights` (empty: all
/// 1; may be negative, as in contrastive learning).
template <class Real>
void downward(const TreeTables<Real>& tables, std::span<const int> root_states,
              std::span<const double> weights, TreeBeliefs<Real>& beliefs);

/// Adds the items' expected counts, exact joint posteriors of child and parent, to `counts`; after
/// `downward`.
///
/// Above level 0 the sums lack their factor A[s, p] until `finish` multiplies it in, once for all
/// items.
template <class Real>
void accumulate(const TreeTables<Real>& tables, const Outcomes& outcomes,
                std::span<const std::size_t> items, SoftReading reading,
                const TreeBeliefs<Real>& beliefs, ExpectedCounts<Real>& counts);
template <class Real>
void finish(const TreeTables<Real>& tables, ExpectedCounts<Real>& counts);

}  // namespace rgm
