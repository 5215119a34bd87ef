// A world of one's own, and an agent that learns to live in it: a robot in a corridor of twelve
// places is rewarded at the lamp while it is lit; the pit in between costs, but it may be jumped.
#include <iostream>

#include "rgm/agent/agent.h"

class Corridor final : public rgm::Environment {
 public:
  const rgm::EnvironmentSpaces& spaces() const override { return spaces_; }
  std::span<const rgm::Symbol> reset(std::uint64_t) override {
    place_ = time_ = 0;
    return observe();
  }
  std::span<const rgm::Symbol> step(std::size_t action) override {
    const std::size_t width = action == 2 ? 2 : 1;  // a jump
    place_ = action == 0 ? place_ - (place_ > 0) : std::min<std::size_t>(place_ + width, 11);
    ++time_;
    return observe();
  }
  rgm::Images render() const override { return {}; }

 private:
  std::span<const rgm::Symbol> observe() {
    const bool lit = time_ % 16 < 8;
    for (std::size_t i = 0; i < 12; ++i) seen_[i] = i == place_ ? 1 : 0;
    seen_[12] = lit;
    seen_[13] = lit && place_ == 11;  // reward
    seen_[14] = place_ == 6;          // cost
    seen_[15] = static_cast<rgm::Symbol>(place_);
    return seen_;
  }

  rgm::EnvironmentSpaces spaces_{{{"pixels", std::vector<std::size_t>(13, 2), 0, 0, {}},
                                  {"reward", {2}, 0, 0, {}},
                                  {"cost", {2}, 0, 0, {}},
                                  {"action", {12}, 0, 0, {}}},
                                 {"back", "on", "jump"}};
  std::size_t place_ = 0, time_ = 0;
  std::vector<rgm::Symbol> seen_ = std::vector<rgm::Symbol>(16);
};

int main() {
  Corridor corridor;
  rgm::Agent agent(corridor.spaces(), {}, 0);
  const auto record = rgm::play(corridor, agent, 8192, 0);
  for (const auto& point : rgm::learning_curve(record))
    std::cout << point.frames << " frames: " << point.hits << " rewards and " << point.misses
              << " costs per 256\n";
  agent.act();
  std::cout << agent.why().text(corridor.spaces()) << '\n';
}
