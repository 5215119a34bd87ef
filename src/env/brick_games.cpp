#include <algorithm>
#include <array>

#include "grid_support.h"

namespace rgm {
namespace {

enum BrickSymbol : Symbol { kPaddle, kBall, kBrick, kSpecial, kBackground };
constexpr std::size_t kWall = 3;     // rows of bricks of a new wall
constexpr std::size_t kBallRow = 4;  // where a new ball appears
constexpr std::size_t kFall = 4;     // rows through which a bomb falls
// Where the bombs fall, in columns from the middle, less `kBombCentre`, and how far they are before
// one another.
constexpr std::size_t kBombCentre = 4, kBombColumn[]{4, 6, 0, 3, 1}, kBombDelay[]{0, 1, 2, 0, 1};

const std::vector<GridRules::Glyph> kBreakoutGlyphs{{"paddle", '=', {66, 133, 244}},
                                                    {"ball", 'o', {255, 236, 179}},
                                                    {"brick", '#', {219, 68, 55}},
                                                    {"middle brick", '%', {244, 160, 0}},
                                                    {"background", '.', {18, 22, 33}}};
const std::vector<GridRules::Glyph> kArcadeGlyphs{{"paddle", '=', {66, 133, 244}},
                                                  {"ball", 'o', {255, 236, 179}},
                                                  {"target", '#', {219, 68, 55}},
                                                  {"bomb", '*', {244, 160, 0}},
                                                  {"background", '.', {18, 22, 33}}};

/// The variables of a state, in the order in which its number counts them.
struct BrickState {
  std::size_t paddle = 0, column = 0, row = 0;
  std::size_t sideways = 0;  // the ball's horizontal motion: 0 to the left, 1 none, 2 to the right
  std::size_t down = 0;      // whether it falls
  std::size_t wall = 0;      // rows of bricks, less one
  std::size_t time = 0;      // in the bombs' fall
};

/// What Breakout and Arcade share: a paddle in the last row, a ball, a wall above.
class BrickGame : public GridRules {
 public:
  BrickGame(const GameOptions& options, std::size_t middle, std::size_t spread, std::size_t times)
      : GridRules(options.rows, options.columns),
        options_(options),
        middle_(middle),
        spread_(options.spread < 0 ? spread : static_cast<std::size_t>(options.spread)),
        radix_({columns(), columns(), rows(), 3, 2, kWall, times}) {}

  std::size_t num_states() const final { return radix_.count(); }
  std::size_t paddle(std::size_t state) const final { return read(state).paddle; }
  bool hit(std::size_t state) const final { return rewarded(read(state)) && !costly(read(state)); }
  bool miss(std::size_t state) const final { return costly(read(state)); }

  std::vector<Next> starts() const final {
    std::vector<Next> result;
    if (!options_.random_start) {
      add_new_ball({.paddle = middle_, .wall = kWall - 1}, result);
      return result;
    }
    // Anywhere that play can come to, but for the moments of hits and misses.
    for (std::size_t s = 0; s < num_states(); ++s) {
      const auto state = read(s);
      if (possible(state) && state.row > state.wall + 1 && !at_bottom(state))
        result.push_back({s, 0});
    }
    for (auto& start : result) start.probability = 1.0 / static_cast<double>(result.size());
    return result;
  }

  void successors(std::size_t state, std::size_t action, std::vector<Next>& next) const final {
    check_action(action);
    next.clear();
    const auto now = read(state);
    auto then = now;
    move(action, then);
    fly(now, action, then);
    if (at_wall(now) && now.wall > 0) --then.wall;
    const bool won = at_wall(now) && now.wall == 0 && ends_game(now);
    if (won) then.wall = kWall - 1;
    if (won || (at_bottom(now) && now.paddle != now.column))
      add_new_ball(then, next);
    else
      next.push_back({number(then), 1});
  }

 protected:
  virtual bool possible(const BrickState& state) const = 0;
  virtual bool rewarded(const BrickState& state) const = 0;
  virtual bool costly(const BrickState& state) const = 0;
  /// Whether a hit of the last row begins a new wall.
  virtual bool ends_game(const BrickState& state) const = 0;
  /// Moves what does not depend on the ball.
  virtual void move(std::size_t action, BrickState& state) const = 0;
  /// The ball's direction as it leaves the paddle.
  virtual void strike(std::size_t action, BrickState& state) const = 0;

  const GameOptions& options() const { return options_; }
  std::size_t middle() const { return middle_; }
  BrickState read(std::size_t state) const {
    std::array<std::size_t, 7> d{};
    radix_.digits(state, d);
    return {d[0], d[1], d[2], d[3], d[4], d[5], d[6]};
  }
  bool at_bottom(const BrickState& s) const { return s.row + 1 == rows(); }
  /// The ball, rising, is next to the wall.
  static bool at_wall(const BrickState& s) { return s.row == s.wall + 1 && s.down == 0; }

 private:
  std::size_t number(const BrickState& s) const {
    const std::array<std::size_t, 7> d{s.paddle, s.column, s.row, s.sideways,
                                       s.down,   s.wall,   s.time};
    return radix_.number(d);
  }
  /// The ball's flight of a frame; it comes back from the walls, the bricks and the paddle.
  void fly(const BrickState& now, std::size_t action, BrickState& then) const {
    if (now.row <= now.wall + 1) then.down = 1;
    if (at_bottom(now)) then.down = 0;
    if (now.column == 0 && now.sideways == 0) then.sideways = 2;
    if (now.column + 1 == columns() && now.sideways == 2) then.sideways = 0;
    if (at_bottom(now) && now.paddle == now.column) strike(action, then);
    then.column = moved(now.column, then.sideways, columns(), 1);
    then.row = then.down == 1 ? now.row + 1 : now.row - 1;
  }
  /// A new ball falls to the left, from the middle or beside it.
  void add_new_ball(BrickState s, std::vector<Next>& next) const {
    s.row = kBallRow;
    s.sideways = 0;
    s.down = 1;
    for (std::size_t d = 0; d <= 2 * spread_; ++d) {
      s.column = std::clamp(middle_ + d, spread_, spread_ + columns() - 1) - spread_;
      const double probability = 1.0 / static_cast<double>(2 * spread_ + 1);
      const auto same = std::find_if(next.begin(), next.end(),
                                     [&](const Next& n) { return n.state == number(s); });
      if (same == next.end())
        next.push_back({number(s), probability});
      else
        same->probability += probability;
    }
  }

  GameOptions options_;
  std::size_t middle_, spread_;
  MixedRadix radix_;
};

class Breakout final : public BrickGame {
 public:
  explicit Breakout(const GameOptions& options)
      : BrickGame(options, options.columns / 2 - 1, 1, 1) {}

  std::span<const Glyph> glyphs() const override { return kBreakoutGlyphs; }
  void draw(std::size_t state, std::span<Symbol> grid) const override {
    const auto s = read(state);
    std::fill(grid.begin(), grid.end(), kBackground);
    for (std::size_t i = 0; i <= s.wall; ++i)
      for (std::size_t j = 0; j < columns(); ++j)
        grid[i * columns() + j] = in_the_middle(j) ? kSpecial : kBrick;
    grid[(rows() - 1) * columns() + s.paddle] = kPaddle;
    grid[s.row * columns() + s.column] = kBall;
  }

 private:
  bool in_the_middle(std::size_t column) const {
    return 2 * column + 4 >= columns() &&
           2 * column <= columns();  // counted from one: at most one from half of them
  }
  bool possible(const BrickState& s) const override { return s.sideways != 1; }
  bool rewarded(const BrickState& s) const override { return at_wall(s); }
  bool costly(const BrickState& s) const override { return at_bottom(s) && s.paddle != s.column; }
  bool ends_game(const BrickState& s) const override { return !in_the_middle(s.column); }
  void move(std::size_t action, BrickState& s) const override {
    const std::size_t speed = options().paddle_speed;
    if (action == 0) s.paddle = (s.paddle + columns() - speed) % columns();
    if (action == 2) s.paddle = (s.paddle + speed) % columns();
  }
  void strike(std::size_t, BrickState&) const override {}
};

class Arcade final : public BrickGame {
 public:
  explicit Arcade(const GameOptions& options)
      : BrickGame(options, (options.columns + 1) / 2 - 1, 2, kFall) {}

  std::span<const Glyph> glyphs() const override { return kArcadeGlyphs; }
  void draw(std::size_t state, std::span<Symbol> grid) const override {
    const auto s = read(state);
    std::fill(grid.begin(), grid.end(), kBackground);
    std::fill_n(grid.begin(), (s.wall + 1) * columns(), kBrick);
    for (std::size_t n = 0; n < options().bombs; ++n)
      grid[(rows() - kFall + fallen(s, n)) * columns() + bomb_column(n)] = kSpecial;
    grid[s.row * columns() + s.column] = kBall;
    grid[(rows() - 1) * columns() + s.paddle] = kPaddle;
  }

 private:
  std::size_t bomb_column(std::size_t bomb) const {
    return middle() + kBombColumn[bomb] - kBombCentre;
  }
  static std::size_t fallen(const BrickState& s, std::size_t bomb) {
    return (s.time + kBombDelay[bomb]) % kFall;
  }
  bool possible(const BrickState&) const override { return true; }
  bool rewarded(const BrickState& s) const override {
    return at_wall(s) && s.column >= 2 && s.column + 3 < columns();
  }
  bool costly(const BrickState& s) const override {
    if (at_bottom(s) && s.paddle != s.column) return true;
    if (at_bottom(s) && s.column == middle()) return false;  // the ball is a shield there
    for (std::size_t n = 0; n < options().bombs; ++n)
      if (fallen(s, n) + 1 == kFall && bomb_column(n) == s.paddle) return true;
    return false;
  }
  bool ends_game(const BrickState&) const override { return true; }
  void move(std::size_t action, BrickState& s) const override {
    s.paddle = moved(s.paddle, action, columns(), options().paddle_speed);
    s.time = (s.time + 1) % kFall;
  }
  void strike(std::size_t action, BrickState& s) const override { s.sideways = action; }
};

}  // namespace

std::shared_ptr<const GridRules> breakout_rules(const GameOptions& options) {
  check_options(options, kBallRow + 2, 5);
  return std::make_shared<Breakout>(options);
}

std::shared_ptr<const GridRules> arcade_rules(const GameOptions& options) {
  check_options(options, kBallRow + kFall, 9);
  require(options.bombs <= std::size(kBombColumn), "game: bombs: expected 0 to ",
          std::size(kBombColumn), ", got ", options.bombs);
  return std::make_shared<Arcade>(options);
}

}  // namespace rgm
