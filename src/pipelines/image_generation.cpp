#include "rgm/pipelines/image_generation.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "bin_moments.h"
#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/base/resampling.h"
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

/// The bins that were drawn; with `between`, what may lie behind them.
void draw_outcomes(const ImageCodec& codec, const TreeSample& drawn, Random* between,
                   std::span<double> bins) {
  const auto last = static_cast<double>(codec.num_outcomes() - 1);
  for (std::size_t g = 0; g < bins.size(); ++g) {
    const double bin = drawn.outcomes[g].token;
    if (between == nullptr) {
      bins[g] = bin;
      continue;
    }
    double mean = 0, variance = 0;
    pipelines::bin_moments(drawn.distributions[g], mean, variance);
    constexpr double kEven = 1.0 / 12;  // the variance of what is spread over a bin
    const double wanted = pipelines::variance_behind_bins(variance, codec.options().soft_bins),
                 shrunk = std::sqrt(wanted / (variance + kEven));
    bins[g] = std::clamp(mean + shrunk * (bin + between->uniform() - 0.5 - mean), 0.0, last);
  }
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

Matrix<float> generate_values(const ImageModel& model, int of_class, std::size_t count,
                              std::uint64_t seed, const GenerationOptions& options,
                              const Progress& progress) {
  require(of_class >= -1 && of_class < static_cast<int>(model.num_classes()),
          "generate: class: expected -1 to ", static_cast<int>(model.num_classes()) - 1, ", got ",
          of_class);
  const Random random(seed);
  Matrix<float> pictures(count, model.codec.preparation().prepared_size());
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
      draw_outcomes(model.codec, drawn, options.between_bins ? &draw : nullptr, bins);
    std::ranges::copy(model.codec.decode(bins), pictures.row(i).begin());
    report(progress, "drawing", i + 1, count);
  }
  return pictures;
}

Images generate(const ImageModel& model, int of_class, std::size_t count, std::uint64_t seed,
                const GenerationOptions& options, const Progress& progress) {
  const auto values = generate_values(model, of_class, count, seed, options, progress);
  Images images = empty_pictures(model.codec);
  images.pixels.reserve(values.size());
  append(images, values.values());
  return images;
}

Matrix<float> of_input_size(const ImageCodec& codec, const Matrix<float>& prepared,
                            bool variances) {
  const auto& preparation = codec.preparation();
  const std::size_t height = preparation.options().height, width = preparation.options().width,
                    channels = preparation.channels(), to_height = preparation.input_height(),
                    to_width = preparation.input_width();
  require(prepared.cols() == preparation.prepared_size(),
          "of_input_size: expected prepared pictures of ", preparation.prepared_size(),
          " values, got ", prepared.cols());
  if (height == to_height && width == to_width) return prepared;
  const auto rows = resampling(to_height, height), columns = resampling(to_width, width);
  Matrix<float> result(prepared.rows(), to_height * to_width * channels);
  std::vector<double> wide(height * to_width * channels);
  for (std::size_t i = 0; i < prepared.rows(); ++i) {
    const auto from = prepared.row(i);
    std::ranges::fill(wide, 0.0);
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < to_width; ++x)
        for (std::size_t k = 0; k < columns[x].weights.size(); ++k)
          for (std::size_t c = 0; c < channels; ++c)
            wide[(y * to_width + x) * channels + c] +=
                columns[x].weights[k] *
                static_cast<double>(from[(y * width + columns[x].first + k) * channels + c]);
    const auto to = result.row(i);
    const std::size_t line = to_width * channels;
    for (std::size_t y = 0; y < to_height; ++y)
      for (std::size_t v = 0; v < line; ++v) {
        double value = 0;
        for (std::size_t k = 0; k < rows[y].weights.size(); ++k)
          value += rows[y].weights[k] * wide[(rows[y].first + k) * line + v];
        to[y * line + v] =
            static_cast<float>(variances ? std::max(0.0, value) : std::clamp(value, 0.0, 255.0));
      }
  }
  return result;
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
