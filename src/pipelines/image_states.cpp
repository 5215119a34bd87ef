#include "rgm/pipelines/image_states.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "bin_moments.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/inference/sample.h"
#include "rgm/inference/tree.h"
#include "rgm/learning/expectation_maximisation.h"
#include "rgm/math/special.h"

namespace rgm {
namespace {

constexpr std::size_t kPictures = 4096;  // in memory as outcomes
constexpr std::size_t kTogether = 64;    // of which messages are made at a time

/// The level whose one factor's states are the top states of a tree.
std::size_t top_level(const ImageModel& model, const Hierarchy& tree) {
  const std::size_t root = tree.levels.size() - 1;
  return model.class_at_root() && root > 0 && tree.levels[root - 1].factors.size() == 1 ? root - 1
                                                                                        : root;
}

std::size_t states_at_top(const ImageModel& model, const Hierarchy& tree) {
  return tree.levels[top_level(model, tree)].factors.front().num_states();
}

/// P(top state | picture) of the one tree of a model that has classes at its root.
void below_classes(const ImageModel& model, const TreeTables<double>& tables,
                   const Outcomes& outcomes, int threads, std::size_t first,
                   Matrix<double>& result) {
  const std::size_t level = top_level(model, model.trees.front());
  std::vector<std::size_t> items(outcomes.items());
  std::iota(items.begin(), items.end(), std::size_t{0});
  parallel_for((items.size() + kTogether - 1) / kTogether, threads, [&](std::size_t b) {
    thread_local TreeBeliefs<double> beliefs;
    const std::size_t begin = b * kTogether, size = std::min(kTogether, items.size() - begin);
    upward(tables, outcomes, std::span(items).subspan(begin, size), {}, model.reading, beliefs);
    downward(tables, {}, {}, beliefs);
    const auto& posterior = beliefs.levels[level].front().posterior;
    for (std::size_t i = 0; i < size; ++i)
      std::copy_n(posterior.row(i).data(), result.cols(), result.row(first + begin + i).data());
  });
}

}  // namespace

std::size_t num_top_states(const ImageModel& model) {
  std::size_t count = 0;
  for (const auto& tree : model.trees) count += states_at_top(model, tree);
  return count;
}

Matrix<double> top_posteriors(const ImageModel& model, const PictureSource& source, int threads,
                              const Progress& progress) {
  Matrix<double> result(source.count, num_top_states(model));
  std::vector<TreeTables<double>> tables;
  for (const auto& tree : model.trees) tables.emplace_back(tree);
  const double prior = std::accumulate(model.class_counts.begin(), model.class_counts.end(), 0.0);
  for (std::size_t first = 0; first < source.count; first += kPictures) {
    auto chunk = source;
    chunk.count = std::min(kPictures, source.count - first);
    chunk.read = [&, first](std::size_t i, std::span<float> picture) {
      source.read(first + i, picture);
    };
    const auto outcomes = model.codec.encode(chunk, threads);
    if (model.class_at_root()) {
      below_classes(model, tables.front(), outcomes, threads, first, result);
    } else {
      std::size_t column = 0;
      for (std::size_t k = 0; k < tables.size(); ++k) {
        const auto joint =
            root_log_joint(tables[k], ItemSet::all(outcomes), {model.reading, threads});
        const double of_class = tables.size() > 1 ? std::log(model.class_counts[k] / prior) : 0.0;
        for (std::size_t i = 0; i < joint.rows(); ++i)
          for (std::size_t s = 0; s < joint.cols(); ++s)
            result(first + i, column + s) = joint(i, s) + of_class;
        column += joint.cols();
      }
      for (std::size_t i = 0; i < chunk.count; ++i)
        std::ranges::copy(softmax(result.row(first + i)), result.row(first + i).begin());
    }
    report(progress, "states", first + chunk.count, source.count);
  }
  return result;
}

Matrix<float> expected_pictures(const ImageModel& model, const Matrix<double>& weights,
                                int threads) {
  const std::size_t states = num_top_states(model), modalities = model.codec.num_modalities();
  require(weights.cols() == states, "expected_pictures: weights: expected one for each of ", states,
          " top states, got ", weights.cols());
  for (const double w : weights.values())
    require(std::isfinite(w) && w >= 0,
            "expected_pictures: weights: expected finite numbers of at least 0, got ", w);
  const double middle = static_cast<double>(model.codec.num_outcomes() - 1) / 2;
  Matrix<double> of_states(states, modalities);
  std::size_t state = 0;
  for (const auto& tree : model.trees)
    for (std::size_t s = 0; s < states_at_top(model, tree); ++s, ++state) {
      const auto outcomes = expected_outcomes(tree, top_level(model, tree), 0, s);
      for (std::size_t g = 0; g < modalities; ++g) {
        double mean = middle, variance = 0;
        if (!outcomes[g].empty()) pipelines::bin_moments(outcomes[g], mean, variance);
        of_states(state, g) = mean;
      }
    }
  Matrix<double> bins(weights.rows(), modalities);
  for (std::size_t i = 0; i < weights.rows(); ++i) {
    const auto row = weights.row(i);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    require(sum > 0, "expected_pictures: weights: expected a sum above 0, got 0 for picture ", i);
    for (std::size_t s = 0; s < states; ++s) {
      if (row[s] == 0) continue;
      for (std::size_t g = 0; g < modalities; ++g) bins(i, g) += row[s] / sum * of_states(s, g);
    }
  }
  return model.codec.decode(bins, threads);
}

}  // namespace rgm
