#include "rgm/structure/noise.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

namespace rgm {
namespace {

/// x such that a standard normal variable exceeds it with the given probability, by bisection.
double normal_quantile(double upper_tail) {
  double low = 0, high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(middle / std::sqrt(2.0)) > upper_tail ? low : high) = middle;
  }
  return high;
}

/// What a χ² variable exceeds with the probability for which a normal one exceeds `z` (Wilson and
/// Hilferty 1931).
double chi_squared_quantile(double degrees, double z) {
  const double a = 2 / (9 * degrees);
  return degrees * std::pow(1 - a + z * std::sqrt(a), 3);
}

bool hard(Outcome outcome) {
  return !outcome.missing() && !outcome.distribution() && outcome.share == 0;
}

/// Whether modality `other`, `lag` steps before, says something of modality `g`.
bool depends(const Outcomes& sequence, std::size_t g, std::size_t other, std::size_t lag, double z,
             Matrix<double>& table) {
  table.fill(0);
  for (std::size_t t = lag; t < sequence.items(); ++t) {
    const Outcome now = sequence(t, g), then = sequence(t - lag, other);
    if (hard(now) && hard(then)) table(now.token, then.token) += 1;
  }
  std::vector<double> rows(table.rows()), columns(table.cols());
  double total = 0;
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t j = 0; j < table.cols(); ++j) {
      rows[i] += table(i, j);
      columns[j] += table(i, j);
      total += table(i, j);
    }
  double ratio = 0;
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (std::size_t j = 0; j < table.cols(); ++j)
      if (table(i, j) > 0)
        ratio += 2 * table(i, j) * std::log(table(i, j) * total / (rows[i] * columns[j]));
  const auto seen = [](const std::vector<double>& sums) {
    return static_cast<double>(std::ranges::count_if(sums, [](double sum) { return sum > 0; }));
  };
  const double degrees = (seen(rows) - 1) * (seen(columns) - 1);
  return degrees > 0 && ratio > chi_squared_quantile(degrees, z);
}

}  // namespace

std::vector<std::size_t> noise_modalities(const Outcomes& sequence,
                                          std::span<const std::size_t> num_outcomes,
                                          const NoiseOptions& options) {
  require(num_outcomes.size() == sequence.modalities(), "noise_modalities: num_outcomes: expected ",
          sequence.modalities(), ", got ", num_outcomes.size());
  require(options.significance > 0 && options.significance < 1,
          "noise_modalities: significance: expected between 0 and 1, got ", options.significance);
  // Those that change, and those of them that change often.
  std::vector<std::size_t> changing, candidates;
  for (std::size_t g = 0; g < sequence.modalities(); ++g) {
    std::vector<std::size_t> seen(num_outcomes[g]);
    std::size_t total = 0;
    for (std::size_t t = 0; t < sequence.items(); ++t) {
      if (!hard(sequence(t, g))) continue;
      require(sequence(t, g).token < num_outcomes[g], "noise_modalities: item ", t, ", modality ",
              g, ": outcome: expected below ", num_outcomes[g], ", got ", sequence(t, g).token);
      ++seen[sequence(t, g).token];
      ++total;
    }
    const std::size_t most = *std::ranges::max_element(seen);
    if (most < total) changing.push_back(g);
    if (static_cast<double>(total - most) > options.least_change * static_cast<double>(total))
      candidates.push_back(g);
  }
  const double tests =
      static_cast<double>(std::max<std::size_t>(1, candidates.size() * 3 * changing.size()));
  const double z = normal_quantile(options.significance / tests);
  std::vector<std::size_t> result;
  for (const std::size_t g : candidates) {
    // Its own past first: it mostly decides.
    Matrix<double> own(num_outcomes[g], num_outcomes[g]);
    bool noise = !depends(sequence, g, g, 1, z, own);
    for (std::size_t i = 0; i < changing.size() && noise; ++i) {
      if (changing[i] == g) continue;
      Matrix<double> table(num_outcomes[g], num_outcomes[changing[i]]);
      noise = !depends(sequence, g, changing[i], 1, z, table);
      if (!noise) continue;
      Matrix<double> later(num_outcomes[changing[i]], num_outcomes[g]);
      noise = !depends(sequence, g, changing[i], 0, z, table) &&
              !depends(sequence, changing[i], g, 1, z, later);
    }
    if (noise) result.push_back(g);
  }
  return result;
}

}  // namespace rgm
