#include <algorithm>
#include <cmath>
#include <vector>

#include "best_root_steps.h"
#include "logarithms.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/matrix.h"
#include "rgm/inference/sequence_states.h"

namespace rgm {
namespace {

using detail::kImpossible;

std::size_t index_of_largest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

/// The messages of `Episode` with the largest term in place of the sum, all as logarithms.
class BestEpisode {
 public:
  explicit BestEpisode(const SequenceTables& tables)
      : tables_(tables), nodes_(tables.num_levels()), log_arcs_(tables.num_levels()) {
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      nodes_[n].resize(tables.steps(n) * tables.level(n).size());
    for (std::size_t n = 0; n + 1 < nodes_.size(); ++n)
      for (const auto& table : tables.level(n)) {
        auto& logs = log_arcs_[n].emplace_back();
        for (const auto& arc : table.arcs) logs.push_back(std::log(arc.probability));
      }
  }

  void observe(const Outcomes& outcomes, std::size_t first, SoftReading reading) {
    for (std::size_t n = 0; n < tables_.num_levels(); ++n) {
      for (std::size_t t = 0; t < tables_.steps(n); ++t)
        for (std::size_t f = 0; f < tables_.level(n).size(); ++f) {
          auto& own = node(n, t, f).own;
          own.assign(tables_.level(n)[f].num_states, 0.0);
          if (n > 0) {
            for (const auto& child : tables_.level(n)[f].children) {
              const auto& from = node(n - 1, t * tables_.time_scale(n - 1), child.factor).to_parent;
              for (std::size_t s = 0; s < own.size(); ++s) own[s] += from[s];
            }
          } else if (first + t < outcomes.items()) {
            tables_.log_likelihood(f, outcomes, first + t, reading, own);
          }
        }
      if (n + 1 == tables_.num_levels()) return;
      for (std::size_t t = tables_.steps(n); t-- > 0;)
        for (std::size_t f = 0; f < tables_.level(n).size(); ++f) {
          look_ahead(n, t, f);
          if (t % tables_.time_scale(n) == 0) send(n, t, f);
        }
    }
  }

  const std::vector<double>& root() const { return nodes_.back()[0].own; }

  /// Fills in the states and paths below a state of the root, `k` the root's step.
  void follow(std::size_t k, SequenceStates& result) const {
    for (std::size_t n = tables_.num_levels() - 1; n-- > 0;) {
      const std::size_t length = tables_.time_scale(n), offset = k * tables_.steps(n);
      for (std::size_t t = 0; t < tables_.steps(n); ++t)
        for (std::size_t f = 0; f < tables_.level(n).size(); ++f) {
          auto& state = result.states[n][offset + t][f];
          auto& path = result.paths[n][offset + t][f];
          if (t % length == 0) {
            const auto& table = tables_.level(n)[f];
            const std::size_t above = result.states[n + 1][(offset + t) / length][table.parent];
            std::tie(state, path) = best_start(n, t, f, above);
          } else {
            path = result.paths[n][offset + t - 1][f];
            state = best_next(n, t, f, result.states[n][offset + t - 1][f], path);
          }
        }
    }
  }

 private:
  struct Node {
    std::vector<double> own, ahead, to_parent;
  };

  Node& node(std::size_t n, std::size_t t, std::size_t f) {
    return nodes_[n][t * tables_.level(n).size() + f];
  }
  const Node& node(std::size_t n, std::size_t t, std::size_t f) const {
    return nodes_[n][t * tables_.level(n).size() + f];
  }

  /// ahead_t(s, u) = ln L_t(s) + max_s' [ln P(s' | s, u) + ahead_{t+1}(s', u)], the best that a
  /// state and a path lead to; a pair without successors stays. From the last step of an episode to
  /// its first, each from the step behind it.
  void look_ahead(std::size_t n, std::size_t t, std::size_t f) {
    const auto& table = tables_.level(n)[f];
    auto& at = node(n, t, f);
    const std::size_t paths = table.num_paths;
    at.ahead.assign(table.num_states * paths, 0.0);
    if ((t + 1) % tables_.time_scale(n) != 0) {
      const auto& next = node(n, t + 1, f).ahead;
      at.ahead = next;  // stays, unless it has successors
      for (std::size_t s = 0; s < table.num_states && !table.arcs.empty(); ++s) {
        for (const auto& arc : table.arcs_of(s))
          if (arc.probability > 0) at.ahead[s * paths + arc.path] = kImpossible;
        for (std::size_t a = table.arc_begin[s]; a < table.arc_begin[s + 1]; ++a) {
          const auto& arc = table.arcs[a];
          double& best = at.ahead[s * paths + arc.path];
          if (arc.probability > 0)
            best = std::max(best, log_arcs_[n][f][a] + next[arc.next * paths + arc.path]);
        }
      }
    }
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) at.ahead[s * paths + u] += at.own[s];
  }

  /// ln ℓ(p) = max_{s, u} [ln (a_p(s) + b_p)(e_p(u) + c_p) + ahead(s, u)], a and e the observed
  /// entries, b and c the backgrounds. As in `Episode::send` a parent's state costs its observed
  /// entries only: the best over s, over u and over both is known beforehand.
  void send(std::size_t n, std::size_t t, std::size_t f) {
    const auto& table = tables_.level(n)[f];
    const auto& child = tables_.level(n + 1)[table.parent].children[table.place];
    auto& at = node(n, t, f);
    const std::size_t paths = table.num_paths;
    std::vector<double> of_state(table.num_states, kImpossible), of_path(paths, kImpossible);
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) {
        of_state[s] = std::max(of_state[s], at.ahead[s * paths + u]);
        of_path[u] = std::max(of_path[u], at.ahead[s * paths + u]);
      }
    const double of_all = *std::ranges::max_element(of_path);
    at.to_parent.assign(child.states.background.size(), kImpossible);
    for (std::size_t p = 0; p < at.to_parent.size(); ++p) {
      // The background is a lower bound of what was observed, so that leaving the observed ones in
      // does not change the best.
      const double b_state = child.states.background[p], b_path = child.paths.background[p];
      double best = std::log(b_state * b_path) + of_all;
      for (const auto& [s, a] : child.states.column(p)) {
        best = std::max(best, std::log((a + b_state) * b_path) + of_state[s]);
        for (const auto& [u, e] : child.paths.column(p))
          best = std::max(best, std::log((a + b_state) * (e + b_path)) + at.ahead[s * paths + u]);
      }
      for (const auto& [u, e] : child.paths.column(p))
        best = std::max(best, std::log(b_state * (e + b_path)) + of_path[u]);
      at.to_parent[p] = best;
    }
  }

  std::pair<std::size_t, std::size_t> best_start(std::size_t n, std::size_t t, std::size_t f,
                                                 std::size_t above) const {
    const auto& table = tables_.level(n)[f];
    const auto& child = tables_.level(n + 1)[table.parent].children[table.place];
    std::vector<double> of_state(table.num_states, child.states.background[above]);
    std::vector<double> of_path(table.num_paths, child.paths.background[above]);
    for (const auto& [s, a] : child.states.column(above)) of_state[s] += a;
    for (const auto& [u, e] : child.paths.column(above)) of_path[u] += e;
    std::vector<double> total = node(n, t, f).ahead;
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < table.num_paths; ++u)
        total[s * table.num_paths + u] += std::log(of_state[s]) + std::log(of_path[u]);
    const std::size_t best = index_of_largest(total);
    return {best / table.num_paths, best % table.num_paths};
  }

  std::size_t best_next(std::size_t n, std::size_t t, std::size_t f, std::size_t from,
                        std::size_t path) const {
    const auto& table = tables_.level(n)[f];
    const auto& ahead = node(n, t, f).ahead;
    std::size_t best = from;
    double largest = kImpossible;
    bool moves = false;
    for (const auto& arc : table.arcs_of(from)) {
      if (arc.path != path || arc.probability == 0) continue;
      const double value = std::log(arc.probability) + ahead[arc.next * table.num_paths + path];
      if (!moves || value > largest || (value == largest && arc.next < best)) {
        best = arc.next;
        largest = value;
      }
      moves = true;
    }
    return best;
  }

  const SequenceTables& tables_;
  std::vector<std::vector<Node>> nodes_;
  std::vector<std::vector<std::vector<double>>> log_arcs_;  // below the root, [level][factor][arc]
};

}  // namespace

SequenceStates most_probable_states(const SequenceTables& tables, const Outcomes& outcomes,
                                    SoftReading reading) {
  require(outcomes.modalities() == tables.num_modalities(), "inference: outcomes: expected ",
          tables.num_modalities(), " modalities, got ", outcomes.modalities());
  require(outcomes.items() > 0, "inference: outcomes: expected at least one step, got none");
  const std::size_t length = tables.steps(0), episodes = (outcomes.items() + length - 1) / length;
  const std::size_t states = tables.root().num_states, top = tables.num_levels() - 1;
  Matrix<std::uint32_t> from(episodes, states);
  BestEpisode episode(tables);
  detail::BestRootSteps root(tables.root_chain());
  std::vector<double> past, best(states);
  for (std::size_t s = 0; s < states; ++s) best[s] = std::log(tables.root_chain().prior()[s]);
  for (std::size_t k = 0; k < episodes; ++k) {
    if (k > 0) root.step(past, best, from.row(k));
    episode.observe(outcomes, k * length, reading);
    for (std::size_t s = 0; s < states; ++s) best[s] += episode.root()[s];
    require<ImpossibleEvidence>(
        *std::ranges::max_element(best) > kImpossible, "inference: step ", k * length,
        ": the outcomes from here on are impossible after those before (probability 0)");
    past = best;
  }

  SequenceStates result;
  for (std::size_t n = 0; n <= top; ++n) {
    result.states.emplace_back(episodes * tables.steps(n),
                               std::vector<std::size_t>(tables.level(n).size()));
    result.paths.push_back(result.states.back());
  }
  std::size_t state = index_of_largest(best);
  result.log_probability = best[state];
  for (std::size_t k = episodes; k-- > 0;) {
    result.states[top][k][0] = state;
    state = from(k, state);
  }
  for (std::size_t k = 0; top > 0 && k < episodes; ++k) {
    check_interruption();
    episode.observe(outcomes, k * length, reading);
    episode.follow(k, result);
  }
  return result;
}

}  // namespace rgm
