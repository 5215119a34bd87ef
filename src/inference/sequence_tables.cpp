#include "rgm/inference/sequence_tables.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// N_g(s) = Σ_o (a + α), [modality][state].
std::vector<std::vector<double>> column_totals(const Likelihood& likelihood) {
  std::vector<std::vector<double>> totals;
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
    totals.emplace_back(
        likelihood.num_states(),
        likelihood.concentration(g) * static_cast<double>(likelihood.num_outcomes(g)));
  for (std::size_t s = 0; s < likelihood.num_states(); ++s)
    likelihood.for_each_count(
        s, [&](std::size_t g, std::size_t, double count) { totals[g][s] += count; });
  return totals;
}

/// α / N; uniform in a column without counts and concentration.
double background(const Likelihood& likelihood, std::size_t g, double total) {
  return total > 0 ? likelihood.concentration(g) / total
                   : 1.0 / static_cast<double>(likelihood.num_outcomes(g));
}

void add_observed(SequenceTables::FactorTable& table, const Level& level, const Factor& factor) {
  const auto& likelihood = factor.likelihood;
  const auto totals = column_totals(likelihood);
  for (std::size_t g = 0; g < factor.modalities.size(); ++g) {
    auto& observed = table.observed.emplace_back();
    observed.modality = level.modalities[factor.modalities[g]].source;
    observed.num_outcomes = likelihood.num_outcomes(g);
    observed.begin.assign(observed.num_outcomes + 1, 0);
    for (double total : totals[g]) {
      observed.background.push_back(background(likelihood, g, total));
      observed.log_background.push_back(std::log(observed.background.back()));
      observed.structural_zeros = observed.structural_zeros || observed.background.back() == 0;
    }
    observed.background_of_last = g > 0 && observed.background == table.observed[g - 1].background;
  }
  for (std::size_t s = 0; s < table.num_states; ++s)
    likelihood.for_each_count(
        s, [&](std::size_t g, std::size_t o, double) { ++table.observed[g].begin[o + 1]; });
  for (auto& observed : table.observed) {
    for (std::size_t o = 0; o < observed.num_outcomes; ++o)
      observed.begin[o + 1] += observed.begin[o];
    observed.states.resize(observed.begin.back());
    observed.probabilities.resize(observed.begin.back());
    observed.log_ratios.resize(observed.begin.back());
  }
  std::vector<std::vector<std::size_t>> at;
  for (const auto& observed : table.observed) at.push_back(observed.begin);
  for (std::size_t s = 0; s < table.num_states; ++s)
    likelihood.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      auto& observed = table.observed[g];
      const double probability = count / totals[g][s], prior = observed.background[s];
      const std::size_t i = at[g][o]++;
      observed.states[i] = static_cast<std::uint32_t>(s);
      observed.probabilities[i] = probability;
      observed.log_ratios[i] = prior > 0 ? std::log((probability + prior) / prior) : 0.0;
    });
}

/// The cells of a factor whose modalities are known.
void add_cells(SequenceTables::FactorTable& table, const Kinds& kinds) {
  std::vector<std::size_t> position_of(kinds.table_of.size(), table.observed.size());
  for (std::size_t g = 0; g < table.observed.size() && !kinds.empty(); ++g)
    position_of[table.observed[g].modality] = g;
  for (std::size_t c = 0; c < kinds.cells.size(); ++c) {
    if (position_of[kinds.cells[c].front()] == table.observed.size()) continue;
    auto& cell = table.cells.emplace_back();
    cell.index = c;
    for (const std::size_t g : kinds.cells[c]) cell.positions.push_back(position_of[g]);
  }
  if (kinds.empty()) {
    auto& positions = table.cells.emplace_back().positions;
    for (std::size_t g = 0; g < table.observed.size(); ++g) positions.push_back(g);
  }
  for (auto& cell : table.cells) {
    cell.log_background.assign(table.num_states, 0.0);
    for (const std::size_t g : cell.positions)
      if (!table.observed[g].structural_zeros)
        for (std::size_t s = 0; s < table.num_states; ++s)
          cell.log_background[s] += table.observed[g].log_background[s];
  }
}

/// Finds out whether a factor's matches can be counted (`SequenceTables::Matches`).
void add_matches(SequenceTables::FactorTable& table, const Likelihood& likelihood) {
  const std::size_t modalities = likelihood.num_modalities(), states = table.num_states;
  SequenceTables::Matches matches;
  matches.outcomes.resize(modalities * states);
  for (std::size_t g = 0; g < modalities; ++g)
    if (table.observed[g].structural_zeros || likelihood.num_outcomes(g) > 256 ||
        likelihood.concentration(g) != likelihood.concentration(0))
      return;
  for (std::size_t s = 0; s < states; ++s) {
    std::size_t seen = 0, next = 0;
    double first = 0;
    likelihood.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      if (seen++ == 0) first = count;
      if (g == next && count == first) ++next;
      matches.outcomes[g * states + s] = static_cast<std::uint8_t>(o);
    });
    if (seen != modalities || next != modalities) return;
    const double prior = likelihood.concentration(0);
    matches.log_ratio.push_back(std::log((first + prior) / prior));
  }
  table.matches = std::move(matches);
}

void add_children(SequenceTables::FactorTable& table, const Level& level, const Factor& factor) {
  const auto& likelihood = factor.likelihood;
  const auto totals = column_totals(likelihood);
  std::vector<SparseColumns> columns(factor.modalities.size());
  for (std::size_t s = 0; s < table.num_states; ++s) {
    likelihood.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      columns[g].entries.push_back({static_cast<std::uint32_t>(o), count / totals[g][s]});
    });
    for (std::size_t g = 0; g < columns.size(); ++g) {
      columns[g].begin.push_back(columns[g].entries.size());
      columns[g].background.push_back(background(likelihood, g, totals[g][s]));
    }
  }
  for (std::size_t g = 0; g < columns.size(); ++g) {
    const auto& modality = level.modalities[factor.modalities[g]];
    if (modality.kind != Modality::Kind::kInitialState) continue;
    auto& child = table.children.emplace_back();
    child.factor = modality.source;
    child.states = std::move(columns[g]);
    child.state_modality = g;
  }
  for (std::size_t g = 0; g < columns.size(); ++g) {
    const auto& modality = level.modalities[factor.modalities[g]];
    if (modality.kind != Modality::Kind::kInitialPath) continue;
    for (auto& child : table.children)
      if (child.factor == modality.source) {
        child.paths = std::move(columns[g]);
        child.path_modality = g;
      }
  }
  for (auto& child : table.children) {
    if (child.path_modality != SequenceTables::Child::kNoModality) continue;
    for (std::size_t s = 0; s < table.num_states; ++s) {  // one path, taken for certain
      child.paths.entries.push_back({0, 1.0});
      child.paths.begin.push_back(s + 1);
      child.paths.background.push_back(0.0);
    }
  }
}

void add_arcs(SequenceTables::FactorTable& table, const Transition& transition) {
  if (transition.empty()) return;
  std::vector<double> totals(transition.num_paths());
  table.arc_begin.push_back(0);
  for (std::size_t s = 0; s < table.num_states; ++s) {
    for (const auto& arc : transition.arcs(s)) totals[arc.path] = 0;
    for (const auto& arc : transition.arcs(s)) totals[arc.path] += arc.count;
    for (const auto& arc : transition.arcs(s))
      table.arcs.push_back({static_cast<std::uint32_t>(arc.next),
                            static_cast<std::uint32_t>(arc.path),
                            totals[arc.path] > 0 ? arc.count / totals[arc.path] : 0.0});
    table.arc_begin.push_back(table.arcs.size());
  }
}

/// The root's chain has no path to keep: P(s'|s) = Σ_u P(u|s) P(s'|s, u), by the counts of all
/// paths together; the root's arcs get these probabilities.
RootChain make_root_chain(const Hierarchy& hierarchy, SequenceTables::FactorTable& root) {
  std::vector<double> prior, restart;
  double total = 0;
  for (double d : hierarchy.initial_state_counts) total += d;
  for (double d : hierarchy.initial_state_counts) prior.push_back(d / total);
  const double kappa = hierarchy.restart_concentration;
  restart.assign(root.num_states, kappa > 0 ? 1.0 : 0.0);
  for (std::size_t s = 0; s < root.num_states && !root.arc_begin.empty(); ++s) {
    const auto& arcs = hierarchy.root().transition.arcs(s);
    double counts = 0;
    for (const auto& arc : arcs) counts += arc.count;
    if (counts + kappa > 0) restart[s] = kappa / (counts + kappa);
    for (std::size_t i = 0; i < arcs.size(); ++i)
      root.arcs[root.arc_begin[s] + i].probability =
          counts > 0 ? arcs[i].count / (counts + kappa) : 0.0;
  }
  std::vector<std::uint32_t> next;
  std::vector<double> probability;
  for (const auto& arc : root.arcs) {
    next.push_back(arc.next);
    probability.push_back(arc.probability);
  }
  return {std::move(prior), std::move(restart), root.arc_begin, std::move(next),
          std::move(probability)};
}

MovingPairs pairs_of(const SequenceTables::FactorTable& table) {
  std::vector<MovingPairs::Arc> arcs;
  for (std::uint32_t s = 0; s < table.num_states; ++s)
    for (const auto& arc : table.arcs_of(s))
      arcs.push_back({s, arc.path, arc.next, arc.probability});
  return {table.num_states, table.num_paths, arcs};
}

/// `Child::products`, of a child whose pairs are these. At most as many entries as those of the
/// states' columns and the pairs of their states.
SparseColumns products_of(const SequenceTables::Child& child, const MovingPairs& pairs) {
  SparseColumns result;
  for (std::size_t p = 0; p < child.states.background.size(); ++p) {
    for (const auto& [s, a] : child.states.column(p)) {
      double others = 0;
      for (const auto& [u, e] : child.paths.column(p)) {
        const std::size_t place = pairs.place(s, u);
        if (place == s)
          others += a * e;
        else
          result.entries.push_back({static_cast<std::uint32_t>(place), a * e});
      }
      if (others > 0) result.entries.push_back({s, others});
    }
    result.begin.push_back(result.entries.size());
  }
  return result;
}

/// to[s] += weight · ln background(s).
void add_log_background(const SequenceTables::Observed& observed, double weight,
                        std::vector<double>& to) {
  for (std::size_t s = 0; s < to.size(); ++s) to[s] += weight * observed.log_background[s];
}

/// mixed[s] = ln Σ_o q(o) A[o, s], for the weights that `for_each` visits: the few states that the
/// outcomes were seen with one by one, the background of all at once.
template <class ForEach>
void log_mixture(const SequenceTables::Observed& observed, std::vector<double>& mixed,
                 const ForEach& for_each) {
  mixed.assign(observed.background.size(), 0.0);
  double total = 0;
  for_each([&](std::size_t outcome, double weight) {
    total += weight;
    for (std::size_t i = observed.begin[outcome]; i < observed.begin[outcome + 1]; ++i)
      mixed[observed.states[i]] += weight * observed.probabilities[i];
  });
  for (std::size_t s = 0; s < mixed.size(); ++s)
    mixed[s] = std::log(mixed[s] + total * observed.background[s]);
}

/// Σ_o q(o) ln A[o, s] where every state has a background, relative to the background's logarithm,
/// which `to` holds: only the states that the outcomes were seen with are touched, unless the
/// weights do not sum to one.
template <class ForEach>
void add_relative_to_background(const SequenceTables::Observed& observed, bool hard,
                                std::vector<double>& to, const ForEach& for_each) {
  double total = 0;
  for_each([&](std::size_t outcome, double weight) {
    total += weight;
    for (std::size_t i = observed.begin[outcome]; i < observed.begin[outcome + 1]; ++i)
      to[observed.states[i]] += weight * observed.log_ratios[i];
  });
  if (!hard && total != 1) add_log_background(observed, total - 1, to);
}

/// ln Σ_o q(o) A[o, s], or with a count of an outcome that some state declares impossible Σ_o q(o)
/// ln A[o, s]: a logarithm a state.
template <class ForEach>
void add_absolutely(const SequenceTables::Observed& observed, bool as_likelihood,
                    std::vector<double>& to, const ForEach& for_each) {
  thread_local std::vector<double> mixed;
  if (as_likelihood) {
    log_mixture(observed, mixed, for_each);
    for (std::size_t s = 0; s < mixed.size(); ++s) to[s] += mixed[s];
    return;
  }
  for_each([&](std::size_t outcome, double weight) {
    log_mixture(observed, mixed, [&](auto visit) { visit(outcome, 1.0); });
    for (std::size_t s = 0; s < mixed.size(); ++s) to[s] += weight * mixed[s];
  });
}

/// Counts for each state the modalities that agree with hard outcomes.
class MatchCounter {
 public:
  explicit MatchCounter(const SequenceTables::Matches& matches) : matches_(matches) {
    num_agreeing.assign(matches.log_ratio.size(), 0);
  }
  void add(std::size_t modality, std::size_t outcome, std::vector<double>& to) {
    const auto shown = static_cast<std::uint8_t>(outcome);
    const std::size_t states = num_agreeing.size();
    const std::uint8_t* expected = matches_.outcomes.data() + modality * states;
    std::uint8_t* agreeing = num_agreeing.data();
    for (std::size_t s = 0; s < states; ++s)
      agreeing[s] = static_cast<std::uint8_t>(agreeing[s] + (expected[s] == shown));
    if (++counted_ == 255) finish(to);
  }
  /// to[s] += ratio(s) · matches.
  void finish(std::vector<double>& to) {
    if (counted_ == 0) return;
    for (std::size_t s = 0; s < to.size(); ++s) to[s] += matches_.log_ratio[s] * num_agreeing[s];
    std::ranges::fill(num_agreeing, std::uint8_t{0});
    counted_ = 0;
  }

 private:
  const SequenceTables::Matches& matches_;
  std::size_t counted_ = 0;
  static thread_local std::vector<std::uint8_t> num_agreeing;
};
thread_local std::vector<std::uint8_t> MatchCounter::num_agreeing;

}  // namespace

SequenceTables::SequenceTables(const Hierarchy& hierarchy)
    : kinds_(hierarchy.kinds), num_modalities_(hierarchy.num_modalities()) {
  hierarchy.validate();
  for (const auto& level : hierarchy.levels) {
    auto& tables = levels_.emplace_back();
    time_scales_.push_back(level.time_scale);
    for (const auto& factor : level.factors) {
      auto& table = tables.emplace_back();
      table.num_states = factor.num_states();
      table.num_paths = factor.num_paths;
      if (levels_.size() == 1) {
        add_observed(table, level, factor);
        add_cells(table, kinds_);
        add_matches(table, factor.likelihood);
      } else {
        add_children(table, level, factor);
      }
      add_arcs(table, factor.transition);
      if (levels_.size() < hierarchy.levels.size()) table.pairs = pairs_of(table);
    }
  }
  for (std::size_t n = 1; n < levels_.size(); ++n)
    for (std::size_t f = 0; f < levels_[n].size(); ++f)
      for (std::size_t c = 0; c < levels_[n][f].children.size(); ++c) {
        auto& generated = levels_[n][f].children[c];
        auto& child = levels_[n - 1][generated.factor];
        child.parent = f;
        child.place = c;
        generated.products = products_of(generated, child.pairs);
      }
  steps_.assign(levels_.size(), 1);
  for (std::size_t n = levels_.size() - 1; n-- > 0;) steps_[n] = steps_[n + 1] * time_scales_[n];

  root_chain_ = make_root_chain(hierarchy, levels_.back().front());
}

bool SequenceTables::log_likelihood(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                                    SoftReading reading,
                                    std::vector<double>& log_likelihood) const {
  const auto& table = levels_[0][factor];
  if (table.cells.size() == 1)
    return this->log_likelihood(factor, 0, outcomes, item, reading, log_likelihood);
  bool observed = false;
  std::vector<double> of_cell;
  log_likelihood.assign(table.num_states, 0.0);
  for (std::size_t c = 0; c < table.cells.size(); ++c) {
    if (!this->log_likelihood(factor, c, outcomes, item, reading, of_cell)) continue;
    observed = true;
    for (std::size_t s = 0; s < of_cell.size(); ++s) log_likelihood[s] += of_cell[s];
  }
  return observed;
}

/// Starts from the sum of the logarithms of all backgrounds, which is known beforehand, and mends
/// it modality by modality: a missing outcome takes its background back, a hard one touches only
/// the states that it was seen with, or is one of the matches that are counted. So most modalities
/// cost nothing a state, or hardly anything.
bool SequenceTables::log_likelihood(std::size_t factor, std::size_t cell, const Outcomes& outcomes,
                                    std::size_t item, SoftReading reading,
                                    std::vector<double>& log_likelihood) const {
  const auto& table = levels_[0][factor];
  const auto& positions = table.cells[cell].positions;
  if (std::ranges::all_of(positions, [&](std::size_t g) {
        return outcomes(item, table.observed[g].modality).missing();
      })) {
    log_likelihood.assign(table.num_states, 0.0);
    return false;
  }
  log_likelihood = table.cells[cell].log_background;
  MatchCounter matches(table.matches);
  for (const std::size_t g : positions) {
    const auto& observed = table.observed[g];
    const Outcome o = outcomes(item, observed.modality);
    const bool hard = o.share == 0 && !o.distribution();
    const bool relative = !observed.structural_zeros && (hard || reading == SoftReading::kCount);
    const auto for_each = [&](const auto& visit) {
      for_each_outcome_weight(outcomes, item, observed.modality, observed.num_outcomes, visit);
    };
    if (!observed.structural_zeros && (o.missing() || !relative))
      add_log_background(observed, -1, log_likelihood);
    if (o.missing()) continue;
    if (hard && !table.matches.log_ratio.empty())
      for_each([&](std::size_t outcome, double) { matches.add(g, outcome, log_likelihood); });
    else if (relative)
      add_relative_to_background(observed, hard, log_likelihood, for_each);
    else
      add_absolutely(observed, reading == SoftReading::kLikelihood || hard, log_likelihood,
                     for_each);
  }
  matches.finish(log_likelihood);
  return true;
}

}  // namespace rgm
