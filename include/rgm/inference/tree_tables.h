#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/model/hierarchy.h"

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

  /// The same numbers in another precision: for what leaves the range of `Other`'s messages.
  template <class Other>
  explicit TreeTables(const TreeTables<Other>& other);

  struct FactorTable {
    Matrix<Real> log_probability;      ///< level 0: ln A, [row, padded state]; the padding is zero
    Matrix<Real> probability;          ///< A, [row, state]; at level 0 [row, padded state]
    std::vector<std::size_t> offsets;  ///< first row of each modality of the group, and the end
    /// The group: at level 0 outcomes, above it factors of the level below.
    std::vector<std::size_t> modalities;
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

}  // namespace rgm
