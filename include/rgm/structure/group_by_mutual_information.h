#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/group_by_place.h"

namespace rgm {

/// What each place shows at each step, [place, step]: equal symbols stand for equal joint outcomes
/// of the place's modalities, `modalities_per_place` in a row of `members`. Soft outcomes are the
/// same if they agree after rounding (`unique_states`). `Error` if the modalities do not make whole
/// places.
Matrix<std::uint32_t> place_symbols(const Outcomes& sequence, std::span<const std::size_t> members,
                                    std::size_t modalities_per_place = 1);

/// The mutual information of two rows of symbols, nats: of their joint histogram over time. Of a
/// row with itself it is the entropy. Less than 1e-12 is rounding and becomes 0. Expected cost
/// O(steps) if there are few different symbols, else O(steps ln steps). `Error` if the rows differ
/// in length.
double information_between(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

/// How places are grouped by mutual information.
struct InformationGrouping {
  std::size_t group_size = 9;           ///< most places a group
  std::span<const Location> locations;  ///< of the places; needed if there is a neighbour distance
  /// Places further apart share nothing.
  double neighbour_distance = std::numeric_limits<double>::infinity();
};

/// Groups places by what they have in common over time, for outcomes of any topology: with M the
/// symmetric matrix of mutual information of the places that change (its diagonal their entropies),
/// again and again the at most `group_size` places of largest loading on the principal eigenvector
/// of what is left, if above e⁻¹⁶, become a group. Members are in order of loading, ties by index.
/// Places that never change follow, each a group of its own.
///
/// M is not negative, so on each of its connected parts the principal eigenvector is unique and
/// positive (Perron, Frobenius); parts are looked at separately, the one of the largest eigenvalue
/// first, so that neither signs nor equal eigenvalues of separate parts make groups depend on the
/// platform. Source: arXiv 2407.20292, grouping of outcomes; reference routine spm_rgm_group. Cost
/// O(steps · pairs of neighbours) and O(n³) a group for a part of n places; same bits for any
/// number of threads. `Error` if there are no places, or not one location each where they are
/// needed.
std::vector<std::vector<std::size_t>> group_by_mutual_information(
    const Matrix<std::uint32_t>& symbols, const InformationGrouping& options = {});

}  // namespace rgm
