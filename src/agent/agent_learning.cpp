#include <algorithm>
#include <chrono>
#include <utility>

#include "rgm/agent/agent.h"
#include "rgm/base/error.h"
#include "rgm/planning/value.h"
#include "rgm/structure/noise.h"

namespace rgm {
namespace {

/// Adds the seconds of its life to a sum.
class Stage {
 public:
  explicit Stage(double& sum) : sum_(sum) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { sum_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  double& sum_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Whether the symbol of each frame says that there was a reward (or a cost).
std::vector<std::uint8_t> events(std::span<const Symbol> symbols, std::size_t modalities, std::size_t modality) {
  std::vector<std::uint8_t> result;
  for (std::size_t at = modality; at < symbols.size(); at += modalities) result.push_back(symbols[at] == 1 ? 1 : 0);
  return result;
}

}  // namespace

void Agent::learn() {
  const bool random_play = model_.num_states() == 0;
  if (!random_play && !options_.learning) {
    // Only the present is kept.
  } else if (random_play) {
    learn_random_play();
  } else {
    const Stage stage(stages_.structure);
    if (options_.experience == Experience::kAll) {
      learn_connected();
    } else {
      const auto costs = events(symbols_, modalities_, model_.spaces().first_modality("cost"));
      for (const auto& piece : pieces_without_cost(costs)) learn_piece(piece);
    }
  }
  const std::size_t keep = std::min(model_.window(), frames_kept());
  symbols_.erase(symbols_.begin(), symbols_.end() - static_cast<std::ptrdiff_t>(keep * modalities_));
  actions_.erase(actions_.begin(), actions_.end() - static_cast<std::ptrdiff_t>(keep - 1));
  if (model_.num_states() == 0) return;
  if (random_play || options_.learning) {
    recogniser_.reset();
    belief_.clear();
    const Stage stage(stages_.planning);
    plan();
  }
}

void Agent::learn_random_play() {
  const std::size_t frames = frames_kept();
  {
    const Stage stage(stages_.groups);
    const auto first = std::min(options_.structure_frames, frames);
    std::vector<std::size_t> noise;
    if (options_.ignore_noise) noise = noise_modalities(outcomes_of(symbols_, modalities_), num_outcomes(model_.spaces()));
    model_.find_groups(outcomes_of(std::span(symbols_).first(first * modalities_), modalities_), noise);
  }
  if (options_.experience == Experience::kAll) {
    const Stage stage(stages_.structure);
    learn_connected();
    return;
  }
  const auto rewards = events(symbols_, modalities_, model_.spaces().first_modality("reward"));
  const auto costs = events(symbols_, modalities_, model_.spaces().first_modality("cost"));
  {
    const Stage stage(stages_.structure);
    for (const auto& piece : rewarded_pieces(rewards, costs)) learn_piece(piece);
  }
  const Stage stage(stages_.basin);
  if (model_.num_states() > 0) grow_basin();
}

/// Learns all frames; those that were learnt before only connect.
void Agent::learn_connected() {
  const std::size_t first = learnt_ ? 1 : 0, frames = frames_kept() - first;
  if (frames < model_.window()) return;
  const auto states = model_.learn(outcomes_of(std::span(symbols_).last(frames * modalities_), modalities_),
                                   std::span(actions_).subspan(first));
  if (learnt_) model_.count(*learnt_, actions_[model_.window() - 1], states.front());
  learnt_ = states.back();
}

void Agent::learn_piece(const FrameSpan& piece) {
  const std::size_t frames = piece.last - piece.first + 1;
  if (frames < model_.window()) return;
  model_.learn(outcomes_of(std::span(symbols_).subspan(piece.first * modalities_, frames * modalities_), modalities_),
               std::span(actions_).subspan(piece.first, frames - 1));
}

/// From every piece of random play between costs learns what leads to a known state, until every intended state leads to
/// another one: only what lies in the basin of attraction.
void Agent::grow_basin() {
  constexpr std::size_t kChunk = 100;
  const std::size_t window = model_.window();
  const auto costs = events(symbols_, modalities_, model_.spaces().first_modality("cost"));
  const auto frames = outcomes_of(symbols_, modalities_);
  for (std::size_t first = 0; first + window <= costs.size(); first += kChunk) {
    InductiveMap map;
    map.update(model_.controlled());
    map.add_costly(model_.costly());
    map.add_intended(model_.intended());
    if (find_orbits(map).closed) return;
    const std::size_t end = std::min(costs.size(), first + kChunk + window);
    for (auto piece : pieces_without_cost(std::span(costs).subspan(first, end - first))) {
      piece.first += first;
      piece.last += first;
      // Up to the last frame at which a known state ends.
      while (piece.last + 1 >= piece.first + window && !model_.find(frames, piece.last + 1 - window)) --piece.last;
      learn_piece(piece);
    }
  }
}

void Agent::plan() {
  const auto& controlled = model_.controlled();
  const std::size_t states = model_.num_states();
  gain_.resize(states);
  for (std::size_t s = 0; s < states; ++s) gain_[s] = model_.reward()[s] - options_.cost_weight * model_.cost()[s];

  hope_ = Matrix<double>(states, model_.num_actions(), novelty());
  for (std::size_t s = 0; s < states; ++s)
    for (const auto& arc : controlled.arcs(s)) hope_(s, arc.path) = 0;

  const auto intended = model_.intended(), costly = model_.costly();
  if (options_.basin) allowed_ = basin_of_attraction(controlled, intended, costly);
  solve();

  if (options_.planning != PlanningMethod::kInduction) return;
  map_ = InductiveMap();
  map_.update(controlled);
  map_.add_costly(costly);
  map_.add_intended(intended);
}

void Agent::solve() {
  const ValueProblem problem{model_.controlled(), gain_, allowed_, &hope_};
  const ValueOptions value{
      .discount = options_.discount,
      .backup = options_.selection == ActionSelection::kExplicit ? ValueBackup::kOptimistic : ValueBackup::kExpected,
      .tolerance = 1e-4};
  values_ = state_values(problem, value, values_).values;
}

std::size_t Agent::reduce() {
  require(model_.num_states() > 0, "Agent: reduce: expected a model that has learnt something");
  const Stage stage(stages_.planning);
  const auto basin = basin_of_attraction(model_.controlled(), model_.intended(), model_.costly());
  allowed_ = steady_state_pruning(model_.controlled(), basin).kept;
  options_.learning = false;
  solve();
  return static_cast<std::size_t>(std::ranges::count(allowed_, 1));
}

}  // namespace rgm
