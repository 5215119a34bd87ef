#include "rgm/trained/appearance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr double kSoftest = 0.25;  // added to an energy: the error of rounding frames is a third
constexpr double kPrior = 1e-3;    // of a class
constexpr double kFar = 0.5;       // of a count, that falls off with the distance
constexpr double kAllTiles = 1;    // steps that the frequencies over all tiles weigh as much as
constexpr double kLess = 0.25;     // of what less energy than is usual tells
constexpr double kMostTotal = 1e100;

/// −ln of the frequencies of the classes, nats. Counts are spread a little over the classes near
/// by, since a class is narrow, and a half of each falls off by a nat a class, so that what was
/// never seen is the more surprising the farther it is from all that was.
void frequency_surprise(std::span<const double> counts, std::span<double> nats) {
  const double fall = std::exp(-1.0), peak = kFar * (1 - fall) / (1 + fall);
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  for (std::size_t at = 0; at < counts.size(); ++at) {
    double here = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      const auto distance = static_cast<double>(i > at ? i - at : at - i);
      const double near = distance == 0 ? 0.5 : distance == 1 ? 0.25 : 0;
      here += counts[i] * ((1 - kFar) * near + peak * std::exp(-distance));
    }
    nats[at] = std::log((total + kPrior * static_cast<double>(counts.size())) / (here + kPrior));
  }
}

void check_counts(const Matrix<double>& counts, const Matrix<double>& like, const char* name) {
  require(counts.rows() == like.rows() && counts.cols() == Appearance::kEnergies,
          "appearance: ", name, ": expected ", like.rows(), " × ", Appearance::kEnergies,
          " counts, got ", counts.rows(), " × ", counts.cols());
  for (const double count : counts.values())
    require(count >= 0 && count <= kMostTotal, "appearance: ", name,
            ": expected counts of at least 0, got ", count);
}

}  // namespace

std::size_t Appearance::energy_class(double energy) {
  const double nats = std::log(energy + kSoftest) - std::log(kSoftest);
  if (!(nats < static_cast<double>(kEnergies) / 4)) return kEnergies - 1;
  return nats <= 0 ? 0 : static_cast<std::size_t>(4 * nats);
}

Matrix<double> Appearance::evidence(const Matrix<double>& counts) {
  std::vector<double> all(counts.cols());
  double total = 0;
  for (std::size_t k = 0; k < counts.rows(); ++k)
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] += counts(k, i);
      total += counts(k, i);
    }
  Matrix<double> result(counts.rows(), counts.cols());
  std::vector<double> drawn(all.size());
  for (std::size_t k = 0; k < counts.rows(); ++k) {
    for (std::size_t i = 0; i < all.size(); ++i)
      drawn[i] = counts(k, i) + (total > 0 ? kAllTiles * all[i] / total : 0);
    const auto nats = result.row(k);
    frequency_surprise(drawn, nats);
    const auto usual = std::ranges::min_element(nats);
    for (auto less = nats.begin(); less != usual; ++less) *less = *usual + kLess * (*less - *usual);
    for (double& of_class : nats) of_class -= std::log(static_cast<double>(counts.cols()));
  }
  return result;
}

void Appearance::add(const Appearance& other) {
  if (!other.known()) return;
  if (!known()) {
    *this = other;
    return;
  }
  require(other.tiles() == tiles(), "appearance: expected ", tiles(), " tiles, got ",
          other.tiles());
  for (std::size_t i = 0; i < energies.size(); ++i) {
    energies.values()[i] += other.energies.values()[i];
    changes.values()[i] += other.changes.values()[i];
  }
}

void Appearance::validate() const {
  if (!known()) {
    require(changes.empty(), "appearance: expected energies beside changes, got none");
    return;
  }
  check_counts(energies, energies, "energies");
  check_counts(changes, energies, "changes");
}

}  // namespace rgm
