#include "rgm/inference/cut_tables.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr std::size_t kMostBlocks = 8, kVectorBytes = 32;

/// The smallest probability of any jump that makes cutting safe: below, numbers lose their range.
constexpr double kSmallestJump = 1e-100;

constexpr std::uint64_t kHashStart = 0x9E3779B97F4A7C15ULL;

std::uint64_t mix(std::uint64_t hash, std::uint64_t outcome) {
  hash = (hash ^ (outcome + 1)) * 0xD6E8FEB86659FD93ULL;
  return hash ^ (hash >> 32);
}

/// Modality g is in block g mod blocks, so that neighbours, which go together, are apart.
std::uint64_t hash_block(std::size_t block, std::size_t blocks,
                         std::span<const std::uint8_t> outcomes) {
  std::uint64_t hash = kHashStart;
  for (std::size_t g = block; g < outcomes.size(); g += blocks) hash = mix(hash, outcomes[g]);
  return hash;
}

/// Number of equal bytes, of whole vectors of them.
std::size_t count_equal(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  std::size_t equal = 0;
  for (std::size_t first = 0; first < a.size(); first += kVectorBytes) {
    std::uint8_t part = 0;
    for (std::size_t i = first; i < first + kVectorBytes; ++i)
      part = static_cast<std::uint8_t>(part + (a[i] == b[i] ? 1 : 0));
    equal += part;
  }
  return equal;
}

/// ln P of a state that agrees in so many modalities.
double log_matched(const SequenceTables::FactorTable& table, std::size_t state,
                   std::size_t agreeing) {
  return table.cells.front().log_background[state] +
         table.matches.log_ratio[state] * static_cast<double>(agreeing);
}

/// The largest of ln P over all states that agree in so many modalities.
double largest_matched(const SequenceTables::FactorTable& table, std::size_t agreeing) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t s = 0; s < table.num_states; ++s)
    largest = std::max(largest, log_matched(table, s, agreeing));
  return largest;
}

/// Logarithms, the largest first taken from them, to values.
void exponentiate(CutMessage& message) {
  message.log_scale = -std::numeric_limits<double>::infinity();
  for (const auto& entry : message.kept)
    message.log_scale = std::max(message.log_scale, entry.value);
  for (auto& entry : message.kept) entry.value = std::exp(entry.value - message.log_scale);
}

}  // namespace

CutTables::CutTables(const SequenceTables& tables, double cut) : tables_(&tables), cut_(cut) {
  require(cut >= 0 && cut < 1, "inference: cut: expected at least 0 and below 1, got ", cut);
  const auto& chain = tables.root_chain();
  const double jump = std::ranges::min(chain.restart()) * std::ranges::min(chain.prior());
  cuts_ = cut > 0 && jump >= kSmallestJump && tables.kinds().empty();
  if (!cuts_) return;
  for (const auto& table : tables.level(0)) add_blocks(table);
  parents_.resize(tables.num_levels());
  for (std::size_t n = 0; n + 1 < tables.num_levels(); ++n)
    for (const auto& table : tables.level(n)) add_parents(table, n);
  root_arrivals_.assign(chain.num_states(), 0.0);
  for (std::size_t s = 0; s < chain.num_states(); ++s)
    for (const auto& arc : tables.root().arcs_of(s)) root_arrivals_[arc.next] += arc.probability;
}

/// As many blocks as it takes that what no block holds is worth too little beside a state that
/// agrees in everything.
void CutTables::add_blocks(const SequenceTables::FactorTable& table) {
  auto& blocks = blocks_.emplace_back();
  if (table.matches.log_ratio.empty()) return;
  const std::size_t modalities = table.observed.size(), states = table.num_states;
  const double best = largest_matched(table, modalities);
  const std::size_t most = std::min(kMostBlocks, modalities);
  std::size_t count = 1;
  while (count < most &&
         largest_matched(table, modalities - count) > best + std::log(smallest_kept()))
    ++count;
  blocks.log_bound = largest_matched(table, modalities - count);
  blocks.stride = (modalities + kVectorBytes - 1) / kVectorBytes * kVectorBytes;
  blocks.outcomes.assign(states * blocks.stride, 1);  // what is filled up agrees with nothing
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t g = 0; g < modalities; ++g)
      blocks.outcomes[s * blocks.stride + g] = table.matches.outcomes[g * states + s];
  for (std::size_t b = 0; b < count; ++b) {
    auto& list = blocks.by_hash.emplace_back();
    for (std::uint32_t s = 0; s < states; ++s)
      list.push_back({hash_block(b, count, blocks.of_state(s).first(modalities)), s});
    std::ranges::sort(list, {}, &Hashed::hash);
  }
}

void CutTables::add_parents(const SequenceTables::FactorTable& table, std::size_t level) {
  const auto& columns = tables_->level(level + 1)[table.parent].children[table.place].states;
  auto& lists = parents_[level].emplace_back();
  lists.begin.assign(table.num_states + 1, 0);
  for (const auto& entry : columns.entries) ++lists.begin[entry.index + 1];
  for (std::size_t s = 0; s < table.num_states; ++s) lists.begin[s + 1] += lists.begin[s];
  lists.parents.resize(columns.entries.size());
  auto at = lists.begin;
  for (std::size_t p = 0; p < columns.background.size(); ++p)
    for (const auto& entry : columns.column(p))
      lists.parents[at[entry.index]++] = static_cast<std::uint32_t>(p);
  lists.largest_background = std::ranges::max(columns.background);
}

void CutTables::likelihood(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                           SoftReading reading, CutMessage& result) const {
  result.kept.clear();
  if (!find(factor, outcomes, item, result)) scan(factor, outcomes, item, reading, result);
}

/// False if a scan is needed.
bool CutTables::find(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                     CutMessage& result) const {
  const auto& table = tables_->level(0)[factor];
  const auto& blocks = blocks_[factor];
  const std::size_t modalities = table.observed.size();
  if (blocks.by_hash.empty()) return false;
  thread_local std::vector<std::uint8_t> shown;
  shown.clear();
  for (const auto& observed : table.observed) {
    const Outcome o = outcomes(item, observed.modality);
    if (o.share != 0 || o.token >= observed.num_outcomes) return false;  // marks are larger, too
    shown.push_back(static_cast<std::uint8_t>(o.token));
  }
  shown.resize(blocks.stride, 0);
  thread_local std::vector<std::uint32_t> found;
  thread_local std::vector<char> is_found;  // 0 between calls
  found.clear();
  if (is_found.size() < table.num_states) is_found.resize(table.num_states);
  for (std::size_t b = 0; b < blocks.by_hash.size(); ++b) {
    const auto& list = blocks.by_hash[b];
    const auto hash = hash_block(b, blocks.by_hash.size(), std::span(shown).first(modalities));
    for (auto at = std::ranges::lower_bound(list, hash, {}, &Hashed::hash);
         at != list.end() && at->hash == hash; ++at)
      if (is_found[at->state] == 0) {
        is_found[at->state] = 1;
        found.push_back(at->state);
      }
  }
  for (const std::uint32_t s : found) {
    is_found[s] = 0;
    const double log_likelihood = log_matched(table, s, count_equal(blocks.of_state(s), shown));
    if (log_likelihood > blocks.log_bound) result.kept.push_back({s, log_likelihood});
  }
  exponentiate(result);
  result.observed = true;
  result.left_out = std::exp(blocks.log_bound - result.log_scale);
  if (result.left_out <= smallest_kept()) return true;
  result.kept.clear();
  return false;
}

void CutTables::scan(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                     SoftReading reading, CutMessage& result) const {
  thread_local std::vector<double> logs;
  result.left_out = result.log_scale = 0;
  result.observed = tables_->log_likelihood(factor, outcomes, item, reading, logs);
  if (!result.observed) return;
  const double largest = std::ranges::max(logs), least = largest + std::log(smallest_kept());
  double left_out = -std::numeric_limits<double>::infinity();
  for (std::uint32_t s = 0; s < logs.size(); ++s) {
    if (logs[s] > least)
      result.kept.push_back({s, logs[s]});
    else
      left_out = std::max(left_out, logs[s]);
  }
  exponentiate(result);
  if (!result.kept.empty()) result.left_out = std::exp(left_out - largest);
}

}  // namespace rgm
