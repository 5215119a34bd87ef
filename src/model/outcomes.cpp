#include "rgm/model/outcomes.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

void Outcomes::set_soft(std::size_t item, std::size_t modality, std::span<const double> weights) {
  require(item < items() && modality < modalities_, "set_soft: expected an item below ", items(),
          " and a modality below ", modalities_, ", got ", item, " and ", modality);
  double total = 0;
  for (double w : weights) {
    require(std::isfinite(w) && w >= 0, "set_soft: modality ", modality,
            ": expected finite weights of at least 0, got ", w);
    total += w;
  }
  require(total > 0, "set_soft: modality ", modality, ": expected a weight above 0, all are 0");
  const std::size_t entry = item * modalities_ + modality;
  const Soft soft{entry, weights_.size(), weights.size()};
  const auto at = std::lower_bound(soft_.begin(), soft_.end(), entry,
                                   [](const Soft& s, std::size_t e) { return s.entry < e; });
  if (at != soft_.end() && at->entry == entry)
    *at = soft;
  else
    soft_.insert(at, soft);
  weights_.insert(weights_.end(), weights.begin(), weights.end());
  values_[entry] = {Outcome::kDistribution, 0};
}

std::span<const double> Outcomes::soft(std::size_t item, std::size_t modality) const {
  const std::size_t entry = item * modalities_ + modality;
  const auto at = std::lower_bound(soft_.begin(), soft_.end(), entry,
                                   [](const Soft& s, std::size_t e) { return s.entry < e; });
  require(at != soft_.end() && at->entry == entry, "soft: item ", item, ", modality ", modality,
          " has no soft outcome");
  return std::span(weights_).subspan(at->offset, at->size);
}

Outcomes Outcomes::select(std::span<const std::size_t> indices) const {
  Outcomes result(indices.size(), modalities_);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    require(indices[i] < items(), "select: index: expected below ", items(), ", got ", indices[i]);
    const auto from = item(indices[i]);
    std::copy(from.begin(), from.end(), result.item(i).begin());
    if (soft_.empty()) continue;
    for (std::size_t g = 0; g < modalities_; ++g)
      if (from[g].distribution()) result.set_soft(i, g, soft(indices[i], g));
  }
  return result;
}

}  // namespace rgm
