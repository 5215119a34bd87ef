#pragma once

#include <cstddef>
#include <vector>

#include "rgm/inference/tree.h"
#include "rgm/math/incremental_information.h"

namespace rgm {

struct ActiveOptions {
  double precision = 512;  ///< β of the choice whether to learn; 0 accepts half of everything,
                           ///< large is a hard gate
  double capacity = 1024;  ///< η: the total count of a mapping tends to it (forgetting); about a
                           ///< twentieth of the items
  /// States of smaller posterior probability get no counts; 0 is exact and slow.
  double state_cut = 1e-6;
  SoftReading reading = SoftReading::kCount;
};

/// Online active learning: after each item every mapping (the likelihood of one modality) decides
/// by itself whether the item's expected counts Δ raise its mutual information I, which is minus
/// its expected free energy:
///
///     P = softmax(β [I(a), I(a + Δ)]),    a ← (P_0 a + P_1 (a + Δ)) η / (η + P_1).
///
/// Only what changes is computed: I is incremental, forgetting is one scale a mapping, and
/// probabilities are refreshed in the columns that were touched. Cost an item: one upward and one
/// downward pass, and a few logarithms a mapping. Not thread-safe: learning online is sequential.
/// Source: Friston et al. 2024 (arXiv 2407.20292), active learning; the reference
/// (spm_MDP_VB_update's selection) recomputes every mapping an item.
class ActiveLearner {
 public:
  /// Sparse likelihoods become dense. Throws `Error` if the hierarchy is invalid or options are out
  /// of range.
  ActiveLearner(Hierarchy hierarchy, const ActiveOptions& options);

  /// Learns one item; `root_state` −1: not observed. Returns its log evidence (with the root state)
  /// beforehand, nats.
  double learn(const Outcomes& outcomes, std::size_t item, int root_state = -1);

  /// The hierarchy as learnt so far, all scales folded into counts and concentrations.
  Hierarchy hierarchy() const;
  /// The probabilities as learnt so far, for inference between items.
  const TreeTables<float>& tables() const { return tables_; }
  /// Share of mappings that accepted the last item (mean P_1).
  double acceptance() const { return acceptance_; }

 private:
  struct Mapping {
    std::size_t level, factor, modality;
    IncrementalInformation information;
    double scale;  ///< the true counts and background are this times the stored ones
  };

  template <class Real>
  double learn(const TreeTables<Real>& tables, const TreeBeliefs<Real>& beliefs,
               const Outcomes& outcomes, std::size_t item);
  template <class Real>
  void collect_changes(const TreeTables<Real>& tables, const TreeBeliefs<Real>& all_beliefs,
                       const Mapping& mapping, const Outcomes& outcomes, std::size_t item);
  double update(Mapping& mapping);

  Hierarchy hierarchy_;
  ActiveOptions options_;
  TreeTables<float> tables_;
  TreeBeliefs<float> beliefs_;
  std::vector<Mapping> mappings_;
  std::vector<CountChange> changes_;
  std::vector<double> column_;
  /// [level][factor]: states above the cut.
  std::vector<std::vector<std::vector<std::size_t>>> active_states_;
  double acceptance_ = 0;
};

}  // namespace rgm
