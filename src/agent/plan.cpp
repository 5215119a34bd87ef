#include "plan.h"

#include <algorithm>
#include <limits>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr double kBelievedIn = 1.0 / 32;  // states below this probability do not decide

}  // namespace

void Plan::make(double novelty) {
  take_in(novelty);
  first_values_ = values_;
  solve();
  follow_goals();
}

void Plan::extend(double novelty) {
  take_in(novelty);
  values_.resize(graph().num_states());
}

void Plan::take_in(double novelty) {
  if (options_.merge_frames > 0) {
    classes_ = predictive_classes(model_, {.steps = options_.merge_frames});
    merged_ = merged(model_.controlled(), *classes_);
    values_.clear();  // they are numbered anew
  }
  const std::size_t nodes = graph().num_states();
  gain_.resize(nodes);
  for (std::size_t n = 0; n < nodes; ++n)
    gain_[n] = model_.reward()[state_of(n)] - options_.cost_weight * model_.cost()[state_of(n)];

  hope_ = Matrix<double>(nodes, model_.num_actions(), novelty);
  for (std::size_t n = 0; n < nodes; ++n)
    for (const auto& arc : graph().arcs(n)) hope_(n, arc.path) = 0;
  for (std::size_t n = 0; n < nodes; ++n)  // nothing follows an end
    if (model_.ends()[state_of(n)] != 0) std::ranges::fill(hope_.row(n), kNever);

  if (options_.basin) allowed_ = basin();
}

std::size_t Plan::reduce() {
  allowed_ = steady_state_pruning(graph(), basin()).kept;
  hope_.fill(0);
  solve();
  follow_goals();
  std::size_t left = 0;
  for (std::size_t s = 0; s < model_.num_states(); ++s) left += allowed_[node_of(s)];
  return left;
}

std::vector<std::uint8_t> Plan::basin() const {
  return basin_of_attraction(graph(), nodes_of(model_.intended()), nodes_of(model_.costly()));
}

void Plan::solve() {
  const ValueOptions value{.discount = options_.discount,
                           .backup = options_.selection == ActionSelection::kExplicit
                                         ? ValueBackup::kOptimistic
                                         : ValueBackup::kExpected,
                           .tolerance = 1e-4};
  values_ = state_values(problem(&hope_), value, values_).values;
}

/// The ways to intended states, which pass neither costly states nor such as are not allowed.
void Plan::follow_goals() {
  if (options_.planning != PlanningMethod::kInduction) return;
  auto avoided = nodes_of(model_.costly());
  for (std::size_t n = 0; n < allowed_.size(); ++n)
    if (allowed_[n] == 0) avoided.push_back(n);
  map_ = InductiveMap();
  map_.update(graph());
  map_.add_costly(avoided);
  map_.add_intended(nodes_of(model_.intended()));
}

std::vector<std::size_t> Plan::nodes_of(std::span<const std::size_t> states) const {
  std::vector<std::size_t> result;
  for (const std::size_t s : states) result.push_back(node_of(s));
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::vector<double> Plan::values_in(std::size_t state) const {
  return control_values(problem(&hope_), {.discount = options_.discount}, values_, node_of(state));
}

std::vector<double> Plan::action_values(const Belief& belief,
                                        const InductivePlan& induction) const {
  std::vector<double> result(model_.num_actions());
  if (belief.exact()) {
    result = values_in(*belief.most_probable());
  } else {
    for (std::size_t s = 0; s < belief.probabilities().size(); ++s) {
      const double probability = belief.probabilities()[s];
      if (probability <= kBelievedIn) continue;
      const auto values = values_in(s);
      for (std::size_t a = 0; a < result.size(); ++a) result[a] += probability * values[a];
    }
  }
  for (std::size_t a = 0; a < induction.control_bonus.size(); ++a)
    result[a] += induction.control_bonus[a];
  return result;
}

InductivePlan Plan::induction(const Belief& belief) const {
  if (options_.planning != PlanningMethod::kInduction) return {};
  std::vector<double> nodes(graph().num_states());
  if (belief.exact()) {
    nodes[node_of(*belief.most_probable())] = 1;
  } else {
    for (std::size_t s = 0; s < belief.probabilities().size(); ++s)
      nodes[node_of(s)] += belief.probabilities()[s];
  }
  return map_.plan(graph(), nodes);
}

std::optional<std::size_t> Plan::wanted_state(const InductivePlan& induction,
                                              std::size_t present) const {
  double best = -std::numeric_limits<double>::infinity();
  std::optional<std::size_t> wanted;
  const auto consider = [&](std::size_t next) {
    const double value = gain_[next] + options_.discount * values_[next];
    if ((!allowed_.empty() && allowed_[next] == 0) || value <= best) return;
    best = value;
    wanted = state_of(next);
  };
  for (const std::size_t next : induction.next_states) consider(next);
  if (wanted) return wanted;
  const auto values = values_in(present);
  for (std::size_t a = 0; a < values.size(); ++a)
    if (!tried(present, a)) best = std::max(best, values[a]);
  for (const auto& arc : graph().arcs(node_of(present))) consider(arc.next);
  return wanted;
}

bool Plan::tried(std::size_t state, std::size_t action) const {
  return std::ranges::any_of(graph().arcs(node_of(state)),
                             [&](const auto& arc) { return arc.path == action; });
}

std::optional<std::size_t> Plan::likeliest_next(std::size_t state, std::size_t action) const {
  std::optional<std::size_t> result;
  double most = 0;
  for (const auto& arc : model_.controlled().arcs(state)) {
    if (arc.path != action || arc.count <= most) continue;
    most = arc.count;
    result = arc.next;
  }
  return result;
}

std::vector<std::size_t> Plan::forecast(std::size_t state, std::size_t steps) const {
  std::vector<std::size_t> result{state};
  while (result.size() <= steps) {
    const auto values = control_values(problem(nullptr), {.discount = options_.discount}, values_,
                                       node_of(result.back()));
    const auto action = static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
    const auto next = likeliest_next(result.back(), action);
    if (!next) break;
    result.push_back(*next);
    if (model_.reward()[*next] > 0) break;
  }
  return result;
}

}  // namespace rgm
