#include "rgm/pipelines/picture_completion.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "bin_moments.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/inference/sample.h"
#include "rgm/inference/tree.h"
#include "rgm/math/special.h"
#include "rgm/pipelines/image_generation.h"

namespace rgm {
namespace {

constexpr std::size_t kAtOnce = 16;           // pictures a parallel task
constexpr std::size_t kRound = 64 * kAtOnce;  // pictures between two reports
constexpr double kMissingShare = 0.25;        // of a prepared pixel

/// Completes pictures, some at a time; threads may share it.
class Completer {
 public:
  Completer(const ImageModel& model, const PictureCompletionOptions& options)
      : model_(model), options_(options) {
    for (const auto& tree : model.trees) tables_.emplace_back(tree);
    const double total = std::accumulate(model.class_counts.begin(), model.class_counts.end(), 0.0);
    for (std::size_t k = 0; k < tables_.size(); ++k)
      log_prior_.push_back(tables_.size() > 1 ? std::log(model.class_counts[k] / total) : 0.0);
    const auto& preparation = model.codec.preparation();
    auto of_mask = preparation.options();
    of_mask.histogram_width = 0;
    mask_preparation_ =
        Preparation(preparation.input_height(), preparation.input_width(), 1, of_mask);
    usual_ = expect(Outcomes(1, model.codec.num_modalities())).front().picture;
  }

  /// Pictures of the source's size, from `first` on, are completed in place.
  void complete(std::span<const std::uint8_t> missing, std::size_t first, std::size_t count,
                PictureCompletion& result) const {
    const std::size_t pixels = missing.size() / result.mean.rows();
    const auto mask = [&](std::size_t i) { return missing.subspan((first + i) * pixels, pixels); };
    std::vector<std::vector<double>> shares;
    bool once = true;
    for (std::size_t i = 0; i < count; ++i) {
      shares.push_back(missing_shares(mask(i)));
      once = once && std::ranges::all_of(shares.back(), [&](double share) {
               return share == 0 || share > options_.mask_share;
             });
      fill(mask(i), usual_, result.mean.row(first + i));
    }
    for (std::size_t round = 0, rounds = once ? 1 : options_.rounds; round < rounds; ++round) {
      Outcomes outcomes(count, model_.codec.num_modalities());
      for (std::size_t i = 0; i < count; ++i) {
        model_.codec.encode(result.mean.row(first + i), outcomes.item(i));
        for (std::size_t g = 0; g < shares[i].size(); ++g)
          if (shares[i][g] > options_.mask_share) outcomes(i, g) = Outcome{};
      }
      const auto expected = expect(outcomes);
      for (std::size_t i = 0; i < count; ++i) {
        fill(mask(i), expected[i].picture, result.mean.row(first + i));
        if (round + 1 < rounds) continue;
        fill(mask(i), spread_of(expected[i].bin_variance), result.variance.row(first + i));
        result.log_evidence[first + i] = expected[i].log_evidence;
      }
    }
  }

 private:
  struct Expected {
    std::vector<float> picture;        ///< of the source's size
    std::vector<double> bin_variance;  ///< [modality]
    double log_evidence = 0;
  };

  /// How much of each modality lies under missing pixels.
  std::vector<double> missing_shares(std::span<const std::uint8_t> missing) const {
    std::vector<float> mask(missing.size()), prepared(mask_preparation_.prepared_size());
    for (std::size_t p = 0; p < mask.size(); ++p) mask[p] = missing[p] != 0 ? 255 : 0;
    mask_preparation_(mask, prepared);
    std::vector<std::uint8_t> under(prepared.size());
    for (std::size_t p = 0; p < under.size(); ++p)
      under[p] = prepared[p] > static_cast<float>(255 * kMissingShare) ? 1 : 0;
    return model_.codec.modalities_touching(under);
  }

  /// What the model expects of all modalities of each item given some of them. Classes that are
  /// next to impossible have no say in it.
  std::vector<Expected> expect(const Outcomes& outcomes) const {
    constexpr double kImpossible = 1e-9;
    const std::size_t count = outcomes.items(), modalities = outcomes.modalities(),
                      bins = model_.codec.num_outcomes();
    std::vector<std::size_t> items(count);
    std::iota(items.begin(), items.end(), std::size_t{0});
    TreeBeliefs<double> beliefs;
    Matrix<double> log_joint(count, tables_.size());
    for (std::size_t k = 0; k < tables_.size(); ++k) {
      upward(tables_[k], outcomes, items, {}, model_.reading, beliefs);
      for (std::size_t i = 0; i < count; ++i)
        log_joint(i, k) = beliefs.log_evidence[i] + log_prior_[k];
    }
    std::vector<Expected> result(count);
    Matrix<double> posterior(count, tables_.size()), mixtures(count, modalities * bins);
    for (std::size_t i = 0; i < count; ++i) {
      result[i].log_evidence = log_sum_exp(log_joint.row(i));
      std::ranges::copy(softmax(log_joint.row(i)), posterior.row(i).begin());
    }
    for (std::size_t k = 0; k < tables_.size(); ++k) {
      std::vector<std::size_t> likely;
      for (const std::size_t i : items)
        if (posterior(i, k) > kImpossible) likely.push_back(i);
      if (likely.empty()) continue;
      upward(tables_[k], outcomes, likely, {}, model_.reading, beliefs);
      downward(tables_[k], {}, {}, beliefs);
      for (std::size_t row = 0; row < likely.size(); ++row) {
        const auto expected = expected_outcomes(model_.trees[k], beliefs, row);
        const auto mixture = mixtures.row(likely[row]);
        for (std::size_t g = 0; g < modalities; ++g)
          for (std::size_t o = 0; o < expected[g].size(); ++o)
            mixture[g * bins + o] += posterior(likely[row], k) * expected[g][o];
      }
    }
    for (std::size_t i = 0; i < count; ++i) decode(mixtures.row(i), result[i]);
    return result;
  }

  /// From the outcomes that are expected, [modality · outcome].
  void decode(std::span<const double> mixture, Expected& result) const {
    const std::size_t bins = model_.codec.num_outcomes();
    std::vector<double> mean(mixture.size() / bins);
    result.bin_variance.resize(mean.size());
    for (std::size_t g = 0; g < mean.size(); ++g) {
      double variance = 0;
      pipelines::bin_moments(mixture.subspan(g * bins, bins), mean[g], variance);
      result.bin_variance[g] =
          pipelines::variance_behind_bins(variance, model_.codec.options().soft_bins);
    }
    result.picture = sized(model_.codec.decode(mean), false);
  }

  std::vector<float> spread_of(std::span<const double> bin_variance) const {
    return sized(model_.codec.decode_variance(bin_variance), true);
  }

  std::vector<float> sized(std::span<const float> prepared, bool variances) const {
    Matrix<float> one(1, prepared.size());
    std::ranges::copy(prepared, one.data());
    const auto result = of_input_size(model_.codec, one, variances);
    return {result.values().begin(), result.values().end()};
  }

  /// Puts values where pixels are missing.
  static void fill(std::span<const std::uint8_t> missing, std::span<const float> values,
                   std::span<float> picture) {
    const std::size_t channels = picture.size() / missing.size();
    for (std::size_t v = 0; v < picture.size(); ++v)
      if (missing[v / channels] != 0) picture[v] = values[v];
  }

  const ImageModel& model_;
  const PictureCompletionOptions& options_;
  std::vector<TreeTables<double>> tables_;
  std::vector<double> log_prior_;
  Preparation mask_preparation_;
  std::vector<float> usual_;  ///< what the model expects that has seen nothing
};

}  // namespace

PictureCompletion complete_pictures(const ImageModel& model, const PictureSource& source,
                                    std::span<const std::uint8_t> missing,
                                    const PictureCompletionOptions& options,
                                    const Progress& progress) {
  const auto& preparation = model.codec.preparation();
  require(
      source.height == preparation.input_height() && source.width == preparation.input_width() &&
          source.channels == preparation.channels(),
      "complete: expected pictures of ", preparation.input_height(), "×", preparation.input_width(),
      "×", preparation.channels(), " (height × width × channels), got ", source.height, "×",
      source.width, "×", source.channels);
  const std::size_t pixels = source.height * source.width;
  require(missing.size() == source.count * pixels, "complete: missing: expected ", source.count,
          " times ", source.height, "×", source.width, " values, got ", missing.size());
  require(options.mask_share >= 0 && options.mask_share <= 1,
          "complete: mask_share: expected 0 to 1, got ", options.mask_share);
  require(options.rounds > 0, "complete: rounds: expected at least 1, got 0");
  PictureCompletion result{Matrix<float>(source.count, source.picture_size()),
                           Matrix<float>(source.count, source.picture_size()),
                           std::vector<double>(source.count)};
  const Completer completer(model, options);
  for (std::size_t first = 0; first < source.count; first += kRound) {
    const std::size_t count = std::min(kRound, source.count - first);
    parallel_for((count + kAtOnce - 1) / kAtOnce, options.threads, [&](std::size_t task) {
      const std::size_t begin = first + task * kAtOnce,
                        end = std::min(begin + kAtOnce, first + count);
      for (std::size_t i = begin; i < end; ++i) source.read(i, result.mean.row(i));
      completer.complete(missing, begin, end - begin, result);
    });
    report(progress, "completing", first + count, source.count);
  }
  return result;
}

}  // namespace rgm
