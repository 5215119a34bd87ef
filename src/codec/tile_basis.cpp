#include "rgm/codec/tile_basis.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr int kZero = 128;              // the byte that stands for it
constexpr float kSlack = 1.0F + 1e-3F;  // what rounding may add to a magnitude of 1

}  // namespace

void TileBasis::expand(std::size_t first, std::size_t count, Matrix<float>& values) const {
  values.resize(num_modes(), count);
  for (std::size_t m = 0; m < num_modes(); ++m) {
    float* to = values.row(m).data();
    if (!modes.empty()) {
      std::copy_n(modes.row(m).data() + first, count, to);
      continue;
    }
    const std::uint8_t* high = coarse.row(m).data() + first;
    const float scale = scales[m];
    if (m >= fine.rows()) {
      for (std::size_t v = 0; v < count; ++v) to[v] = static_cast<float>(high[v] - kZero) * scale;
      continue;
    }
    const std::uint8_t* low = fine.row(m).data() + first;
    for (std::size_t v = 0; v < count; ++v)
      to[v] = static_cast<float>(256 * (high[v] - kZero) + (low[v] - kZero)) * scale;
  }
}

TileBasis in_bytes(const Matrix<float>& modes, std::size_t fine, std::size_t channels) {
  TileBasis result;
  result.coarse = Matrix<std::uint8_t>(modes.rows(), modes.cols());
  result.fine = Matrix<std::uint8_t>(fine, fine > 0 ? modes.cols() : 0);
  std::vector<float> owed(channels);
  for (std::size_t m = 0; m < modes.rows(); ++m) {
    float largest = 0;
    for (const float v : modes.row(m)) largest = std::max(largest, std::abs(v));
    require(largest > 0, "codec: modes: expected none that is zero");
    const int steps = m < fine ? kFineSteps : kCoarseSteps;
    const float scale = largest / static_cast<float>(steps);
    result.scales.push_back(scale);
    std::ranges::fill(owed, 0.0F);
    for (std::size_t v = 0; v < modes.cols(); ++v) {
      float& error = owed[v % channels];
      const float wanted = modes(m, v) / scale + error;
      const int k = std::clamp(static_cast<int>(std::lround(wanted)), -steps, steps);
      error = wanted - static_cast<float>(k);
      const int high = m < fine ? (k + kZero) >> 8 : k;
      result.coarse(m, v) = static_cast<std::uint8_t>(high + kZero);
      if (m < fine) result.fine(m, v) = static_cast<std::uint8_t>(k - 256 * high + kZero);
    }
  }
  return result;
}

void check_basis(const TileBasis& basis, std::size_t values, const std::string& name) {
  const auto& modes = basis.modes;
  const auto &coarse = basis.coarse, &fine = basis.fine;
  require(modes.rows() == 0 || (coarse.rows() == 0 && fine.rows() == 0 && basis.scales.empty()),
          name, ": expected modes as floats or in bytes, got both");
  require(modes.rows() == 0 || modes.cols() == values, name, ": modes: expected ", values,
          " columns, got ", modes.cols());
  for (float v : modes.values())
    require(std::abs(v) <= kSlack, name, ": modes: expected values from -1 to 1, got ", v);
  require(coarse.rows() == 0 || coarse.cols() == values, name, ": coarse: expected ", values,
          " columns, got ", coarse.cols());
  require(fine.rows() <= coarse.rows() && (fine.rows() == 0 || fine.cols() == values), name,
          ": fine: expected at most ", coarse.rows(), " rows of ", values, ", got ", fine.rows(),
          " of ", fine.cols());
  require(basis.scales.size() == coarse.rows(), name, ": scales: expected ", coarse.rows(),
          ", got ", basis.scales.size());
  for (std::size_t m = 0; m < coarse.rows(); ++m) {
    const auto steps = static_cast<float>(m < fine.rows() ? kFineSteps : kCoarseSteps);
    require(basis.scales[m] > 0 && basis.scales[m] * steps <= kSlack, name,
            ": scales: expected above 0 and at most 1/", steps, ", got ", basis.scales[m]);
  }
}

}  // namespace rgm
