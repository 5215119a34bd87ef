#include "rgm/inference/kinds_filter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr double kLeastChange = 0.03, kMostOfOutcomes = 4.5, kFrequencyPrior = 0.3;
/// No kind is forgotten for good within a step, or a cell of many columns could show what none is
/// left for.
constexpr double kLeastBelief = 0x1p-900;
/// What is less is 0: arithmetic of subnormal numbers takes a hundred times as long.
constexpr double kNegligible = 0x1p-500;
/// Probability of a change of each kind but the last is cut to so many parts, so that no rounding
/// of `std::pow` tells machines apart.
constexpr double kParts = 0x1p20;

double rounded(double value) { return std::floor(value * kParts + 0.5) / kParts; }

/// `count` values from `least` to `most` in equal ratios.
std::vector<double> equal_ratios(double least, double most, std::size_t count) {
  std::vector<double> result(count, least);
  for (std::size_t k = 1; k < count; ++k)
    result[k] =
        least * std::pow(most / least, static_cast<double>(k) / static_cast<double>(count - 1));
  return result;
}

}  // namespace

KindTables::KindTables(const Kinds& kinds) : kinds_(&kinds) {
  const std::size_t scales = kinds.empty() ? 0 : number() - 1;
  for (const auto& table : kinds.tables) {
    const std::size_t n = table.num_outcomes, distances = table.ordered ? n : 2;
    const auto size = static_cast<double>(n);
    auto& prior = priors_.emplace_back();
    prior.decay = prior.sum = Matrix<double>(scales, distances);
    const double most = table.ordered ? std::max(size / kMostOfOutcomes, kLeastChange)
                                      : std::max((size - 1) / size, kLeastChange);
    const auto changes = equal_ratios(kLeastChange, most, scales);
    for (std::size_t k = 0; k < scales; ++k) {
      // A mean change m of outcomes in order has 2 θ / (1 − θ²) = m.
      const double m = changes[k];
      const double theta = rounded(table.ordered ? (std::sqrt(1 + m * m) - 1) / m : m);
      double power = 1, sum = 0;
      for (std::size_t d = 0; d < distances; ++d) {
        if (!table.ordered) power = d == 0 ? 1 - theta : theta / std::max(size - 1, 1.0);
        prior.decay(k, d) = power;
        prior.sum(k, d) = sum += power;
        power *= theta;
        if (power < kNegligible) power = 0;
      }
    }
  }
}

double KindTables::prior(std::size_t t, std::size_t kind, std::size_t last,
                         std::size_t outcome) const {
  const auto& table = kinds_->tables[t];
  const auto& prior = priors_[t];
  const std::size_t distance = outcome < last ? last - outcome : outcome - last;
  if (!table.ordered)
    return table.num_outcomes == 1 ? 1.0 : prior.decay(kind, std::min<std::size_t>(distance, 1));
  const double total = prior.sum(kind, last) + prior.sum(kind, table.num_outcomes - 1 - last) - 1;
  return prior.decay(kind, distance) / total;
}

double KindTables::total(std::size_t column) const {
  double total = 0;
  for (const double count : kinds_->frequencies[column]) total += count;
  return total;
}

double KindTables::frequency(std::size_t column, std::size_t outcome, double total) const {
  const auto& counts = kinds_->frequencies[column];
  return (counts[outcome] + kFrequencyPrior) /
         (total + kFrequencyPrior * static_cast<double>(counts.size()));
}

double KindTables::frequency(std::size_t column, std::size_t outcome) const {
  return frequency(column, outcome, total(column));
}

void KindTables::given(std::size_t column, std::size_t last, std::size_t before,
                       std::size_t outcome, std::span<double> result) const {
  const std::size_t t = kinds_->table_of[column], scales = number() - 1;
  const double strength = kinds_->options.strength;
  const auto refine = [&](const Kinds::Followers& followers) {
    if (followers.totals.empty()) return;
    const auto counts = followers.of(outcome);
    for (std::size_t k = 0; k < scales; ++k)
      result[k] = ((counts.empty() ? 0.0 : counts[k]) + strength * result[k]) /
                  (followers.totals[k] + strength);
  };
  for (std::size_t k = 0; k < scales; ++k) result[k] = prior(t, k, last, outcome);
  const auto& table = kinds_->tables[t];
  refine(table.after_last[last]);
  if (before != kUnknown && kinds_->options.order > 1) {
    const auto found = table.after_two.find(table.pair(last, before));
    if (found != table.after_two.end()) refine(found->second);
  }
  result[scales] = frequency(column, outcome);
}

void KindTables::given(std::size_t column, std::size_t last, std::size_t before,
                       Matrix<double>& result) const {
  const std::size_t t = kinds_->table_of[column], scales = number() - 1;
  const auto& table = kinds_->tables[t];
  const double strength = kinds_->options.strength;
  result.resize(number(), table.num_outcomes);
  for (std::size_t k = 0; k < scales; ++k)
    for (std::size_t o = 0; o < table.num_outcomes; ++o) result(k, o) = prior(t, k, last, o);
  const auto refine = [&](const Kinds::Followers& followers) {
    if (followers.totals.empty()) return;
    for (std::size_t k = 0; k < scales; ++k) {
      const auto row = result.row(k);
      for (double& p : row) p *= strength;
      for (std::size_t i = 0; i < followers.outcomes.size(); ++i)
        row[followers.outcomes[i]] += followers.counts[i * number() + k];
      for (double& p : row) p /= followers.totals[k] + strength;
    }
  };
  refine(table.after_last[last]);
  if (before != kUnknown && kinds_->options.order > 1) {
    const auto found = table.after_two.find(table.pair(last, before));
    if (found != table.after_two.end()) refine(found->second);
  }
  const double all = total(column);
  for (std::size_t o = 0; o < table.num_outcomes; ++o)
    result(scales, o) = frequency(column, o, all);
}

void KindTables::mixed(std::size_t column, std::size_t last, std::size_t before,
                       std::span<const double> belief, std::vector<double>& result) const {
  const std::size_t t = kinds_->table_of[column], scales = number() - 1;
  const auto& table = kinds_->tables[t];
  const std::size_t n = table.num_outcomes;
  const double strength = kinds_->options.strength;
  result.resize(n);
  const double all = total(column);
  for (std::size_t o = 0; o < n; ++o) result[o] = belief[scales] * frequency(column, o, all);
  // What each table leaves to the one before, by kind.
  std::array<double, Kinds::kMaxKinds> left{};
  std::copy_n(belief.begin(), scales, left.begin());
  const auto add = [&](const Kinds::Followers& followers) {
    if (followers.totals.empty()) return;
    for (std::size_t k = 0; k < scales; ++k) left[k] /= followers.totals[k] + strength;
    const double* count = followers.counts.data();
    for (const auto o : followers.outcomes) {
      for (std::size_t k = 0; k < scales; ++k) result[o] += left[k] * count[k];
      count += number();
    }
    for (std::size_t k = 0; k < scales; ++k) left[k] *= strength;
  };
  if (before != kUnknown && kinds_->options.order > 1) {
    const auto found = table.after_two.find(table.pair(last, before));
    if (found != table.after_two.end()) add(found->second);
  }
  add(table.after_last[last]);
  const auto& prior = priors_[t];
  for (std::size_t k = 0; k < scales; ++k) {
    const auto decay = prior.decay.row(k);
    if (!table.ordered) {
      const double change = n == 1 ? 0.0 : left[k] * decay[1];
      for (double& p : result) p += change;
      result[last] += n == 1 ? left[k] : left[k] * decay[0] - change;
      continue;
    }
    left[k] /= prior.sum(k, last) + prior.sum(k, n - 1 - last) - 1;
    for (std::size_t o = 0; o < last; ++o) result[o] += left[k] * decay[last - o];
    for (std::size_t o = last; o < n; ++o) result[o] += left[k] * decay[o - last];
  }
}

void KindTables::chain(Matrix<double>& result) const {
  const auto& options = kinds_->options;
  const double stay = options.chain_stay * options.chain_counts;
  const double leave =
      (1 - options.chain_stay) / static_cast<double>(number() - 1) * options.chain_counts;
  result.resize(number(), number());
  for (std::size_t j = 0; j < number(); ++j) {
    double total = options.chain_counts;
    for (const double count : kinds_->chain.row(j)) total += count;
    for (std::size_t k = 0; k < number(); ++k)
      result(j, k) = (kinds_->chain(j, k) + (j == k ? stay : leave)) / total;
  }
}

KindsFilter::KindsFilter(const Kinds& kinds)
    : tables_(kinds),
      columns_(kinds.table_of.size()),
      memory_(kinds.cells.size(), kinds.options.memory) {
  require(!kinds.empty(), "KindsFilter: expected kinds, got none");
  for (std::size_t c = 0; c < kinds.cells.size(); ++c)
    for (const std::size_t g : kinds.cells[c]) columns_[g].cell = c;
  beliefs_ = Matrix<double>(kinds.cells.size(), kinds.options.number,
                            1.0 / static_cast<double>(kinds.options.number));
  last_beliefs_ = predicted_ = beliefs_;
}

void KindsFilter::begin_step() {
  tables_.chain(chain_);
  std::swap(last_beliefs_, beliefs_);
  const std::size_t number = tables_.number();
  for (std::size_t c = 0; c < beliefs_.rows(); ++c)
    for (std::size_t k = 0; k < number; ++k) {
      double sum = 0;
      for (std::size_t j = 0; j < number; ++j) sum += last_beliefs_(c, j) * chain_(j, k);
      beliefs_(c, k) = sum;
    }
  predicted_ = beliefs_;
  for (auto& column : columns_) column.seen = false;
}

void KindsFilter::pair(std::size_t cell, Matrix<double>& result) const {
  const std::size_t number = tables_.number();
  result.resize(number, number);
  for (std::size_t j = 0; j < number; ++j)
    for (std::size_t k = 0; k < number; ++k)
      result(j, k) =
          last_beliefs_(cell, j) * chain_(j, k) / predicted_(cell, k) * beliefs_(cell, k);
}

void KindsFilter::predict_by_kind(std::size_t g, Matrix<double>& result) const {
  const auto& column = columns_[g];
  const std::size_t number = tables_.number(), n = tables_.num_outcomes(g);
  if (column.last != KindTables::kUnknown)
    return tables_.given(g, column.last, column.before, result);
  result.resize(number, n);
  if (!column.lost) {
    const double all = tables_.total(g);
    for (std::size_t o = 0; o < n; ++o) {
      const double p = tables_.frequency(g, o, all);
      for (std::size_t k = 0; k < number; ++k) result(k, o) = p;
    }
    return;
  }
  // u(o | k') = Σ_k P(k | k') P(o | k), then Σ_o u(o | k') q1_{k'}(o' | o).
  Matrix<double> last(number, n), next;
  for (std::size_t k = 0; k < number; ++k)
    for (std::size_t j = 0; j < number; ++j) {
      const double share =
          last_beliefs_(column.cell, j) * chain_(j, k) / predicted_(column.cell, k);
      for (std::size_t o = 0; o < n; ++o) last(k, o) += share * column.belief(j, o);
    }
  result.fill(0);
  for (std::size_t o = 0; o < n; ++o) {
    tables_.given(g, o, KindTables::kUnknown, next);
    for (std::size_t k = 0; k < number; ++k)
      for (std::size_t to = 0; to < n; ++to) result(k, to) += last(k, o) * next(k, to);
  }
}

void KindsFilter::predict(std::size_t g, std::vector<double>& result) const {
  const auto& column = columns_[g];
  const auto belief = beliefs_.row(column.cell);
  if (column.last != KindTables::kUnknown) {
    tables_.mixed(g, column.last, column.before, belief, result);
  } else {
    predict_by_kind(g, scratch_);
    result.assign(scratch_.cols(), 0.0);
    for (std::size_t k = 0; k < belief.size(); ++k)
      for (std::size_t o = 0; o < result.size(); ++o) result[o] += belief[k] * scratch_(k, o);
  }
  if (!kinds().memory.empty()) memory_.climb(column.cell, rungs(g), result);
}

KindsFilter::Contexts KindsFilter::contexts(std::size_t g) const {
  Contexts result{};
  const auto& cell = kinds().cells[columns_[g].cell];
  // FNV-1a over whole numbers.
  const auto join = [](std::uint64_t& hash, std::size_t value) {
    hash = (hash ^ value) * 0x100000001B3U;
  };
  std::uint64_t own = 0xCBF29CE484222325U;
  bool own_known = columns_[g].last != KindTables::kUnknown, all_known = true;
  join(own, g);
  join(own, columns_[g].last);
  for (const std::size_t earlier : cell) {
    if (earlier == g) break;
    own_known = own_known && columns_[earlier].seen;
    join(own, columns_[earlier].shown);
  }
  std::uint64_t all = own;
  for (const std::size_t other : cell) {
    all_known = all_known && columns_[other].last != KindTables::kUnknown;
    join(all, columns_[other].last);
  }
  if (own_known) result[0] = own;
  if (own_known && all_known && cell.size() > 1) result[1] = all;
  return result;
}

CellMemory::Rungs KindsFilter::rungs(std::size_t g) const {
  CellMemory::Rungs result{};
  const auto& memory = kinds().memory;
  const auto hashes = contexts(g);
  for (std::size_t r = 0; r < memory.size(); ++r) {
    if (hashes[r] == kNoContext) continue;
    const auto found = memory[r].find(hashes[r]);
    // A hash may be that of another column's context, too.
    if (found != memory[r].end() && found->second.outcomes.back() < tables_.num_outcomes(g))
      result[r] = &found->second;
  }
  return result;
}

std::size_t KindsFilter::observation_by_kind(std::size_t g, const Outcomes& outcomes,
                                             std::size_t item, std::vector<double>& result) const {
  const Outcome shown = outcomes(item, g);
  const auto& column = columns_[g];
  result.assign(tables_.number(), 0.0);
  if (shown.share == 0 && !shown.distribution() && column.last != KindTables::kUnknown) {
    require(shown.token < tables_.num_outcomes(g), "item ", item, ", modality ", g,
            ": outcome: expected below ", tables_.num_outcomes(g), ", got ", shown.token);
    tables_.given(g, column.last, column.before, shown.token, result);
    return shown.token;
  }
  std::size_t nearest = 0;
  double most = 0;
  predict_by_kind(g, scratch_);
  for_each_outcome_weight(outcomes, item, g, scratch_.cols(), [&](std::size_t o, double weight) {
    for (std::size_t k = 0; k < result.size(); ++k) result[k] += weight * scratch_(k, o);
    if (weight > most) {
      most = weight;
      nearest = o;
    }
  });
  return nearest;
}

/// Σ_k P(kind) P(what is observed | kind).
double KindsFilter::kinds_alone(std::size_t g) const {
  const auto belief = beliefs_.row(columns_[g].cell);
  double total = 0;
  for (std::size_t k = 0; k < given_.size(); ++k) total += belief[k] * given_[k];
  return total;
}

CellMemory::Climb KindsFilter::climb(std::size_t g, const CellMemory::Rungs& rungs,
                                     const Outcomes& outcomes, std::size_t item) const {
  observation_.clear();
  for_each_outcome_weight(
      outcomes, item, g, tables_.num_outcomes(g),
      [&](std::size_t o, double weight) { observation_.emplace_back(o, weight); });
  return memory_.climb(columns_[g].cell, rungs, observation_, kinds_alone(g));
}

double KindsFilter::probability(std::size_t g, const Outcomes& outcomes, std::size_t item) const {
  if (outcomes(item, g).missing()) return 1;
  observation_by_kind(g, outcomes, item, given_);
  return kinds().memory.empty() ? kinds_alone(g) : climb(g, rungs(g), outcomes, item).probability;
}

double KindsFilter::push(std::size_t g, const Outcomes& outcomes, std::size_t item) {
  if (outcomes(item, g).missing()) return 1;
  auto& column = columns_[g];
  const std::size_t shown = observation_by_kind(g, outcomes, item, given_);
  double likelihood = kinds_alone(g);
  if (!kinds().memory.empty()) {
    const auto above = rungs(g);
    const auto climbed = climb(g, above, outcomes, item);
    const double remembered = climbed.probability - climbed.escape * likelihood;
    memory_.update(column.cell, above, observation_, likelihood);
    for (double& given : given_) given = remembered + climbed.escape * given;
    likelihood = climbed.probability;
  }
  column.shown = shown;
  column.seen = true;
  const auto belief = beliefs_.row(column.cell);
  double total = 0;
  for (std::size_t k = 0; k < given_.size(); ++k) total += belief[k] *= given_[k];
  for (std::size_t k = 0; k < belief.size(); ++k)  // nothing is told by what no number can hold
    belief[k] = total > 0 ? std::max(belief[k] / total, kLeastBelief) : predicted_(column.cell, k);
  return likelihood;
}

void KindsFilter::finish_step() {
  Matrix<double> next;
  for (std::size_t g = 0; g < columns_.size(); ++g) {
    auto& column = columns_[g];
    if (column.seen) {
      column.before = column.last;
      column.last = column.shown;
      column.lost = false;
    } else {
      const bool follows = tables_.num_outcomes(g) <= kMostLost;
      if (follows) {
        predict_by_kind(g, next);
        column.belief = next;
      }
      column.lost = follows;
      column.last = column.before = KindTables::kUnknown;
    }
  }
}

}  // namespace rgm
