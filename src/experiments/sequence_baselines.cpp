#include "rgm/experiments/sequence_baselines.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// How often each outcome of one modality followed a context; the context's number of its own is 0
/// where there is nothing to go by. Sparse: alphabets of symbols may be large.
class ContextCounts {
 public:
  void add(std::uint64_t context, std::size_t outcome) {
    ++counts_[context * (Outcome::kMissing + 1ULL) + outcome];
    ++totals_[context];
  }
  double count(std::uint64_t context, std::size_t outcome) const {
    const auto found = counts_.find(context * (Outcome::kMissing + 1ULL) + outcome);
    return found == counts_.end() ? 0 : found->second;
  }
  double total(std::uint64_t context) const {
    const auto found = totals_.find(context);
    return found == totals_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<std::uint64_t, double> counts_, totals_;
};

/// The last outcomes of a modality: `of(order)` is the context of so many of them.
struct Past {
  std::uint64_t last = Outcome::kMissing, before = Outcome::kMissing;
  std::uint64_t of(std::size_t order) const {
    return order == 0 ? 0 : order == 1 ? last : before * (Outcome::kMissing + 1ULL) + last;
  }
  void push(std::size_t outcome) {
    before = last;
    last = outcome;
  }
};

/// Nats of one modality in all of `test`.
double nats_of(const Outcomes& training, const Outcomes& test, std::size_t g,
               std::size_t num_outcomes, std::size_t order) {
  const double half = 0.5 * static_cast<double>(num_outcomes);
  std::array<ContextCounts, 3> counts;
  Past past;
  for (std::size_t t = 0; t < training.items(); ++t) {
    const std::size_t outcome = hard_outcome(training(t, g));
    if (outcome != Outcome::kMissing)
      for (std::size_t n = 0; n <= order; ++n)
        if (t >= n) counts[n].add(past.of(n), outcome);
    past.push(outcome);
  }
  double nats = 0;
  for (std::size_t t = 0; t < test.items(); ++t) {
    const std::size_t outcome = hard_outcome(test(t, g));
    if (outcome != Outcome::kMissing) {
      const std::size_t first = order < 2 ? order : 1;
      const auto context = past.of(first);
      double p =
          (counts[first].count(context, outcome) + 0.5) / (counts[first].total(context) + half);
      if (order == 2)
        p = (counts[2].count(past.of(2), outcome) + half * p) /
            (counts[2].total(past.of(2)) + half);
      nats -= std::log(p);
    }
    past.push(outcome);
  }
  return nats;
}

double nats_per_step(const Outcomes& training, const Outcomes& test,
                     std::span<const std::size_t> num_outcomes, std::size_t order) {
  check_held_out(training, test, num_outcomes);
  double nats = 0;
  for (std::size_t g = 0; g < num_outcomes.size(); ++g)
    nats += nats_of(training, test, g, num_outcomes[g], order);
  return nats / static_cast<double>(test.items());
}

}  // namespace

std::size_t hard_outcome(Outcome outcome) {
  return outcome.missing() ? Outcome::kMissing
                           : outcome.token + (outcome.upper_weight() > 0.5 ? 1U : 0U);
}

void check_held_out(const Outcomes& training, const Outcomes& test,
                    std::span<const std::size_t> num_outcomes) {
  require(training.items() > 0 && test.items() > 0 &&
              training.modalities() == num_outcomes.size() &&
              test.modalities() == num_outcomes.size(),
          "held-out sequence: expected steps of ", num_outcomes.size(), " modalities, got ",
          training.items(), " of ", training.modalities(), " and ", test.items(), " of ",
          test.modalities());
}

double surprise_by_frequency(const Outcomes& training, const Outcomes& test,
                             std::span<const std::size_t> num_outcomes) {
  return nats_per_step(training, test, num_outcomes, 0);
}

double surprise_by_last(const Outcomes& training, const Outcomes& test,
                        std::span<const std::size_t> num_outcomes) {
  return nats_per_step(training, test, num_outcomes, 1);
}

double surprise_by_last_two(const Outcomes& training, const Outcomes& test,
                            std::span<const std::size_t> num_outcomes) {
  return nats_per_step(training, test, num_outcomes, 2);
}

}  // namespace rgm
