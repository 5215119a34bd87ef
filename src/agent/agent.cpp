#include "rgm/agent/agent.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "belief.h"
#include "explorer.h"
#include "foresight.h"
#include "frame_memory.h"
#include "plan.h"
#include "play_learning.h"
#include "rgm/base/error.h"
#include "rgm/env/checked_environment.h"
#include "stage.h"

namespace rgm {
namespace {

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
  require(std::isfinite(options.information) && options.information >= 0,
          "Agent: information: expected a finite value of at least 0, got ", options.information);
}

void check_curiosity(const AgentOptions& options, const EnvironmentSpaces& spaces) {
  const bool numbers = spaces.stream("reward").num_symbols.front() > 2;
  if (options.curiosity == Curiosity::kInformation)
    require(options.structure.time_scale == 1,
            "Agent: structure.time_scale: expected 1, states of one frame, since curiosity is for "
            "information, got ",
            options.structure.time_scale);
  else
    require(!numbers, "Agent: curiosity: expected for information, since rewards are numbers");
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

}  // namespace

Agent::Agent(EnvironmentSpaces spaces, const AgentOptions& options, std::uint64_t seed)
    : Agent(GameModel(std::move(spaces), options.structure), options, seed, 0) {}

Agent::Agent(GameModel model, const AgentOptions& options, std::uint64_t seed,
             std::size_t frames_seen)
    : options_(options),
      model_(std::move(model)),
      random_(random_of_player(seed)),
      frames_seen_(frames_seen),
      random_until_(model_.num_states() > 0 ? frames_seen : options.random_frames),
      memory_(std::make_unique<FrameMemory>(model_.spaces().num_modalities())),
      learning_(std::make_unique<PlayLearning>(model_, *memory_, options_, stages_)),
      belief_(std::make_unique<Belief>(model_, options_.jump_concentration)),
      plan_(std::make_unique<Plan>(model_, options_)),
      foresight_(std::make_unique<Foresight>(model_, options_)) {
  check(options_);
  check_curiosity(options_, model_.spaces());
  if (options_.curiosity == Curiosity::kInformation) {
    explorer_ = std::make_unique<Explorer>(model_, options_, random_of_player(seed).fork(1));
    return;
  }
  if (options_.selection == ActionSelection::kExplicit) {
    consequences_.emplace(model_.spaces());
    for (std::size_t s = 0; s < model_.num_states(); ++s)
      for (const auto& arc : model_.controlled().arcs(s))
        consequences_->count(model_.consequences(s), arc.path, model_.consequences(arc.next),
                             arc.count);
  }
  if (model_.num_states() > 0) plan_->make(novelty());
}

Agent::~Agent() = default;

void Agent::begin(std::span<const Symbol> first) {
  check_observation(model_.spaces(), first, frames_seen_);
  if (explorer_) {
    begun_ = true;
    explorer_->begin(first);
    return;
  }
  if (model_.num_states() > 0) {
    if (memory_->size() > model_.window()) learn();
    memory_->clear();
  }
  memory_->begin_game(first);
  learning_->begin_game();
  belief_->forget();
  if (!foresight_->known()) learn_to_foresee();
  foresight_->begin(first);
}

/// By curiosity and value, or by value alone where it does not learn.
void Agent::decide_by_exploring() {
  constexpr double kAsGood = 1e-9;
  decision_.values = explorer_->values(options_.learning);
  const double best = *std::ranges::max_element(decision_.values);
  if (!std::isfinite(best)) {  // nothing was ever tried here
    decision_.values.clear();
    decision_.motive = Motive::kNothingKnown;
    decision_.action = random_.index(model_.num_actions());
    return;
  }
  decision_.state = explorer_->state();
  decision_.certainty = 1;
  decision_.probabilities = probabilities_of(decision_.values, options_.precision);
  decision_.action = random_.categorical(decision_.probabilities);
  decision_.motive = Motive::kValue;
  if (!options_.learning) return;
  const auto tried = explorer_->tried(*decision_.state);
  const bool worth_most =
      tried[decision_.action] > 0 && decision_.values[decision_.action] >= best - kAsGood;
  decision_.motive = worth_most ? Motive::kValue : Motive::kNovelty;
}

std::size_t Agent::act() {
  decision_ = {};
  decision_.frame = frames_seen_;
  if (due_ && model_.num_states() > 0) plan();
  if (explorer_ && reliving()) return act_again(explorer_->known());
  if (explorer_) {
    decide_by_exploring();
    return decision_.action;
  }
  const auto foreseen = foreseen_values();
  if (reliving()) return act_again(foreseen.has_value());
  if (foreseen && worth_more(*foreseen)) {
    decision_.motive = Motive::kForesight;
    decision_.state = belief_->most_probable();
    decision_.certainty = belief_->exact() ? 1 : 0;
    decision_.values = *foreseen;
    decision_.probabilities = probabilities_of(decision_.values, options_.precision);
    decision_.action = random_.categorical(decision_.probabilities);
    return decision_.action;
  }
  if (model_.num_states() == 0 || !belief_->known()) {
    decision_.motive = model_.num_states() == 0 ? Motive::kRandomPlay : Motive::kNothingKnown;
    decision_.action = random_.index(model_.num_actions());
    return decision_.action;
  }
  const std::size_t present = *belief_->most_probable();
  decision_.state = present;
  decision_.certainty = belief_->probability(present);
  const auto induction = plan_->induction(*belief_);
  if (options_.selection == ActionSelection::kExplicit)
    decision_.wanted = plan_->wanted_state(induction, present);
  decision_.values =
      decision_.wanted ? chances_of(*decision_.wanted) : plan_->action_values(*belief_, induction);
  decision_.probabilities = probabilities_of(decision_.values, options_.precision);
  decision_.action = random_.categorical(decision_.probabilities);
  return decision_.action;
}

void Agent::observe(std::size_t action, std::span<const Symbol> next) {
  check_observation(model_.spaces(), next, frames_seen_ + 1);
  require(action < model_.num_actions(), "Agent: action: expected below ", model_.num_actions(),
          ", got ", action);
  require(begun_ || !memory_->empty(), "Agent: observe: expected `begin` before");
  if (explorer_) {
    ++frames_seen_;
    explorer_->observe(action, next);
    actions_.push_back(static_cast<std::uint8_t>(action));
    return;
  }
  if (consequences_) consequences_->learn(memory_->last_frame(), action, next);
  memory_->append(action, next);
  ++frames_seen_;
  foresight_->observe(action, next);
  if (frames_seen_ >= random_until_) {
    if ((frames_seen_ - random_until_) % options_.game_frames == 0) try {
        learn();
      } catch (...) {  // the step was observed all the same
        actions_.push_back(static_cast<std::uint8_t>(action));
        throw;
      }
    const bool exploring = novelty() > 0 && !options_.infer_while_exploring;
    if (model_.num_states() > 0)
      belief_->recognise(*memory_, action, exploring || foresight_->trusted());
  }
  actions_.push_back(static_cast<std::uint8_t>(action));
  if (!reliving() && hope_) {
    require(past_.values.size() <= model_.num_states(),
            "Agent: relive: expected the past of this play, values of at most ",
            model_.num_states(), " states, got ", past_.values.size());
    plan_->begin_with(past_.values);
    const Stage stage(stages_.planning);
    plan_->make(*hope_);
    hope_.reset();
  }
}

AgentPast Agent::past() const { return {actions_, plan_->began_with()}; }

void Agent::relive(AgentPast past) {
  require(actions_.empty() && memory_->empty(),
          "Agent: relive: expected an agent at its beginning");
  for (const std::size_t action : past.actions)
    require(action < model_.num_actions(), "Agent: relive: action: expected below ",
            model_.num_actions(), ", got ", action);
  past_ = std::move(past);
}

/// Whether it may go by what is foreseen: nothing else was asked for, and curiosity is over.
bool Agent::foresees() const {
  return options_.unseen == UnseenStates::kForesee && options_.experience == Experience::kAll &&
         options_.planning == PlanningMethod::kValue &&
         options_.selection == ActionSelection::kLearnt && !options_.basin &&
         options_.merge_frames == 0 && model_.num_states() > 0 && novelty() == 0;
}

/// Learns to foresee, for the first time or where something came otherwise, when a tenth more was
/// seen than the last time.
void Agent::learn_to_foresee() {
  constexpr std::size_t kShare = 10;
  if (!foresees() || (foresight_->known() && (foresight_->foreseen() == foresight_->steps() ||
                                              frames_seen_ < foresight_frames_)))
    return;
  const Stage stage(stages_.structure);
  try {
    foresight_->learn();
  } catch (...) {  // what is half learnt is of no use
    foresight_->forget();
    throw;
  }
  foresight_frames_ = frames_seen_ + frames_seen_ / kShare;
}

std::optional<std::vector<double>> Agent::foreseen_values() {
  if (!foresees() || !foresight_->trusted()) return std::nullopt;
  const bool lived_through = belief_->exact() && foresight_->stuck() == 0;
  if (lived_through && !foresight_->in_need()) return std::nullopt;
  return foresight_->values();
}

/// Whether what is foreseen is to be gone by: the present is not known exactly, actions are not
/// always obeyed, or it promises more than what was lived through.
bool Agent::worth_more(const std::vector<double>& foreseen) const {
  constexpr double kMore = 0.02;  // in units of reward
  if (!belief_->exact() || foresight_->stuck() > 0) return true;
  const auto lived = plan_->values_in(*belief_->most_probable());
  return *std::ranges::max_element(foreseen) > *std::ranges::max_element(lived) + kMore;
}

/// The action that was taken, and as many random numbers as deciding on it took: `index` as in
/// random play, or the one that `categorical` draws.
std::size_t Agent::act_again(bool foreseen) {
  if (!foreseen && (model_.num_states() == 0 || !belief_->known()))
    random_.index(model_.num_actions());
  else
    random_.uniform();
  return past_.actions[actions_.size()];
}

void Agent::plan() {
  if (reliving()) {
    hope_ = novelty();
    due_ = false;
    return;
  }
  const Stage stage(stages_.planning);
  // Episodes may be short: values are computed every so many frames all the same.
  if (model_.spaces().has("end") && !due_ && planned_at_ && plan_->can_extend() &&
      frames_seen_ < *planned_at_ + options_.game_frames) {
    plan_->extend(novelty());
    return;
  }
  due_ = true;
  plan_->make(novelty());
  due_ = false;
  planned_at_ = frames_seen_;
}

void Agent::set_reward_values(std::span<const double> values) {
  model_.set_reward_values(values);
  if (explorer_) {
    explorer_->settle();
  } else if (model_.num_states() > 0) {
    due_ = true;  // all values are others
    plan();
  }
}

void Agent::learn() {
  if (explorer_ || memory_->empty()) return;  // learns with every frame; nothing has begun
  const bool random_play = model_.num_states() == 0;
  if (random_play) {
    learning_->learn_random_play();
  } else if (options_.learning) {
    if (options_.ignore_noise) ignore_new_noise();
    learning_->learn_own_play();
  }
  if (model_.num_states() == 0) {  // nothing was worth learning: random play goes on
    memory_->keep_last(
        std::max({options_.random_frames, options_.structure_frames, options_.game_frames}));
    return;
  }
  memory_->keep_known(std::min(model_.window(), memory_->size() - memory_->games().back()));
  if (!random_play && !options_.learning) return;
  belief_->model_has_grown();
  plan();
  learn_to_foresee();
}

void Agent::ignore_new_noise() {
  const auto number = learning_->ignore_new_noise();
  if (!number) return;
  if (decision_.state) decision_.state = (*number)[*decision_.state];
  if (decision_.wanted) decision_.wanted = (*number)[*decision_.wanted];
  belief_->forget();
  plan_->forget_values();
  foresight_->forget();
  due_ = true;  // there are no values any more
}

std::size_t Agent::reduce() {
  require(model_.num_states() > 0, "Agent: reduce: expected a model that has learnt something");
  require(!explorer_, "Agent: reduce: expected curiosity for novelty, got for information");
  const Stage stage(stages_.planning);
  options_.learning = false;
  options_.unseen = UnseenStates::kInfer;
  foresight_->forget();
  return plan_->reduce();
}

/// What is hoped of an action that was never tried.
double Agent::novelty() const {
  const double seen = static_cast<double>(frames_seen_),
               fade = static_cast<double>(options_.novelty_frames);
  return options_.learning ? options_.novelty * std::max(0.0, 1 - seen / fade) : 0;
}

/// How likely each action is to bring about what a state predicts: ln P(its consequences | the last
/// frame, action).
std::vector<double> Agent::chances_of(std::size_t wanted) const {
  std::vector<Symbol> prediction(model_.spaces().num_modalities(), kMissingSymbol);
  const auto consequences = model_.consequences(wanted);
  std::ranges::copy(
      consequences,
      prediction.begin() + static_cast<std::ptrdiff_t>(model_.spaces().first_modality("action")));
  std::vector<double> result(model_.num_actions());
  for (std::size_t a = 0; a < result.size(); ++a)
    result[a] = consequences_->log_probability(memory_->last_frame(), a, prediction);
  return result;
}

Decision Agent::why() const {
  Decision result = decision_;
  if (!result.state) return result;
  const std::size_t state = *result.state;
  if (explorer_) {
    result.tried = explorer_->tried(state);
    result.expected = explorer_->likeliest_next(state, result.action);
    const auto ahead = explorer_->forecast(state, kFramesPerGame);
    if (ahead.size() > 1 && model_.reward()[ahead.back()] > 0)
      result.steps_to_reward = ahead.size() - 1;
    return result;
  }
  result.tried.assign(model_.num_actions(), 0);
  for (const auto& arc : model_.controlled().arcs(state))
    result.tried[arc.path] += static_cast<std::size_t>(arc.count);
  result.expected = plan_->likeliest_next(state, result.action);
  if (result.motive == Motive::kForesight) return result;
  if (!result.wanted && !plan_->tried(state, result.action))
    result.motive = Motive::kNovelty;
  else
    result.motive = plan_->leads_to_goal(state) ? Motive::kInduction : Motive::kValue;
  const auto ahead = forecast(state);
  if (ahead.size() > 1 && model_.reward()[ahead.back()] > 0)
    result.steps_to_reward = ahead.size() - 1;
  return result;
}

std::vector<std::size_t> Agent::forecast(std::size_t state, std::size_t steps) const {
  require(state < model_.num_states(), "Agent: state: expected below ", model_.num_states(),
          ", got ", state);
  return explorer_ ? explorer_->forecast(state, steps) : plan_->forecast(state, steps);
}

std::optional<std::size_t> Agent::present() const {
  return explorer_ ? explorer_->state() : belief_->most_probable();
}

HiddenWorld Agent::hidden_world() const { return learning_->hidden_world(); }

OutcomeDistributions Agent::predict(std::size_t action) {
  require(action < model_.num_actions(), "Agent: action: expected below ", model_.num_actions(),
          ", got ", action);
  return explorer_ ? explorer_->predict(action) : belief_->predict(action);
}

}  // namespace rgm
