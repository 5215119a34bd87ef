#include "rgm/pipelines/image_generation.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/inference/sample.h"

namespace rgm {
namespace {

/// Mean and variance of the bins of every modality; those without a distribution are at the codec's
/// zero.
struct BinMoments {
  std::vector<double> mean, variance;
};

BinMoments bin_moments(const ImageCodec& codec, const OutcomeDistributions& distributions) {
  BinMoments moments;
  moments.mean.assign(distributions.size(), static_cast<double>(codec.num_outcomes() - 1) / 2);
  moments.variance.assign(distributions.size(), 0.0);
  for (std::size_t g = 0; g < distributions.size(); ++g) {
    const auto& distribution = distributions[g];
    if (distribution.empty()) continue;
    double mean = 0, square = 0;
    for (std::size_t o = 0; o < distribution.size(); ++o) {
      const auto bin = static_cast<double>(o);
      mean += distribution[o] * bin;
      square += distribution[o] * bin * bin;
    }
    moments.mean[g] = mean;
    moments.variance[g] = std::max(0.0, square - mean * mean);
  }
  return moments;
}

Images empty_pictures(const ImageCodec& codec) {
  const auto& size = codec.options().preparation;
  return {size.height, size.width, codec.preparation().channels(), {}};
}

void append(Images& images, std::span<const float> picture) {
  for (float value : picture)
    images.pixels.push_back(static_cast<std::uint8_t>(std::lround(value)));
}

}  // namespace

Images generate(const ImageModel& model, int of_class, std::size_t count, std::uint64_t seed,
                const GenerationOptions& options, const Progress& progress) {
  require(of_class >= -1 && of_class < static_cast<int>(model.num_classes()),
          "generate: class: expected -1 to ", static_cast<int>(model.num_classes()) - 1, ", got ",
          of_class);
  const Random random(seed);
  Images images = empty_pictures(model.codec);
  images.pixels.reserve(count * images.pixels_per_image());
  for (std::size_t i = 0; i < count; ++i) {
    Random draw = random.fork(i);
    std::size_t tree = 0;
    if (model.trees.size() > 1)
      tree =
          of_class >= 0 ? static_cast<std::size_t>(of_class) : draw.categorical(model.class_counts);
    const auto drawn =
        sample(model.trees[tree], draw, {.root_state = model.class_at_root() ? of_class : -1});
    auto bins = bin_moments(model.codec, drawn.distributions).mean;
    if (options.sample_outcomes)
      for (std::size_t g = 0; g < bins.size(); ++g) bins[g] = drawn.outcomes[g].token;
    append(images, model.codec.decode(bins));
    report(progress, "drawing", i + 1, count);
  }
  return images;
}

StatePicture state_picture(const ImageModel& model, std::size_t tree, std::size_t level,
                           std::size_t factor, std::size_t state) {
  require(tree < model.trees.size(), "state_picture: tree: expected below ", model.trees.size(),
          ", got ", tree);
  const auto moments =
      bin_moments(model.codec, expected_outcomes(model.trees[tree], level, factor, state));
  StatePicture result{empty_pictures(model.codec), model.codec.decode_variance(moments.variance)};
  append(result.picture, model.codec.decode(moments.mean));
  return result;
}

Images prepared_pictures(const ImageModel& model, const PictureSource& source) {
  const auto& preparation = model.codec.preparation();
  require(
      source.height == preparation.input_height() && source.width == preparation.input_width() &&
          source.channels == preparation.channels(),
      "prepared_pictures: expected pictures of ", preparation.input_height(), "×",
      preparation.input_width(), "×", preparation.channels(), " (height × width × channels), got ",
      source.height, "×", source.width, "×", source.channels);
  Images images = empty_pictures(model.codec);
  std::vector<float> picture(source.picture_size()), prepared(preparation.prepared_size());
  for (std::size_t i = 0; i < source.count; ++i) {
    source.read(i, picture);
    preparation(picture, prepared);
    append(images, prepared);
  }
  return images;
}

}  // namespace rgm
