#include "play_learning.h"

#include <algorithm>

#include "rgm/base/interruption.h"
#include "rgm/planning/inductive_inference.h"
#include "rgm/structure/noise.h"
#include "stage.h"

namespace rgm {

void PlayLearning::learn_random_play() {
  const auto rewards = events("reward"), costs = events("cost");
  if (options_.experience == Experience::kRewarded && rewarded_episodes(rewards, costs).empty())
    return;
  {
    const Stage stage(stages_.groups);
    std::vector<std::size_t> noise;
    if (options_.ignore_noise)
      noise = noise_modalities(memory_.outcomes(), num_outcomes(model_.spaces()));
    model_.find_groups(memory_.outcomes(0, std::min(options_.structure_frames, memory_.size())),
                       noise);
  }
  std::vector<FrameSpan> learnt;
  {
    const Stage stage(stages_.structure);
    learnt = pieces_of_random_play(rewards, costs);
    try {
      for (const auto& piece : learnt) {
        learnt_.reset();
        learn_piece(piece);
      }
    } catch (...) {  // to be learnt from the beginning, the next time
      model_.forget();
      learnt_.reset();
      hidden_.forget();
      throw;
    }
  }
  const InterruptionScope whole({});
  const Stage stage(stages_.basin);
  if (model_.num_states() > 0 && options_.experience == Experience::kRewarded) grow_basin(learnt);
}

/// Every game by itself, or what leads to rewards in it.
std::vector<FrameSpan> PlayLearning::pieces_of_random_play(
    std::span<const std::uint8_t> rewards, std::span<const std::uint8_t> costs) const {
  std::vector<FrameSpan> result;
  const auto& games = memory_.games();
  for (std::size_t i = 0; i < games.size(); ++i) {
    const std::size_t first = games[i];
    const std::size_t frames = (i + 1 < games.size() ? games[i + 1] : memory_.size()) - first;
    const auto pieces =
        options_.experience == Experience::kAll
            ? std::vector<FrameSpan>{{0, frames - 1}}
            : rewarded_pieces(rewards.subspan(first, frames), costs.subspan(first, frames));
    for (const auto& piece : pieces) result.push_back({piece.first + first, piece.last + first});
  }
  return result;
}

std::optional<std::vector<std::uint32_t>> PlayLearning::ignore_new_noise() {
  constexpr std::size_t kEnough = 1024;  // frames, in which it shows what depends on something
  const Stage stage(stages_.structure);
  const auto fresh = memory_.fresh();
  own_play_.insert(own_play_.end(), fresh.begin(), fresh.end());
  const std::size_t modalities = model_.spaces().num_modalities();
  if (own_play_.size() < kEnough * modalities) return std::nullopt;
  const auto frames = model_.relevant(outcomes_of(own_play_, modalities));
  own_play_.clear();
  auto noise = noise_modalities(frames, num_outcomes(model_.spaces()));
  const std::size_t pixels = model_.spaces().streams.front().num_symbols.size();
  std::erase_if(noise, [&](std::size_t g) { return g >= pixels; });
  if (noise.empty()) return std::nullopt;
  const InterruptionScope whole({});
  const auto number = model_.ignore(noise);
  if (learnt_) learnt_ = number[*learnt_];
  hidden_.forget();
  return number;
}

void PlayLearning::learn_own_play() {
  const InterruptionScope whole({});  // a game at most, half of which would be learnt twice
  const Stage stage(stages_.structure);
  if (options_.experience == Experience::kAll) {
    learn_piece({0, memory_.size() - 1});
    return;
  }
  const auto pieces = pieces_without_cost(events("cost"));
  for (const auto& piece : pieces) learn_piece(piece);
  const bool ends_learnt = !pieces.empty() && pieces.back().last + 1 == memory_.size() &&
                           pieces.back().last + 1 >= pieces.back().first + model_.window();
  if (!ends_learnt) learnt_.reset();
}

/// Learns some of the frames. If the first of all were learnt before as a state, a piece that
/// begins with them goes on there.
void PlayLearning::learn_piece(const FrameSpan& piece) {
  const bool connected = learnt_ && piece.first == 0;
  const std::size_t first = piece.first + (connected ? 1 : 0), frames = piece.last + 1 - first;
  if (frames < model_.window()) return;
  const auto actions = memory_.actions();
  const auto states =
      model_.learn(memory_.outcomes(first, frames), actions.subspan(first, frames - 1));
  if (connected) model_.count(*learnt_, actions[model_.window() - 1], states.front());
  if (!connected) hidden_.begin();
  // A state's last frame follows the action before it; the very first of a piece may have none.
  for (std::size_t t = 0; t < states.size(); ++t) {
    const std::size_t last = first + t + model_.window() - 1;
    hidden_.step(last == 0 ? 0 : actions[last - 1], states[t], model_.window());
  }
  learnt_ = states.back();
}

/// The pieces without cost of the frames from `first` on, cut where games begin.
std::vector<FrameSpan> PlayLearning::pieces_of_one_game(std::span<const std::uint8_t> costs,
                                                        std::size_t first) const {
  std::vector<FrameSpan> result;
  for (auto piece : pieces_without_cost(costs)) {
    piece.first += first;
    piece.last += first;
    for (const std::size_t game : memory_.games()) {
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
void PlayLearning::grow_basin(std::span<const FrameSpan> learnt) {
  constexpr std::size_t kChunk = 100;
  const std::size_t window = model_.window();
  const auto costs = events("cost");
  const auto frames = model_.relevant(memory_.outcomes());
  std::vector<std::size_t> learnt_until(
      frames.items());  // behind the last frame of the piece that a frame was learnt with
  for (const auto& piece : learnt)
    std::fill_n(learnt_until.begin() + static_cast<std::ptrdiff_t>(piece.first),
                piece.last + 1 - piece.first, piece.last + 1);
  for (std::size_t first = 0; first + window <= costs.size(); first += kChunk) {
    InductiveMap map;
    map.update(model_.controlled());
    map.add_costly(model_.costly());
    map.add_intended(model_.intended());
    if (find_orbits(map).closed) break;
    const std::size_t end = std::min(costs.size(), first + kChunk + window);
    for (auto piece : pieces_of_one_game(std::span(costs).subspan(first, end - first), first)) {
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

}  // namespace rgm
