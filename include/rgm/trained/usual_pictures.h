#pragma once

#include <cstddef>
#include <vector>

namespace rgm {

/// What a model says of usual pictures, so that one that is unlike them can be told: quantiles of
/// two measures at 0, 1 … 100 per cent of such pictures, ascending.
///
/// New pictures are not at hand after training, and of those that it learnt from a model thinks
/// better than of new ones. So both these and affine copies of them, drawn anew, are measured, and
/// at each per cent the less favourable counts: the lower evidence, the larger loss. Only the
/// highest evidence is the higher one, so that no training picture is too good.
struct UsualPictures {
  static constexpr std::size_t kQuantiles = 101;

  std::vector<double> log_evidence{};  ///< ln P(picture), nats; empty: not known
  std::vector<double> loss{};          ///< what the codec loses (see `picture_losses`)

  bool known() const { return !log_evidence.empty(); }

  /// Per cent of usual pictures whose evidence is lower, 0 to 100, linear between quantiles. It
  /// must be known.
  double percentile(double evidence) const;
  /// Whether a picture is unlike usual ones: its evidence is below that of 99 % of them or above
  /// that of all (a blank picture may be too probable), or the codec loses more of it than of 99 %.
  /// It must be known.
  bool unlike(double evidence, double lost) const;

  /// Throws `Error` unless both are empty, or finite, ascending and of `kQuantiles` values, losses
  /// not below 0.
  void validate() const;

  friend bool operator==(const UsualPictures&, const UsualPictures&) = default;
};

/// Quantiles of measures of some pictures, linear between them. `Error` if there are none.
std::vector<double> usual_quantiles(std::vector<double> values);

}  // namespace rgm
