#include "rgm/agent/predictive_merge.h"

#include <cmath>
#include <map>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {
namespace {

using Distribution = std::map<std::size_t, double>;  // class → probability
using Predictions =
    std::vector<Distribution>;  // [action]: of the next state's class; empty where it was not tried

Predictions predictions_of(const Transition& controlled, std::size_t state,
                           const PredictiveClasses& classes) {
  Predictions result(controlled.num_paths());
  std::vector<double> totals(controlled.num_paths());
  for (const auto& [next, path, count] : controlled.arcs(state)) {
    if (count == 0) continue;
    result[path][classes.class_of[next]] += count;
    totals[path] += count;
  }
  for (std::size_t path = 0; path < result.size(); ++path)
    for (auto& [next, probability] : result[path]) probability /= totals[path];
  return result;
}

double information_distance(const Distribution& p, const Distribution& q) {
  double square = 0;
  bool common = false;
  const auto add = [&](double a, double b) {
    square += (std::sqrt(a) - std::sqrt(b)) * (std::sqrt(a) - std::sqrt(b));
  };
  for (const auto& [outcome, probability] : p) {
    const auto other = q.find(outcome);
    common = common || other != q.end();
    add(probability, other == q.end() ? 0 : other->second);
  }
  for (const auto& [outcome, probability] : q)
    if (!p.contains(outcome)) add(0, probability);
  return common ? std::sqrt(square) : std::numbers::sqrt2;  // and not a rounding error below
}

bool agree(const Predictions& a, const Predictions& b, double distance) {
  for (std::size_t action = 0; action < a.size(); ++action)
    if (!a[action].empty() && !b[action].empty() &&
        information_distance(a[action], b[action]) >= distance)
      return false;
  return true;
}

/// Divides classes by what the states in them predict of the next one's class.
PredictiveClasses refined(const Transition& controlled, const PredictiveClasses& classes,
                          double distance) {
  PredictiveClasses result;
  std::vector<Predictions> predictions;                                // [new class]
  std::vector<std::vector<std::size_t>> parts(classes.num_classes());  // [class], its new classes
  std::map<std::pair<std::size_t, Predictions>, std::size_t>
      met_before;  // who predicts the same goes to the same one
  for (std::size_t s = 0; s < controlled.num_states(); ++s) {
    check_interruption();
    const std::size_t whole = classes.class_of[s];
    const auto [met, fresh] =
        met_before.try_emplace({whole, predictions_of(controlled, s, classes)});
    const auto& own = met->first.second;
    if (fresh) {
      met->second = predictions.size();
      for (const std::size_t part : parts[whole])
        if (agree(own, predictions[part], distance)) {
          met->second = part;
          break;
        }
      if (met->second == predictions.size()) {
        parts[whole].push_back(met->second);
        predictions.emplace_back(own.size());
        result.first_member.push_back(s);
      }
      for (std::size_t action = 0; action < own.size(); ++action)
        if (auto& known = predictions[met->second][action]; known.empty()) known = own[action];
    }
    result.class_of.push_back(met->second);
  }
  return result;
}

}  // namespace

PredictiveClasses predictive_classes(std::span<const std::size_t> shown,
                                     const Transition& controlled,
                                     const PredictiveMergeOptions& options) {
  require(shown.size() == controlled.num_states(), "predictive merge: shown: expected ",
          controlled.num_states(), " labels, one a state, got ", shown.size());
  require(options.distance > 0, "predictive merge: distance: expected above 0, got ",
          options.distance);
  PredictiveClasses classes;
  std::map<std::size_t, std::size_t> of_label;
  for (std::size_t s = 0; s < shown.size(); ++s) {
    const auto [at, fresh] = of_label.try_emplace(shown[s], of_label.size());
    if (fresh) classes.first_member.push_back(s);
    classes.class_of.push_back(at->second);
  }
  for (std::size_t step = 0; step < options.steps; ++step) {
    auto finer = refined(controlled, classes, options.distance);
    if (finer.num_classes() == classes.num_classes()) break;  // nor will they be divided any more
    classes = std::move(finer);
  }
  return classes;
}

PredictiveClasses predictive_classes(const GameModel& model,
                                     const PredictiveMergeOptions& options) {
  std::map<std::vector<Symbol>, std::size_t> labels;
  std::vector<std::size_t> shown;
  for (std::size_t s = 0; s < model.num_states(); ++s) {
    const auto consequences = model.consequences(s);
    std::vector<Symbol> now(consequences.begin(), consequences.end());
    now.push_back(model.reward()[s] > 0 ? 1 : 0);
    now.push_back(model.cost()[s] > 0 ? 1 : 0);
    shown.push_back(labels.try_emplace(std::move(now), labels.size()).first->second);
  }
  return predictive_classes(shown, model.controlled(), options);
}

Transition merged(const Transition& controlled, const PredictiveClasses& classes) {
  require(classes.class_of.size() == controlled.num_states(),
          "predictive merge: classes: expected those of ", controlled.num_states(), " states, got ",
          classes.class_of.size());
  if (controlled.empty()) return {};
  for (const std::size_t number : classes.class_of)
    require(number < classes.num_classes(), "predictive merge: class: expected below ",
            classes.num_classes(), ", got ", number);
  Transition result(classes.num_classes(), controlled.num_paths());
  for (std::size_t s = 0; s < controlled.num_states(); ++s)
    for (const auto& [next, path, count] : controlled.arcs(s))
      if (count > 0) result.add(classes.class_of[next], classes.class_of[s], path, count);
  return result;
}

}  // namespace rgm
