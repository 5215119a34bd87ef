#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/base/random.h"
#include "rgm/model/hierarchy.h"
#include "support/random_tree.h"

// Random small hierarchies in space and time, and the judge of inference on them: enumeration of
// their joint distribution.

namespace rgm::test {

struct SequenceShape {
  std::size_t max_levels = 3, max_factors = 2, max_states = 2, max_paths = 2, max_time_scale = 2;
  double structural_zeros = 0.3;  ///< probability that a modality has no background
};

/// A valid hierarchy with paths, transitions and episodes; likelihoods dense or sparse.
inline Hierarchy random_sequence_tree(Random& random, const SequenceShape& shape = {}) {
  Hierarchy hierarchy;
  const std::size_t levels = random.index(5) == 0 ? 1 : between(random, 2, shape.max_levels);
  for (std::size_t n = 0; n < levels; ++n) {
    const bool top = n + 1 == levels;
    Level level;
    if (n == 0) {
      for (std::size_t g = 0, count = between(random, 2, 4); g < count; ++g)
        level.modalities.push_back({Modality::Kind::kOutcome, g, between(random, 2, 3)});
    } else {
      const auto& below = hierarchy.levels.back();
      for (std::size_t f : shuffled(random, below.factors.size())) {
        level.modalities.push_back(
            {Modality::Kind::kInitialState, f, below.factors[f].num_states()});
        if (below.factors[f].num_paths > 1)
          level.modalities.push_back({Modality::Kind::kInitialPath, f, below.factors[f].num_paths});
      }
    }
    level.time_scale = top || random.index(4) == 0 ? 1 : shape.max_time_scale;
    const std::size_t most =
        n == 0 ? level.modalities.size() : hierarchy.levels.back().factors.size();
    level.factors.resize(top ? 1 : std::min(most, between(random, 1, shape.max_factors)));
    // Every factor gets a child; a child's state and path go together.
    std::vector<std::size_t> parent_of_child;
    for (std::size_t c = 0; c < most; ++c)
      parent_of_child.push_back(c < level.factors.size() ? c : random.index(level.factors.size()));
    for (std::size_t g : shuffled(random, level.modalities.size()))
      level.factors[parent_of_child[n == 0 ? g : level.modalities[g].source]].modalities.push_back(
          g);
    for (auto& factor : level.factors) {
      std::vector<std::size_t> outcomes;
      std::vector<double> concentrations;
      for (std::size_t g : factor.modalities) {
        outcomes.push_back(level.modalities[g].num_outcomes);
        concentrations.push_back(
            random.uniform() < shape.structural_zeros ? 0.0 : 0.05 + 0.5 * random.uniform());
      }
      const std::size_t states = between(random, 1, shape.max_states);
      factor.likelihood = random.index(2) == 0
                              ? Likelihood(outcomes, concentrations, states)
                              : Likelihood::sparse(outcomes, concentrations, states);
      for (std::size_t g = 0; g < outcomes.size(); ++g)
        for (std::size_t o = 0; o < outcomes[g]; ++o)
          for (std::size_t s = 0; s < states; ++s)
            if (random.uniform() < 0.6) factor.likelihood.add(g, o, s, 2 * random.uniform() + 0.01);
      factor.num_paths = top ? between(random, 1, 3) : between(random, 1, shape.max_paths);
      if (level.time_scale == 1 && random.index(3) == 0) factor.num_paths = 1;
      if (level.time_scale > 1 || random.index(2) == 0) {
        factor.transition = Transition(states, factor.num_paths);
        for (std::size_t i = 0, arcs = random.index(2 * states * factor.num_paths + 1); i < arcs;
             ++i)
          factor.transition.add(random.index(states), random.index(states),
                                random.index(factor.num_paths), 0.1 + random.uniform());
      }
    }
    hierarchy.levels.push_back(std::move(level));
  }
  for (std::size_t s = 0; s < hierarchy.root().num_states(); ++s)
    hierarchy.initial_state_counts.push_back(0.1 + random.uniform());
  if (random.index(2) == 0) hierarchy.restart_concentration = random.uniform();
  hierarchy.validate();
  return hierarchy;
}

/// What enumeration says about a sequence.
struct SequenceEnumeration {
  double evidence = 0, best = 0;
  std::vector<std::vector<std::vector<std::vector<double>>>>
      states;  ///< [level][step][factor][state]
  std::vector<std::vector<std::vector<std::vector<double>>>>
      paths;  ///< [level][step][factor][path], at starts of episodes
  std::vector<std::vector<Matrix<double>>>
      likelihood;  ///< expected counts, [level][factor] → [row, state]
  std::vector<std::vector<std::vector<std::vector<double>>>>
      arcs;  ///< expected counts, [level][factor][state][arc]
  std::vector<double> initial_states, restarts;
};

/// The joint distribution of a small hierarchy in time, by visiting every configuration of its
/// states and paths. Knows nothing of messages.
class SequenceJoint {
 public:
  SequenceJoint(const Hierarchy& hierarchy, const Outcomes& outcomes, SoftReading reading)
      : hierarchy_(hierarchy), outcomes_(outcomes), reading_(reading) {
    for (const auto& level : hierarchy.levels)
      for (auto& list = likelihoods_.emplace_back(); const auto& factor : level.factors)
        list.push_back(factor.likelihood.expectation());
    double total = 0;
    for (double d : hierarchy.initial_state_counts) total += d;
    for (double d : hierarchy.initial_state_counts) prior_.push_back(d / total);
    const std::size_t length = hierarchy.episode_length();
    blocks_ = (outcomes.items() + length - 1) / length;
    std::size_t steps = blocks_;
    for (std::size_t n = hierarchy.levels.size(); n-- > 0;) {
      if (n + 1 < hierarchy.levels.size()) steps *= hierarchy.levels[n].time_scale;
      steps_.insert(steps_.begin(), steps);
    }
    state_.resize(steps_.size());
    path_.resize(steps_.size());
    for (std::size_t n = 0; n < steps_.size(); ++n)
      state_[n] = path_[n] =
          std::vector(steps_[n], std::vector<std::size_t>(hierarchy.levels[n].factors.size()));
    for (std::size_t n = steps_.size(); n-- > 0;)
      for (std::size_t t = 0; t < steps_[n]; ++t)
        for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
          if (n + 1 < steps_.size() && t % hierarchy.levels[n].time_scale == 0)
            variables_.push_back({n, t, f, true});
          variables_.push_back({n, t, f, false});
        }
  }

  /// Configurations, an upper bound.
  double size() const {
    double total = 1;
    for (const auto& v : variables_) total *= static_cast<double>(range(v));
    return total;
  }

  /// P(configuration, outcomes).
  double probability(const std::vector<std::vector<std::vector<std::size_t>>>& states,
                     const std::vector<std::vector<std::vector<std::size_t>>>& paths) {
    state_ = states;
    path_ = paths;
    double p = 1;
    for (const auto& v : variables_) {
      p *= conditional(v, (v.path ? path_ : state_)[v.level][v.step][v.factor]);
      if (!v.path && v.level == 0) p *= evidence(v.step, v.factor, state_[0][v.step][v.factor]);
    }
    return p;
  }

  SequenceEnumeration infer() {
    result_ = {};
    for (std::size_t n = 0; n < steps_.size(); ++n) {
      const auto& factors = hierarchy_.levels[n].factors;
      auto& states = result_.states.emplace_back(steps_[n]);
      auto& paths = result_.paths.emplace_back(steps_[n]);
      for (std::size_t t = 0; t < steps_[n]; ++t)
        for (const auto& factor : factors) {
          states[t].emplace_back(factor.num_states());
          paths[t].emplace_back(factor.num_paths);
        }
      auto& likelihood = result_.likelihood.emplace_back();
      auto& arcs = result_.arcs.emplace_back();
      for (std::size_t f = 0; f < factors.size(); ++f) {
        likelihood.emplace_back(likelihoods_[n][f].rows(), likelihoods_[n][f].cols());
        auto& list = arcs.emplace_back(factors[f].num_states());
        for (std::size_t s = 0; s < list.size(); ++s)
          if (!factors[f].transition.empty()) list[s].resize(factors[f].transition.arcs(s).size());
      }
    }
    result_.initial_states.assign(prior_.size(), 0.0);
    result_.restarts.assign(prior_.size(), 0.0);
    visit(0, 1.0);
    const double z = result_.evidence;
    for (auto& level : result_.states)
      for (auto& step : level)
        for (auto& factor : step)
          for (double& p : factor) p /= z;
    for (auto& level : result_.paths)
      for (auto& step : level)
        for (auto& factor : step)
          for (double& p : factor) p /= z;
    for (auto& level : result_.likelihood)
      for (auto& factor : level)
        for (double& p : factor.values()) p /= z;
    for (auto& level : result_.arcs)
      for (auto& factor : level)
        for (auto& state : factor)
          for (double& p : state) p /= z;
    for (double& p : result_.initial_states) p /= z;
    for (double& p : result_.restarts) p /= z;
    return result_;
  }

 private:
  struct Variable {
    std::size_t level, step, factor;
    bool path;
  };

  std::size_t range(const Variable& v) const {
    const auto& factor = hierarchy_.levels[v.level].factors[v.factor];
    return v.path ? factor.num_paths : factor.num_states();
  }

  /// P(next root state | state) and calls `share(arc or −1 for a restart, probability)`.
  template <class Share>
  double root_step(std::size_t from, std::size_t to, Share share) const {
    const auto& transition = hierarchy_.root().transition;
    const double kappa = hierarchy_.restart_concentration;
    double total = kappa, p = 0;
    if (!transition.empty())
      for (const auto& arc : transition.arcs(from)) total += arc.count;
    if (total == 0) return from == to ? 1.0 : 0.0;
    if (!transition.empty())
      for (std::size_t i = 0; i < transition.arcs(from).size(); ++i)
        if (const auto& arc = transition.arcs(from)[i]; arc.next == to) {
          p += arc.count / total;
          share(static_cast<int>(i), arc.count / total);
        }
    p += kappa / total * prior_[to];
    share(-1, kappa / total * prior_[to]);
    return p;
  }

  /// The parent of a factor and the rows of its state and path modalities there.
  struct Link {
    std::size_t parent = 0, state_row = 0, path_row = 0;
    bool path = false;
  };
  Link link(std::size_t level, std::size_t factor) const {
    Link result;
    const auto& above = hierarchy_.levels[level + 1];
    for (std::size_t f = 0; f < above.factors.size(); ++f)
      for (std::size_t i = 0; i < above.factors[f].modalities.size(); ++i) {
        const auto& modality = above.modalities[above.factors[f].modalities[i]];
        if (modality.source != factor) continue;
        result.parent = f;
        const std::size_t row = above.factors[f].likelihood.offset(i);
        if (modality.kind == Modality::Kind::kInitialState) {
          result.state_row = row;
        } else {
          result.path_row = row;
          result.path = true;
        }
      }
    return result;
  }

  double conditional(const Variable& v, std::size_t value) const {
    const auto& level = hierarchy_.levels[v.level];
    if (v.level + 1 == steps_.size())
      return v.step == 0 ? prior_[value]
                         : root_step(state_[v.level][v.step - 1][0], value, [](int, double) {});
    const Link to = link(v.level, v.factor);
    const std::size_t above = state_[v.level + 1][v.step / level.time_scale][to.parent];
    if (v.path)
      return to.path ? likelihoods_[v.level + 1][to.parent](to.path_row + value, above) : 1.0;
    const std::size_t within = v.step % level.time_scale;
    if (within == 0) return likelihoods_[v.level + 1][to.parent](to.state_row + value, above);
    return level.factors[v.factor].transition.probability(
        value, state_[v.level][v.step - 1][v.factor], path_[v.level][v.step - within][v.factor]);
  }

  double evidence(std::size_t step, std::size_t factor, std::size_t state) const {
    if (step >= outcomes_.items()) return 1;
    double p = 1;
    const auto& group = hierarchy_.levels[0].factors[factor];
    for (std::size_t i = 0; i < group.modalities.size(); ++i) {
      const auto& modality = hierarchy_.levels[0].modalities[group.modalities[i]];
      const auto weights = weights_of(outcomes_, step, modality.source, modality.num_outcomes);
      if (weights.empty()) continue;
      double sum = 0, product = 1;
      for (std::size_t o = 0; o < weights.size(); ++o) {
        if (weights[o] == 0) continue;
        const double a = likelihoods_[0][factor](group.likelihood.offset(i) + o, state);
        sum += weights[o] * a;
        product *= std::pow(a, weights[o]);
      }
      p *= reading_ == SoftReading::kLikelihood ? sum : product;
    }
    return p;
  }

  void visit(std::size_t i, double p) {
    if (p == 0) return;
    if (i == variables_.size()) return count(p);
    const auto& v = variables_[i];
    for (std::size_t value = 0; value < range(v); ++value) {
      double q = p * conditional(v, value);
      if (!v.path && v.level == 0) q *= evidence(v.step, v.factor, value);
      (v.path ? path_ : state_)[v.level][v.step][v.factor] = value;
      visit(i + 1, q);
    }
  }

  void count(double p) {
    result_.evidence += p;
    result_.best = std::max(result_.best, p);
    for (const auto& v : variables_) {
      const std::size_t value = (v.path ? path_ : state_)[v.level][v.step][v.factor];
      (v.path ? result_.paths : result_.states)[v.level][v.step][v.factor][value] += p;
      const auto& level = hierarchy_.levels[v.level];
      if (v.level + 1 == steps_.size()) {
        if (v.step == 0) {
          result_.initial_states[value] += p;
        } else {
          const std::size_t from = state_[v.level][v.step - 1][0];
          const double total = root_step(from, value, [](int, double) {});
          root_step(from, value, [&](int arc, double share) {
            (arc < 0 ? result_.initial_states[value]
                     : result_.arcs[v.level][0][from][static_cast<std::size_t>(arc)]) +=
                p * share / total;
            if (arc < 0) result_.restarts[from] += p * share / total;
          });
        }
      } else {
        const Link to = link(v.level, v.factor);
        const std::size_t above = state_[v.level + 1][v.step / level.time_scale][to.parent];
        const std::size_t within = v.step % level.time_scale;
        if (v.path) {
          if (to.path) result_.likelihood[v.level + 1][to.parent](to.path_row + value, above) += p;
        } else if (within == 0) {
          result_.likelihood[v.level + 1][to.parent](to.state_row + value, above) += p;
        } else {
          const std::size_t from = state_[v.level][v.step - 1][v.factor],
                            u = path_[v.level][v.step - within][v.factor];
          const auto& arcs = level.factors[v.factor].transition.arcs(from);
          for (std::size_t k = 0; k < arcs.size(); ++k)
            if (arcs[k].next == value && arcs[k].path == u)
              result_.arcs[v.level][v.factor][from][k] += p;
        }
      }
      if (v.level == 0 && !v.path && v.step < outcomes_.items()) {
        const auto& group = level.factors[v.factor];
        for (std::size_t g = 0; g < group.modalities.size(); ++g) {
          const auto& modality = level.modalities[group.modalities[g]];
          const auto weights =
              weights_of(outcomes_, v.step, modality.source, modality.num_outcomes);
          const std::size_t row = group.likelihood.offset(g);
          double total = 0;
          for (std::size_t o = 0; o < weights.size(); ++o)
            total += weights[o] * likelihoods_[0][v.factor](row + o, value);
          for (std::size_t o = 0; o < weights.size(); ++o)
            if (weights[o] > 0)
              result_.likelihood[0][v.factor](row + o, value) +=
                  p * (reading_ == SoftReading::kCount
                           ? weights[o]
                           : weights[o] * likelihoods_[0][v.factor](row + o, value) / total);
        }
      }
    }
  }

  const Hierarchy& hierarchy_;
  const Outcomes& outcomes_;
  SoftReading reading_;
  std::vector<std::vector<Matrix<double>>> likelihoods_;
  std::vector<double> prior_;
  std::size_t blocks_ = 0;
  std::vector<std::size_t> steps_;
  std::vector<std::vector<std::vector<std::size_t>>> state_, path_;  // [level][step][factor]
  std::vector<Variable> variables_;
  SequenceEnumeration result_;
};

}  // namespace rgm::test
