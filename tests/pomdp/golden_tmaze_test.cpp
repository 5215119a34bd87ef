// The T-maze of the reference: a place (centre, cue, two arms) that is controlled and a context
// (which arm is rewarded) that is not, folded into one state, context fastest.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/math/special.h"
#include "rgm/planning/inductive_inference.h"
#include "rgm/pomdp/tree_search.h"
#include "support/golden.h"

namespace rgm {
namespace {

constexpr std::size_t kPlaces = 4, kContexts = 2, kStates = kPlaces * kContexts;

/// The context stays what it is.
Pomdp folded(const nlohmann::json& model, const nlohmann::json& preferred) {
  Pomdp pomdp;
  for (std::size_t g = 0; g < model["likelihood"].size(); ++g) {
    const auto& rows = model["likelihood"][g];
    auto& modality = pomdp.modalities.emplace_back();
    modality.likelihood_counts = Matrix<double>(rows.size(), kStates);
    for (std::size_t o = 0; o < rows.size(); ++o)
      for (std::size_t s = 0; s < kStates; ++s)
        modality.likelihood_counts(o, s) = rows[o][s / kContexts][s % kContexts];
    for (const double p : preferred[g]) modality.preferences.push_back(std::log(p));
  }
  for (const auto& control : model["transition"]) {
    auto& counts = pomdp.transition_counts.emplace_back(kStates, kStates);
    for (std::size_t to = 0; to < kStates; ++to)
      for (std::size_t from = 0; from < kStates; ++from)
        counts(to, from) = to % kContexts == from % kContexts
                               ? control[to / kContexts][from / kContexts].get<double>()
                               : 0;
  }
  pomdp.initial_state = {1, 1, 0, 0, 0, 0, 0, 0};
  return pomdp;
}

std::vector<double> belief_in(std::size_t place, const nlohmann::json& context) {
  std::vector<double> belief(kStates);
  for (std::size_t c = 0; c < kContexts; ++c) belief[place * kContexts + c] = context[c];
  return belief;
}

/// The reference adds ln(number of outcomes) a modality, and at the first step of an episode, not
/// in looking ahead, the log prior over controls, which is flat.
double quirks(const PomdpTables& tables, std::size_t step) {
  double sum = step == 0 ? -std::log(static_cast<double>(tables.num_controls())) : 0;
  for (const auto& modality : tables.modalities)
    sum += std::log(static_cast<double>(modality.likelihood.rows()));
  return sum;
}

/// −G as the reference looks ahead: not over outcomes but over next states of probability above
/// 1/16, each of which shows its expected outcomes, taken as soft evidence.
std::vector<double> look_ahead_as_reference(const PomdpTables& tables,
                                            const std::vector<double>& belief, std::size_t depth,
                                            std::size_t step) {
  std::vector<double> result;
  std::vector<std::vector<double>> predicted;
  for (std::size_t u = 0; u < tables.num_controls(); ++u) {
    predicted.push_back(predict_state(tables, belief, u));
    result.push_back(quirks(tables, step) -
                     expected_free_energy(tables, belief, u, predicted[u]).total());
  }
  if (depth == 1) return result;
  const auto first = softmax(result);
  for (std::size_t u = 0; u < result.size(); ++u) {
    if (first[u] < std::ranges::max(first) / 16) {
      result[u] -= 512;
      continue;
    }
    for (std::size_t s = 0; s < kStates; ++s) {
      if (predicted[u][s] <= 1.0 / 16) continue;
      auto posterior = predicted[u];
      double total = 0;
      for (std::size_t t = 0; t < kStates; ++t) {
        for (const auto& modality : tables.modalities) {
          double soft = 0;
          for (std::size_t o = 0; o < modality.likelihood.rows(); ++o)
            soft += modality.likelihood(o, s) * modality.likelihood(o, t);
          posterior[t] *= soft;
        }
        total += posterior[t];
      }
      for (double& p : posterior) p /= total;
      const auto next = look_ahead_as_reference(tables, posterior, depth - 1, step + 1);
      const auto then = softmax(next);
      for (std::size_t v = 0; v < next.size(); ++v)
        result[u] += predicted[u][s] * then[v] * next[v];
    }
  }
  return result;
}

class TMaze : public testing::Test {
 protected:
  nlohmann::json golden_ = test::golden("tmaze");
  PomdpTables tables_{folded(golden_["model"], golden_["preferred"])};
};

TEST_F(TMaze, BeliefsAreTheReferences) {
  const auto& run = golden_["fixed_o_N0"];
  auto belief = tables_.initial_state;
  for (std::size_t t = 0; t < run["outcomes"].size(); ++t) {
    if (t > 0) belief = predict_state(tables_, belief, run["controls"][t - 1]);
    update_belief(tables_, run["outcomes"][t].get<std::vector<std::size_t>>(), belief);
    for (std::size_t c = 0; c < kContexts; ++c) {
      double marginal = 0;
      for (std::size_t place = 0; place < kPlaces; ++place)
        marginal += belief[place * kContexts + c];
      EXPECT_NEAR(marginal, run["context"][t][c], 1e-12) << "step " << t;
    }
  }
}

TEST_F(TMaze, OneStepAheadIsTheReferences) {
  const auto& run = golden_["fixed_o_N0"];
  const std::vector<std::size_t> places{0, 1, 2};
  for (std::size_t t = 0; t < places.size(); ++t) {
    const auto result = search(tables_, belief_in(places[t], run["context"][t]));
    for (std::size_t u = 0; u < 4; ++u) {
      EXPECT_NEAR(quirks(tables_, t) - result.expected_free_energy[u],
                  run["neg_expected_free_energy"][t][u], 1e-9);
      EXPECT_NEAR(result.posterior[u], run["posterior"][t][u], 1e-9);
    }
  }
}

TEST_F(TMaze, FurtherAheadTheReferenceExpandsStatesAndWeOutcomes) {
  const auto& run = golden_["fixed_o_N2"];
  const std::vector<std::size_t> places{0, 1, 2};
  for (std::size_t t = 0; t < places.size(); ++t) {
    const auto belief = belief_in(places[t], run["context"][t]);
    const std::size_t depth = 3 - t;  // to the end of the episode
    const auto theirs = look_ahead_as_reference(tables_, belief, depth, t);
    const auto posterior = softmax(theirs);
    const auto ours = search(tables_, belief, {.horizon = depth});
    for (std::size_t u = 0; u < 4; ++u) {
      EXPECT_NEAR(posterior[u], run["posterior"][t][u], 1e-9);
      if (posterior[u] > 1e-9) {
        EXPECT_NEAR(theirs[u], run["neg_expected_free_energy"][t][u], 1e-8);
      }
      // A state that shows a mean of its outcomes informs less than the outcomes do, but enough for
      // nearly the same choice.
      EXPECT_NEAR(ours.posterior[u], run["posterior"][t][u], 0.05);
    }
    if (t < 2) {
      EXPECT_EQ(best_control(ours.posterior), best_control(posterior));
    }
  }
  // First to the cue, then to the arm that it shows.
  EXPECT_EQ(
      best_control(search(tables_, belief_in(0, run["context"][0]), {.horizon = 3}).posterior), 1U);
  EXPECT_EQ(
      best_control(search(tables_, belief_in(1, run["context"][1]), {.horizon = 2}).posterior), 2U);
}

TEST_F(TMaze, InductionIsTheReferences) {
  // Another maze: control 0 goes round the places, 1 stays; place 3 is intended in either context.
  // The reference has no induction at the last step of an episode, where the place is reached.
  const auto& model = golden_["induction_model"];
  const PomdpTables tables(folded(model, golden_["preferred"]));
  Transition transition(kStates, tables.num_controls());
  for (std::size_t u = 0; u < tables.num_controls(); ++u)
    for (std::size_t to = 0; to < kStates; ++to)
      for (std::size_t from = 0; from < kStates; ++from)
        if (const double p = tables.transition[u](to, from); p > 0) transition.add(to, from, u, p);
  InductiveMap map;
  map.update(transition);
  map.add_intended(std::vector<std::size_t>{3 * kContexts, 3 * kContexts + 1});
  const auto& run = golden_["induction"];
  for (std::size_t t = 0; t < 4; ++t) {
    const auto belief = belief_in(t, run["context"][t]);
    const auto plan = map.plan(transition, belief);
    ASSERT_TRUE(plan.reachable);
    EXPECT_EQ(plan.steps, t < 3 ? 3 - t : 1);  // where it is intended it may stay
    const std::vector<double> none(2);
    const auto result = search(tables, belief, {}, t < 3 ? plan.control_bonus : none);
    for (std::size_t u = 0; u < 2; ++u) {
      EXPECT_NEAR(quirks(tables, t) - result.expected_free_energy[u],
                  run["neg_expected_free_energy"][t][u], 1e-8);
      EXPECT_NEAR(result.posterior[u], run["posterior"][t][u], 1e-8);
    }
  }
}

}  // namespace
}  // namespace rgm
