#include "rgm/agent/game_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/env/checked_environment.h"

namespace rgm {

std::vector<Stream> structure_streams(const EnvironmentSpaces& spaces) {
  std::vector<Stream> result;
  std::size_t modality = 0;
  for (const auto& stream : spaces.streams) {
    auto& learnt = result.emplace_back();
    for (std::size_t i = 0; i < stream.num_symbols.size(); ++i)
      learnt.modalities.push_back(modality++);
  }
  return result;
}

std::vector<std::size_t> num_outcomes(const EnvironmentSpaces& spaces) {
  std::vector<std::size_t> result;
  for (const auto& stream : spaces.streams)
    result.insert(result.end(), stream.num_symbols.begin(), stream.num_symbols.end());
  return result;
}

Outcomes outcomes_of(std::span<const Symbol> observations, std::size_t modalities) {
  static_assert(kMissingSymbol == Outcome::kMissing);
  require(modalities > 0 && observations.size() % modalities == 0,
          "outcomes_of: observations: expected a multiple of ", modalities, " symbols, got ",
          observations.size());
  Outcomes result(observations.size() / modalities, modalities);
  for (std::size_t t = 0; t < result.items(); ++t)
    for (std::size_t g = 0; g < modalities; ++g)
      result(t, g) = {observations[t * modalities + g], 0};
  return result;
}

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// The outcomes that most counts of a state are of, [modality], the first of equals; `kNone` where
/// there are no counts.
std::vector<std::size_t> usual_outcomes(const Likelihood& likelihood, std::size_t state,
                                        std::size_t modalities) {
  std::vector<std::size_t> result(modalities, kNone);
  std::vector<double> most(modalities);
  likelihood.for_each_count(state, [&](std::size_t g, std::size_t outcome, double count) {
    if (count <= most[g]) return;
    most[g] = count;
    result[g] = outcome;
  });
  return result;
}

/// Writes the outcomes of a factor's state that holds at `step`, a step of its level.
void write_usual(const Hierarchy& tree, std::size_t level, std::size_t factor, std::size_t state,
                 std::size_t step, Outcomes& frames) {
  const auto& own = tree.levels[level].factors[factor];
  const auto usual_here = usual_outcomes(own.likelihood, state, own.modalities.size());
  for (std::size_t i = 0; i < own.modalities.size(); ++i) {
    const auto& modality = tree.levels[level].modalities[own.modalities[i]];
    const std::size_t usual = usual_here[i];
    if (usual == kNone) continue;
    if (modality.kind == Modality::Kind::kOutcome)
      frames(step, modality.source) = {static_cast<std::uint16_t>(usual), 0};
    if (modality.kind != Modality::Kind::kInitialState) continue;
    std::size_t path = 0;
    for (std::size_t j = 0; j < own.modalities.size(); ++j) {
      const auto& other = tree.levels[level].modalities[own.modalities[j]];
      if (other.kind == Modality::Kind::kInitialPath && other.source == modality.source)
        path = usual_here[j];
    }
    const auto& below = tree.levels[level - 1];
    const auto& transition = below.factors[modality.source].transition;
    std::size_t now = usual;
    for (std::size_t k = 0; k < below.time_scale; ++k) {
      write_usual(tree, level - 1, modality.source, now, step * below.time_scale + k, frames);
      if (k + 1 == below.time_scale) break;
      const auto next = transition.successors(now, path);
      const auto best = std::ranges::max_element(next, {}, &Transition::Successor::second);
      if (best != next.end()) now = best->first;
    }
  }
}

}  // namespace

Outcomes usual_frames(const Hierarchy& tree, std::size_t state) {
  require(state < tree.root().num_states(), "usual_frames: state: expected below ",
          tree.root().num_states(), ", got ", state);
  Outcomes result(tree.episode_length(), tree.num_modalities());
  write_usual(tree, tree.levels.size() - 1, 0, state, 0, result);
  return result;
}

GameModel::GameModel(EnvironmentSpaces spaces, const SequenceStructureOptions& options)
    : spaces_(std::move(spaces)),
      structure_(num_outcomes(spaces_), structure_streams(spaces_), options),
      reward_modality_(spaces_.first_modality("reward")),
      cost_modality_(spaces_.first_modality("cost")),
      action_modality_(spaces_.first_modality("action")),
      action_modalities_(spaces_.stream("action").num_symbols.size()) {
  constexpr std::size_t kMostActions = 256;
  check_spaces(spaces_);
  require(spaces_.streams.front().name == "pixels",
          "GameModel: streams: expected pixels to lead, got ", spaces_.streams.front().name);
  for (const char* name : {"cost", "end"})
    require((name == std::string_view("end") && !spaces_.has(name)) ||
                spaces_.stream(name).num_symbols == std::vector<std::size_t>{2},
            "GameModel: ", name, ": expected one modality of two symbols (none, some)");
  const auto& rewards = spaces_.stream("reward").num_symbols;
  require(rewards.size() == 1 && rewards.front() >= 2,
          "GameModel: reward: expected one modality of two symbols (none, some) or more");
  if (spaces_.has("end")) end_modality_ = spaces_.first_modality("end");
  require(num_actions() <= kMostActions, "GameModel: actions: expected at most ", kMostActions,
          ", got ", num_actions());
  require(
      options.all_phases,
      "GameModel: all_phases: expected true, since play may begin a generalised state in any frame");
  require(!options.incomplete_ends,
          "GameModel: incomplete_ends: expected false, since play goes on");
  require(
      std::isinf(options.new_state_concentration),
      "GameModel: new_state_concentration: expected infinite, since frames are found again exactly, got ",
      options.new_state_concentration);
  require(options.time_scale <= 2, "GameModel: time_scale: expected at most 2, got ",
          options.time_scale);
}

GameModel::GameModel(EnvironmentSpaces spaces, const Hierarchy& tree, Transition controlled,
                     const SequenceStructureOptions& options)
    : GameModel(std::move(spaces), options) {
  const auto outcomes = num_outcomes(spaces_);
  require(tree.num_modalities() == outcomes.size(), "GameModel: tree: expected ", outcomes.size(),
          " modalities, those of the environment, got ", tree.num_modalities());
  for (const auto& modality : tree.levels.front().modalities)
    require(modality.num_outcomes == outcomes[modality.source], "GameModel: tree: modality ",
            modality.source, ": expected ", outcomes[modality.source], " outcomes, got ",
            modality.num_outcomes);
  require(controlled.num_states() == tree.root().num_states() &&
              controlled.num_paths() == num_actions(),
          "GameModel: controlled: expected ", tree.root().num_states(), " states and ",
          num_actions(), " paths, got ", controlled.num_states(), " and ", controlled.num_paths());
  structure_ = SequenceStructure(tree, options);
  controlled_ = std::move(controlled);
  window_ = tree.episode_length();
  grouped_ = true;
  grow();
  for (std::size_t s = 0; s < num_states(); ++s) note(s, usual_frames(tree, s), window_ - 1);
  // What no state has ever shown was ignored.
  std::vector<std::uint8_t> shown(outcomes.size());
  for (const auto& factor : tree.levels.front().factors)
    for (std::size_t s = 0; s < factor.num_states(); ++s)
      factor.likelihood.for_each_count(s, [&](std::size_t i, std::size_t, double) {
        shown[tree.levels.front().modalities[factor.modalities[i]].source] = 1;
      });
  for (std::size_t g = 0; g < shown.size(); ++g)
    if (shown[g] == 0) ignored_.push_back(g);
}

std::vector<std::size_t> GameModel::intended() const {
  std::vector<std::size_t> result;
  for (std::size_t s = 0; s < num_states(); ++s)
    if (reward_[s] > 0 && cost_[s] == 0) result.push_back(s);
  return result;
}

std::vector<std::size_t> GameModel::costly() const {
  std::vector<std::size_t> result;
  for (std::size_t s = 0; s < num_states(); ++s)
    if (cost_[s] > 0) result.push_back(s);
  return result;
}

std::span<const Symbol> GameModel::consequences(std::size_t state) const {
  return std::span(consequences_).subspan(state * action_modalities_, action_modalities_);
}

void GameModel::set_reward_values(std::span<const double> values) {
  const std::size_t symbols = spaces_.stream("reward").num_symbols.front();
  require(values.size() <= symbols, "GameModel: reward_values: expected at most ", symbols,
          ", one a symbol, got ", values.size());
  for (const double value : values)
    require(std::isfinite(value), "GameModel: reward_values: expected finite values, got ", value);
  reward_values_.assign(values.begin(), values.end());
  for (std::size_t s = 0; s < num_states(); ++s)
    reward_[s] = reward_symbols_[s] < values.size() ? values[reward_symbols_[s]] : 0;
}

void GameModel::grow() {
  ends_.resize(num_states());
  reward_symbols_.resize(num_states());
  reward_.resize(num_states());
  cost_.resize(num_states());
  consequences_.resize(num_states() * action_modalities_, kMissingSymbol);
}

void GameModel::note(std::size_t state, const Outcomes& frames, std::size_t last) {
  const auto shown = [&](std::size_t modality) {
    return frames(last, modality) == Outcome{1, 0} ? 1.0 : 0.0;
  };
  const auto symbol = static_cast<Symbol>(frames(last, reward_modality_).token);
  reward_symbols_[state] = symbol;
  reward_[state] = symbol < reward_values_.size() ? reward_values_[symbol] : 0;
  cost_[state] = shown(cost_modality_);
  ends_[state] = end_modality_ && shown(*end_modality_) > 0 ? 1 : 0;
  for (std::size_t g = 0; g < action_modalities_; ++g)
    consequences_[state * action_modalities_ + g] = frames(last, action_modality_ + g).token;
}

void GameModel::find_groups(const Outcomes& frames, std::span<const std::size_t> noise) {
  ignored_.clear();
  const std::size_t pixels = spaces_.streams.front().num_symbols.size();
  for (const std::size_t g : noise)
    if (g < pixels) ignored_.push_back(g);
  structure_.add(relevant(frames));
  window_ = structure_.hierarchy().episode_length();
  grouped_ = true;
  forget();
}

std::vector<std::uint32_t> GameModel::ignore(std::span<const std::size_t> pixels) {
  const std::size_t available = spaces_.streams.front().num_symbols.size();
  for (const std::size_t g : pixels)
    require(g < available, "GameModel: ignore: pixel: expected below ", available, ", got ", g);
  ignored_.insert(ignored_.end(), pixels.begin(), pixels.end());
  std::ranges::sort(ignored_);
  ignored_.erase(std::unique(ignored_.begin(), ignored_.end()), ignored_.end());
  if (num_states() == 0) return {};

  const Hierarchy known = tree();
  const Transition steps = std::move(controlled_);
  const double anywhere =
      1 /
      static_cast<double>(steps.num_states());  // what `initial_state_counts` have besides visits
  forget();
  std::vector<std::uint32_t> number;
  std::vector<Outcomes> shown;
  for (std::size_t s = 0; s < steps.num_states(); ++s) {
    shown.push_back(relevant(usual_frames(known, s)));
    const double visits = std::round(known.initial_state_counts[s] - anywhere);
    number.push_back(structure_.add(shown.back()).front());
    for (double visit = 1; visit < visits; ++visit) structure_.add(shown.back());
  }
  controlled_.grow(tree().root().num_states(), num_actions());
  grow();
  for (std::size_t s = 0; s < number.size(); ++s) {
    note(number[s], shown[s], window_ - 1);
    for (const auto& arc : steps.arcs(s))
      controlled_.add(number[arc.next], number[s], arc.path, arc.count);
  }
  return number;
}

Outcomes GameModel::relevant(Outcomes frames) const {
  for (std::size_t t = 0; t < frames.items(); ++t)
    for (const std::size_t g : ignored_) frames(t, g) = {};
  return frames;
}

void GameModel::forget() {
  structure_.forget();
  controlled_ = {};
  ends_.clear();
  reward_symbols_.clear();
  reward_.clear();
  cost_.clear();
  consequences_.clear();
}

std::vector<std::uint32_t> GameModel::learn(const Outcomes& frames,
                                            std::span<const std::uint8_t> actions) {
  require(actions.size() + 1 == frames.items(),
          "GameModel: actions: expected one between every two of ", frames.items(), " frames, got ",
          actions.size());
  for (const std::size_t action : actions)
    require(action < num_actions(), "GameModel: action: expected below ", num_actions(), ", got ",
            action);
  if (!grouped_) find_groups(frames);
  if (frames.items() < window_) return {};
  auto states = structure_.add(relevant(frames));
  controlled_.grow(tree().root().num_states(), num_actions());
  grow();
  for (std::size_t t = 0; t < states.size(); ++t) {
    const std::size_t last = t + window_ - 1;
    note(states[t], frames, last);
    if (t + 1 < states.size()) count(states[t], actions[last], states[t + 1]);
  }
  return states;
}

void GameModel::count(std::size_t state, std::size_t action, std::size_t next) {
  controlled_.add(next, state, action, 1);
}

}  // namespace rgm
