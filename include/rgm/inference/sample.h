#pragma once

#include <cstddef>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/inference/tree.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// A state of every factor, [level][factor].
using TreeStates = std::vector<std::vector<std::size_t>>;

/// A distribution over the outcomes of each modality of level 0, [modality][outcome]; empty for a
/// modality that the question does not concern.
using OutcomeDistributions = std::vector<std::vector<double>>;

struct SampleOptions {
  int root_state = -1;  ///< the root's state, −1: drawn from its prior
};

/// One ancestral sample of a hierarchy of still images.
struct TreeSample {
  TreeStates states;
  std::vector<Outcome> outcomes;       ///< drawn, [modality]
  OutcomeDistributions distributions;  ///< P(outcome | the drawn state of its factor): what the
                                       ///< outcomes were drawn from
};

/// Draws the states of all factors and the outcomes of all modalities from the top down, each from
/// its expected likelihood given its parent's state.
///
/// `hierarchy` is valid (see `Hierarchy::validate`). Throws `Error` if it has paths or episodes of
/// several steps, or if `root_state` is out of range. Cost O(Σ outcomes of the likelihoods' columns
/// that are visited).
TreeSample sample(const Hierarchy& hierarchy, Random& random, const SampleOptions& options = {});

/// What a state looks like: P(outcome | state of factor `factor` of level `level`) for each
/// modality of level 0 below that factor, exact; the other modalities' distributions are empty.
///
/// Throws `Error` as `sample` does, or if an index is out of range. Cost O(parameters below the
/// factor).
OutcomeDistributions expected_outcomes(const Hierarchy& hierarchy, std::size_t level,
                                       std::size_t factor, std::size_t state);

/// What inference expects of every modality of level 0, observed or not: Σ_s A_g[outcome, s] P(s |
/// evidence), for the item in row `item` of `beliefs` after `downward`. For a modality that was
/// missing it is the exact posterior predictive distribution (completion); for an observed one the
/// model's reconstruction.
///
/// Throws `Error` if `item` is out of range, `downward` has not run, or it weighted the item by
/// zero. Cost O(parameters of level 0).
template <class Real>
OutcomeDistributions expected_outcomes(const Hierarchy& hierarchy, const TreeBeliefs<Real>& beliefs,
                                       std::size_t item);

/// The most probable joint configuration of all factors' states given the evidence of the item in
/// row `item` of `beliefs`, after `upward`; in general not the states that are most probable one by
/// one. Of equals, the one with lower indices from the top down.
///
/// `root_state` is the root's observed state or −1. Throws `Error` if an index is out of range or
/// `beliefs` belong to other tables. Cost O(parameters above level 0). Source: max-product message
/// passing on a tree (Pearl 1988).
template <class Real>
TreeStates most_probable_states(const TreeTables<Real>& tables, const TreeBeliefs<Real>& beliefs,
                                std::size_t item, int root_state = -1);

}  // namespace rgm
