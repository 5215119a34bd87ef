// Coding of outcomes of the shape of a film: 512 modalities in 4 groups. Steps a second of encoding
// and decoding, and bits against −log₂ P(outcomes) under the model.

#include <algorithm>
#include <cstdint>
#include <map>
#include <numbers>

#include "rgm/compression/bitstream.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/structure/sequence_structure.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kTilesPerAxis = 8, kModes = 8,
                      kModalities = kTilesPerAxis * kTilesPerAxis * kModes;
constexpr std::uint16_t kBins = 9;
constexpr std::size_t kClip = 32;  // steps that are coded

/// Of 8 × 8 tiles, such that grouping by place makes 4 groups: two columns of tiles are one place
/// each way.
std::vector<Location> locations() {
  std::vector<Location> result;
  for (std::size_t tile = 0; tile < kTilesPerAxis * kTilesPerAxis; ++tile)
    result.insert(result.end(), kModes,
                  {static_cast<double>(tile % kTilesPerAxis / 2),
                   static_cast<double>(tile / kTilesPerAxis / 2)});
  return result;
}

/// A film: each variate drifts to a target of its own and back, with noise; modes that matter less
/// vary less.
Outcomes film(std::size_t steps, std::uint64_t seed) {
  Random random(seed);
  Outcomes result(steps, kModalities);
  std::vector<double> variate(kModalities);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t g = 0; g < kModalities; ++g) {
      const double scale = 3.0 / static_cast<double>(1 + g % kModes);
      variate[g] = 0.97 * variate[g] + (t == 0 ? 1.0 : 0.24) * scale * random.normal();
      result(t, g) = {static_cast<std::uint16_t>(
                          std::clamp(std::round(variate[g] + (kBins - 1) / 2.0), 0.0, kBins - 1.0)),
                      0};
    }
  return result;
}

Outcomes part(const Outcomes& outcomes, std::size_t first, std::size_t count) {
  std::vector<std::size_t> items(count);
  for (std::size_t i = 0; i < count; ++i) items[i] = first + i;
  return outcomes.select(items);
}

/// A model of `states` states a group, a clip that it knows but for some noise, and one that it
/// does not know.
struct Data {
  explicit Data(std::size_t states) {
    const auto learnt = film(states, 1);
    model = grow_from_sequences(std::span(&learnt, 1), std::vector<std::size_t>(kModalities, kBins),
                                locations());
    check(model.levels[0].factors.size() == 4, "4 groups");
    known = part(learnt, states / 2 - kClip / 2, kClip);
    Random random(2);
    for (std::size_t t = 0; t < kClip; ++t)
      for (auto& o : known.item(t))
        if (random.uniform() < 0.05) o.token = static_cast<std::uint16_t>(random.index(kBins));
    unknown = film(kClip, 3);
  }
  static const Data& of(std::size_t states) {
    static std::map<std::size_t, Data> cache;
    const auto found = cache.find(states);
    return found != cache.end() ? found->second : cache.emplace(states, states).first->second;
  }

  Hierarchy model;
  Outcomes known, unknown;
};

double model_bits(const Hierarchy& model, const Outcomes& outcomes) {
  const SequenceTables tables(model);
  SequenceFilter filter(tables);
  for (std::size_t t = 0; t < outcomes.items(); ++t) filter.push(outcomes, t);
  return -filter.log_evidence() / std::numbers::ln2;
}

void encode_all(SequenceCoder& coder, const Outcomes& outcomes, RangeEncoder& encoder) {
  for (std::size_t t = 0; t < outcomes.items(); ++t) coder.encode(outcomes, t, encoder);
}

/// Arguments: states a group; with kinds? is the clip known?
void BM_code(benchmark::State& state) {
  const auto& data = Data::of(static_cast<std::size_t>(state.range(0)));
  const SequenceCoderOptions options{.kinds = state.range(1) != 0};
  const Outcomes& clip = state.range(2) != 0 ? data.known : data.unknown;
  double seconds_to_encode = 0, seconds_to_decode = 0, bits = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    SequenceCoder sender(data.model, options), receiver(data.model, options);
    state.ResumeTiming();
    const auto start = std::clock();
    RangeEncoder encoder;
    encode_all(sender, clip, encoder);
    const auto stream = encoder.finish();
    const auto middle = std::clock();
    RangeDecoder decoder(stream);
    Outcomes decoded(kClip, kModalities);
    for (std::size_t t = 0; t < kClip; ++t) receiver.decode(decoder, decoded, t);
    seconds_to_decode += static_cast<double>(std::clock() - middle) / CLOCKS_PER_SEC;
    seconds_to_encode += static_cast<double>(middle - start) / CLOCKS_PER_SEC;
    for (std::size_t t = 0; t < kClip; ++t)
      check(std::ranges::equal(decoded.item(t), clip.item(t)), "what was encoded");
    bits = sender.bits();
    bytes = stream.size();
  }
  const auto steps = static_cast<double>(state.iterations()) * kClip;
  state.counters["encode_steps/s"] = steps / seconds_to_encode;
  state.counters["decode_steps/s"] = steps / seconds_to_decode;
  state.counters["bits"] = bits;
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["model_bits"] = model_bits(data.model, clip);
}
BENCHMARK(BM_code)
    ->ArgNames({"states", "kinds", "known"})
    ->ArgsProduct({{80, 1000}, {0, 1}, {1, 0}})
    ->Unit(benchmark::kMillisecond);

/// A whole stream that grows its model: a film that comes twice. Argument: steps.
void BM_grow(benchmark::State& state) {
  const auto steps = static_cast<std::size_t>(state.range(0));
  const auto once = film(steps / 2, 1);
  Outcomes twice(2 * once.items(), kModalities);
  for (std::size_t t = 0; t < twice.items(); ++t)
    std::ranges::copy(once.item(t % once.items()), twice.item(t).begin());
  const std::vector<std::size_t> outcomes(kModalities, kBins);
  std::vector<std::uint8_t> first, whole;
  for (auto _ : state) whole = encode_sequence(twice, outcomes, locations());
  first = encode_sequence(once, outcomes, locations());
  const auto result = decode_sequence(whole);
  check(result.complete && result.outcomes.items() == twice.items(), "a whole stream");
  state.counters["steps/s"] = per_second(static_cast<double>(twice.items()));
  state.counters["first_bytes"] = static_cast<double>(first.size());
  state.counters["again_bytes"] = static_cast<double>(whole.size() - first.size());
  state.counters["bits/outcome"] =
      8 * static_cast<double>(first.size()) / static_cast<double>(once.items() * kModalities);
}
BENCHMARK(BM_grow)->ArgName("steps")->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
