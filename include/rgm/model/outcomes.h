#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

namespace rgm {

/// One observation of one modality, in four bytes: an outcome, the share of its upper neighbour, or
/// a mark.
///
/// A *hard* outcome has share 0. A *soft bin* (a variate between two levels of a codec) gives
/// weight 1 − share/65536 to `token` and share/65536 to `token + 1`.
struct Outcome {
  static constexpr std::uint16_t kMissing = 0xFFFF;  ///< nothing was observed: evidence of all ones
  /// An arbitrary soft outcome, kept aside in `Outcomes`.
  static constexpr std::uint16_t kDistribution = 0xFFFE;
  static constexpr std::size_t kMaxOutcomes = 0xFFFE;  ///< outcomes a modality may have

  std::uint16_t token = kMissing;
  std::uint16_t share = 0;

  bool missing() const { return token == kMissing; }
  bool distribution() const { return token == kDistribution; }
  double upper_weight() const { return share * 0x1p-16; }

  friend bool operator==(Outcome, Outcome) = default;
};

/// The two readings of a soft outcome q about a modality with likelihood A (see docs/methods.md).
enum class SoftReading {
  kLikelihood,  ///< q is likelihood evidence: ln Σ_o q(o) A[o, s]. What "uncertain observation"
                ///< means in the field.
  kCount,  ///< q is a share of counts: Σ_o q(o) ln A[o, s]. Suits the shares of a soft bin; faster.
};

/// Observations of many items: one `Outcome` an item and modality, [item, modality].
///
/// Evidence of any form may be set: a hard outcome, a soft bin, a missing one, or a likelihood
/// vector (`set_soft`). Concurrent reads are safe.
class Outcomes {
 public:
  Outcomes() = default;
  Outcomes(std::size_t items, std::size_t modalities)
      : modalities_(modalities), values_(checked_product(items, modalities)) {}

  std::size_t items() const { return modalities_ == 0 ? 0 : values_.size() / modalities_; }
  std::size_t modalities() const { return modalities_; }

  std::span<Outcome> item(std::size_t i) {
    return std::span(values_).subspan(i * modalities_, modalities_);
  }
  std::span<const Outcome> item(std::size_t i) const {
    return std::span(values_).subspan(i * modalities_, modalities_);
  }
  Outcome& operator()(std::size_t i, std::size_t g) { return values_[i * modalities_ + g]; }
  Outcome operator()(std::size_t i, std::size_t g) const { return values_[i * modalities_ + g]; }

  /// Sets a soft outcome: non-negative finite weights, one for each outcome of the modality, not
  /// all zero. `Error` otherwise.
  void set_soft(std::size_t item, std::size_t modality, std::span<const double> weights);
  /// The weights that `set_soft` kept, for an entry that is a `distribution()`.
  std::span<const double> soft(std::size_t item, std::size_t modality) const;

  /// The items at `indices`, in that order.
  Outcomes select(std::span<const std::size_t> indices) const;

 private:
  struct Soft {
    std::size_t entry, offset, size;
  };

  std::size_t modalities_ = 0;
  std::vector<Outcome> values_;
  std::vector<Soft> soft_;  // sorted by entry; rare
  std::vector<double> weights_;
};

/// Calls `visit(outcome, weight)` for every outcome of weight above 0 of one observation: one for a
/// hard outcome, two for a soft bin, none for a missing one. `Error` if a soft outcome does not
/// have `num_outcomes` weights.
template <class Visit>
void for_each_outcome_weight(const Outcomes& outcomes, std::size_t item, std::size_t modality,
                             std::size_t num_outcomes, Visit visit) {
  const Outcome o = outcomes(item, modality);
  if (o.missing()) return;
  if (o.distribution()) {
    const auto weights = outcomes.soft(item, modality);
    require(weights.size() == num_outcomes, "item ", item, ", modality ", modality,
            ": soft outcome: expected ", num_outcomes, " weights, got ", weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (weights[i] > 0) visit(i, weights[i]);
    return;
  }
  require(o.token + (o.share > 0 ? 1U : 0U) < num_outcomes, "item ", item, ", modality ", modality,
          ": outcome: expected below ", num_outcomes, ", got ", o.token + (o.share > 0 ? 1U : 0U));
  if (o.share == 0) {
    visit(std::size_t{o.token}, 1.0);
  } else {
    visit(std::size_t{o.token}, 1.0 - o.upper_weight());
    visit(std::size_t{o.token} + 1, o.upper_weight());
  }
}

}  // namespace rgm
