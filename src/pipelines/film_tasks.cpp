#include "rgm/pipelines/film_tasks.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bin_moments.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/codec/voxels.h"

namespace rgm {

using namespace pipelines;

namespace {

Images no_frames(const ImageCodec& codec) {
  const auto& options = codec.options();
  return {options.preparation.height,
          options.preparation.width,
          codec.preparation().channels() / options.frames_per_voxel,
          {}};
}

/// Decodes steps some at a time, which is ten times as fast as one by one, and hands them on in
/// order.
class StepDecoder {
 public:
  StepDecoder(const ImageCodec& codec, const TakeStep& take, std::size_t first = 0)
      : codec_(codec), take_(take), step_(first) {}

  /// Mean and variance of every modality's bin; no variances: not wanted.
  void push(std::span<const double> means, std::span<const double> variances) {
    if (!take_) return;
    means_.emplace_back(means.begin(), means.end());
    variances_.emplace_back(variances.begin(), variances.end());
    if (means_.size() == kBatch) flush();
  }

  void flush() {
    if (means_.empty()) return;
    Matrix<double> batch(means_.size(), codec_.num_modalities());
    for (std::size_t i = 0; i < means_.size(); ++i)
      std::ranges::copy(means_[i], batch.row(i).begin());
    const auto voxels = codec_.decode(batch);
    for (std::size_t i = 0; i < means_.size(); ++i, ++step_) {
      check_interruption();
      Images frames = no_frames(codec_);
      append_frames(voxels.row(i), codec_.options().frames_per_voxel, frames);
      take_(step_, frames,
            variances_[i].empty() ? std::vector<float>() : frame_variance(codec_, variances_[i]));
    }
    means_.clear();
    variances_.clear();
  }

 private:
  static constexpr std::size_t kBatch = 32;

  const ImageCodec& codec_;
  const TakeStep& take_;
  std::size_t step_;
  std::vector<std::vector<double>> means_, variances_;
};

void moments(const Outcomes& outcomes, std::size_t step, std::size_t g, std::size_t bins,
             double& mean) {
  double total = 0;
  mean = 0;
  for_each_outcome_weight(outcomes, step, g, bins, [&](std::size_t o, double weight) {
    mean += weight * static_cast<double>(o);
    total += weight;
  });
  mean /= total;
}

/// The pixels that are hidden at a step; empty: none.
Matrix<std::uint8_t> mask_at(const MissingParts& missing, std::size_t step) {
  auto mask = missing.mask;
  if (missing.step_masks.empty() || missing.step_masks[step].empty()) return mask;
  const auto& more = missing.step_masks[step];
  if (mask.empty()) return more;
  require(mask.rows() == more.rows() && mask.cols() == more.cols(), "complete: mask of step ", step,
          ": expected ", mask.rows(), "×", mask.cols(), ", got ", more.rows(), "×", more.cols());
  for (std::size_t i = 0; i < mask.size(); ++i) mask.values()[i] |= more.values()[i];
  return mask;
}

/// 1 for each modality of which more than `share` lies under a mask, [modality]; empty: none.
std::vector<std::uint8_t> hidden_modalities(const ImageCodec& codec,
                                            const Matrix<std::uint8_t>& mask, double share) {
  std::vector<std::uint8_t> result;
  if (mask.empty()) return result;
  for (const double touched : codec.modalities_touching(mask.values()))
    result.push_back(touched > share ? 1 : 0);
  return result;
}

}  // namespace

void decode_outcomes(const ImageCodec& codec, const Outcomes& outcomes, std::size_t first,
                     const TakeStep& take) {
  if (!take) return;
  StepDecoder decoder(codec, take, first);
  std::vector<double> means(codec.num_modalities());
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    for (std::size_t g = 0; g < means.size(); ++g)
      moments(outcomes, t, g, codec.num_outcomes(), means[g]);
    decoder.push(means, {});
  }
  decoder.flush();
}

Outcomes generate_film(const SequenceModel& model, std::size_t frames, std::uint64_t seed,
                       const SequenceGenerationOptions& options, const TakeStep& take,
                       const Progress& progress) {
  require(frames > 0, "generate: frames: expected at least 1, got 0");
  const auto& codec = film_codec(model.front_end).voxels;
  const std::size_t steps = num_voxels(frames, codec.options().frames_per_voxel);
  report(progress, "drawing", 0, steps);
  auto outcomes = generate_outcomes(model, steps, seed, options);
  if (!take) return outcomes;
  decode_outcomes(codec, outcomes, 0,
                  [&](std::size_t step, const Images& pictures, std::span<const float> variance) {
                    take(step, pictures, variance);
                    report(progress, "drawing", step + 1, steps);
                  });
  return outcomes;
}

void predict_film(const SequenceModel& model, const Outcomes& past, std::size_t frames,
                  const TakeStep& take, const Progress& progress) {
  const auto& codec = film_codec(model.front_end).voxels;
  std::vector<double> means(codec.num_modalities()), variances(means.size());
  StepDecoder decoder(codec, take);
  predict_outcomes(
      model, past, num_voxels(frames, codec.options().frames_per_voxel),
      [&](std::size_t, const OutcomeDistributions& distributions) {
        for (std::size_t g = 0; g < means.size(); ++g)
          bin_moments(distributions[g], means[g], variances[g]);
        decoder.push(means, variances);
      },
      progress);
  decoder.flush();
}

Outcomes without(const ImageCodec& codec, const Outcomes& outcomes, const MissingParts& missing) {
  Outcomes result = outcomes;
  const std::size_t per_voxel = codec.options().frames_per_voxel;
  for (std::size_t frame : missing.frames) {
    require(frame / per_voxel < outcomes.items(), "complete: missing frame: expected below ",
            outcomes.items() * per_voxel, ", got ", frame);
    for (auto& outcome : result.item(frame / per_voxel)) outcome = {};
  }
  require(missing.step_masks.empty() || missing.step_masks.size() == result.items(),
          "complete: masks of steps: expected ", result.items(), ", got ",
          missing.step_masks.size());
  Matrix<std::uint8_t> mask;
  std::vector<std::uint8_t> hidden;
  for (std::size_t t = 0; t < result.items(); ++t) {
    check_interruption();
    auto now = mask_at(missing, t);
    if (now.empty()) continue;
    if (now != mask) {
      mask = std::move(now);
      hidden = hidden_modalities(codec, mask, missing.mask_share);
    }
    for (std::size_t g = 0; g < hidden.size(); ++g)
      if (hidden[g] != 0) result(t, g) = {};
  }
  return result;
}

double complete_film(const SequenceModel& model, const Outcomes& outcomes, bool reconstruct,
                     const TakeStep& take, const Progress& progress) {
  const auto& codec = film_codec(model.front_end).voxels;
  std::vector<double> means(codec.num_modalities()), variances(means.size());
  StepDecoder decoder(codec, take);
  const double log_evidence = complete_outcomes(
      model, outcomes, reconstruct,
      [&](std::size_t t, const OutcomeDistributions& distributions) {
        for (std::size_t g = 0; g < means.size(); ++g) {
          if (!distributions[g].empty()) {
            bin_moments(distributions[g], means[g], variances[g]);
          } else {
            moments(outcomes, t, g, codec.num_outcomes(), means[g]);
            variances[g] = 0;
          }
        }
        decoder.push(means, variances);
      },
      progress);
  decoder.flush();
  return log_evidence;
}

void film_surprise(const SequenceModel& model, const Outcomes& outcomes,
                   const std::function<void(std::size_t, const Surprise&)>& take,
                   const Progress& progress, bool learn_on) {
  const auto& codec = film_codec(model.front_end).voxels;
  Surprise surprise;
  outcome_surprise(
      model, outcomes,
      [&](std::size_t t, const OutcomeSurprise& of_step) {
        surprise.step = of_step.step;
        surprise.tiles.assign(codec.tiles().size(), 0.0);
        for (std::size_t g = 0; g < codec.num_modalities(); ++g)
          surprise.tiles[codec.tile_of_modality()[g]] += of_step.modalities[g];
        if (!of_step.cut.empty()) surprise.cut.assign(codec.tiles().size(), 0.0);
        for (std::size_t c = 0; c < of_step.cut.size(); ++c) {
          auto& cut = surprise.cut[codec.tile_of_modality()[model.tree.kinds.cells[c].front()]];
          cut = std::max(cut, of_step.cut[c]);
        }
        take(t, surprise);
      },
      progress, learn_on);
}

std::vector<float> surprise_map(const ImageCodec& codec, std::span<const double> tiles) {
  require(tiles.size() == codec.tiles().size(), "surprise_map: tiles: expected ",
          codec.tiles().size(), ", got ", tiles.size());
  std::vector<float> map(codec.options().preparation.height * codec.options().preparation.width);
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const auto& tile = codec.tiles()[t];
    for (std::size_t i = 0; i < tile.pixels.size(); ++i)
      map[tile.pixels[i]] += tile.weights[i] * static_cast<float>(tiles[t]);
  }
  return map;
}

}  // namespace rgm
