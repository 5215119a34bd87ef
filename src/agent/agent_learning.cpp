#include <algorithm>
#include <utility>

#include "rgm/agent/agent.h"
#include "rgm/base/error.h"
#include "rgm/base/stopwatch.h"
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
  ~Stage() { sum_ += watch_.seconds(); }

 private:
  double& sum_;
  Stopwatch watch_;
};

/// Whether the symbol of each frame says that there was a reward (or a cost).
std::vector<std::uint8_t> events(std::span<const Symbol> symbols, std::size_t modalities,
                                 std::size_t modality) {
  std::vector<std::uint8_t> result;
  for (std::size_t at = modality; at < symbols.size(); at += modalities)
    result.push_back(symbols[at] == 1 ? 1 : 0);
  return result;
}

}  // namespace

void Agent::learn() {
  if (symbols_.empty()) return;  // nothing has begun
  const bool random_play = model_.num_states() == 0;
  if (random_play)
    learn_random_play();
  else if (options_.learning)
    learn_own_play();
  if (model_.num_states() == 0) {  // nothing was worth learning: random play goes on
    keep_last(std::max({options_.random_frames, options_.structure_frames, options_.game_frames}));
    return;
  }
  keep_last(std::min(model_.window(), frames_kept() - games_.back()));
  kept_ = frames_kept();
  if (!random_play && !options_.learning) return;
  recogniser_.reset();
  if (!belief_.empty()) belief_.resize(model_.num_states());
  const Stage stage(stages_.planning);
  plan();
}

/// Forgets what was lived through before the last so many frames.
void Agent::keep_last(std::size_t frames) {
  if (frames >= frames_kept()) return;
  const std::size_t gone = frames_kept() - frames;
  symbols_.erase(symbols_.begin(),
                 symbols_.begin() + static_cast<std::ptrdiff_t>(gone * modalities_));
  actions_.erase(actions_.begin(), actions_.begin() + static_cast<std::ptrdiff_t>(gone));
  for (std::size_t& game : games_) game -= std::min(game, gone);
  while (games_.size() > 1 && games_[1] == 0) games_.erase(games_.begin());
}

void Agent::learn_random_play() {
  const std::size_t frames = frames_kept();
  const auto rewards = events(symbols_, modalities_, model_.spaces().first_modality("reward"));
  const auto costs = events(symbols_, modalities_, model_.spaces().first_modality("cost"));
  if (options_.experience == Experience::kRewarded && rewarded_episodes(rewards, costs).empty())
    return;
  {
    const Stage stage(stages_.groups);
    const auto first = std::min(options_.structure_frames, frames);
    std::vector<std::size_t> noise;
    if (options_.ignore_noise)
      noise = noise_modalities(outcomes_of(symbols_, modalities_), num_outcomes(model_.spaces()));
    model_.find_groups(outcomes_of(std::span(symbols_).first(first * modalities_), modalities_),
                       noise);
  }
  std::vector<FrameSpan> learnt;
  {
    const Stage stage(stages_.structure);
    for (std::size_t i = 0; i < games_.size(); ++i) {
      const std::size_t first = games_[i], end = i + 1 < games_.size() ? games_[i + 1] : frames;
      const bool all = options_.experience == Experience::kAll;
      const auto part = [&](const auto& all_frames) {
        return std::span(all_frames).subspan(first, end - first);
      };
      for (const auto& piece : all ? std::vector<FrameSpan>{{0, end - first - 1}}
                                   : rewarded_pieces(part(rewards), part(costs)))
        learnt.push_back({piece.first + first, piece.last + first});
    }
    for (const auto& piece : learnt) {
      learnt_.reset();
      learn_piece(piece);
    }
  }
  const Stage stage(stages_.basin);
  if (model_.num_states() > 0 && options_.experience == Experience::kRewarded) grow_basin(learnt);
}

/// Pixels that have become noise make every state new: they are left out of what is known, too.
void Agent::ignore_new_noise() {
  constexpr std::size_t kEnough = 1024;  // frames, in which it shows what depends on something
  own_play_.insert(own_play_.end(),
                   symbols_.begin() + static_cast<std::ptrdiff_t>(kept_ * modalities_),
                   symbols_.end());
  if (own_play_.size() < kEnough * modalities_) return;
  const auto frames = model_.relevant(outcomes_of(own_play_, modalities_));
  own_play_.clear();
  auto noise = noise_modalities(frames, num_outcomes(model_.spaces()));
  const std::size_t pixels = model_.spaces().streams.front().num_symbols.size();
  std::erase_if(noise, [&](std::size_t g) { return g >= pixels; });
  if (noise.empty()) return;
  const auto number = model_.ignore(noise);
  if (learnt_) learnt_ = number[*learnt_];
  if (decision_.state) decision_.state = number[*decision_.state];
  if (decision_.wanted) decision_.wanted = number[*decision_.wanted];
  state_.reset();
  belief_.clear();
  values_.clear();
}

void Agent::learn_own_play() {
  const Stage stage(stages_.structure);
  if (options_.ignore_noise) ignore_new_noise();
  if (options_.experience == Experience::kAll) {
    learn_piece({0, frames_kept() - 1});
    return;
  }
  const auto costs = events(symbols_, modalities_, model_.spaces().first_modality("cost"));
  const auto pieces = pieces_without_cost(costs);
  for (const auto& piece : pieces) learn_piece(piece);
  const bool ends_learnt = !pieces.empty() && pieces.back().last + 1 == frames_kept() &&
                           pieces.back().last + 1 >= pieces.back().first + model_.window();
  if (!ends_learnt) learnt_.reset();
}

/// Learns some of the frames. If the first of all were learnt before as a state, a piece that
/// begins with them goes on there.
void Agent::learn_piece(const FrameSpan& piece) {
  const bool connected = learnt_ && piece.first == 0;
  const std::size_t first = piece.first + (connected ? 1 : 0), frames = piece.last + 1 - first;
  if (frames < model_.window()) return;
  const auto states = model_.learn(
      outcomes_of(std::span(symbols_).subspan(first * modalities_, frames * modalities_),
                  modalities_),
      std::span(actions_).subspan(first, frames - 1));
  if (connected) model_.count(*learnt_, actions_[model_.window() - 1], states.front());
  learnt_ = states.back();
}

/// The pieces without cost of the frames from `first` on, cut where games begin.
std::vector<FrameSpan> Agent::pieces_of_one_game(std::span<const std::uint8_t> costs,
                                                 std::size_t first) const {
  std::vector<FrameSpan> result;
  for (auto piece : pieces_without_cost(costs)) {
    piece.first += first;
    piece.last += first;
    for (const std::size_t game : games_) {
      if (game <= piece.first || game > piece.last) continue;
      result.push_back({piece.first, game - 1});
      piece.first = game;
    }
    result.push_back(piece);
  }
  return result;
}

/// From every piece of random play between costs learns what leads to a known state, until every
/// intended state leads to another one: only what lies in the basin of attraction. Frames that are
/// `learnt` are passed over, but for the last state.
void Agent::grow_basin(std::span<const FrameSpan> learnt) {
  constexpr std::size_t kChunk = 100;
  const std::size_t window = model_.window();
  auto barriers = events(symbols_, modalities_, model_.spaces().first_modality("cost"));
  const auto frames = model_.relevant(outcomes_of(symbols_, modalities_));
  std::vector<std::size_t> learnt_until(
      frames.items());  // behind the last frame of the piece that a frame was learnt with
  for (const auto& piece : learnt)
    std::fill_n(learnt_until.begin() + static_cast<std::ptrdiff_t>(piece.first),
                piece.last + 1 - piece.first, piece.last + 1);
  for (std::size_t first = 0; first + window <= barriers.size(); first += kChunk) {
    InductiveMap map;
    map.update(model_.controlled());
    map.add_costly(model_.costly());
    map.add_intended(model_.intended());
    if (find_orbits(map).closed) break;
    const std::size_t end = std::min(barriers.size(), first + kChunk + window);
    for (auto piece : pieces_of_one_game(std::span(barriers).subspan(first, end - first), first)) {
      if (learnt_until[piece.first] > piece.first + window)
        piece.first = learnt_until[piece.first] - window;
      // Up to the last frame at which a known state ends.
      while (piece.last + 1 >= piece.first + window &&
             !model_.find(frames, piece.last + 1 - window))
        --piece.last;
      learnt_.reset();
      if (piece.last + 1 >= piece.first + window) learn_piece(piece);
    }
  }
  // The frames that are kept are a known state, or none that was learnt.
  learnt_.reset();
}

std::vector<std::size_t> Agent::nodes_of(std::span<const std::size_t> states) const {
  std::vector<std::size_t> result;
  for (const std::size_t s : states) result.push_back(node_of(s));
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void Agent::plan() {
  if (options_.merge_frames > 0) {
    classes_ = predictive_classes(model_, {.steps = options_.merge_frames});
    merged_ = merged(model_.controlled(), *classes_);
    values_.clear();  // they are numbered anew
  }
  const std::size_t nodes = graph().num_states();
  gain_.resize(nodes);
  for (std::size_t n = 0; n < nodes; ++n)
    gain_[n] = model_.reward()[state_of(n)] - options_.cost_weight * model_.cost()[state_of(n)];

  hope_ = Matrix<double>(nodes, model_.num_actions(), novelty());
  for (std::size_t n = 0; n < nodes; ++n)
    for (const auto& arc : graph().arcs(n)) hope_(n, arc.path) = 0;

  if (options_.basin)
    allowed_ = basin_of_attraction(graph(), nodes_of(model_.intended()), nodes_of(model_.costly()));
  solve();
  follow_goals();
}

/// The ways to intended states, which pass neither costly states nor such as are not allowed.
void Agent::follow_goals() {
  if (options_.planning != PlanningMethod::kInduction) return;
  auto avoided = nodes_of(model_.costly());
  for (std::size_t n = 0; n < allowed_.size(); ++n)
    if (allowed_[n] == 0) avoided.push_back(n);
  map_ = InductiveMap();
  map_.update(graph());
  map_.add_costly(avoided);
  map_.add_intended(nodes_of(model_.intended()));
}

void Agent::solve() {
  const ValueProblem problem{graph(), gain_, allowed_, &hope_};
  const ValueOptions value{.discount = options_.discount,
                           .backup = options_.selection == ActionSelection::kExplicit
                                         ? ValueBackup::kOptimistic
                                         : ValueBackup::kExpected,
                           .tolerance = 1e-4};
  values_ = state_values(problem, value, values_).values;
}

std::size_t Agent::reduce() {
  require(model_.num_states() > 0, "Agent: reduce: expected a model that has learnt something");
  const Stage stage(stages_.planning);
  const auto basin =
      basin_of_attraction(graph(), nodes_of(model_.intended()), nodes_of(model_.costly()));
  allowed_ = steady_state_pruning(graph(), basin).kept;
  options_.learning = false;
  hope_.fill(0);
  solve();
  follow_goals();
  std::size_t left = 0;
  for (std::size_t s = 0; s < model_.num_states(); ++s) left += allowed_[node_of(s)];
  return left;
}

}  // namespace rgm
