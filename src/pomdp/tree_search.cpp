#include "rgm/pomdp/tree_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/stopwatch.h"
#include "rgm/math/special.h"

namespace rgm {
namespace {

/// Scales to sum one; the sum.
double normalise(std::vector<double>& p) {
  double total = 0;
  for (const double x : p) total += x;
  for (double& x : p) x /= total;
  return total;
}

/// A joint outcome that may follow, with P(outcome, state) until it is normalised.
struct Branch {
  std::vector<std::size_t> outcomes;
  std::vector<double> belief;
  double probability = 0;
};

void append_branches(const PomdpTables& tables, std::vector<std::size_t>& outcomes,
                     const std::vector<double>& joint, std::vector<Branch>& branches) {
  const std::size_t g = outcomes.size();
  if (g == tables.modalities.size()) {
    branches.push_back({outcomes, joint, 0});
    branches.back().probability = normalise(branches.back().belief);
    return;
  }
  const auto& likelihood = tables.modalities[g].likelihood;
  std::vector<double> with_outcome(joint.size());
  for (std::size_t o = 0; o < likelihood.rows(); ++o) {
    bool possible = false;
    for (std::size_t s = 0; s < joint.size(); ++s)
      possible |= (with_outcome[s] = joint[s] * likelihood(o, s)) > 0;
    if (!possible) continue;
    outcomes.push_back(o);
    append_branches(tables, outcomes, with_outcome, branches);
    outcomes.pop_back();
  }
}

void keep_probable_states(std::vector<double>& belief, std::size_t max_states) {
  if (max_states == 0 || max_states >= belief.size()) return;
  std::vector<std::size_t> order(belief.size());
  for (std::size_t s = 0; s < order.size(); ++s) order[s] = s;
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t s) { return belief[s]; });
  for (std::size_t i = max_states; i < order.size(); ++i) belief[order[i]] = 0;
  normalise(belief);
}

/// What may be observed after a step, most probable first if not all of it is followed.
std::vector<Branch> branches_of(const PomdpTables& tables, const std::vector<double>& predicted,
                                const SearchOptions& options) {
  std::vector<Branch> branches;
  std::vector<std::size_t> outcomes;
  append_branches(tables, outcomes, predicted, branches);
  if (options.max_outcomes > 0 && branches.size() > options.max_outcomes) {
    std::ranges::stable_sort(branches, std::ranges::greater{}, &Branch::probability);
    branches.resize(options.max_outcomes);
    double total = 0;
    for (const auto& branch : branches) total += branch.probability;
    for (auto& branch : branches) branch.probability /= total;
  }
  for (auto& branch : branches) keep_probable_states(branch.belief, options.max_states);
  return branches;
}

class Search {
 public:
  Search(const PomdpTables& tables, const SearchOptions& options)
      : tables_(tables), options_(options) {}

  /// G of every control, and what to do, for a belief and so many steps ahead; nothing if the
  /// budget ended.
  SearchResult look_ahead(std::span<const double> belief, std::size_t depth,
                          std::span<const double> bonus) {
    SearchResult result;
    std::vector<std::vector<double>> predicted;
    for (std::size_t u = 0; u < tables_.num_controls(); ++u) {
      if (out_of_budget()) return {};
      ++nodes_;
      predicted.push_back(predict_state(tables_, belief, u));
      result.terms.push_back(expected_free_energy(tables_, belief, u, predicted[u], depth == 1));
      result.expected_free_energy.push_back(result.terms[u].total() -
                                            (bonus.empty() ? 0 : bonus[u]));
    }
    result.posterior = posterior_of(result.expected_free_energy);
    if (depth > 1 && !follow(predicted, depth, result)) return {};
    if (depth == 1) result.plan = {{best_control(result.posterior), {}}};
    return result;
  }

  std::size_t nodes() const { return nodes_; }
  /// The first depth is always searched.
  void limit() { limited_ = true; }

 private:
  bool out_of_budget() const {
    if (!limited_) return false;
    if (options_.max_nodes > 0 && nodes_ >= options_.max_nodes) return true;
    if (options_.max_seconds <= 0) return false;
    return watch_.seconds() >= options_.max_seconds;
  }

  std::vector<double> posterior_of(std::vector<double> expected_free_energy) const {
    for (double& g : expected_free_energy) g = -g;
    return softmax(expected_free_energy, options_.precision);
  }

  /// Adds what is expected after the first step; false if the budget ended.
  bool follow(const std::vector<std::vector<double>>& predicted, std::size_t depth,
              SearchResult& result) {
    const double least = options_.pruning * std::ranges::max(result.posterior);
    auto looked_into = result.expected_free_energy;
    std::vector<std::vector<PlannedStep>> lines(predicted.size());
    for (std::size_t u = 0; u < predicted.size(); ++u) {
      if (result.posterior[u] < least) {
        looked_into[u] = std::numeric_limits<double>::infinity();
        continue;
      }
      double most = 0;
      for (const auto& branch : branches_of(tables_, predicted[u], options_)) {
        auto next = look_ahead(branch.belief, depth - 1, {});
        if (next.posterior.empty()) return false;
        for (std::size_t v = 0; v < next.posterior.size(); ++v)
          if (next.posterior[v] > 0)
            looked_into[u] += branch.probability * next.posterior[v] * next.expected_free_energy[v];
        if (branch.probability <= most) continue;
        most = branch.probability;
        lines[u] = {{u, branch.outcomes}};
        lines[u].insert(lines[u].end(), std::make_move_iterator(next.plan.begin()),
                        std::make_move_iterator(next.plan.end()));
      }
    }
    for (std::size_t u = 0; u < predicted.size(); ++u)
      if (std::isfinite(looked_into[u])) result.expected_free_energy[u] = looked_into[u];
    result.posterior = posterior_of(std::move(looked_into));
    result.plan = std::move(lines[best_control(result.posterior)]);
    return true;
  }

  const PomdpTables& tables_;
  const SearchOptions& options_;
  Stopwatch watch_;
  std::size_t nodes_ = 0;
  bool limited_ = false;
};

void check_probabilities(const char* what, std::span<const double> p) {
  for (const double x : p)
    require(std::isfinite(x) && x >= 0, what,
            ": posterior: expected finite values of at least 0, got ", x);
}

}  // namespace

SearchResult search(const PomdpTables& tables, std::span<const double> belief,
                    const SearchOptions& options, std::span<const double> bonus) {
  require(options.horizon > 0, "search: horizon: expected at least 1, got 0");
  require(std::isfinite(options.precision) && options.precision >= 0,
          "search: precision: expected a finite value of at least 0, got ", options.precision);
  require(options.pruning >= 0 && options.pruning <= 1, "search: pruning: expected in [0, 1], got ",
          options.pruning);
  require(options.max_seconds >= 0, "search: max_seconds: expected at least 0, got ",
          options.max_seconds);
  require(bonus.empty() || bonus.size() == tables.num_controls(),
          "search: bonus: expected one a control (", tables.num_controls(), ") or none, got ",
          bonus.size());
  const double total = std::accumulate(belief.begin(), belief.end(), 0.0);
  require(std::abs(total - 1) <= 1e-6, "search: belief: expected a sum of 1, got ", total);
  for (const double b : bonus)
    require(std::isfinite(b), "search: bonus: expected finite values, got ", b);
  const bool budget = options.max_nodes > 0 || options.max_seconds > 0;
  Search search(tables, options);
  SearchResult result;
  for (std::size_t depth = budget ? 1 : options.horizon; depth <= options.horizon; ++depth) {
    auto deeper = search.look_ahead(belief, depth, bonus);
    result.budget_ended = deeper.posterior.empty();
    if (result.budget_ended) break;
    result = std::move(deeper);
    result.depth = depth;
    if (budget) search.limit();
  }
  result.nodes = search.nodes();
  return result;
}

bool is_surprised(const PlannedStep& expected, std::span<const std::size_t> outcomes) {
  if (expected.outcomes.empty()) return true;
  require(outcomes.size() == expected.outcomes.size(),
          "is_surprised: outcomes: expected one a modality (", expected.outcomes.size(), "), got ",
          outcomes.size());
  for (std::size_t g = 0; g < outcomes.size(); ++g)
    if (outcomes[g] != kMissingOutcome && outcomes[g] != expected.outcomes[g]) return true;
  return false;
}

std::size_t best_control(std::span<const double> posterior) {
  require(!posterior.empty(), "best_control: posterior: expected at least one control, got none");
  check_probabilities("best_control", posterior);
  return static_cast<std::size_t>(std::ranges::max_element(posterior) - posterior.begin());
}

std::size_t sample_control(std::span<const double> posterior, double precision, Random& random) {
  check_probabilities("sample_control", posterior);
  std::vector<double> log_weights;
  for (const double p : posterior) log_weights.push_back(std::log(p));
  return random.categorical(softmax(log_weights, precision));
}

}  // namespace rgm
