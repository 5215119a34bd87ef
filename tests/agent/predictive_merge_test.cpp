#include "rgm/agent/predictive_merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>

#include "rgm/agent/agent.h"
#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/env/grid_game.h"
#include "rgm/planning/value.h"

namespace rgm {
namespace {

using Classes = std::vector<std::size_t>;

constexpr PredictiveMergeOptions kExact{.steps = kAllSteps, .distance = 1e-9};

struct Graph {
  std::vector<std::size_t> shown;
  Transition transition;
};

/// Small and with few labels, so that much is alike. Each action of each state is tried with
/// probability `tried`.
Graph random_game(std::uint64_t seed, double tried) {
  Random random(seed);
  const std::size_t states = 1 + random.index(14), actions = 1 + random.index(2);
  Graph result{{}, Transition(states, actions)};
  for (std::size_t s = 0; s < states; ++s) {
    result.shown.push_back(7 * random.index(2));
    for (std::size_t u = 0; u < actions; ++u) {
      if (random.uniform() >= tried) continue;
      result.transition.add(random.index(states), s, u, 1 + static_cast<double>(random.index(2)));
      if (random.index(4) == 0) result.transition.add(random.index(states), s, u, 2);
    }
  }
  return result;
}

/// Σ P(next | state, path) over the states that are in the row of a relation.
double probability(const Transition& transition, std::size_t state, std::size_t path,
                   const std::vector<char>& next) {
  double result = 0;
  for (std::size_t s = 0; s < next.size(); ++s)
    if (next[s] != 0) result += transition.probability(s, state, path);
  return result;
}

/// Which pairs of states predict the same, by comparing all of them.
std::vector<std::vector<char>> same_predictions(const Graph& graph, std::size_t steps) {
  const std::size_t states = graph.shown.size();
  std::vector<std::vector<char>> same(states, std::vector<char>(states));
  for (std::size_t i = 0; i < states; ++i)
    for (std::size_t j = 0; j < states; ++j) same[i][j] = graph.shown[i] == graph.shown[j] ? 1 : 0;
  for (std::size_t k = 0; k < std::min(steps, states); ++k) {
    auto finer = same;
    for (std::size_t i = 0; i < states; ++i)
      for (std::size_t j = 0; j < states; ++j)
        for (std::size_t u = 0; u < graph.transition.num_paths(); ++u)
          for (const auto& next : same)
            if (std::abs(probability(graph.transition, i, u, next) -
                         probability(graph.transition, j, u, next)) > 1e-9)
              finer[i][j] = 0;
    same = finer;
  }
  return same;
}

RC_GTEST_PROP(PredictiveMerge, IsPartitionRefinementWhereAllWasTried, (std::uint64_t seed)) {
  const auto graph = random_game(seed, 1);
  for (const std::size_t steps : {std::size_t{0}, std::size_t{1}, std::size_t{2}, kAllSteps}) {
    const auto classes =
        predictive_classes(graph.shown, graph.transition, {.steps = steps, .distance = 1e-9});
    const auto same = same_predictions(graph, steps);
    for (std::size_t i = 0; i < same.size(); ++i)
      for (std::size_t j = 0; j < same.size(); ++j)
        RC_ASSERT((classes.class_of[i] == classes.class_of[j]) == (same[i][j] != 0));
  }
}

RC_GTEST_PROP(PredictiveMerge, ClassesAreNumberedAsTheyAppear, (std::uint64_t seed, bool exact)) {
  const auto graph = random_game(seed, 0.7);
  const auto classes =
      predictive_classes(graph.shown, graph.transition, exact ? kExact : PredictiveMergeOptions{});
  std::size_t next = 0;
  for (std::size_t s = 0; s < graph.shown.size(); ++s) {
    RC_ASSERT(classes.class_of[s] <= next);
    if (classes.class_of[s] == next) RC_ASSERT(classes.first_member.at(next++) == s);
    RC_ASSERT(graph.shown[s] == graph.shown[classes.first_member[classes.class_of[s]]]);
  }
  RC_ASSERT(next == classes.num_classes());
}

RC_GTEST_PROP(PredictiveMerge, AClassPredictsWhatItsStatesDo, (std::uint64_t seed)) {
  const auto graph = random_game(seed, 0.6);
  const auto classes = predictive_classes(graph.shown, graph.transition, kExact);
  const auto quotient = merged(graph.transition, classes);
  double before = 0, after = 0;
  for (std::size_t s = 0; s < graph.shown.size(); ++s)
    for (const auto& arc : graph.transition.arcs(s)) {
      before += arc.count;
      std::vector<char> members;
      for (const std::size_t number : classes.class_of)
        members.push_back(number == classes.class_of[arc.next] ? 1 : 0);
      RC_ASSERT(std::abs(probability(graph.transition, s, arc.path, members) -
                         quotient.probability(classes.class_of[arc.next], classes.class_of[s],
                                              arc.path)) < 1e-9);
    }
  for (std::size_t c = 0; c < quotient.num_states(); ++c)
    for (const auto& arc : quotient.arcs(c)) after += arc.count;
  RC_ASSERT(before == after);
}

TEST(PredictiveMerge, LooksAsFarAheadAsItIsTold) {
  Transition chain(4, 1);  // 0 → 1 → 2 → 3, which shows something else and stays
  for (std::size_t s = 0; s < 4; ++s) chain.add(std::min<std::size_t>(s + 1, 3), s, 0, 1);
  const std::vector<std::size_t> shown{0, 0, 0, 1};
  const auto with = [&](std::size_t steps) {
    return predictive_classes(shown, chain, {.steps = steps}).class_of;
  };
  EXPECT_EQ(with(0), (Classes{0, 0, 0, 1}));
  EXPECT_EQ(with(1), (Classes{0, 0, 1, 2}));
  EXPECT_EQ(with(2), (Classes{0, 1, 2, 3}));
  EXPECT_EQ(with(kAllSteps), with(2));
  EXPECT_EQ(predictive_classes(shown, chain).class_of, with(1));
  // What is lost: of the first class one seems to stay there or move on by chance.
  const auto quotient = merged(chain, predictive_classes(shown, chain));
  EXPECT_EQ(quotient.probability(0, 0, 0), 0.5);
  EXPECT_EQ(quotient.probability(1, 0, 0), 0.5);
}

TEST(PredictiveMerge, OnlyActionsThatBothKnowAreCompared) {
  // States 3 and 4 show 1 and 2; 0 knows the first action alone, 1 the second, 2 both, and 5 none.
  Transition transition(6, 2);
  transition.add(3, 0, 0, 1);
  transition.add(4, 1, 1, 2);
  transition.add(4, 2, 0, 1);
  transition.add(4, 2, 1, 1);
  const std::vector<std::size_t> shown{0, 0, 0, 1, 2, 0};
  const auto classes = predictive_classes(shown, transition);
  EXPECT_EQ(classes.class_of, (Classes{0, 0, 1, 2, 3, 0}));
  EXPECT_EQ(classes.first_member, (Classes{0, 2, 3, 4}));
  const auto quotient = merged(transition, classes);  // in its first class both actions are known
  EXPECT_EQ(quotient.successors(0, 0), (std::vector<Transition::Successor>{{2, 1}}));
  EXPECT_EQ(quotient.successors(0, 1), (std::vector<Transition::Successor>{{3, 2}}));
}

TEST(PredictiveMerge, BelowTheLargestDistanceOutcomesAreShared) {
  // 0: always outcome 1; 1: outcome 1 or 2; 2: always outcome 2; 3: outcome 1 or 3.
  Transition transition(7, 1);
  transition.add(4, 0, 0, 3);
  transition.add(4, 1, 0, 1);
  transition.add(5, 1, 0, 1);
  transition.add(5, 2, 0, 3);
  transition.add(4, 3, 0, 1);
  transition.add(6, 3, 0, 1);
  const std::vector<std::size_t> shown{0, 0, 0, 0, 1, 2, 3};
  const auto with = [&](double distance) {
    const auto classes = predictive_classes(shown, transition, {.distance = distance}).class_of;
    return Classes(classes.begin(), classes.begin() + 4);
  };
  EXPECT_EQ(with(std::numbers::sqrt2), (Classes{0, 0, 1, 0}));
  EXPECT_EQ(with(1.5), (Classes{0, 0, 0, 0}));
  // d² of 0 and 1, or 3: (1 − √½)² + ½ = 0.586; of 1 and 3: ½ + ½.
  EXPECT_EQ(with(0.77), (Classes{0, 0, 1, 0}));
  EXPECT_EQ(with(0.76), (Classes{0, 1, 2, 3}));
  EXPECT_EQ(predictive_classes(shown, transition).num_classes(), 5U);
}

/// Everything that can happen in Pong: all actions in all generalised states, found breadth first.
GameModel all_of_pong() {
  const GridGame start(game_rules("pong"));
  GameModel model(start.spaces(), {.max_levels = 2});
  {
    GridGame game = start;
    Random random(1);
    std::vector<Symbol> symbols;
    auto observation = game.reset(1);
    for (std::size_t t = 0; t < 1000; ++t) {
      symbols.insert(symbols.end(), observation.begin(), observation.end());
      observation = game.step(random.index(3));
    }
    model.find_groups(outcomes_of(symbols, observation.size()));
  }
  struct Play {
    std::vector<Symbol> frame;  // the one before the game's present one
    GridGame game;
    std::vector<Symbol> now;
    std::uint8_t action;  // between them
  };
  std::deque<Play> open;
  std::set<std::vector<Symbol>> met;
  const auto go_on = [&](const Play* from, GridGame game, std::vector<Symbol> frame,
                         std::size_t action) {
    const auto observation = game.step(action);
    std::vector<Symbol> now(observation.begin(), observation.end()), both = frame;
    both.insert(both.end(), now.begin(), now.end());
    if (from != nullptr) {
      auto symbols = from->frame;
      symbols.insert(symbols.end(), both.begin(), both.end());
      model.learn(outcomes_of(symbols, now.size()),
                  std::vector{from->action, static_cast<std::uint8_t>(action)});
    }
    if (met.insert(both).second)
      open.push_back(
          {std::move(frame), std::move(game), std::move(now), static_cast<std::uint8_t>(action)});
  };
  GridGame game = start;
  const auto first = game.reset(1);
  go_on(nullptr, game, {first.begin(), first.end()}, 0);
  for (; !open.empty(); open.pop_front())
    for (std::size_t action = 0; action < 3; ++action)
      go_on(&open.front(), open.front().game, open.front().now, action);
  return model;
}

/// The value of each class of the states of a game; of each state if there are no classes.
std::vector<double> values_of(const GameModel& model, const PredictiveClasses* classes) {
  const auto transition =
      classes == nullptr ? model.controlled() : merged(model.controlled(), *classes);
  std::vector<double> reward(transition.num_states());
  for (std::size_t s = 0; s < reward.size(); ++s) {
    const std::size_t member = classes == nullptr ? s : classes->first_member[s];
    reward[s] = model.reward()[member] - 2 * model.cost()[member];
  }
  const auto result =
      state_values({.transition = transition, .reward = reward}, {.tolerance = 1e-12});
  EXPECT_TRUE(result.converged);
  return result.values;
}

/// What states seem to gain at most, and to lose at most, by being merged.
std::pair<double, double> gain_and_loss(const GameModel& model, const PredictiveClasses& classes) {
  const auto of_states = values_of(model, nullptr), of_classes = values_of(model, &classes);
  double gain = 0, loss = 0;
  for (std::size_t s = 0; s < of_states.size(); ++s) {
    gain = std::max(gain, of_classes[classes.class_of[s]] - of_states[s]);
    loss = std::max(loss, of_states[s] - of_classes[classes.class_of[s]]);
  }
  return {gain, loss};
}

TEST(PredictiveMerge, OfAllOfPongKeepsValuesOnlyIfItLooksFarEnough) {
  const auto model = all_of_pong();
  for (std::size_t s = 0; s < model.num_states(); ++s)
    for (std::size_t u = 0; u < 3; ++u) ASSERT_EQ(model.controlled().successors(s, u).size(), 1U);
  // What was before the present frame says only how the ball moves: of each, up to three places of
  // the paddle are one.
  const auto bisimilar = predictive_classes(model, kExact);
  EXPECT_LT(bisimilar.num_classes() * 2, model.num_states());
  const auto [gain, loss] = gain_and_loss(model, bisimilar);
  EXPECT_LT(gain, 1e-9);
  EXPECT_LT(loss, 1e-9);
  const auto by_one = predictive_classes(model);
  EXPECT_LT(by_one.num_classes() * 50, model.num_states());
  const auto [seeming_gain, seeming_loss] = gain_and_loss(model, by_one);
  EXPECT_GT(std::max(seeming_gain, seeming_loss), 0.1);
}

TEST(PredictiveMerge, OfALearntGameGeneralises) {
  GridGame game(game_rules("pong"));
  AgentOptions options;
  options.novelty = 1;
  options.novelty_frames = 10000;
  Agent agent(game.spaces(), options, 1);
  play(game, agent, 12000, 1);
  const auto& model = agent.model();
  std::set<std::vector<double>> shown;
  for (std::size_t s = 0; s < model.num_states(); ++s)
    shown.insert(
        {model.reward()[s], model.cost()[s], static_cast<double>(model.consequences(s)[0])});
  EXPECT_EQ(predictive_classes(model, {.steps = 0}).num_classes(), shown.size());
  EXPECT_LT(predictive_classes(model).num_classes() * 20, model.num_states());

  const auto bisimilar = predictive_classes(model, kExact);
  EXPECT_LT(bisimilar.num_classes(), model.num_states());
  const auto [gain, loss] = gain_and_loss(model, bisimilar);
  EXPECT_GT(gain, 0);  // what one of a class has tried all of it know
  EXPECT_LT(loss, 1e-9);
}

TEST(PredictiveMerge, WrongInputsAreErrors) {
  Transition transition(2, 1);
  transition.add(1, 0, 0, 1);
  EXPECT_THROW(predictive_classes(Classes{0}, transition), Error);
  EXPECT_THROW(predictive_classes(Classes{0, 1}, transition, {.distance = 0}), Error);
  EXPECT_THROW(predictive_classes(Classes{0, 1}, transition, {.distance = std::nan("")}), Error);
  EXPECT_THROW(merged(transition, {{0}, {0}}), Error);
  EXPECT_THROW(merged(transition, {{0, 1}, {0}}), Error);
  EXPECT_EQ(predictive_classes({}, Transition()).num_classes(), 0U);
  EXPECT_TRUE(merged(Transition(), {}).empty());
}

}  // namespace
}  // namespace rgm
