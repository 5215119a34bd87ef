#include <algorithm>
#include <cmath>

#include "foresight.h"
#include "rgm/base/interruption.h"
#include "rgm/planning/value.h"

namespace rgm {
namespace {

constexpr std::size_t kMostNodes = 500'000;
constexpr double kTolerance = 1e-4, kTrustRate = 1.0 / 16;

}  // namespace

void Foresight::forget_graph() {
  nodes_.clear();
  number_of_.clear();
  graph_ = {};
  gain_.clear();
  values_.clear();
  expanded_ = 0;
}

void Foresight::forget() {
  states_.clear();
  scenes_.reset();
  forget_present();
  forget_graph();
}

void Foresight::forget_present() {
  present_.reset();
  first_.reset();
}

/// The number of what is seen; none where a part of it is missing that the model knows.
std::optional<std::uint32_t> Foresight::scene_of(std::span<const Symbol> observation) {
  if (std::ranges::find(observation, kMissingSymbol) != observation.end()) return std::nullopt;
  frame_.assign(observation.begin(), observation.end());
  for (const std::size_t g : model_.ignored()) frame_[g] = kMissingSymbol;
  return scenes_->number_of(frame_);
}

void Foresight::begin(std::span<const Symbol> first) {
  forget_present();
  if (known()) first_ = scene_of(first);
}

void Foresight::observe(std::size_t asked, std::span<const Symbol> next) {
  const auto& spaces = model_.spaces();
  since_cost_ = next[spaces.first_modality("cost")] == 1 ? 0 : since_cost_ + 1;
  since_reward_ = next[spaces.first_modality("reward")] == 1 ? 0 : since_reward_ + 1;
  if (!known()) return;
  const auto before = present_;
  const auto now = present_ ? std::optional(present_->now) : first_;
  forget_present();
  const auto scene = scene_of(next);
  if (!scene) return;
  if (!now) {
    first_ = scene;
    return;
  }
  const std::size_t last = before ? before->last : asked;
  const std::size_t taken = obedience_->taken(body_of(*now), body_of(*scene), asked, last);
  if (before) {
    const auto foretold = predict(before->before, before->now, taken);
    const bool right =
        std::ranges::any_of(foretold, [&](const Next& one) { return one.scene == *scene; });
    ++steps_;
    foreseen_ += right ? 1 : 0;
    trust_ += kTrustRate * ((right ? 1 : 0) - trust_);
  }
  present_ = {*now, *scene, stuck() > 0 ? static_cast<std::uint32_t>(taken) : 0};
}

std::uint32_t Foresight::node_of(const Node& node) {
  const auto [at, fresh] = number_of_.try_emplace(node, static_cast<std::uint32_t>(nodes_.size()));
  if (!fresh) return at->second;
  nodes_.push_back(node);
  const auto& scene = (*scenes_)[node.now];
  gain_.push_back((scenes_->shows(scene, scenes_->reward()) ? 1 : 0) -
                  (scenes_->shows(scene, scenes_->cost()) ? options_.cost_weight : 0));
  return at->second;
}

/// Follows all that may come of the nodes that are not followed yet.
void Foresight::expand() {
  struct Arc {
    std::uint32_t from, action, to;
    double probability;
  };
  const std::size_t actions = model_.num_actions();
  const double again = stuck();
  std::vector<Arc> arcs;
  while (expanded_ < nodes_.size() && nodes_.size() < kMostNodes) {
    check_interruption();
    const auto from = static_cast<std::uint32_t>(expanded_++);
    const Node node = nodes_[from];
    for (std::uint32_t taken = 0; taken < actions; ++taken) {
      const double obeyed = again > 0 && taken != node.last ? 1 - again : 1;
      for (const auto& next : predict(node.before, node.now, taken)) {
        const std::uint32_t to = node_of({node.now, next.scene, again > 0 ? taken : 0});
        arcs.push_back({from, taken, to, obeyed * next.probability});
        if (again > 0 && taken == node.last)
          for (std::uint32_t asked = 0; asked < actions; ++asked)
            if (asked != taken) arcs.push_back({from, asked, to, again * next.probability});
      }
    }
  }
  graph_.grow(nodes_.size(), actions);
  for (const auto& arc : arcs)
    if (arc.probability > 0) graph_.add(arc.to, arc.from, arc.action, arc.probability);
}

/// Values of all nodes, or of those beyond the first `known` if they are few.
void Foresight::solve(std::size_t known) {
  constexpr std::size_t kMostSweeps = 200, kFew = 20;
  const ValueProblem problem{graph_, gain_};
  const ValueOptions options{.discount = options_.discount, .tolerance = kTolerance};
  const std::size_t nodes = nodes_.size();
  if ((nodes - known) * kFew > nodes) {
    values_ = state_values(problem, options, values_).values;
    return;
  }
  values_.resize(nodes);
  double change = 1;
  for (std::size_t sweep = 0; sweep < kMostSweeps && change > kTolerance; ++sweep) {
    check_interruption();
    change = 0;
    for (std::size_t n = nodes; n-- > known;) {
      const auto worth = control_values(problem, options, values_, n);
      const double best = worth.empty() ? 0 : *std::ranges::max_element(worth);
      if (!std::isfinite(best)) continue;
      change = std::max(change, std::abs(best - values_[n]));
      values_[n] = best;
    }
  }
}

std::optional<std::vector<double>> Foresight::values() {
  if (!known() || !present_) return std::nullopt;
  const std::size_t known = nodes_.size();
  const std::uint32_t node = node_of(*present_);
  if (node >= known) {
    try {
      expand();
      solve(known);
    } catch (...) {  // what is half known is of no use
      forget_graph();
      throw;
    }
  }
  if (node >= expanded_) return std::nullopt;
  return control_values({graph_, gain_}, {.discount = options_.discount}, values_, node);
}

}  // namespace rgm
