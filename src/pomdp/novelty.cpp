#include "rgm/pomdp/novelty.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// φ(x) = ψ(x + 1) − ln x for x > 0, by φ(x) = φ(x + n) + ln((x + n) / x) − Σ_{i=1}^n 1/(x + i) and
/// the asymptotic series. Source: Abramowitz and Stegun 6.3.5 and 6.3.18.
double digamma_excess(double x) {
  const double from = x;
  double shift = 0;
  for (; x < 10; ++x) shift -= 1 / (x + 1);
  if (from < 10) shift += std::log(x) - std::log(from);
  const double y = 1 / (x * x);
  const double series =
      y * (1. / 12 -
           y * (1. / 120 -
                y * (1. / 252 - y * (1. / 240 - y * (1. / 132 - y * (691. / 32760 - y / 12))))));
  return shift + 0.5 / x - series;
}

/// Where one control leads from one state: Σ counts, and Σ (count + α) φ(count + α) over the
/// successors that were seen.
struct Seen {
  double total = 0, weighted = 0;
  std::size_t successors = 0;

  void add(double count, double concentration) {
    if (count <= 0) return;
    total += count;
    weighted += (count + concentration) * digamma_excess(count + concentration);
    ++successors;
  }
};

/// `unseen`: φ(α).
double novelty(const Seen& seen, double concentration, std::size_t possible, double unseen) {
  require(seen.successors <= possible,
          "transition_novelty: possible_states: expected at least the ", seen.successors,
          " seen to follow, got ", possible);
  const double all = seen.total + concentration * static_cast<double>(possible);
  const double rest = concentration * static_cast<double>(possible - seen.successors) * unseen;
  return std::max(0.0, (seen.weighted + rest) / all - digamma_excess(all));
}

std::size_t check(const Transition& transition, double concentration, std::size_t possible_states) {
  require(std::isfinite(concentration) && concentration > 0,
          "transition_novelty: concentration: expected a finite value above 0, got ",
          concentration);
  return possible_states == 0 ? transition.num_states() : possible_states;
}

}  // namespace

double expected_information_gain(std::span<const double> counts) {
  double total = 0, weighted = 0;
  for (const double a : counts) {
    require(std::isfinite(a) && a >= 0,
            "expected_information_gain: counts: expected finite values of at least 0, got ", a);
    if (a == 0) continue;
    total += a;
    weighted += a * digamma_excess(a);
  }
  require(total > 0, "expected_information_gain: counts: expected one above 0, got none");
  return std::max(0.0, weighted / total - digamma_excess(total));
}

double transition_novelty(const Transition& transition, std::size_t state, std::size_t control,
                          double concentration, std::size_t possible_states) {
  const std::size_t possible = check(transition, concentration, possible_states);
  Seen seen;
  for (const auto& arc : transition.arcs(state))
    if (arc.path == control) seen.add(arc.count, concentration);
  return novelty(seen, concentration, possible, digamma_excess(concentration));
}

Matrix<double> transition_novelties(const Transition& transition, std::size_t controls,
                                    double concentration, std::size_t possible_states) {
  require(controls >= transition.num_paths(), "transition_novelties: controls: expected at least ",
          transition.num_paths(), ", got ", controls);
  const std::size_t possible = check(transition, concentration, possible_states);
  const double unseen = digamma_excess(concentration);
  const double untried = novelty({}, concentration, possible, unseen);
  Matrix<double> result(transition.num_states(), controls, untried);
  std::vector<Seen> seen(controls);
  for (std::size_t s = 0; s < result.rows(); ++s) {
    std::ranges::fill(seen, Seen{});
    for (const auto& arc : transition.arcs(s)) seen[arc.path].add(arc.count, concentration);
    for (std::size_t u = 0; u < controls; ++u)
      if (seen[u].successors > 0) result(s, u) = novelty(seen[u], concentration, possible, unseen);
  }
  return result;
}

}  // namespace rgm
