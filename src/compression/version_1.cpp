#include "version_1.h"

#include <algorithm>

namespace rgm::detail {

Version1::Version1(std::span<const std::size_t> num_outcomes, double novelty, bool follows)
    : novelty_(num_outcomes), least_(novelty), follows_(follows) {}

std::vector<CodedCell> Version1::cells_of(std::size_t factor,
                                          std::span<const std::size_t> modalities) const {
  return whole_group(factor, modalities);
}

double Version1::cut(std::size_t cell) const {
  if (!follows_) return least_;
  return cell < cut_.size() ? cut_[cell] : 1 - least_;
}

void Version1::follow(std::size_t cell, double cut_share) {
  if (!follows_) return;
  constexpr double kRate = 1.0 / 16;
  if (cell >= cut_.size()) cut_.resize(cell + 1, 1 - least_);
  const double least = std::min(least_, 1 - least_);
  cut_[cell] = std::clamp(cut_[cell] + kRate * (cut_share - cut_[cell]), least, 1 - least);
}

}  // namespace rgm::detail
