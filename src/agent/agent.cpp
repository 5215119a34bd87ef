#include "rgm/agent/agent.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/env/checked_environment.h"
#include "rgm/planning/value.h"

namespace rgm {
namespace {

constexpr double kBelievedIn = 1.0 / 32;  // states below this probability do not decide

void check(const AgentOptions& options) {
  const auto at_least_1 = [](std::size_t value, const char* name) {
    require(value >= 1, "Agent: ", name, ": expected at least 1, got ", value);
  };
  at_least_1(options.structure_frames, "structure_frames");
  at_least_1(options.game_frames, "game_frames");
  at_least_1(options.novelty_frames, "novelty_frames");
  require(options.discount >= 0 && options.discount < 1,
          "Agent: discount: expected 0 to below 1, got ", options.discount);
  require(std::isfinite(options.cost_weight) && options.cost_weight >= 0,
          "Agent: cost_weight: expected a finite value of at least 0, got ", options.cost_weight);
  require(std::isfinite(options.novelty) && options.novelty >= 0,
          "Agent: novelty: expected a finite value of at least 0, got ", options.novelty);
  require(options.precision > 0, "Agent: precision: expected above 0, got ", options.precision);
  require(std::isfinite(options.jump_concentration) && options.jump_concentration > 0,
          "Agent: jump_concentration: expected a finite value above 0, got ",
          options.jump_concentration);
}

/// P(action) ∝ exp(precision · value); of equals all with infinite precision.
std::vector<double> probabilities_of(const std::vector<double>& values, double precision) {
  const double best = *std::ranges::max_element(values);
  std::vector<double> result(values.size(), 1 / static_cast<double>(values.size()));
  if (!std::isfinite(best)) return result;
  for (std::size_t a = 0; a < values.size(); ++a) {
    const double behind = best - values[a];
    result[a] = behind <= 1e-9 ? 1 : std::isinf(precision) ? 0 : std::exp(-precision * behind);
  }
  const double total = std::accumulate(result.begin(), result.end(), 0.0);
  for (double& p : result) p /= total;
  return result;
}

double times_tried(const Transition& graph, std::size_t state, std::size_t action) {
  double result = 0;
  for (const auto& arc : graph.arcs(state)) result += arc.path == action ? arc.count : 0;
  return result;
}

}  // namespace

Agent::Agent(EnvironmentSpaces spaces, const AgentOptions& options, std::uint64_t seed)
    : Agent(GameModel(std::move(spaces), options.structure), options, seed, 0) {}

Agent::Agent(GameModel model, const AgentOptions& options, std::uint64_t seed,
             std::size_t frames_seen)
    : options_(options),
      model_(std::move(model)),
      random_(random_of_player(seed)),
      frames_seen_(frames_seen),
      modalities_(model_.spaces().num_modalities()),
      random_until_(model_.num_states() > 0 ? frames_seen : options.random_frames) {
  check(options_);
  if (options_.selection == ActionSelection::kExplicit) {
    consequences_.emplace(model_.spaces());
    for (std::size_t s = 0; s < model_.num_states(); ++s)
      for (const auto& arc : model_.controlled().arcs(s))
        consequences_->count(model_.consequences(s), arc.path, model_.consequences(arc.next),
                             arc.count);
  }
  if (model_.num_states() > 0) plan();
}

Agent::~Agent() = default;

void Agent::begin(std::span<const Symbol> first) {
  check_observation(model_.spaces(), first, frames_seen_);
  if (model_.num_states() > 0) {
    if (frames_kept() > model_.window()) learn();
    symbols_.clear();
    actions_.clear();
    games_.clear();
    kept_ = 0;
  } else if (!symbols_.empty()) {
    actions_.push_back(0);  // between two games of random play nobody acts
  }
  games_.push_back(frames_kept());
  symbols_.insert(symbols_.end(), first.begin(), first.end());
  learnt_.reset();
  state_.reset();
  belief_.clear();
}

std::size_t Agent::act() {
  decision_ = {};
  decision_.frame = frames_seen_;
  if (model_.num_states() == 0 || (!state_ && belief_.empty())) {
    decision_.motive = model_.num_states() == 0 ? Motive::kRandomPlay : Motive::kNothingKnown;
    decision_.action = random_.index(model_.num_actions());
    return decision_.action;
  }
  decision_.state = present();
  decision_.certainty = state_ ? 1 : belief_[*decision_.state];
  const auto plan = options_.planning == PlanningMethod::kInduction
                        ? map_.plan(graph(), present_belief())
                        : InductivePlan();
  if (options_.selection == ActionSelection::kExplicit) decision_.wanted = wanted_state(plan);
  decision_.values = decision_.wanted ? chances_of(*decision_.wanted) : action_values(plan);
  decision_.probabilities = probabilities_of(decision_.values, options_.precision);
  decision_.action = random_.categorical(decision_.probabilities);
  return decision_.action;
}

void Agent::observe(std::size_t action, std::span<const Symbol> next) {
  check_observation(model_.spaces(), next, frames_seen_ + 1);
  require(action < model_.num_actions(), "Agent: action: expected below ", model_.num_actions(),
          ", got ", action);
  require(!symbols_.empty(), "Agent: observe: expected `begin` before");
  if (consequences_) consequences_->learn(frame(frames_kept() - 1), action, next);
  actions_.push_back(static_cast<std::uint8_t>(action));
  symbols_.insert(symbols_.end(), next.begin(), next.end());
  ++frames_seen_;
  if (frames_seen_ < random_until_) return;
  if ((frames_seen_ - random_until_) % options_.game_frames == 0) learn();
  if (model_.num_states() > 0) recognise(action);
}

double Agent::novelty() const {
  const double seen = static_cast<double>(frames_seen_),
               fade = static_cast<double>(options_.novelty_frames);
  return options_.learning ? options_.novelty * std::max(0.0, 1 - seen / fade) : 0;
}

/// What the present frames are: exactly known, or inferred from them, the state before and the
/// action.
void Agent::recognise(std::size_t action) {
  const auto before = state_;
  state_.reset();
  const std::size_t window = model_.window();
  if (frames_kept() < window) return;
  const auto frames =
      model_.relevant(outcomes_of(std::span(symbols_).last(window * modalities_), modalities_));
  state_ = model_.find(frames, 0);
  const bool whole =
      std::ranges::find(symbols_.end() - static_cast<std::ptrdiff_t>(window * modalities_),
                        symbols_.end(), kMissingSymbol) == symbols_.end();
  if (state_ || (whole && novelty() > 0 && !options_.infer_while_exploring)) {
    belief_.clear();
    return;
  }
  // Where the action may have led, or anywhere.
  const std::size_t states = model_.num_states();
  std::vector<double> predicted(states), anywhere(model_.tree().initial_state_counts);
  const double visits = std::accumulate(anywhere.begin(), anywhere.end(), 0.0);
  for (double& p : anywhere) p /= visits;
  double jump = 1;
  const auto lead_on = [&](std::size_t s, double probability) {
    const double tried = times_tried(model_.controlled(), s, action);
    const double share = probability / (tried + options_.jump_concentration);
    jump -= share * tried;
    for (const auto& arc : model_.controlled().arcs(s))
      if (arc.path == action) predicted[arc.next] += share * arc.count;
  };
  if (before)
    lead_on(*before, 1);
  else if (belief_.size() == states)
    for (std::size_t s = 0; s < states; ++s)
      if (belief_[s] > 0) lead_on(s, belief_[s]);
  belief_ = recogniser().belief(frames, predicted, std::max(jump, 0.0), anywhere);
}

Recogniser& Agent::recogniser() {
  if (!recogniser_) recogniser_ = std::make_unique<Recogniser>(model_.tree());
  return *recogniser_;
}

std::optional<std::size_t> Agent::present() const {
  if (state_) return state_;
  if (belief_.empty()) return std::nullopt;
  return static_cast<std::size_t>(std::ranges::max_element(belief_) - belief_.begin());
}

std::vector<double> Agent::values_in(std::size_t state) const {
  const ValueProblem problem{graph(), gain_, allowed_, &hope_};
  return control_values(problem, {.discount = options_.discount}, values_, node_of(state));
}

std::vector<double> Agent::present_belief() const {
  std::vector<double> result(graph().num_states());
  if (state_) result[node_of(*state_)] = 1;
  for (std::size_t s = 0; s < belief_.size() && !state_; ++s) result[node_of(s)] += belief_[s];
  return result;
}

std::vector<double> Agent::action_values(const InductivePlan& plan) const {
  std::vector<double> result(model_.num_actions());
  if (state_) {
    result = values_in(*state_);
  } else {
    for (std::size_t s = 0; s < belief_.size(); ++s) {
      if (belief_[s] <= kBelievedIn) continue;
      const auto values = values_in(s);
      for (std::size_t a = 0; a < result.size(); ++a) result[a] += belief_[s] * values[a];
    }
  }
  for (std::size_t a = 0; a < plan.control_bonus.size(); ++a) result[a] += plan.control_bonus[a];
  return result;
}

std::optional<std::size_t> Agent::wanted_state(const InductivePlan& plan) const {
  double best = -std::numeric_limits<double>::infinity();
  std::optional<std::size_t> wanted;
  const auto consider = [&](std::size_t next) {
    const double value = gain_[next] + options_.discount * values_[next];
    if ((!allowed_.empty() && allowed_[next] == 0) || value <= best) return;
    best = value;
    wanted = state_of(next);
  };
  for (const std::size_t next : plan.next_states) consider(next);
  if (wanted) return wanted;
  const std::size_t now = node_of(*present());
  const auto values = values_in(*present());
  for (std::size_t a = 0; a < values.size(); ++a)
    if (times_tried(graph(), now, a) == 0) best = std::max(best, values[a]);
  for (const auto& arc : graph().arcs(now)) consider(arc.next);
  return wanted;
}

std::vector<double> Agent::chances_of(std::size_t wanted) const {
  std::vector<Symbol> prediction(modalities_, kMissingSymbol);
  const auto consequences = model_.consequences(wanted);
  std::ranges::copy(
      consequences,
      prediction.begin() + static_cast<std::ptrdiff_t>(model_.spaces().first_modality("action")));
  std::vector<double> result(model_.num_actions());
  for (std::size_t a = 0; a < result.size(); ++a)
    result[a] = consequences_->log_probability(frame(frames_kept() - 1), a, prediction);
  return result;
}

std::vector<std::size_t> Agent::forecast(std::size_t state, std::size_t steps) const {
  require(state < model_.num_states(), "Agent: state: expected below ", model_.num_states(),
          ", got ", state);
  const ValueProblem problem{graph(), gain_, allowed_, nullptr};
  std::vector<std::size_t> result{state};
  while (result.size() <= steps) {
    const auto values =
        control_values(problem, {.discount = options_.discount}, values_, node_of(result.back()));
    const auto action = static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
    const auto next = likeliest_next(result.back(), action);
    if (!next) break;
    result.push_back(*next);
    if (model_.reward()[*next] > 0) break;
  }
  return result;
}

std::optional<std::size_t> Agent::likeliest_next(std::size_t state, std::size_t action) const {
  std::optional<std::size_t> result;
  double most = 0;
  for (const auto& arc : model_.controlled().arcs(state)) {
    if (arc.path != action || arc.count <= most) continue;
    most = arc.count;
    result = arc.next;
  }
  return result;
}

OutcomeDistributions Agent::predict(std::size_t action) {
  require(action < model_.num_actions(), "Agent: action: expected below ", model_.num_actions(),
          ", got ", action);
  std::vector<double> next(model_.num_states());
  double total = 0;
  const auto lead_on = [&](std::size_t s, double probability) {
    const double tried = times_tried(model_.controlled(), s, action);
    if (tried == 0) return;
    total += probability;
    for (const auto& arc : model_.controlled().arcs(s))
      if (arc.path == action) next[arc.next] += probability * arc.count / tried;
  };
  if (state_) lead_on(*state_, 1);
  for (std::size_t s = 0; s < belief_.size() && !state_; ++s)
    if (belief_[s] > 0) lead_on(s, belief_[s]);
  if (total == 0) return {};
  for (double& p : next) p /= total;
  return recogniser().last_frame(next);
}

}  // namespace rgm
