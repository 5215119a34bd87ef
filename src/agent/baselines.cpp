#include "rgm/agent/baselines.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "two_frames.h"

namespace rgm {
namespace {

void check_common(const char* name, double miss_price, double discount) {
  require(miss_price >= 0 && std::isfinite(miss_price), name,
          ": miss_price: expected 0 or more, got ", miss_price);
  require(discount >= 0 && discount < 1, name, ": discount: expected at least 0, below 1, got ",
          discount);
}

void check_fraction(const char* what, double value) {
  require(value >= 0 && value <= 1, "q_learning: ", what, ": expected 0 to 1, got ", value);
}

class RandomPlayer final : public Player {
 public:
  RandomPlayer(std::size_t actions, std::uint64_t seed)
      : actions_(actions), random_(random_of_player(seed)) {}

  void begin(std::span<const Symbol>) override {}
  std::size_t act() override { return random_.index(actions_); }
  void observe(std::size_t, std::span<const Symbol>) override {}

 private:
  std::size_t actions_;
  Random random_;
};

class QLearningPlayer final : public Player {
 public:
  QLearningPlayer(const EnvironmentSpaces& spaces, const QLearningOptions& options,
                  std::uint64_t seed)
      : options_(options),
        actions_(spaces.actions.size()),
        frames_(spaces, options.miss_price),
        random_(random_of_player(seed)) {
    check_common("q_learning", options.miss_price, options.discount);
    check_fraction("rate", options.rate);
    check_fraction("exploration", options.exploration);
    check_fraction("last_exploration", options.last_exploration);
  }

  void begin(std::span<const Symbol> first) override {
    frames_.begin(first);
    values_.resize(frames_.num_states() * actions_);
  }
  std::size_t act() override {
    const double past = options_.exploring_frames == 0
                            ? 1
                            : std::min(1.0, static_cast<double>(played_) /
                                                static_cast<double>(options_.exploring_frames));
    const double exploration =
        options_.exploration + past * (options_.last_exploration - options_.exploration);
    return random_.uniform() < exploration ? random_.index(actions_)
                                           : best_of(values_of(frames_.state()), random_);
  }
  void observe(std::size_t action, std::span<const Symbol> next) override {
    const std::size_t last = frames_.state();
    frames_.push(next);
    ++played_;
    values_.resize(frames_.num_states() * actions_);
    const auto then = values_of(frames_.state());
    const double target =
        frames_.reward() + options_.discount * *std::max_element(then.begin(), then.end());
    double& value = values_[last * actions_ + action];
    value += options_.rate * (target - value);
  }

 private:
  std::span<const double> values_of(std::size_t state) const {
    return std::span(values_).subspan(state * actions_, actions_);
  }

  QLearningOptions options_;
  std::size_t actions_;
  TwoFrames frames_;
  Random random_;
  std::vector<double> values_;  // [state, action]
  std::size_t played_ = 0;
};

class TwoFramePlayer final : public Player {
 public:
  TwoFramePlayer(const EnvironmentSpaces& spaces, const TwoFrameOptions& options,
                 std::uint64_t seed)
      : options_(options),
        actions_(spaces.actions.size()),
        frames_(spaces, options.miss_price),
        random_(random_of_player(seed)) {
    check_common("two_frames", options.miss_price, options.discount);
    require(options.planning_interval > 0,
            "two_frames: planning_interval: expected at least 1 frame, got 0");
  }

  void begin(std::span<const Symbol> first) override {
    frames_.begin(first);
    grow();
  }
  std::size_t act() override {
    return best_of(std::span(worth_).subspan(frames_.state() * actions_, actions_), random_);
  }
  void observe(std::size_t action, std::span<const Symbol> next) override {
    const std::size_t last = frames_.state();
    frames_.push(next);
    grow();
    if (played_ >= options_.learning_frames) return;
    auto& followers = followers_[last * actions_ + action];
    const auto known = std::find_if(followers.begin(), followers.end(),
                                    [&](auto& f) { return f.state == frames_.state(); });
    if (known == followers.end())
      followers.push_back({frames_.state(), 1});
    else
      ++known->count;
    update(last);
    if (++played_ % options_.planning_interval != 0) return;
    // The latest states first: value flows backwards.
    for (std::size_t sweep = 0; sweep < options_.sweeps; ++sweep)
      for (std::size_t state = value_.size(); state-- > 0;) update(state);
  }

 private:
  struct Follower {
    std::size_t state;
    double count;
  };

  void grow() {
    if (frames_.num_states() == value_.size()) return;
    reward_.push_back(frames_.reward());
    value_.push_back(hope());
    followers_.resize(followers_.size() + actions_);
    worth_.resize(worth_.size() + actions_, hope());
  }
  /// What an action is taken to be worth that was never tried.
  double hope() const {
    if (options_.novelty_frames == 0) return options_.untried_value;
    const double played = static_cast<double>(played_),
                 fade = static_cast<double>(options_.novelty_frames);
    return options_.untried_value * std::max(0.0, 1 - played / fade);
  }
  void update(std::size_t state) {
    for (std::size_t k = state * actions_; k < (state + 1) * actions_; ++k) {
      worth_[k] = hope();
      if (followers_[k].empty()) continue;
      double sum = 0, total = 0;
      for (const auto& [then, count] : followers_[k]) {
        sum += count * (reward_[then] + options_.discount * value_[then]);
        total += count;
      }
      worth_[k] = sum / total;
    }
    const auto first = worth_.begin() + static_cast<std::ptrdiff_t>(state * actions_);
    value_[state] = *std::max_element(first, first + static_cast<std::ptrdiff_t>(actions_));
  }

  TwoFrameOptions options_;
  std::size_t actions_;
  TwoFrames frames_;
  Random random_;
  std::vector<double> reward_, value_;            // [state]: of coming there, of being there
  std::vector<std::vector<Follower>> followers_;  // [state, action]
  std::vector<double> worth_;                     // [state, action]
  std::size_t played_ = 0;
};

}  // namespace

std::unique_ptr<Player> random_player(const EnvironmentSpaces& spaces, std::uint64_t seed) {
  return std::make_unique<RandomPlayer>(spaces.actions.size(), seed);
}

std::unique_ptr<Player> q_learning_player(const EnvironmentSpaces& spaces,
                                          const QLearningOptions& options, std::uint64_t seed) {
  return std::make_unique<QLearningPlayer>(spaces, options, seed);
}

std::unique_ptr<Player> two_frame_player(const EnvironmentSpaces& spaces,
                                         const TwoFrameOptions& options, std::uint64_t seed) {
  return std::make_unique<TwoFramePlayer>(spaces, options, seed);
}

}  // namespace rgm
