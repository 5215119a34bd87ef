#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rgm/agent/agent_options.h"
#include "rgm/agent/game_model.h"
#include "rgm/base/random.h"
#include "rgm/inference/sample.h"

namespace rgm {

/// Learns worlds of which one frame shows all that counts (Markov decision processes), with
/// episodes that end, rewards that are numbers, and chance: curiosity by information.
///
/// Its *nodes* are what frames show apart from reward, cost, end and action, so that what an action
/// does is known of a node however one came there; N(s | n, u) counts the generalised states s that
/// followed action u in node n. With r(s) the reward that s shows
/// (less what it costs), n(s) its node and e(s) 1 if it ends the episode,
///
///     Q(n, u) = Σ_s P(s | n, u) [r(s) + γ (1 − e(s)) max_u' Q(n(s), u')],  P = N / Σ N,
///
/// where it plays by what it knows. While it learns it goes by Q of a draw of all P from what it
/// believes of them (posterior sampling, Strens 2000), anew when an episode begins or some time has
/// passed: P(· | n, u) is Dirichlet with the counts N and ε_N, a weight of what none of them
/// showed. ε_N is the probability that a try after N others shows what these did not, which is
/// counted over all nodes: a world without chance is soon known to be one. To Q is added what is
/// still to be learnt, information · range · (k − 1 + ε_N) / (2 N): range is that of the rewards
/// seen (1 if all are 0), k the number of different s, and the quotient to first order the expected
/// divergence of their frequencies from their probabilities, in nats. What an action does that was
/// never tried, or what was never seen of it, is hoped to be worth novelty · the greatest reward
/// seen (1 if all are 0; next to nothing if all are negative) and then, if that is more than 0, γ
/// times as much as the best of the actions that were tried here: with novelty 1 no world can be
/// better (as in R-max, Brafman and Tennenholtz 2002). Where it plays by what it knows such actions
/// are not taken.
///
/// Values are kept by sweeps that follow what has changed backwards (Moore and Atkeson 1993,
/// prioritised sweeping, here first in, first out), and by whole sweeps now and then. Cost of a
/// frame: at most `kMostBackups` backups, each O(arcs of a node).
class Explorer {
 public:
  /// All must outlive it. What the model knows is read: O(states + arcs).
  Explorer(GameModel& model, const AgentOptions& options, const Random& random);

  void begin(std::span<const Symbol> first);
  /// Learns from a step, if it is to learn.
  void observe(std::size_t action, std::span<const Symbol> next);
  /// Whether the present was ever seen.
  bool known() const { return node_.has_value(); }
  /// The generalised state of the present; none where just this (reward and end included) is new
  /// and nothing is learnt.
  std::optional<std::size_t> state() const { return state_; }
  /// Of each action in the present: with hope and curiosity, or by what is known alone (−∞: never
  /// tried). The latter are solved for when they are asked for: O(sweeps · arcs).
  std::vector<double> values(bool curious);
  /// How often each action was tried in a state.
  std::vector<std::size_t> tried(std::size_t state) const;
  /// The state that mostly followed an action in a state; none if it was never tried.
  std::optional<std::size_t> likeliest_next(std::size_t state, std::size_t action) const;
  /// The states that should follow a state, by the actions of most value without curiosity, up to
  /// the first that is rewarded or ends; at most `steps`.
  std::vector<std::size_t> forecast(std::size_t state, std::size_t steps);
  /// P(outcome | present, action) of the next frame, [modality][outcome]; empty where nothing is
  /// known.
  OutcomeDistributions predict(std::size_t action) const;
  /// Solves for all values anew, as when the values of rewards have changed.
  void settle();
  std::size_t num_nodes() const { return curious_.size(); }

 private:
  static constexpr std::size_t kMostBackups = 2000, kMostTries = 32;
  struct Arc {
    std::uint32_t state = 0;
    double count = 0, drawn = 0;  // drawn: a weight that a draw of P is in proportion to
  };
  struct Choice {
    std::vector<Arc> arcs;
    double total = 0, drawn = 0, drawn_news = 0;  // drawn: of all, drawn_news: of none of them
  };

  Choice& choice(std::size_t node, std::size_t action) {
    return choices_[node * actions_ + action];
  }
  const Choice& choice(std::size_t node, std::size_t action) const {
    return choices_[node * actions_ + action];
  }
  std::string key_of(std::span<const Symbol> frame) const;
  std::uint32_t add_node(const std::string& key);
  void enter(std::span<const Symbol> frame);
  void add_state(std::size_t state, std::uint32_t node);
  void count(std::uint32_t node, std::size_t action, std::uint32_t state, double times);
  void note_reward(double reward);
  double gain(std::size_t state) const;
  double range() const;
  double hope() const;
  double worth(const Choice& choice, const std::vector<double>& values) const;
  double hope_of(double tried) const;
  double curious_worth(std::size_t node, const Choice& choice) const;
  double known_worth(const Choice& choice) const;
  double curious_value(std::size_t node) const;
  double news_after(double tries) const;
  double gamma(double shape);
  void draw();
  void push(std::uint32_t node);
  void follow();
  void sweep();
  void solve_known();

  GameModel& model_;
  const AgentOptions& options_;
  Random random_;
  std::size_t actions_;
  std::vector<std::size_t> shown_;  // the modalities that make a node
  std::unordered_map<std::string, std::uint32_t> number_of_;
  std::vector<std::uint32_t> node_of_;                    // [state]
  std::vector<Choice> choices_;                           // [node, action]
  std::vector<std::vector<std::uint32_t>> predecessors_;  // [node]
  std::vector<double> curious_, known_;                   // values, [node]
  bool known_solved_ = false;
  double least_ = 0, greatest_ = 0;                      // rewards that were seen
  bool rewarded_ = false;                                // any was
  std::array<double, kMostTries + 1> tries_{}, news_{};  // [tries before]
  std::deque<std::uint32_t> queue_;
  std::vector<std::uint8_t> queued_;  // [node]
  std::size_t since_draw_ = 0;        // frames
  std::optional<std::size_t> state_;
  std::optional<std::uint32_t> node_;
};

}  // namespace rgm
