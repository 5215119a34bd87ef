#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/env/environment.h"

namespace rgm {

/// The true rules of a game on a grid, a finite Markov decision process: whoever knows them can say
/// what is best (the ceiling that a learner is measured against). Actions: 0 left, 1 stay, 2 right.
class GridRules {
 public:
  /// A state and its probability.
  struct Next {
    std::size_t state = 0;
    double probability = 0;
  };
  /// A symbol of the grid, for people.
  struct Glyph {
    std::string name;
    char letter = ' ';                ///< in a terminal
    std::uint8_t colour[3]{0, 0, 0};  ///< in a picture, RGB

    friend bool operator==(const Glyph&, const Glyph&) = default;
  };
  static constexpr std::size_t kActions = 3;

  GridRules(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns) {}
  virtual ~GridRules() = default;

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  virtual std::span<const Glyph> glyphs() const = 0;
  virtual std::size_t num_states() const = 0;
  /// Where a game may begin.
  virtual std::vector<Next> starts() const = 0;
  /// What may follow an action: `next` is overwritten with distinct states whose probabilities sum
  /// to one.
  virtual void successors(std::size_t state, std::size_t action, std::vector<Next>& next) const = 0;
  /// The screen, [row, column].
  virtual void draw(std::size_t state, std::span<Symbol> grid) const = 0;
  /// Whether this frame is rewarded (a hit), whether it costs something (a miss), and the paddle's
  /// column.
  virtual bool hit(std::size_t state) const = 0;
  virtual bool miss(std::size_t state) const = 0;
  virtual std::size_t paddle(std::size_t state) const = 0;

 private:
  std::size_t rows_, columns_;
};

/// Variations of the paper's games. Defaults are those of the paper's demonstrations.
struct GameOptions {
  std::size_t rows = 12, columns = 9;
  std::size_t paddle_speed = 1;  ///< columns a frame
  bool random_start = false;     ///< begin in any state, not in the game's own first one
  /// Breakout, Arcade: columns to either side of the middle where a new ball appears, at random;
  /// −1: the game's own (1, 2).
  int spread = -1;
  std::size_t bombs = 3;  ///< Arcade: 0 to 5
  /// Probability that the action of the frame before, as it was taken, is taken again instead of
  /// the one asked for (sticky actions).
  double sticky = 0;

  friend bool operator==(const GameOptions&, const GameOptions&) = default;
};

/// The paper's Pong (reference routine spm_MDP_pong): a ball runs along the closed diagonal orbit
/// through the corner cell (0, 0) of the grid's cells, lcm(2(rows−1), 2(columns−1)) states; a bat
/// of three cells in row 0 moves, stops at the walls and hides the ball. *Hit*: the ball in row 0
/// over the middle of the bat; *miss*: in row 0 elsewhere. Nothing is random. Symbols: 0 ball, 1
/// right, 2 centre and 3 left of the bat, 4 background.
std::shared_ptr<const GridRules> pong_rules(const GameOptions& options = {});
/// Breakout (spm_MDP_breakout): a paddle in the last row, which leaves the grid on one side and
/// comes back on the other; a ball that moves diagonally; a wall of three rows of bricks. *Hit*:
/// the ball, rising, is next to the wall, which loses a row, but never the last; a hit of its last
/// row beside the middle begins a new wall with a new ball. *Miss*: the ball in the last row and
/// not over the paddle: a new ball. Symbols: 0 paddle, 1 ball, 2 brick, 3 middle brick, 4
/// background.
std::shared_ptr<const GridRules> breakout_rules(const GameOptions& options = {});
/// Arcade (spm_MDP_arcade): as Breakout, but the paddle stops at the walls, the ball leaves it in
/// the direction of the paddle's motion, straight up if it rests, and bombs fall beside through the
/// last four rows, over and over. *Hit*: the ball, rising, is next to the wall, not at its sides,
/// and there is no cost. *Miss*: the ball in the last row and not over the paddle, or a bomb upon
/// the paddle. Symbols: 0 paddle, 1 ball, 2 target, 3 bomb, 4 background.
std::shared_ptr<const GridRules> arcade_rules(const GameOptions& options = {});

/// Rules under which with this probability the action of the frame before, as it was taken, is
/// taken again instead of the one asked for (sticky actions: Machado et al. 2018); the same in
/// distribution as the variation `sticky_actions`, but known to whoever knows the rules. A state is
/// one of `rules` and the last action, or none. `Error` unless the probability is 0 to 1.
std::shared_ptr<const GridRules> sticky_rules(std::shared_ptr<const GridRules> rules,
                                              double probability);

/// The names of the games: pong, breakout, arcade.
std::vector<std::string> game_names();
/// The rules of a game by name, sticky ones if the options say so. `Error` if there is none of that
/// name or an option is out of range.
std::shared_ptr<const GridRules> game_rules(std::string_view name, const GameOptions& options = {});

}  // namespace rgm
