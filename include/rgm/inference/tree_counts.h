#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/tree.h"
#include "rgm/inference/tree_tables.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// Expected sufficient statistics: the counts that a set of items adds to each likelihood, shaped
/// as its counts.
template <class Real>
struct ExpectedCounts {
  std::vector<std::vector<Matrix<Real>>> levels;  ///< [level][factor], [row, state]
  std::vector<double> root;                       ///< [root state]

  explicit ExpectedCounts(const TreeTables<Real>& tables);
  void clear();
};

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
