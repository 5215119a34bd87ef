#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/tree_tables.h"
#include "rgm/model/outcomes.h"

namespace rgm {

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
  /// ln P(evidence [, observed root state]), exact, nats, [item].
  std::vector<double> log_evidence;
  std::size_t items = 0;
};

/// Upward pass: exact messages from the items `items` of `outcomes` to the root.
///
/// `root_states` is empty, or gives each item's observed root state (−1: not observed), which then
/// counts as evidence. Fills `message`, `to_parent`, `root_log_joint` and `log_evidence`. Throws
/// `ImpossibleEvidence` that names item and modality, or `BadInput` if an outcome is out of range.
/// Cost O(items · parameters of the groups read). Source: belief propagation on a tree (Pearl
/// 1988); checked against enumeration in tests/inference/tree_test.cpp.
///
/// A message holds what is less probable than its best state by no more than the range of `Real`.
/// Where probabilities of 0 above level 0 rule that state out, a possible item looks impossible. If
/// `beyond_range` is given, the rows of such items, and of impossible ones, are appended to it
/// rather than an error thrown; they are left without any belief, their log evidence is 0.
template <class Real>
void upward(const TreeTables<Real>& tables, const Outcomes& outcomes,
            std::span<const std::size_t> items, std::span<const int> root_states,
            SoftReading reading, TreeBeliefs<Real>& beliefs,
            std::vector<std::size_t>* beyond_range = nullptr);

/// Downward pass after `upward`: posteriors of every factor's states, times `weights` (empty: all
/// 1; may be negative, as in contrastive learning).
template <class Real>
void downward(const TreeTables<Real>& tables, std::span<const int> root_states,
              std::span<const double> weights, TreeBeliefs<Real>& beliefs);

}  // namespace rgm
