#include "rgm/learning/contrastive.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/math/special.h"

namespace rgm {
namespace {

/// a ← max(0, a + rate · expected), everywhere.
void add_clamped(Hierarchy& tree, const ExpectedCounts<float>& expected, double rate) {
  for (std::size_t n = 0; n < tree.levels.size(); ++n)
    for (std::size_t f = 0; f < tree.levels[n].factors.size(); ++f) {
      auto counts = tree.levels[n].factors[f].likelihood.counts().values();
      const auto more = expected.levels[n][f].values();
      for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = std::max(0.0, counts[i] + rate * static_cast<double>(more[i]));
    }
  const double spread =
      1 / static_cast<double>(tree.initial_state_counts.size());  // the prior count stays
  for (std::size_t s = 0; s < tree.initial_state_counts.size(); ++s)
    tree.initial_state_counts[s] =
        std::max(spread, tree.initial_state_counts[s] + rate * expected.root[s]);
}

}  // namespace

Matrix<double> log_evidence_of_trees(std::span<const Hierarchy> trees, const ItemSet& set,
                                     const InferenceOptions& options) {
  Matrix<double> result(set.items.size(), trees.size());
  for (std::size_t k = 0; k < trees.size(); ++k) {
    const auto joint = root_log_joint(TreeTables<float>(trees[k]), set, options);
    for (std::size_t i = 0; i < joint.rows(); ++i) result(i, k) = log_sum_exp(joint.row(i));
  }
  return result;
}

double contrastive_pass(std::vector<Hierarchy>& trees, const ItemSet& set,
                        const ContrastiveOptions& options, const Progress& progress) {
  require(options.chunk > 0, "contrastive: chunk: expected at least 1, got 0");
  require(set.root_states.size() == set.items.size(), "contrastive: expected a class for each of ",
          set.items.size(), " items, got ", set.root_states.size());
  require(!set.items.empty(), "contrastive: items: expected at least one, got none");
  for (int label : set.root_states)
    require(label >= 0 && std::cmp_less(label, trees.size()), "contrastive: class: expected 0 to ",
            trees.size() - 1, ", got ", label);
  for (auto& tree : trees) tree = dense(std::move(tree));
  std::size_t right = 0;
  for (std::size_t first = 0; first < set.items.size(); first += options.chunk) {
    const std::size_t count = std::min(options.chunk, set.items.size() - first);
    ItemSet chunk{set.outcomes,
                  {set.items.begin() + static_cast<std::ptrdiff_t>(first),
                   set.items.begin() + static_cast<std::ptrdiff_t>(first + count)},
                  {},
                  {}};
    const auto log_evidence = log_evidence_of_trees(trees, chunk, options.inference);
    std::vector<ItemSet> learners(trees.size(), ItemSet{set.outcomes, {}, {}, {}});
    for (std::size_t i = 0; i < count; ++i) {
      const auto guess = softmax(log_evidence.row(i), options.temperature);
      const int label = set.root_states[first + i];
      right += static_cast<std::size_t>(std::ranges::max_element(guess) - guess.begin()) ==
               static_cast<std::size_t>(label);
      for (std::size_t k = 0; k < trees.size(); ++k) {
        const double weight = (static_cast<std::size_t>(label) == k ? 1.0 : 0.0) - guess[k];
        if (std::abs(weight) < options.smallest_weight) continue;
        learners[k].items.push_back(chunk.items[i]);
        learners[k].weights.push_back(weight);
      }
    }
    for (std::size_t k = 0; k < trees.size(); ++k)
      if (!learners[k].items.empty())
        add_clamped(trees[k],
                    expected_counts(TreeTables<float>(trees[k]), learners[k], options.inference),
                    options.rate);
    report(progress, "contrastive pass", first + count, set.items.size());
  }
  return static_cast<double>(right) / static_cast<double>(set.items.size());
}

}  // namespace rgm
