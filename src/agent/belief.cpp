#include "belief.h"

#include <algorithm>
#include <numeric>

namespace rgm {
namespace {

double times_tried(const Transition& graph, std::size_t state, std::size_t action) {
  double result = 0;
  for (const auto& arc : graph.arcs(state)) result += arc.path == action ? arc.count : 0;
  return result;
}

}  // namespace

std::optional<std::size_t> Belief::most_probable() const {
  if (state_) return state_;
  if (probabilities_.empty()) return std::nullopt;
  return static_cast<std::size_t>(std::ranges::max_element(probabilities_) -
                                  probabilities_.begin());
}

void Belief::forget() {
  state_.reset();
  probabilities_.clear();
}

/// Inferred by b(s) as `Recogniser::belief` has it, predicted(s) = Σ_s' b_before(s') N(s | s',
/// action) / (N(s', action) + κ): what is left of each state's probability is that of a jump.
void Belief::recognise(const FrameMemory& memory, std::size_t action, bool exploring) {
  const auto before = state_;
  state_.reset();
  const std::size_t window = model_.window();
  if (memory.size() < window) return;
  const auto frames = model_.relevant(memory.outcomes(memory.size() - window, window));
  state_ = model_.find(frames, 0);
  if (state_ || (exploring && !memory.any_missing(window))) {
    probabilities_.clear();
    return;
  }
  const std::size_t states = model_.num_states();
  std::vector<double> predicted(states), anywhere(model_.tree().initial_state_counts);
  const double visits = std::accumulate(anywhere.begin(), anywhere.end(), 0.0);
  for (double& p : anywhere) p /= visits;
  double jump = 1;
  const auto lead_on = [&](std::size_t s, double probability) {
    const double tried = times_tried(model_.controlled(), s, action);
    const double share = probability / (tried + jump_concentration_);
    jump -= share * tried;
    for (const auto& arc : model_.controlled().arcs(s))
      if (arc.path == action) predicted[arc.next] += share * arc.count;
  };
  if (before)
    lead_on(*before, 1);
  else if (probabilities_.size() == states)
    for (std::size_t s = 0; s < states; ++s)
      if (probabilities_[s] > 0) lead_on(s, probabilities_[s]);
  probabilities_ = recogniser().belief(frames, predicted, std::max(jump, 0.0), anywhere);
}

OutcomeDistributions Belief::predict(std::size_t action) {
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
  for (std::size_t s = 0; s < probabilities_.size() && !state_; ++s)
    if (probabilities_[s] > 0) lead_on(s, probabilities_[s]);
  if (total == 0) return {};
  for (double& p : next) p /= total;
  return recogniser().last_frame(next);
}

void Belief::model_has_grown() {
  recogniser_.reset();
  if (!probabilities_.empty()) probabilities_.resize(model_.num_states());
}

Recogniser& Belief::recogniser() {
  if (!recogniser_) recogniser_ = std::make_unique<Recogniser>(model_.tree());
  return *recogniser_;
}

}  // namespace rgm
