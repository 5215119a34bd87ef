#include "singular.h"

#include <algorithm>
#include <cmath>

namespace rgm::codec {
namespace {

/// Rows of length 1 whose largest component is positive.
Matrix<float> as_modes(const DenseDouble& rows) {
  Matrix<float> result(static_cast<std::size_t>(rows.rows()),
                       static_cast<std::size_t>(rows.cols()));
  for (Eigen::Index m = 0; m < rows.rows(); ++m) {
    Eigen::VectorXd mode = rows.row(m);
    mode.normalize();
    Eigen::Index largest = 0;
    mode.cwiseAbs().maxCoeff(&largest);
    if (mode(largest) < 0) mode = -mode;
    view(result).row(m) = mode.transpose().cast<float>();
  }
  return result;
}

/// How many of the first modes need two bytes a value, so that what rounding loses of each is at
/// most its part of a twelfth of what the codec loses of the tile: the squares of what is left out
/// and those of the bins, of which this is the least that they can be. On eight films rounding took
/// less than 0.02 dB.
std::size_t num_fine(const Matrix<float>& modes, const Eigen::VectorXd& squares,
                     const CodecOptions& options) {
  constexpr double kShare = 1.0 / 12;
  const auto kept = static_cast<Eigen::Index>(modes.rows());
  const auto square = [&](std::size_t m) {
    return std::max(0.0, squares(squares.size() - 1 - static_cast<Eigen::Index>(m)));
  };
  const auto steps = static_cast<double>(options.bins - 1);
  double lost = std::max(0.0, squares.head(squares.size() - kept).sum());
  for (std::size_t m = 1; m < modes.rows(); ++m) lost += square(m) / (3 * steps * steps);
  std::size_t result = 0;
  for (std::size_t m = 0; m < modes.rows(); ++m) {
    float largest = 0;
    for (const float v : modes.row(m)) largest = std::max(largest, std::abs(v));
    const double step = static_cast<double>(largest) / kCoarseSteps,
                 error = static_cast<double>(modes.cols()) * step * step / 6 * square(m);
    if (error * static_cast<double>(modes.rows()) > kShare * lost) result = m + 1;
  }
  return result;
}

}  // namespace

Eigen::Index num_kept(const Eigen::VectorXd& squares, const CodecOptions& options) {
  const double total = squares.sum();
  const auto k = static_cast<double>(squares.size());
  Eigen::Index count = 0;
  while (count < static_cast<Eigen::Index>(options.max_modes) && count < squares.size() &&
         squares(squares.size() - 1 - count) * k * options.mode_price > total && total > 0)
    ++count;
  return count;
}

TileBasis as_basis(const DenseDouble& rows, const Eigen::VectorXd& squares, std::size_t channels,
                   const CodecOptions& options) {
  TileBasis basis;
  basis.modes = as_modes(rows);
  if (!options.compact) return basis;
  return in_bytes(basis.modes, num_fine(basis.modes, squares, options), channels);
}

}  // namespace rgm::codec
