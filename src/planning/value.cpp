#include "rgm/planning/value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

/// One thing that can be done in a state: worth gain + discount · Σ weight · V(next) over its arcs.
struct Choice {
  double gain = 0;
  std::uint32_t control = 0, begin = 0, end = 0;
};

struct WeightedArc {
  double weight = 0;
  std::uint32_t next = 0;
};

/// The choices of some states, one state after the other.
struct Choices {
  std::vector<Choice> choices;
  std::vector<WeightedArc> arcs;

  double worth(const Choice& choice, double discount, std::span<const double> values) const {
    double future = 0;
    for (std::uint32_t i = choice.begin; i < choice.end; ++i)
      future += arcs[i].weight * values[arcs[i].next];
    return choice.gain + discount * future;
  }
};

bool is_allowed(const ValueProblem& problem, std::size_t state) {
  return problem.allowed.empty() || problem.allowed[state] != 0;
}

/// Lists what can be done in states.
class ChoiceReader {
 public:
  ChoiceReader(const ValueProblem& problem, const ValueOptions& options)
      : problem_(problem),
        options_(options),
        tried_(problem.bonus != nullptr ? problem.bonus->cols() : 0) {}

  void append(std::size_t state, Choices& to) {
    known_.clear();
    for (const auto& arc : problem_.transition.arcs(state))
      if (arc.count > 0 && (options_.outside_value || is_allowed(problem_, arc.next)))
        known_.push_back(arc);
    std::ranges::stable_sort(known_, {}, &Transition::Arc::path);
    const bool expected = options_.backup == ValueBackup::kExpected;
    for (std::size_t begin = 0, end = 0; begin < known_.size(); begin = end) {
      for (end = begin + 1;
           expected && end < known_.size() && known_[end].path == known_[begin].path;)
        ++end;
      append(state, begin, end, to);
    }
    append_untried(state, to);
  }

 private:
  double bonus(std::size_t state, std::size_t control) const {
    return problem_.bonus != nullptr ? (*problem_.bonus)(state, control) : 0;
  }

  void append(std::size_t state, std::size_t begin, std::size_t end, Choices& to) {
    const std::size_t control = known_[begin].path;
    Choice choice{bonus(state, control), static_cast<std::uint32_t>(control),
                  static_cast<std::uint32_t>(to.arcs.size()), 0};
    double total = 0;
    for (std::size_t i = begin; i < end; ++i) total += known_[i].count;
    for (std::size_t i = begin; i < end; ++i) {
      const double weight = known_[i].count / total;
      choice.gain += weight * problem_.reward[known_[i].next];
      if (is_allowed(problem_, known_[i].next))
        to.arcs.push_back({weight, static_cast<std::uint32_t>(known_[i].next)});
      else
        choice.gain += options_.discount * weight * *options_.outside_value;
    }
    choice.end = static_cast<std::uint32_t>(to.arcs.size());
    if (choice.gain > kNever) to.choices.push_back(choice);
  }

  void append_untried(std::size_t state, Choices& to) {
    if (tried_.empty()) return;
    std::ranges::fill(tried_, 0);
    for (const auto& arc : problem_.transition.arcs(state))
      if (arc.count > 0) tried_[arc.path] = 1;
    const auto position = static_cast<std::uint32_t>(to.arcs.size());
    for (std::size_t u = 0; u < tried_.size(); ++u)
      if (const double extra = bonus(state, u); tried_[u] == 0 && extra > kNever)
        to.choices.push_back({extra + options_.discount * options_.unknown_value,
                              static_cast<std::uint32_t>(u), position, position});
  }

  const ValueProblem& problem_;
  const ValueOptions& options_;
  std::vector<Transition::Arc> known_;
  std::vector<std::uint8_t> tried_;  // [control], with a bonus only
};

/// V(s) = worth of a choice under which s may stay where it is: solved for V(s).
double solve_for_self(const Choices& graph, const Choice& choice, std::uint32_t state,
                      double discount, std::span<const double> values) {
  double future = 0, stay = 0;
  for (std::uint32_t i = choice.begin; i < choice.end; ++i) {
    const auto& [weight, next] = graph.arcs[i];
    if (next == state)
      stay += weight;
    else
      future += weight * values[next];
  }
  return (choice.gain + discount * future) / (1 - discount * stay);
}

/// The graph with a value for each state, and what is chosen there.
class PolicyIteration {
 public:
  PolicyIteration(const ValueProblem& problem, const ValueOptions& options,
                  std::vector<double>& values)
      : discount_(options.discount),
        values_(values),
        chosen_(values.size(), kNone),
        mark_(values.size()) {
    ChoiceReader reader(problem, options);
    first_.push_back(0);
    for (std::size_t s = 0; s < values.size(); ++s) {
      if (is_allowed(problem, s)) reader.append(s, graph_);
      first_.push_back(static_cast<std::uint32_t>(graph_.choices.size()));
      if (first_[s] == first_[s + 1])
        values[s] = is_allowed(problem, s) ? options.unknown_value
                                           : options.outside_value.value_or(options.unknown_value);
    }
  }

  /// Chooses in every state; the largest change of a value.
  double improve() {
    double change = 0;
    for (std::size_t s = values_.size(); s-- > 0;) {
      if (first_[s] == first_[s + 1]) continue;
      double best = kNever;
      for (std::uint32_t c = first_[s]; c < first_[s + 1]; ++c) {
        const double worth = solve_for_self(graph_, graph_.choices[c],
                                            static_cast<std::uint32_t>(s), discount_, values_);
        if (worth <= best) continue;
        best = worth;
        chosen_[s] = c;
      }
      change = std::max(change, std::abs(best - values_[s]));
      values_[s] = best;
    }
    return change;
  }

  /// The values of what was chosen. States whose choice has one successor form chains that end in
  /// another state or in themselves: those are summed exactly, given the values of the rest, and
  /// the rest once in turn. The largest change of the latter.
  double evaluate() {
    std::ranges::fill(mark_, 0);
    std::uint32_t walk = 0;
    double change = 0;
    for (auto s = static_cast<std::uint32_t>(values_.size()); s-- > 0;) {
      if (mark_[s] != 0) continue;
      ++walk;
      chain_.clear();
      std::uint32_t at = s;
      while (mark_[at] == 0 && is_link(at)) {
        mark_[at] = walk;
        chain_.push_back(at);
        at = next(at);
      }
      if (mark_[at] == walk) close_cycle(at);
      if (mark_[at] == 0) {
        mark_[at] = walk;
        if (chosen_[at] != kNone) {
          const double worth =
              solve_for_self(graph_, graph_.choices[chosen_[at]], at, discount_, values_);
          change = std::max(change, std::abs(worth - values_[at]));
          values_[at] = worth;
        }
      }
      for (std::size_t i = chain_.size(); i-- > 0;)
        values_[chain_[i]] = gain(chain_[i]) + discount_ * values_[next(chain_[i])];
    }
    return change;
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  bool is_link(std::uint32_t s) const {
    return chosen_[s] != kNone &&
           graph_.choices[chosen_[s]].end - graph_.choices[chosen_[s]].begin == 1 &&
           graph_.arcs[graph_.choices[chosen_[s]].begin].weight == 1;
  }
  std::uint32_t next(std::uint32_t s) const {
    return graph_.arcs[graph_.choices[chosen_[s]].begin].next;
  }
  double gain(std::uint32_t s) const { return graph_.choices[chosen_[s]].gain; }

  /// The value of `entry`, where the chain meets itself: V = Σ_i discount^i gain_i / (1 −
  /// discount^length).
  void close_cycle(std::uint32_t entry) {
    double sum = 0, factor = 1;
    std::uint32_t at = entry;
    do {
      sum += factor * gain(at);
      factor *= discount_;
      at = next(at);
    } while (at != entry);
    values_[entry] = sum / (1 - factor);
  }

  double discount_;
  std::vector<double>& values_;
  Choices graph_;
  std::vector<std::uint32_t> first_;   // [state]: of its choices
  std::vector<std::uint32_t> chosen_;  // [state]
  std::vector<std::uint32_t> mark_;    // [state]: the walk that met it
  std::vector<std::uint32_t> chain_;
};

/// Shapes and options.
void validate(const ValueProblem& problem, const ValueOptions& options) {
  const std::size_t states = problem.transition.num_states(),
                    paths = problem.transition.num_paths();
  require(states < std::numeric_limits<std::uint32_t>::max(),
          "value: transition: expected below 2³² − 1 states, got ", states);
  require(problem.reward.size() == states, "value: reward: expected one a state (", states,
          "), got ", problem.reward.size());
  require(problem.allowed.empty() || problem.allowed.size() == states,
          "value: allowed: expected one a state (", states, ") or none, got ",
          problem.allowed.size());
  require(problem.bonus == nullptr ||
              (problem.bonus->rows() == states && problem.bonus->cols() >= paths),
          "value: bonus: expected a row a state (", states, ") and a column a control (at least ",
          paths, ")");
  require(options.discount >= 0 && options.discount < 1,
          "value: discount: expected in [0, 1), got ", options.discount);
  require(std::isfinite(options.unknown_value),
          "value: unknown_value: expected a finite value, got ", options.unknown_value);
  require(std::isfinite(options.outside_value.value_or(0)),
          "value: outside_value: expected a finite value, got ", options.outside_value.value_or(0));
  require(options.tolerance >= 0, "value: tolerance: expected at least 0, got ", options.tolerance);
}

void validate_values(const ValueProblem& problem, std::span<const double> start) {
  for (std::size_t s = 0; s < problem.reward.size(); ++s)
    require(std::isfinite(problem.reward[s]), "value: reward: state ", s,
            ": expected a finite value, got ", problem.reward[s]);
  require(start.size() <= problem.reward.size(), "value: start: expected at most one a state (",
          problem.reward.size(), "), got ", start.size());
  for (const double v : start)
    require(std::isfinite(v), "value: start: expected finite values, got ", v);
  if (problem.bonus == nullptr) return;
  for (const double b : problem.bonus->values())
    require(b < std::numeric_limits<double>::infinity(),
            "value: bonus: expected finite values or −∞, got ", b);
}

}  // namespace

ValueResult state_values(const ValueProblem& problem, const ValueOptions& options,
                         std::span<const double> start) {
  validate(problem, options);
  validate_values(problem, start);
  ValueResult result;
  result.values.assign(start.begin(), start.end());
  result.values.resize(problem.transition.num_states(), options.unknown_value);
  PolicyIteration iteration(problem, options, result.values);
  // Policies that are partly evaluated may in theory chase each other: after so many sweeps plain
  // ones, which contract.
  constexpr std::size_t kEvaluated = 200, kPasses = 20;
  while (result.sweeps < options.max_sweeps && !result.converged) {
    check_interruption();
    result.residual = iteration.improve();
    result.converged = result.residual <= options.tolerance;
    if (++result.sweeps >= kEvaluated || result.converged) continue;
    for (std::size_t pass = 0; pass < kPasses && iteration.evaluate() > options.tolerance; ++pass)
      check_interruption();
  }
  return result;
}

std::vector<double> control_values(const ValueProblem& problem, const ValueOptions& options,
                                   std::span<const double> values, std::size_t state) {
  validate(problem, options);
  const std::size_t states = problem.transition.num_states();
  require(state < states, "control_values: state: expected below ", states, ", got ", state);
  require(values.size() == states, "control_values: values: expected one a state (", states,
          "), got ", values.size());
  Choices choices;
  ChoiceReader(problem, options).append(state, choices);
  std::vector<double> result(
      problem.bonus != nullptr ? problem.bonus->cols() : problem.transition.num_paths(), kNever);
  for (const auto& choice : choices.choices)
    result[choice.control] =
        std::max(result[choice.control], choices.worth(choice, options.discount, values));
  return result;
}

}  // namespace rgm
