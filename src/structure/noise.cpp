#include "rgm/structure/noise.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
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

/// A modality's outcomes, those that were seen numbered in ascending order, so that tables of pairs
/// are as small as what they hold.
struct Seen {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::vector<std::uint32_t> numbers;  ///< [item]; `kNone`: no hard outcome
  std::size_t different = 0;
};

Seen seen_of(const Outcomes& sequence, std::size_t g, std::size_t num_outcomes) {
  std::vector<std::uint32_t> number(num_outcomes);
  for (std::size_t t = 0; t < sequence.items(); ++t)
    if (hard(sequence(t, g))) number[sequence(t, g).token] = 1;
  Seen result;
  for (auto& n : number)
    if (n != 0) n = static_cast<std::uint32_t>(result.different++);
  for (std::size_t t = 0; t < sequence.items(); ++t)
    result.numbers.push_back(hard(sequence(t, g)) ? number[sequence(t, g).token] : Seen::kNone);
  return result;
}

/// Whether a modality, `lag` steps before, says something of another.
bool depends(const Seen& g, const Seen& other, std::size_t lag, double z) {
  check_interruption();
  Matrix<double> table(g.different, other.different);
  for (std::size_t t = lag; t < g.numbers.size(); ++t) {
    const std::uint32_t now = g.numbers[t], then = other.numbers[t - lag];
    if (now != Seen::kNone && then != Seen::kNone) table(now, then) += 1;
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
  std::vector<Seen> shown;  // of what changes
  for (const std::size_t g : changing) shown.push_back(seen_of(sequence, g, num_outcomes[g]));
  for (const std::size_t g : candidates) {
    const auto at = std::ranges::lower_bound(changing, g) - changing.begin();
    const Seen& here = shown[static_cast<std::size_t>(at)];
    // Its own past first: it mostly decides.
    bool noise = !depends(here, here, 1, z);
    for (std::size_t i = 0; i < changing.size() && noise; ++i)
      if (changing[i] != g)
        noise = !depends(here, shown[i], 1, z) && !depends(here, shown[i], 0, z) &&
                !depends(shown[i], here, 1, z);
    if (noise) result.push_back(g);
  }
  return result;
}

}  // namespace rgm
