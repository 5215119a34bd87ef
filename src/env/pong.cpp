#include <algorithm>
#include <numeric>

#include "grid_support.h"

namespace rgm {
namespace {

enum PongSymbol : Symbol { kPongBall, kRight, kCentre, kLeft, kPongBackground };

const std::vector<GridRules::Glyph> kGlyphs{{"ball", 'o', {255, 236, 179}},
                                            {"bat right", '=', {66, 133, 244}},
                                            {"bat centre", '#', {138, 180, 248}},
                                            {"bat left", '=', {66, 133, 244}},
                                            {"background", '.', {18, 22, 33}}};

/// There and back again: 0, 1, …, size − 1, size − 2, …, 1, 0, …
std::size_t bounce(std::size_t step, std::size_t size) {
  const std::size_t phase = step % (2 * (size - 1));
  return std::min(phase, 2 * (size - 1) - phase);
}

class Pong final : public GridRules {
 public:
  explicit Pong(const GameOptions& options)
      : GridRules(options.rows, options.columns),
        options_(options),
        orbit_(std::lcm(2 * (options.rows - 1), 2 * (options.columns - 1))) {}

  std::span<const Glyph> glyphs() const override { return kGlyphs; }
  std::size_t num_states() const override { return orbit_ * columns(); }
  std::vector<Next> starts() const override {
    return options_.random_start ? anywhere(num_states()) : std::vector<Next>{{columns() / 2, 1}};
  }
  void successors(std::size_t state, std::size_t action, std::vector<Next>& next) const override {
    check_action(action);
    const std::size_t ball = (state / columns() + 1) % orbit_;
    next.assign(
        {{ball * columns() + moved(paddle(state), action, columns(), options_.paddle_speed), 1}});
  }
  void draw(std::size_t state, std::span<Symbol> grid) const override {
    std::fill(grid.begin(), grid.end(), kPongBackground);
    grid[ball_row(state) * columns() + ball_column(state)] = kPongBall;
    const std::size_t bat = paddle(state);  // hides the ball
    if (bat > 0) grid[bat - 1] = kRight;
    grid[bat] = kCentre;
    if (bat + 1 < columns()) grid[bat + 1] = kLeft;
  }
  bool hit(std::size_t state) const override {
    return ball_row(state) == 0 && ball_column(state) == paddle(state);
  }
  bool miss(std::size_t state) const override {
    return ball_row(state) == 0 && ball_column(state) != paddle(state);
  }
  std::size_t paddle(std::size_t state) const override { return state % columns(); }

 private:
  // The first state is one step out of the corner.
  std::size_t ball_row(std::size_t state) const { return bounce(state / columns() + 1, rows()); }
  std::size_t ball_column(std::size_t state) const {
    return bounce(state / columns() + 1, columns());
  }

  GameOptions options_;
  std::size_t orbit_;
};

}  // namespace

std::shared_ptr<const GridRules> pong_rules(const GameOptions& options) {
  check_options(options, 3, 3);
  return std::make_shared<Pong>(options);
}

}  // namespace rgm
