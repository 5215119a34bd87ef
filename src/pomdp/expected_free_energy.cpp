#include "rgm/pomdp/expected_free_energy.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/error.h"
#include "rgm/math/information.h"
#include "rgm/math/special.h"
#include "rgm/pomdp/novelty.h"

namespace rgm {
namespace {

Matrix<double> normalised_columns(const Matrix<double>& counts) {
  auto result = counts;
  for (std::size_t s = 0; s < counts.cols(); ++s) {
    double total = 0;
    for (std::size_t o = 0; o < counts.rows(); ++o) total += counts(o, s);
    for (std::size_t o = 0; o < counts.rows(); ++o) result(o, s) /= total;
  }
  return result;
}

/// A function of every column.
template <class Function>
std::vector<double> of_columns(const Matrix<double>& table, Function function) {
  std::vector<double> result(table.cols()), column(table.rows());
  for (std::size_t s = 0; s < table.cols(); ++s) {
    for (std::size_t o = 0; o < table.rows(); ++o) column[o] = table(o, s);
    result[s] = function(column);
  }
  return result;
}

std::vector<double> novelty_of_columns(const Matrix<double>& counts, bool learnt) {
  if (!learnt) return std::vector<double>(counts.cols());
  return of_columns(counts, [](const auto& column) { return expected_information_gain(column); });
}

/// table · x.
std::vector<double> apply(const Matrix<double>& table, std::span<const double> x) {
  std::vector<double> result(table.rows());
  for (std::size_t i = 0; i < table.rows(); ++i)
    result[i] = std::inner_product(x.begin(), x.end(), table.row(i).begin(), 0.0);
  return result;
}

void check_belief(const PomdpTables& tables, std::span<const double> belief) {
  require(belief.size() == tables.num_states(), "belief: expected one a state (",
          tables.num_states(), "), got ", belief.size());
  for (const double p : belief)
    require(std::isfinite(p) && p >= 0, "belief: expected probabilities, got ", p);
}

}  // namespace

std::vector<double> normalised_preferences(std::span<const double> preferences,
                                           std::size_t outcomes) {
  if (preferences.empty())
    return std::vector<double>(outcomes, -std::log(static_cast<double>(outcomes)));
  require(preferences.size() == outcomes, "preferences: expected ", outcomes, ", got ",
          preferences.size());
  std::vector<double> result(preferences.begin(), preferences.end());
  const double normaliser = log_sum_exp(preferences);
  require(std::isfinite(normaliser), "preferences: expected finite values, got a normaliser of ",
          normaliser);
  for (double& c : result) c -= normaliser;
  return result;
}

double preference_risk(std::span<const double> predicted, std::span<const double> preferences) {
  require(predicted.size() == preferences.size(), "preference_risk: expected ", preferences.size(),
          " outcomes, got ", predicted.size());
  double risk = 0;
  for (std::size_t o = 0; o < predicted.size(); ++o)
    if (predicted[o] > 0) risk += predicted[o] * (std::log(predicted[o]) - preferences[o]);
  return risk;
}

double expectation(std::span<const double> belief, std::span<const double> weights) {
  require(belief.size() == weights.size(), "expectation: expected ", weights.size(),
          " states, got ", belief.size());
  return std::inner_product(belief.begin(), belief.end(), weights.begin(), 0.0);
}

PomdpTables::PomdpTables(const Pomdp& pomdp) {
  pomdp.validate();
  for (const auto& modality : pomdp.modalities) {
    auto& table = modalities.emplace_back();
    table.likelihood = normalised_columns(modality.likelihood_counts);
    table.preferences = normalised_preferences(modality.preferences, table.likelihood.rows());
    table.ambiguity =
        of_columns(table.likelihood, [](const auto& column) { return entropy(column); });
    table.novelty = novelty_of_columns(modality.likelihood_counts, modality.learnt);
  }
  for (const auto& counts : pomdp.transition_counts) {
    transition.push_back(normalised_columns(counts));
    transition_novelty.push_back(novelty_of_columns(counts, pomdp.learnt_transition));
  }
  const double total = std::accumulate(pomdp.initial_state.begin(), pomdp.initial_state.end(), 0.0);
  for (const double d : pomdp.initial_state) initial_state.push_back(d / total);
  if (!pomdp.final_state_preferences.empty())
    final_preferences = normalised_preferences(pomdp.final_state_preferences, num_states());
}

std::vector<double> predict_state(const PomdpTables& tables, std::span<const double> belief,
                                  std::size_t control) {
  check_belief(tables, belief);
  require(control < tables.num_controls(), "control: expected below ", tables.num_controls(),
          ", got ", control);
  return apply(tables.transition[control], belief);
}

std::vector<double> predict_outcome(const PomdpTables& tables, std::span<const double> belief,
                                    std::size_t modality) {
  check_belief(tables, belief);
  require(modality < tables.modalities.size(), "modality: expected below ",
          tables.modalities.size(), ", got ", modality);
  return apply(tables.modalities[modality].likelihood, belief);
}

double update_belief(const PomdpTables& tables, std::span<const std::size_t> outcomes,
                     std::vector<double>& belief) {
  check_belief(tables, belief);
  require(outcomes.size() == tables.modalities.size(), "outcomes: expected one a modality (",
          tables.modalities.size(), "), got ", outcomes.size());
  if (std::ranges::all_of(outcomes, [](std::size_t o) { return o == kMissingOutcome; })) return 0;
  std::vector<double> log_joint;  // logarithms: what one outcome makes improbable another may save
  for (const double p : belief) log_joint.push_back(std::log(p));
  for (std::size_t g = 0; g < outcomes.size(); ++g) {
    if (outcomes[g] == kMissingOutcome) continue;
    const auto& likelihood = tables.modalities[g].likelihood;
    require(outcomes[g] < likelihood.rows(), "outcomes: modality ", g, ": expected below ",
            likelihood.rows(), ", got ", outcomes[g]);
    const auto row = likelihood.row(outcomes[g]);
    for (std::size_t s = 0; s < log_joint.size(); ++s) log_joint[s] += std::log(row[s]);
    require<ImpossibleEvidence>(std::isfinite(std::ranges::max(log_joint)), "outcomes: modality ",
                                g, ": outcome ", outcomes[g],
                                " is impossible under the belief (probability 0)");
  }
  belief = softmax(log_joint);
  return log_sum_exp(log_joint);
}

ExpectedFreeEnergy expected_free_energy(const PomdpTables& tables, std::span<const double> belief,
                                        std::size_t control, std::span<const double> predicted,
                                        bool last) {
  check_belief(tables, predicted);
  require(control < tables.num_controls(), "control: expected below ", tables.num_controls(),
          ", got ", control);
  ExpectedFreeEnergy result;
  for (const auto& modality : tables.modalities) {
    result.risk += preference_risk(apply(modality.likelihood, predicted), modality.preferences);
    result.ambiguity += expectation(predicted, modality.ambiguity);
    result.novelty_likelihood += expectation(predicted, modality.novelty);
  }
  result.novelty_transition = expectation(belief, tables.transition_novelty[control]);
  if (last && !tables.final_preferences.empty())
    result.final_states = preference_risk(predicted, tables.final_preferences);
  return result;
}

}  // namespace rgm
