#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <limits>

#include "rgm/base/matrix.h"
#include "rgm/model/outcomes.h"

// What the messages of a tree and their counts share.

namespace rgm::detail {

template <class Real>
using Dense = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
/// Aligned; as many entries as the padded states.
template <class Real>
using Padded = Eigen::Array<Real, Eigen::Dynamic, 1>;

template <class Real>
Eigen::Map<Dense<Real>> view(Matrix<Real>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}
template <class Real>
Eigen::Map<const Dense<Real>> view(const Matrix<Real>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

/// Whether an observation is more than one outcome for certain.
inline bool is_soft(Outcome o) { return !o.missing() && (o.share > 0 || o.distribution()); }

/// Calls `visit(outcome, weight)` as `for_each_outcome_weight` does, with less ado for hard
/// outcomes and soft bins; `o` is the observation.
template <class Real, class Visit>
void for_each_weight(const Outcomes& outcomes, std::size_t item, std::size_t modality,
                     std::size_t num_outcomes, Outcome o, Visit visit) {
  const std::size_t upper = o.token + (o.share > 0 ? 1U : 0U);
  if (upper >= num_outcomes) [[unlikely]] {  // a mark or an error
    for_each_outcome_weight(
        outcomes, item, modality, num_outcomes, [&](std::size_t outcome, double weight) {
          visit(outcome, std::max(static_cast<Real>(weight),
                                  std::numeric_limits<Real>::min()));  // not 0: 0 · ln 0 is NaN
        });
    return;
  }
  const Real share = static_cast<Real>(o.share) * static_cast<Real>(0x1p-16);  // exact
  visit(std::size_t{o.token}, 1 - share);
  if (o.share > 0) visit(upper, share);
}

}  // namespace rgm::detail
