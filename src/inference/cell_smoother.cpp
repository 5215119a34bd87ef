#include "rgm/inference/cell_smoother.h"

#include <algorithm>
#include <utility>

#include "rgm/inference/sequence_filter.h"

namespace rgm {
namespace {

/// What smoothing knows of a column at a step: S(o | kind), or the outcome itself.
struct ColumnBelief {
  bool known = false;
  std::size_t outcome = 0;
  Matrix<double> given;  // [kind, outcome]
};

/// The outcome nearest to what was observed.
std::size_t nearest(const Outcomes& outcomes, std::size_t item, std::size_t column,
                    std::size_t num_outcomes) {
  std::size_t result = 0;
  double most = 0;
  for_each_outcome_weight(outcomes, item, column, num_outcomes, [&](std::size_t o, double weight) {
    if (weight > most) most = weight, result = o;
  });
  return result;
}

/// S_t of a missing column from that of the step after: `follow[o]` is q1(o' | o), [kind, o'], and
/// `back[k, k']` = P(k' | k, all).
Matrix<double> look_back(const std::vector<Matrix<double>>& follow, const Matrix<double>& given,
                         const Matrix<double>& back, const ColumnBelief& after) {
  const std::size_t number = given.rows(), n = given.cols();
  Matrix<double> result(number, n);
  for (std::size_t k = 0; k < number; ++k)
    for (std::size_t j = 0; j < number; ++j) {
      for (std::size_t to = 0; to < n; ++to) {
        const double belief = after.known ? (to == after.outcome ? 1.0 : 0.0) : after.given(j, to);
        if (belief == 0) continue;
        double total = 0;
        for (std::size_t o = 0; o < n; ++o) total += given(k, o) * follow[o](j, to);
        if (total == 0) continue;
        const double share = back(k, j) * belief / total;
        for (std::size_t o = 0; o < n; ++o) result(k, o) += share * given(k, o) * follow[o](j, to);
      }
    }
  return result;
}

/// q1(o' | o) of a column by kind, [o]: [kind, o'].
std::vector<Matrix<double>> followers_of(const KindTables& tables, std::size_t column) {
  std::vector<Matrix<double>> result(tables.num_outcomes(column));
  for (std::size_t o = 0; o < result.size(); ++o)
    tables.given(column, o, KindTables::kUnknown, result[o]);
  return result;
}

}  // namespace

KindsSmoother::KindsSmoother(const Kinds& kinds, const Outcomes& outcomes)
    : columns_(outcomes.modalities()) {
  require(columns_ == kinds.table_of.size(), "inference: outcomes: expected ",
          kinds.table_of.size(), " modalities, got ", columns_);
  std::vector<bool> comes(columns_);
  for (std::size_t t = outcomes.items(); t-- > 0;)
    for (std::size_t g = 0; g < columns_; ++g)
      if (outcomes(t, g).missing())
        missing_[t * columns_ + g].ends =
            comes[g] && kinds.frequencies[g].size() <= KindsFilter::kMostLost;
      else
        comes[g] = true;
  std::vector<std::size_t> cell_of(columns_);
  for (std::size_t c = 0; c < kinds.cells.size(); ++c)
    for (const std::size_t g : kinds.cells[c]) cell_of[g] = c;
  KindsFilter filter(kinds);
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.begin_step();
    filtered_.emplace_back(kinds.cells.size(), kinds.options.number);
    predicted_.push_back(filtered_.back());
    for (std::size_t c = 0; c < kinds.cells.size(); ++c)
      std::ranges::copy(filter.belief(c), predicted_[t].row(c).begin());
    for (const auto& cell : kinds.cells)
      for (const std::size_t g : cell) filter.push(g, outcomes, t);
    for (std::size_t g = 0; g < columns_; ++g) {
      if (!outcomes(t, g).missing()) continue;
      auto& missing = missing_.at(t * columns_ + g);
      filter.predict(g, missing.belief);
      if (missing.ends) filter.predict_by_kind(g, missing.given);
    }
    for (std::size_t c = 0; c < kinds.cells.size(); ++c)
      std::ranges::copy(filter.belief(c), filtered_[t].row(c).begin());
    filter.finish_step();
  }
  const KindTables tables(kinds);
  std::vector<bool> ends(kinds.cells.size());
  for (const auto& [place, missing] : missing_)
    if (missing.ends) ends[cell_of[place % columns_]] = true;
  for (std::size_t c = 0; c < kinds.cells.size(); ++c)
    if (ends[c]) look_back(tables, c, outcomes);
}

void KindsSmoother::look_back(const KindTables& tables, std::size_t cell,
                              const Outcomes& outcomes) {
  const auto& kinds = tables.kinds();
  const std::size_t number = kinds.options.number;
  const auto& columns = kinds.cells[cell];
  Matrix<double> chain, back(number, number);
  tables.chain(chain);
  std::vector<ColumnBelief> after(columns.size()), now(columns.size());
  std::vector<std::vector<Matrix<double>>> follow(columns.size());
  std::vector<double> smoothed, of_kind(number);
  for (std::size_t t = outcomes.items(); t-- > 0;) {
    if (smoothed.empty()) {
      smoothed.assign(filtered_[t].row(cell).begin(), filtered_[t].row(cell).end());
    } else {
      for (std::size_t k = 0; k < number; ++k) {
        of_kind[k] = 0;
        for (std::size_t j = 0; j < number; ++j)
          of_kind[k] += back(k, j) =
              filtered_[t](cell, k) * chain(k, j) / predicted_[t + 1](cell, j) * smoothed[j];
        for (double& share : back.row(k)) share /= std::max(of_kind[k], 1e-300);
      }
      smoothed = of_kind;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      now[i].known = !outcomes(t, columns[i]).missing();
      if (now[i].known) {
        now[i].outcome = nearest(outcomes, t, columns[i], tables.num_outcomes(columns[i]));
        continue;
      }
      auto& missing = missing_.at(t * columns_ + columns[i]);
      if (!missing.ends) continue;
      if (follow[i].empty()) follow[i] = followers_of(tables, columns[i]);
      now[i].given = rgm::look_back(follow[i], missing.given, back, after[i]);
      missing.given = {};
      std::ranges::fill(missing.belief, 0.0);
      for (std::size_t k = 0; k < number; ++k)
        for (std::size_t o = 0; o < missing.belief.size(); ++o)
          missing.belief[o] += smoothed[k] * now[i].given(k, o);
    }
    std::swap(after, now);
  }
}

std::span<const double> KindsSmoother::belief(std::size_t item, std::size_t column) const {
  return missing_.at(item * columns_ + column).belief;
}

CellSmoother::CellSmoother(const SequenceTables& tables, const Outcomes& outcomes,
                           SoftReading reading)
    : tables_(&tables),
      reading_(reading),
      cut_(outcomes.items(), tables.kinds().cells.size()),
      kinds_(tables.kinds(), outcomes) {
  SequenceFilter filter(tables, reading);
  const std::size_t cells = cut_.cols();
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.push(outcomes, t);
    const auto gates = filter.links()->gates();
    gates_.insert(gates_.end(), gates.begin(), gates.end());
    std::ranges::copy(filter.links()->beliefs(), cut_.row(t).begin());
  }
  // Backwards along each link's chain, which moves at steps where the cell shows something, and
  // begins at the first of them.
  const auto& chain = tables.kinds().options;
  std::vector<std::size_t> first(cells, outcomes.items());
  for (std::size_t t = outcomes.items(); t-- > 0;)
    for (std::size_t c = 0; c < cells; ++c)
      if (gates_[t * cells + c].observed) first[c] = t;
  for (std::size_t t = outcomes.items(); t-- > 1;)
    for (std::size_t c = 0; c < cells; ++c) {
      const auto& gate = gates_[t * cells + c];
      const double after = cut_(t, c);
      double& cut = cut_(t - 1, c);
      if (!gate.observed || t == first[c]) {
        cut = after;
        continue;
      }
      const double to_cut = after / gate.cut, to_linked = (1 - after) / (1 - gate.cut);
      const double cut_then = cut * ((1 - chain.join()) * to_cut + chain.join() * to_linked);
      const double linked_then = (1 - cut) * ((1 - chain.cut()) * to_linked + chain.cut() * to_cut);
      cut = cut_then / (cut_then + linked_then);
    }
}

void CellSmoother::mix(std::size_t item, std::size_t factor, std::span<const double> posterior,
                       const Outcomes& outcomes, OutcomeDistributions& distributions) const {
  const auto& cells = tables_->level(0)[factor].cells;
  const auto gates = this->gates().subspan(item * cut_.cols(), cut_.cols());
  Matrix<double> shares;
  std::vector<double> unused, linked(posterior.size());
  OutcomeDistributions of_linked;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const auto& columns = tables_->kinds().cells[cells[c].index];
    const double cut = cut_(item, cells[c].index);
    const auto missing = [&](std::size_t g) { return outcomes(item, g).missing(); };
    if (std::ranges::none_of(columns, missing)) continue;
    const bool observed = gates[cells[c].index].observed;
    if (observed) {
      // States that contradict what the cell shows are believed because it is cut.
      if (shares.empty())
        gated_log_likelihood(*tables_, factor, gates, outcomes, item, reading_, unused, &shares);
      double total = 0;
      for (std::size_t s = 0; s < linked.size(); ++s)
        total += linked[s] = posterior[s] * (1 - shares(c, s));
      for (double& p : linked) p = total > 0 ? p / total : 1.0 / static_cast<double>(linked.size());
      expected_outcomes(*tables_, factor, linked, of_linked);
    }
    for (const std::size_t g : columns) {
      if (!missing(g)) continue;
      const auto unlinked = kinds_.belief(item, g);
      const auto& tree = observed ? of_linked[g] : distributions[g];
      std::vector<double> mixed(unlinked.size());
      for (std::size_t o = 0; o < mixed.size(); ++o)
        mixed[o] = (1 - cut) * tree[o] + cut * unlinked[o];
      distributions[g] = std::move(mixed);
    }
  }
}

}  // namespace rgm
