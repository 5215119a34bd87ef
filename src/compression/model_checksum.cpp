#include "rgm/compression/model_checksum.h"

#include <bit>

#include "rgm/model/kind_contexts.h"

namespace rgm {
namespace {

/// Words mixed one after the other: multiplied by an odd number and folded, which is one to one.
class Hash {
 public:
  void add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9E3779B97F4A7C15U;
    value_ ^= value_ >> 32U;
  }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0x243F6A8885A308D3U;
};

void add(Hash& hash, const Factor& factor) {
  const auto& likelihood = factor.likelihood;
  for (std::size_t g : factor.modalities) hash.add(std::uint64_t{g});
  hash.add(std::uint64_t{likelihood.num_states()});
  hash.add(std::uint64_t{factor.num_paths});
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g) {
    hash.add(std::uint64_t{likelihood.num_outcomes(g)});
    hash.add(likelihood.concentration(g));
  }
  for (std::size_t s = 0; s < likelihood.num_states(); ++s) {
    hash.add(std::uint64_t{s});
    likelihood.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      hash.add(std::uint64_t{g} << 32U | o);
      hash.add(count);
    });
  }
  if (factor.transition.empty()) return;
  for (std::size_t s = 0; s < factor.transition.num_states(); ++s) {
    hash.add(std::uint64_t{s});
    for (const auto& arc : factor.transition.arcs(s)) {
      hash.add(std::uint64_t{arc.path} << 32U | arc.next);
      hash.add(arc.count);
    }
  }
}

void add(Hash& hash, std::span<const double> counts) {
  hash.add(std::uint64_t{counts.size()});
  for (const double count : counts) hash.add(count);
}

void add(Hash& hash, std::span<const std::size_t> numbers) {
  hash.add(std::uint64_t{numbers.size()});
  for (const std::size_t number : numbers) hash.add(std::uint64_t{number});
}

void add(Hash& hash, const Kinds::Followers& followers) {
  hash.add(std::uint64_t{followers.outcomes.size()});
  for (const auto outcome : followers.outcomes) hash.add(std::uint64_t{outcome});
  add(hash, followers.counts);
  add(hash, followers.totals);
}

void add(Hash& hash, const std::unordered_map<std::uint64_t, Kinds::Followers>& contexts) {
  for (const auto context : ordered_contexts(contexts)) {
    hash.add(context);
    add(hash, contexts.at(context));
  }
}

void add(Hash& hash, const Kinds& kinds) {
  const auto& options = kinds.options;
  hash.add(std::uint64_t{options.number} << 16U | options.order << 8U | options.memory);
  for (const double value :
       {options.strength, options.chain_counts, options.chain_stay, options.link_stay})
    hash.add(value);
  for (const auto& cell : kinds.cells) add(hash, cell);
  for (const auto& table : kinds.tables) {
    hash.add(std::uint64_t{table.num_outcomes} << 1U | std::uint64_t{table.ordered});
    for (const auto& followers : table.after_last) add(hash, followers);
    add(hash, table.after_two);
  }
  add(hash, kinds.table_of);
  for (const auto& counts : kinds.frequencies) add(hash, counts);
  add(hash, kinds.chain.values());
  for (const auto& rung : kinds.memory) add(hash, rung);
}

}  // namespace

std::uint64_t model_checksum(const Hierarchy& hierarchy) {
  Hash hash;
  for (const auto& level : hierarchy.levels) {
    hash.add(std::uint64_t{level.time_scale});
    for (const auto& modality : level.modalities) {
      hash.add(static_cast<std::uint64_t>(modality.kind));
      hash.add(std::uint64_t{modality.source});
    }
    hash.add(std::uint64_t{level.factors.size()});
    for (const auto& factor : level.factors) add(hash, factor);
  }
  for (double count : hierarchy.initial_state_counts) hash.add(count);
  hash.add(hierarchy.restart_concentration);
  if (!hierarchy.kinds.empty()) add(hash, hierarchy.kinds);
  return hash.value();
}

std::uint64_t outcomes_checksum(std::span<const Outcomes> sequences, std::span<const int> labels) {
  Hash hash;
  for (const auto& outcomes : sequences) {
    hash.add(std::uint64_t{outcomes.items()});
    hash.add(std::uint64_t{outcomes.modalities()});
    for (std::size_t i = 0; i < outcomes.items(); ++i)
      for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
        const Outcome outcome = outcomes(i, g);
        hash.add(std::uint64_t{outcome.token} << 16U | outcome.share);
        if (!outcome.distribution()) continue;
        for (const double weight : outcomes.soft(i, g)) hash.add(weight);
      }
  }
  for (const int label : labels) hash.add(static_cast<std::uint64_t>(label));
  return hash.value();
}

}  // namespace rgm
