// The root's chain by itself: hidden Markov models, dense or with three successors a state.
//
// hmm_comparison.py runs this beside hmmlearn, NumPy and SciPy on the same models and outcomes; it
// makes them anew from the same numbers, `uniform`, and compares the evidence.

#include <cstdint>

#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/inference/smooth.h"
#include "rgm/learning/sequence_learning.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kOutcomes = 16, kSuccessors = 3;
constexpr double kConcentration = 1.0 / 16;

/// The i-th of a stream of numbers in (0, 1): the finaliser of splitmix64.
double uniform(std::uint64_t stream, std::uint64_t i) {
  std::uint64_t z = (stream << 40U) + (i + 1) * 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  z ^= z >> 31U;
  return (static_cast<double>(z >> 12U) + 0.5) * 0x1p-52;
}

struct Chain {
  Chain(std::size_t states, bool dense) : outcomes(states > 500 ? 300 : 1000, 1) {
    Level level;
    level.modalities = {{Modality::Kind::kOutcome, 0, kOutcomes}};
    Factor factor;
    factor.modalities = {0};
    factor.likelihood =
        Likelihood(std::vector<std::size_t>{kOutcomes}, std::vector<double>{kConcentration}, states);
    factor.transition = Transition(states, 1);
    for (std::size_t s = 0; s < states; ++s) {
      for (std::size_t o = 0; o < kOutcomes; ++o)
        factor.likelihood.add(0, o, s, uniform(1, s * kOutcomes + o));
      if (dense)
        for (std::size_t next = 0; next < states; ++next)
          factor.transition.add(next, s, 0, uniform(2, s * states + next));
      else
        for (std::size_t i = 0; i < kSuccessors; ++i)
          factor.transition.add((s * 5 + 1 + i * (states / 4 + 1)) % states, s, 0,
                                uniform(2, s * kSuccessors + i));
      hierarchy.initial_state_counts.push_back(uniform(3, s));
    }
    level.factors = {factor};
    hierarchy.levels = {level};
    for (std::size_t t = 0; t < outcomes.items(); ++t)
      outcomes(t, 0) = {static_cast<std::uint16_t>(uniform(4, t) * kOutcomes), 0};
  }

  Hierarchy hierarchy;
  Outcomes outcomes;
};

/// Times `run(chain, tables)`, once over the sequence.
template <class Run>
void measure(benchmark::State& state, Run run) {
  const Chain chain(static_cast<std::size_t>(state.range(1)), state.range(0) == 1);
  const SequenceTables tables(chain.hierarchy);
  const double evidence = smooth(tables, chain.outcomes, {});
  check(std::isfinite(evidence), "possible outcomes");
  for (auto _ : state) run(chain, tables);
  const auto steps = static_cast<double>(chain.outcomes.items());
  state.counters["log_evidence"] = evidence;
  state.counters["us_a_step"] = benchmark::Counter(
      steps * 1e-6, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void BM_forward(benchmark::State& state) {
  measure(state, [](const Chain& chain, const SequenceTables& tables) {
    benchmark::DoNotOptimize(smooth(tables, chain.outcomes, {}));
  });
}

void BM_filter(benchmark::State& state) {
  measure(state, [](const Chain& chain, const SequenceTables& tables) {
    SequenceFilter filter(tables);
    for (std::size_t t = 0; t < chain.outcomes.items(); ++t) filter.push(chain.outcomes, t);
    benchmark::DoNotOptimize(filter.log_evidence());
  });
}

void BM_forward_backward(benchmark::State& state) {
  measure(state, [](const Chain& chain, const SequenceTables& tables) {
    benchmark::DoNotOptimize(smooth(tables, chain.outcomes, {}, [](std::size_t, const Episode& e) {
      benchmark::DoNotOptimize(e.posterior(0, 0, 0).front());
    }));
  });
}

/// A pass of expectation maximisation: tables, expected counts, the model set to them.
void BM_em(benchmark::State& state) {
  measure(state, [&](const Chain& chain, const SequenceTables&) {
    state.PauseTiming();
    auto hierarchy = chain.hierarchy;
    state.ResumeTiming();
    sequence_expectation_maximisation(hierarchy, std::span(&chain.outcomes, 1), {.passes = 1});
    state.PauseTiming();
    hierarchy = {};
    state.ResumeTiming();
  });
}

void BM_most_probable_path(benchmark::State& state) {
  measure(state, [](const Chain& chain, const SequenceTables& tables) {
    benchmark::DoNotOptimize(most_probable_states(tables, chain.outcomes));
  });
}

void models(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"dense", "states"})->Unit(benchmark::kMillisecond);
  for (const int states : {64, 256, 1024}) benchmark->Args({1, states});
  for (const int states : {256, 1024}) benchmark->Args({0, states});
}
BENCHMARK(BM_forward)->Apply(models);
BENCHMARK(BM_filter)->Apply(models);
BENCHMARK(BM_forward_backward)->Apply(models);
BENCHMARK(BM_em)->Apply(models);
BENCHMARK(BM_most_probable_path)->Apply(models);

}  // namespace
}  // namespace rgm::bench
