#include "rgm/experiments/context_mixing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <unordered_map>

#include "rgm/base/error.h"
#include "rgm/experiments/sequence_baselines.h"

namespace rgm {
namespace {

constexpr std::size_t kContexts = 12;
/// Sets of weights: the kind of a decision.
constexpr std::size_t kKinds = 8;
/// Weights of an input: how often its context was seen, in powers of two.
constexpr std::size_t kConfidences = 10;
/// A context's probability goes by the mean of what it saw, then by that of about so many last
/// ones.
constexpr float kMostSeen = 255;

float squash(float logit) { return 1 / (1 + std::exp(-logit)); }

/// What a decision was in a context: the probability of yes, and how often it was seen.
struct Slot {
  float probability = 0.5F;
  float seen = 0;
};

/// Keys are hashes already.
struct AsItIs {
  std::size_t operator()(std::uint64_t key) const { return static_cast<std::size_t>(key); }
};

std::uint64_t hash(std::initializer_list<std::uint64_t> words) {
  std::uint64_t result = 0x9E3779B97F4A7C15;
  for (std::uint64_t word : words) {
    result = (result ^ word) * 0xBF58476D1CE4E5B9;
    result ^= result >> 29U;
  }
  return result;
}

/// Mixes what the contexts say of one decision after the other, and learns from how each went.
class Mixer {
 public:
  explicit Mixer(double rate) : rate_(static_cast<float>(rate)) {
    for (auto& of_kind : weights_)
      for (auto& of_input : of_kind) of_input.fill(0.3F);
  }

  /// From now on nothing more is learnt.
  void freeze() { learns_ = false; }

  /// Nats of a decision of a kind, whose contexts are `keys`, which it then learns.
  double code(const std::array<std::uint64_t, kContexts>& keys, std::size_t kind, bool yes) {
    std::array<Slot*, kContexts> slots;
    std::array<float, kContexts> logits;
    std::array<std::size_t, kContexts> confidence;
    auto& weights = weights_[std::min(kind, kKinds - 1)];
    float logit = 0;
    for (std::size_t i = 0; i < kContexts; ++i) {
      slots[i] = &slots_[keys[i]];
      const float p = std::clamp(slots[i]->probability, 1e-4F, 1 - 1e-4F);
      logits[i] = std::log(p / (1 - p));
      confidence[i] =
          static_cast<std::size_t>(std::bit_width(static_cast<std::uint32_t>(slots[i]->seen)));
      logit += weights[i][confidence[i]] * logits[i];
    }
    const float p = std::clamp(squash(logit), 1e-5F, 1 - 1e-5F);
    if (!learns_) return -std::log(yes ? p : 1 - p);
    const float error = (yes ? 1.0F : 0.0F) - p;
    for (std::size_t i = 0; i < kContexts; ++i) {
      weights[i][confidence[i]] += rate_ * error * logits[i];
      auto& slot = *slots[i];
      slot.probability += ((yes ? 1.0F : 0.0F) - slot.probability) / (slot.seen + 1.5F);
      slot.seen = std::min(slot.seen + 1, kMostSeen);
    }
    return -std::log(yes ? p : 1 - p);
  }

 private:
  float rate_;
  bool learns_ = true;
  std::unordered_map<std::uint64_t, Slot, AsItIs> slots_;
  std::array<std::array<std::array<float, kConfidences>, kContexts>, kKinds> weights_{};
};

/// 0, 1, 2, 3–4, 5–8, …
std::uint64_t coarse(std::uint64_t n) { return n < 2 ? n : 1 + std::bit_width(n - 1); }

/// Codes a sequence step by step.
class Coder {
 public:
  Coder(std::span<const std::size_t> num_outcomes, std::span<const std::size_t> cells, double rate)
      : num_outcomes_(num_outcomes),
        cells_(cells),
        ranks_(cells.size()),
        past_(cells.size()),
        mixer_(rate) {
    const std::size_t num_cells = cells.empty() ? 0 : std::ranges::max(cells) + 1;
    cell_.resize(num_cells);
    for (std::size_t g = 0; g < cells.size(); ++g) ranks_[g] = cell_[cells[g]].members++;
  }

  void freeze() { mixer_.freeze(); }

  /// Nats of a step, which is then learnt.
  double code(std::span<const Outcome> step) {
    for (auto& cell : cell_) cell = {cell.members, cell.change, 0, Outcome::kMissing, 0};
    double nats = 0;
    for (std::size_t g = 0; g < step.size(); ++g) {
      const std::uint64_t outcome = hard_outcome(step[g]);
      if (outcome == Outcome::kMissing) {
        past_[g].push(outcome);
        continue;
      }
      nats += code(g, outcome);
      auto& cell = cell_[cells_[g]];
      const auto& last = past_[g].outcomes[0];
      if (last != Outcome::kMissing) {
        const std::uint64_t change = last > outcome ? last - outcome : outcome - last;
        cell.change_now += change;
        cell.latest_change = 1 + std::min<std::uint64_t>(2, change) + (outcome > last ? 2 : 0);
      }
      cell.latest = outcome;
      past_[g].push(outcome);
    }
    for (auto& cell : cell_) cell.change = cell.change_now;
    return nats;
  }

 private:
  struct Past {
    std::array<std::uint64_t, 3> outcomes{Outcome::kMissing, Outcome::kMissing, Outcome::kMissing};
    void push(std::uint64_t outcome) { outcomes = {outcome, outcomes[0], outcomes[1]}; }
  };
  /// The modalities of a place: how many, how much they changed a step ago, how much of that is
  /// known of this step so far, and the one that came just before in this step.
  struct Cell {
    std::size_t members = 0;
    std::uint64_t change = 0, change_now = 0, latest = Outcome::kMissing, latest_change = 0;
  };

  std::array<std::uint64_t, kContexts> contexts(std::size_t g) const {
    const auto [last, before, earlier] = past_[g].outcomes;
    const auto& cell = cell_[cells_[g]];
    const std::uint64_t rank = ranks_[g], now = coarse(cell.change_now), ago = coarse(cell.change);
    return {hash({0, g}),
            hash({1, g, last}),
            hash({2, g, last, before}),
            hash({3, last, before}),
            hash({4, last, before, earlier}),
            hash({5, rank, last, before}),
            hash({6, last, now, rank}),
            hash({7, last, before, ago}),
            hash({8, g, last, cell.latest}),
            hash({9, last, before, now, ago}),
            hash({10, rank, last, cell.latest, cell.latest_change}),
            hash({11, g, now, ago})};
  }

  /// An outcome as decisions. How far it is from the last one is told by the power of two that it
  /// reaches, then by the digits below, but for what could only be one way.
  double code(std::size_t g, std::uint64_t outcome) {
    const auto base = contexts(g);
    const std::uint64_t n = num_outcomes_[g], last = past_[g].outcomes[0],
                        from = last == Outcome::kMissing ? (n - 1) / 2 : last;
    double nats = 0;
    std::uint64_t path = 1;  // the decisions so far
    const auto decide = [&](std::size_t kind, bool yes) {
      auto keys = base;
      for (auto& key : keys) key = hash({key, path});
      nats += mixer_.code(keys, kind, yes);
      path = 2 * path + (yes ? 1 : 0);
    };
    if (n > 1) decide(0, outcome == from);
    if (outcome == from) return nats;
    const bool above = outcome > from;
    if (from > 0 && from + 1 < n) decide(1, above);
    path = hash({above ? 3U : 2U});
    const std::uint64_t distance = above ? outcome - from : from - outcome,
                        most = above ? n - 1 - from : from;
    std::uint64_t power = 1;
    for (; 2 * power <= most; power *= 2) {
      const bool reaches = distance >= 2 * power;
      decide(2 + std::min<std::size_t>(2, std::bit_width(power) - 1), reaches);
      if (!reaches) break;
    }
    std::uint64_t known = power;
    for (std::uint64_t digit = power / 2; digit > 0; digit /= 2) {
      if (known + digit > most) continue;
      const bool one = distance >= known + digit;
      decide(5 + (digit > 1 ? 1 : 0), one);
      if (one) known += digit;
    }
    return nats;
  }

  std::span<const std::size_t> num_outcomes_, cells_;
  std::vector<std::size_t> ranks_;  // [modality], within its cell
  std::vector<Past> past_;          // [modality]
  std::vector<Cell> cell_;          // [cell]
  Mixer mixer_;
};

double code_steps(Coder& coder, const Outcomes& outcomes, std::size_t first, std::size_t end) {
  double nats = 0;
  for (std::size_t t = first; t < end; ++t) nats += coder.code(outcomes.item(t));
  return nats;
}

}  // namespace

ContextMixingResult surprise_by_context_mixing(const Outcomes& training, const Outcomes& test,
                                               std::span<const std::size_t> num_outcomes,
                                               std::span<const std::size_t> cells,
                                               const ContextMixingOptions& options) {
  check_held_out(training, test, num_outcomes);
  require(cells.size() == num_outcomes.size() && !options.rates.empty(),
          "context mixing: expected a cell for each of ", num_outcomes.size(),
          " modalities and at least one rate, got ", cells.size(), " and ", options.rates.size());
  const std::size_t half = training.items() / 2;
  ContextMixingResult result;
  double least = INFINITY;
  for (std::size_t i = 0; i < options.rates.size(); ++i) {
    report(options.progress, "mixing contexts", i, options.rates.size() + 1);
    Coder coder(num_outcomes, cells, options.rates[i]);
    code_steps(coder, training, 0, half);
    const double nats = code_steps(coder, training, half, training.items());
    if (nats >= least) continue;
    least = nats;
    result.rate = options.rates[i];
  }
  report(options.progress, "mixing contexts", options.rates.size(), options.rates.size() + 1);
  Coder coder(num_outcomes, cells, result.rate);
  code_steps(coder, training, 0, training.items());
  Coder frozen = coder;
  frozen.freeze();
  const auto steps = static_cast<double>(test.items());
  result.frozen = code_steps(frozen, test, 0, test.items()) / steps;
  result.nats_per_step = code_steps(coder, test, 0, test.items()) / steps;
  return result;
}

}  // namespace rgm
