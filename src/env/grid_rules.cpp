#include "rgm/env/grid_rules.h"

#include <algorithm>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"

namespace rgm {
namespace {

/// A state's number is that of the state within, times four, plus the last action, 3 for none.
class StickyRules final : public GridRules {
 public:
  StickyRules(std::shared_ptr<const GridRules> rules, double probability)
      : GridRules(rules->rows(), rules->columns()),
        within_(std::move(rules)),
        probability_(probability) {}

  std::span<const Glyph> glyphs() const override { return within_->glyphs(); }
  std::size_t num_states() const override { return kMemories * within_->num_states(); }
  std::vector<Next> starts() const override {
    auto result = within_->starts();
    for (auto& start : result) start.state = start.state * kMemories + kNoAction;
    return result;
  }
  void successors(std::size_t state, std::size_t action, std::vector<Next>& next) const override {
    const std::size_t last = state % kMemories;
    within_->successors(state / kMemories, action, next);
    for (auto& then : next) then.state = then.state * kMemories + action;
    if (last == kNoAction || last == action || probability_ == 0) return;
    for (auto& then : next) then.probability *= 1 - probability_;
    std::vector<Next> again;
    within_->successors(state / kMemories, last, again);
    for (const auto& then : again)
      next.push_back({then.state * kMemories + last, probability_ * then.probability});
    if (probability_ == 1) std::erase_if(next, [](const Next& n) { return n.probability == 0; });
  }
  void draw(std::size_t state, std::span<Symbol> grid) const override {
    within_->draw(state / kMemories, grid);
  }
  bool hit(std::size_t state) const override { return within_->hit(state / kMemories); }
  bool miss(std::size_t state) const override { return within_->miss(state / kMemories); }
  std::size_t paddle(std::size_t state) const override {
    return within_->paddle(state / kMemories);
  }

 private:
  static constexpr std::size_t kNoAction = kActions, kMemories = kActions + 1;

  std::shared_ptr<const GridRules> within_;
  double probability_;
};

std::shared_ptr<const GridRules> plain_rules(std::string_view name, const GameOptions& options) {
  if (name == "pong") return pong_rules(options);
  if (name == "breakout") return breakout_rules(options);
  if (name == "arcade") return arcade_rules(options);
  const auto names = game_names();
  const std::string meant = nearest_name(name, names);
  fail("game: expected pong, breakout or arcade, got ", name,
       meant.empty() ? "" : " (did you mean " + meant + "?)");
}

}  // namespace

std::shared_ptr<const GridRules> sticky_rules(std::shared_ptr<const GridRules> rules,
                                              double probability) {
  require(rules != nullptr, "sticky_rules: rules: expected some, got none");
  require(probability >= 0 && probability <= 1, "sticky_rules: probability: expected 0 to 1, got ",
          probability);
  return std::make_shared<StickyRules>(std::move(rules), probability);
}

std::vector<std::string> game_names() { return {"pong", "breakout", "arcade"}; }

std::shared_ptr<const GridRules> game_rules(std::string_view name, const GameOptions& options) {
  auto rules = plain_rules(name, options);
  return options.sticky == 0 ? rules : sticky_rules(std::move(rules), options.sticky);
}

}  // namespace rgm
