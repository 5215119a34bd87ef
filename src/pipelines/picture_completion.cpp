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

/// Completes pictures one by one; threads may share it.
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
    usual_ = expect(Outcomes(1, model.codec.num_modalities())).picture;
  }

  /// Of a picture of the source's size: completes it in place; `variance` gets those of the missing
  /// values.
  double complete(std::span<const std::uint8_t> missing, std::span<float> picture,
                  std::span<float> variance) const {
    std::ranges::fill(variance, 0.0F);
    const auto shares = missing_shares(missing);
    const bool once = std::ranges::all_of(
        shares, [&](double share) { return share == 0 || share > options_.mask_share; });
    fill(missing, usual_, picture);
    Expected expected;
    for (std::size_t round = 0; round < (once ? 1 : options_.rounds); ++round) {
      Outcomes outcomes(1, model_.codec.num_modalities());
      model_.codec.encode(picture, outcomes.item(0));
      for (std::size_t g = 0; g < shares.size(); ++g)
        if (shares[g] > options_.mask_share) outcomes(0, g) = Outcome{};
      expected = expect(outcomes);
      fill(missing, expected.picture, picture);
    }
    fill(missing, spread_of(expected.bin_variance), variance);
    return expected.log_evidence;
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

  /// What the model expects of all modalities given some of them.
  Expected expect(const Outcomes& outcomes) const {
    const std::size_t item = 0;
    std::vector<double> log_joint;
    std::vector<OutcomeDistributions> of_trees;
    TreeBeliefs<double> beliefs;
    for (std::size_t k = 0; k < tables_.size(); ++k) {
      upward(tables_[k], outcomes, std::span(&item, 1), {}, model_.reading, beliefs);
      downward(tables_[k], {}, {}, beliefs);
      log_joint.push_back(beliefs.log_evidence.front() + log_prior_[k]);
      of_trees.push_back(expected_outcomes(model_.trees[k], beliefs, 0));
    }
    const auto posterior = softmax(log_joint);
    Expected result;
    result.log_evidence = log_sum_exp(log_joint);
    std::vector<double> mean(outcomes.modalities());
    result.bin_variance.resize(outcomes.modalities());
    std::vector<double> mixture;
    for (std::size_t g = 0; g < mean.size(); ++g) {
      mixture.assign(model_.codec.num_outcomes(), 0.0);
      for (std::size_t k = 0; k < of_trees.size(); ++k)
        for (std::size_t o = 0; o < of_trees[k][g].size(); ++o)
          mixture[o] += posterior[k] * of_trees[k][g][o];
      double variance = 0;
      pipelines::bin_moments(mixture, mean[g], variance);
      result.bin_variance[g] =
          pipelines::variance_behind_bins(variance, model_.codec.options().soft_bins);
    }
    result.picture = sized(model_.codec.decode(mean), false);
    return result;
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
      for (std::size_t i = begin; i < end; ++i) {
        source.read(i, result.mean.row(i));
        result.log_evidence[i] = completer.complete(missing.subspan(i * pixels, pixels),
                                                    result.mean.row(i), result.variance.row(i));
      }
    });
    report(progress, "completing", first + count, source.count);
  }
  return result;
}

}  // namespace rgm
