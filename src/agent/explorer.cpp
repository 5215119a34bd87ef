#include "explorer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {
namespace {

constexpr double kUntried = -std::numeric_limits<double>::infinity();
constexpr std::size_t kNodesADraw = 16;         // so many nodes a frame: what drawing may cost
constexpr double kLittle = 0.01;                // hope where nothing but costs was seen
constexpr double kExact = 1e-7, kAbout = 1e-4;  // tolerances, in units of the range of rewards

}  // namespace

Explorer::Explorer(GameModel& model, const AgentOptions& options, const Random& random)
    : model_(model), options_(options), random_(random), actions_(model.num_actions()) {
  std::size_t modality = 0;
  for (const auto& stream : model.spaces().streams) {
    const bool apart = stream.name == "reward" || stream.name == "cost" || stream.name == "end" ||
                       stream.name == "action";
    for (std::size_t i = 0; i < stream.num_symbols.size(); ++i, ++modality)
      if (!apart) shown_.push_back(modality);
  }
  std::vector<Symbol> frame(model.spaces().num_modalities());
  for (std::size_t s = 0; s < model.num_states(); ++s) {
    const auto frames = usual_frames(model.tree(), s);
    for (std::size_t g = 0; g < frame.size(); ++g) frame[g] = frames(0, g).token;
    add_state(s, add_node(key_of(frame)));
  }
  for (std::size_t s = 0; s < model.num_states(); ++s)
    for (const auto& arc : model.controlled().arcs(s))
      count(node_of_[s], arc.path, static_cast<std::uint32_t>(arc.next), arc.count);
  settle();
}

std::string Explorer::key_of(std::span<const Symbol> frame) const {
  std::string result;
  result.reserve(2 * shown_.size());
  for (const std::size_t g : shown_) {
    result.push_back(static_cast<char>(frame[g] & 0xFFU));
    result.push_back(static_cast<char>(frame[g] >> 8U));
  }
  return result;
}

std::uint32_t Explorer::add_node(const std::string& key) {
  const auto [at, fresh] =
      number_of_.try_emplace(key, static_cast<std::uint32_t>(number_of_.size()));
  if (!fresh) return at->second;
  choices_.resize(choices_.size() + actions_);
  predecessors_.emplace_back();
  curious_.push_back(hope());
  known_.push_back(0);
  queued_.push_back(0);
  known_solved_ = false;
  return at->second;
}

void Explorer::add_state(std::size_t state, std::uint32_t node) {
  if (state < node_of_.size()) return;
  node_of_.push_back(node);
  note_reward(gain(state));
}

void Explorer::note_reward(double reward) {
  least_ = rewarded_ ? std::min(least_, reward) : reward;
  greatest_ = rewarded_ ? std::max(greatest_, reward) : reward;
  rewarded_ = true;
}

double Explorer::gain(std::size_t state) const {
  return model_.reward()[state] - options_.cost_weight * model_.cost()[state];
}

double Explorer::range() const {
  const double result = std::max(greatest_, 0.0) - std::min(least_, 0.0);
  return result > 0 ? result : 1;
}

double Explorer::hope() const {
  if (greatest_ > 0) return options_.novelty * greatest_;
  return options_.novelty * (least_ < 0 ? -kLittle * least_ : 1);
}

void Explorer::enter(std::span<const Symbol> frame) {
  const auto key = key_of(frame);
  const auto outcomes = outcomes_of(frame, frame.size());
  if (options_.learning) {
    state_ = model_.learn(outcomes, {}).front();
    node_ = add_node(key);
    add_state(*state_, *node_);
    return;
  }
  state_ = model_.num_states() > 0 ? model_.find(outcomes, 0) : std::nullopt;
  const auto at = number_of_.find(key);
  node_ = at != number_of_.end() ? std::optional(at->second) : std::nullopt;
}

void Explorer::begin(std::span<const Symbol> first) {
  enter(first);
  if (options_.learning && since_draw_ >= num_nodes() / kNodesADraw) draw();
}

void Explorer::observe(std::size_t action, std::span<const Symbol> next) {
  constexpr std::size_t kLong = 256;  // frames, where no episode begins
  const auto state = state_;
  const auto node = node_;
  enter(next);
  if (!options_.learning || !state || !node) return;
  model_.count(*state, action, *state_);
  count(*node, action, static_cast<std::uint32_t>(*state_), 1);
  known_solved_ = false;
  push(*node);
  if (++since_draw_ >= std::max(kLong, num_nodes() / kNodesADraw)) draw();
  follow();
}

void Explorer::count(std::uint32_t node, std::size_t action, std::uint32_t state, double times) {
  auto& chosen = choice(node, action);
  const auto at = std::ranges::find(chosen.arcs, state, &Arc::state);
  const bool fresh = at == chosen.arcs.end();
  const auto before = static_cast<std::size_t>(std::min<double>(chosen.total, kMostTries));
  tries_[before] += 1;
  news_[before] += fresh ? 1 : 0;
  double more = std::floor(times) - 1;  // of a model that was kept
  for (std::size_t i = before + 1; i < kMostTries && more > 0; ++i, --more) tries_[i] += 1;
  tries_[kMostTries] += std::max(more, 0.0);
  chosen.total += times;
  chosen.drawn += times;
  if (!fresh) {
    at->count += times;
    at->drawn += times;
    return;
  }
  chosen.arcs.push_back({state, times, times});
  auto& before_it = predecessors_[node_of_[state]];
  if (std::ranges::find(before_it, node) == before_it.end()) before_it.push_back(node);
}

double Explorer::worth(const Choice& choice, const std::vector<double>& values) const {
  double sum = 0;
  for (const auto& arc : choice.arcs) {
    const double beyond =
        model_.ends()[arc.state] != 0 ? 0 : options_.discount * values[node_of_[arc.state]];
    sum += arc.count * (gain(arc.state) + beyond);
  }
  return sum / choice.total;
}

double Explorer::known_worth(const Choice& choice) const {
  return choice.total > 0 ? worth(choice, known_) : kUntried;
}

double Explorer::news_after(double tries) const {
  const auto before = static_cast<std::size_t>(std::min<double>(tries, kMostTries));
  return (news_[before] + 0.5) / (tries_[before] + 1);
}

double Explorer::curious_worth(std::size_t node, const Choice& choice) const {
  double sum = choice.drawn_news > 0 ? choice.drawn_news * hope_of(curious_[node]) : 0;
  for (const auto& arc : choice.arcs) {
    const double beyond =
        model_.ends()[arc.state] != 0 ? 0 : options_.discount * curious_[node_of_[arc.state]];
    sum += arc.drawn * (gain(arc.state) + beyond);
  }
  const double unknown =
      (static_cast<double>(choice.arcs.size()) - 1 + news_after(choice.total)) / (2 * choice.total);
  return sum / choice.drawn + options_.information * range() * unknown;
}

/// Of the gamma distribution of a shape above 0 and scale 1 (Marsaglia and Tsang 2000).
double Explorer::gamma(double shape) {
  if (shape < 1) return gamma(shape + 1) * std::pow(1 - random_.uniform(), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random_.normal(), v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - random_.uniform()) < x * x / 2 + d - d * v + d * std::log(v))
      return d * v;
  }
}

/// All probabilities anew, and what follows from them.
void Explorer::draw() {
  constexpr double kCertain = 1000;  // tries after which frequencies are as good
  since_draw_ = 0;
  for (auto& choice : choices_) {
    if (choice.total == 0) continue;
    check_interruption();
    choice.drawn = choice.drawn_news =
        choice.total < kCertain ? gamma(news_after(choice.total)) : 0;
    for (auto& arc : choice.arcs) {
      arc.drawn = choice.total < kCertain && (choice.arcs.size() > 1 || choice.drawn_news > 0)
                      ? gamma(arc.count)
                      : arc.count;
      choice.drawn += arc.drawn;
    }
  }
  sweep();
}

double Explorer::curious_value(std::size_t node) const {
  double best = kUntried;
  bool all_tried = true;
  for (std::size_t a = 0; a < actions_; ++a)
    if (choice(node, a).total > 0)
      best = std::max(best, curious_worth(node, choice(node, a)));
    else
      all_tried = false;
  return all_tried ? best : std::max(best, hope_of(best));
}

/// What an action that was never tried in a node is hoped to be worth, `tried` being the most that
/// others are: the greatest reward, and then as much as there is to be had here.
double Explorer::hope_of(double tried) const {
  return hope() + options_.discount * std::max(0.0, tried);
}

void Explorer::push(std::uint32_t node) {
  if (queued_[node] != 0) return;
  queued_[node] = 1;
  queue_.push_back(node);
}

void Explorer::follow() {
  const double least = kAbout * range();
  for (std::size_t backups = 0; backups < kMostBackups && !queue_.empty(); ++backups) {
    const std::uint32_t node = queue_.front();
    queue_.pop_front();
    queued_[node] = 0;
    const double value = curious_value(node), change = std::abs(value - curious_[node]);
    curious_[node] = value;
    if (change > least)
      for (const std::uint32_t before : predecessors_[node]) push(before);
  }
}

/// All nodes, some times.
void Explorer::sweep() {
  constexpr std::size_t kMostSweeps = 50;
  double change = 1;
  for (std::size_t i = 0; i < kMostSweeps && change > kAbout * range(); ++i) {
    change = 0;
    for (std::size_t n = num_nodes(); n-- > 0;) {
      if (n % 64 == 0) check_interruption();
      const double value = curious_value(n);
      change = std::max(change, std::abs(value - curious_[n]));
      curious_[n] = value;
    }
  }
}

void Explorer::settle() {
  known_solved_ = false;
  least_ = greatest_ = 0;
  rewarded_ = false;
  for (std::size_t s = 0; s < model_.num_states(); ++s) note_reward(gain(s));
  sweep();
}

/// Where nothing was tried the worst is feared, or nothing if no reward is negative.
void Explorer::solve_known() {
  if (known_solved_) return;
  constexpr std::size_t kMostSweeps = 20'000;
  const double feared = std::min(least_, 0.0) / (1 - options_.discount);
  double change = 1;
  for (std::size_t i = 0; i < kMostSweeps && change > kExact * range(); ++i) {
    change = 0;
    for (std::size_t n = num_nodes(); n-- > 0;) {
      if (n % 64 == 0) check_interruption();
      double best = kUntried;
      for (std::size_t a = 0; a < actions_; ++a) best = std::max(best, known_worth(choice(n, a)));
      if (!std::isfinite(best)) best = feared;
      change = std::max(change, std::abs(best - known_[n]));
      known_[n] = best;
    }
  }
  known_solved_ = true;
}

std::vector<double> Explorer::values(bool curious) {
  std::vector<double> result(actions_, kUntried);
  if (!node_) return result;
  if (!curious) solve_known();
  double most = kUntried;
  for (std::size_t a = 0; a < actions_; ++a) {
    const auto& chosen = choice(*node_, a);
    if (chosen.total == 0) continue;
    result[a] = curious ? curious_worth(*node_, chosen) : worth(chosen, known_);
    most = std::max(most, result[a]);
  }
  for (std::size_t a = 0; a < actions_ && curious; ++a)
    if (choice(*node_, a).total == 0) result[a] = hope_of(most);
  return result;
}

std::vector<std::size_t> Explorer::tried(std::size_t state) const {
  std::vector<std::size_t> result(actions_);
  for (std::size_t a = 0; a < actions_; ++a)
    result[a] = static_cast<std::size_t>(choice(node_of_[state], a).total);
  return result;
}

std::optional<std::size_t> Explorer::likeliest_next(std::size_t state, std::size_t action) const {
  const auto& arcs = choice(node_of_[state], action).arcs;
  if (arcs.empty()) return std::nullopt;
  return std::ranges::max_element(arcs, {}, &Arc::count)->state;
}

std::vector<std::size_t> Explorer::forecast(std::size_t state, std::size_t steps) {
  solve_known();
  std::vector<std::size_t> result{state};
  while (result.size() <= steps) {
    const std::uint32_t node = node_of_[result.back()];
    const Choice* best = &choice(node, 0);
    for (std::size_t a = 1; a < actions_; ++a)
      if (known_worth(choice(node, a)) > known_worth(*best)) best = &choice(node, a);
    if (best->arcs.empty()) break;
    const std::size_t next = std::ranges::max_element(best->arcs, {}, &Arc::count)->state;
    result.push_back(next);
    if (model_.reward()[next] > 0 || model_.ends()[next] != 0) break;
  }
  return result;
}

OutcomeDistributions Explorer::predict(std::size_t action) const {
  if (!node_ || choice(*node_, action).arcs.empty()) return {};
  const auto& chosen = choice(*node_, action);
  OutcomeDistributions result;
  for (const std::size_t symbols : num_outcomes(model_.spaces())) result.emplace_back(symbols);
  for (const auto& arc : chosen.arcs) {
    const auto frame = usual_frames(model_.tree(), arc.state);
    for (std::size_t g = 0; g < result.size(); ++g) {
      const double share = arc.count / chosen.total;
      if (!frame(0, g).missing())
        result[g][frame(0, g).token] += share;
      else
        for (double& p : result[g]) p += share / static_cast<double>(result[g].size());
    }
  }
  return result;
}

}  // namespace rgm
