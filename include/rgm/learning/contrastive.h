#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/learning/expectation_maximisation.h"

namespace rgm {

struct ContrastiveOptions {
  std::size_t chunk = 5000;       ///< items between two updates of the counts
  double temperature = 0.07;      ///< κ: the model's guess is softmax(κ ln evidence)
  double rate = 6;                ///< c: counts added for each expected count
  double smallest_weight = 0.04;  ///< items whose weight is smaller add nothing
  InferenceOptions inference = {};
};

/// One contrastive pass over labelled items, for one tree a class: expected counts of the right
/// class minus those of the model's own guess,
///
///     a_k ← max(0, a_k + c Σ_n (1[y_n = k] − p_nk) γ_n),
///     p_n = softmax_k(κ ln P(item n | tree k)),
///
/// γ_n the exact expected counts of item n under tree k. Gradient-free, but discriminative: the
/// evidence of the data no longer rises, so report it as the extension that it is. Items are
/// visited in the order of `set`; `set.root_states` holds their classes. Sparse likelihoods become
/// dense. Returns the share of items classified correctly just before their chunk was learnt.
double contrastive_pass(std::vector<Hierarchy>& trees, const ItemSet& set,
                        const ContrastiveOptions& options, const Progress& progress = {});

/// ln P(item | tree) of every tree, [item, tree], nats.
Matrix<double> log_evidence_of_trees(std::span<const Hierarchy> trees, const ItemSet& set,
                                     const InferenceOptions& options);

}  // namespace rgm
