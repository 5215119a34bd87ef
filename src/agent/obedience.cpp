#include "obedience.h"

#include <algorithm>

namespace rgm {
namespace {

constexpr double kPriorCount = 1.0 / 16;
constexpr std::size_t kPasses = 20;
constexpr double kFirstGuess = 0.1, kLeast = 0.01;

}  // namespace

Obedience::Obedience(std::size_t actions, std::span<const Step> steps) : actions_(actions) {
  const auto count = [&](std::uint32_t now, std::size_t action, std::uint32_t next, double n) {
    const std::uint64_t tried = std::uint64_t{now} * actions_ + action;
    counts_[tried << 32U | next] += n;
    totals_[tried] += n;
  };
  for (const auto& step : steps) count(step.now, step.asked, step.next, step.count);
  stuck_ = kFirstGuess;
  std::vector<double> last(actions_), share(actions_);
  std::vector<std::pair<std::size_t, std::vector<double>>> taken;  // by step
  for (std::size_t pass = 0; pass < kPasses && stuck_ > 0; ++pass) {
    double stuck = 0, all = 0;
    taken.clear();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto& step = steps[i];
      if (told(step.before, step.now, last) == 0) continue;
      double total = 0;
      for (std::size_t e = 0; e < actions_; ++e) {
        share[e] = (e == step.asked ? 1 - stuck_ : 0) + stuck_ * last[e];
        share[e] *= probability(step.now, e, step.next);
        total += share[e];
      }
      for (double& s : share) s /= total;
      // Only where the action before was another one does a step tell whether it was obeyed.
      const double other = 1 - last[step.asked];
      all += step.count * other;
      stuck += step.count * (1 - share[step.asked]);
      taken.emplace_back(i, share);
    }
    if (all == 0) break;
    counts_.clear();
    totals_.clear();
    for (const auto& [i, shares] : taken)
      for (std::size_t e = 0; e < actions_; ++e)
        if (shares[e] > 1e-9) count(steps[i].now, e, steps[i].next, shares[e] * steps[i].count);
    stuck_ = stuck / all;
  }
  if (stuck_ < kLeast) stuck_ = 0;
}

double Obedience::probability(std::uint32_t now, std::size_t action, std::uint32_t next) const {
  const std::uint64_t tried = std::uint64_t{now} * actions_ + action;
  const auto count = counts_.find(tried << 32U | next);
  const auto total = totals_.find(tried);
  return (kPriorCount / 16 + (count == counts_.end() ? 0 : count->second)) /
         (kPriorCount + (total == totals_.end() ? 0 : total->second));
}

/// P(action | the step of the body that it led to), [action]; 0 if nothing is known.
double Obedience::told(std::uint32_t before, std::uint32_t now,
                       std::vector<double>& of_action) const {
  double total = 0;
  for (std::size_t e = 0; e < actions_; ++e) total += of_action[e] = probability(before, e, now);
  for (double& p : of_action) p /= total;
  return total;
}

std::size_t Obedience::taken(std::uint32_t now, std::uint32_t next, std::size_t asked,
                             std::size_t last) const {
  if (stuck_ == 0 || asked == last) return asked;
  const double obeyed = (1 - stuck_) * probability(now, asked, next),
               again = stuck_ * probability(now, last, next);
  return again > obeyed ? last : asked;
}

std::size_t Obedience::taken(std::uint32_t now, std::uint32_t next) const {
  std::size_t best = 0;
  for (std::size_t e = 1; e < actions_; ++e)
    if (probability(now, e, next) > probability(now, best, next) + 1e-9) best = e;
  return best;
}

}  // namespace rgm
