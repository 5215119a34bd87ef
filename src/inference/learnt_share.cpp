#include <algorithm>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_states.h"

namespace rgm {
namespace {

double observed(const SparseColumns& columns, std::size_t p, std::size_t x) {
  double sum = 0;
  for (const auto& entry : columns.column(p)) sum += entry.index == x ? entry.value : 0;
  return sum;
}

double share(double observed, double background) {
  return observed > 0 ? observed / (observed + background) : 0;
}

/// Of P(state, path of a child | p): the smaller share of the two.
double share_of_start(const SequenceTables::Child& child, std::size_t p, std::size_t state,
                      std::size_t path) {
  const double of_state = share(observed(child.states, p, state), child.states.background[p]);
  if (child.path_modality == SequenceTables::Child::kNoModality) return of_state;
  return std::min(of_state, share(observed(child.paths, p, path), child.paths.background[p]));
}

/// What is not an arc stays: nothing is known to follow.
double share_of_arc(const SequenceTables::FactorTable& table, std::size_t state, std::size_t path,
                    std::size_t next) {
  return std::ranges::any_of(table.arcs_of(state),
                             [&](const SequenceTables::Arc& arc) {
                               return arc.path == path && arc.next == next && arc.probability > 0;
                             })
             ? 1
             : 0;
}

double share_of_root_step(const SequenceTables& tables, std::size_t state, std::size_t next) {
  const auto& chain = tables.root_chain();
  if (!std::ranges::any_of(tables.root().arcs_of(state), [&](const SequenceTables::Arc& arc) {
        return arc.next == next && arc.probability > 0;
      }))
    return 0;
  double by_arcs = 0;
  chain.for_each_transition([&](std::size_t s, std::size_t to, double probability) {
    if (s == state && to == next) by_arcs += probability;
  });
  return share(by_arcs, chain.restart()[state] * chain.prior()[next]);
}

/// Of the transitions of a level into its steps that begin in `begin` … `last`.
double share_of_transitions(const SequenceTables& tables, const SequenceStates& at, std::size_t n,
                            std::size_t begin, std::size_t last) {
  const std::size_t length = tables.steps(0) / tables.steps(n);
  const bool root = n + 1 == tables.num_levels();
  double least = 1;
  for (std::size_t k = std::max(std::size_t{1}, (begin + length - 1) / length); k * length <= last;
       ++k) {
    if (!root && k % tables.time_scale(n) == 0) continue;  // a new episode
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      const std::size_t from = at.states[n][k - 1][f], to = at.states[n][k][f];
      least =
          std::min(least, root ? share_of_root_step(tables, from, to)
                               : share_of_arc(tables.level(n)[f], from, at.paths[n][k - 1][f], to));
    }
  }
  return least;
}

/// Of the starts of the episodes that the steps of a level generate which hold any of `begin` …
/// `end` − 1.
double share_of_starts(const SequenceTables& tables, const SequenceStates& at, std::size_t n,
                       std::size_t begin, std::size_t end) {
  const std::size_t length = tables.steps(0) / tables.steps(n);
  double least = 1;
  for (std::size_t k = begin / length; k * length < end; ++k)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f)
      for (const auto& child : tables.level(n)[f].children) {
        const std::size_t first = k * tables.time_scale(n - 1);
        least = std::min(
            least, share_of_start(child, at.states[n][k][f], at.states[n - 1][first][child.factor],
                                  at.paths[n - 1][first][child.factor]));
      }
  return least;
}

}  // namespace

double learnt_share(const SequenceTables& tables, const SequenceStates& states, std::size_t begin,
                    std::size_t end, std::size_t steps) {
  require(states.states.size() == tables.num_levels() && begin < end && end <= steps &&
              steps <= states.states.front().size(),
          "learnt_share: steps: expected some of the ", steps, " of the sequence, got ", begin,
          " to ", end);
  const std::size_t last = std::min(end, steps - 1);
  double least = 1;
  for (std::size_t n = 0; n < tables.num_levels() && least > 0; ++n) {
    least = std::min(least, share_of_transitions(tables, states, n, begin, last));
    if (n > 0) least = std::min(least, share_of_starts(tables, states, n, begin, end));
  }
  return least;
}

}  // namespace rgm
