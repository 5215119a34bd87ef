#include "rgm/codec/picture_loss.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "window.h"

namespace rgm {
namespace {

constexpr std::size_t kBytesAtOnce = 16U << 20U, kPicturesAtOnce = 64;

}  // namespace

double mean_bin(const Outcomes& outcomes, std::size_t item, std::size_t modality,
                std::size_t bins) {
  const Outcome outcome = outcomes(item, modality);
  if (outcome.missing()) return static_cast<double>(bins - 1) / 2;
  if (!outcome.distribution()) return outcome.token + outcome.upper_weight();
  const auto weights = outcomes.soft(item, modality);
  double sum = 0, mean = 0;
  for (std::size_t o = 0; o < weights.size(); ++o) {
    sum += weights[o];
    mean += weights[o] * static_cast<double>(o);
  }
  return mean / sum;
}

std::vector<double> picture_losses(const ImageCodec& codec, const PictureSource& source,
                                   const Outcomes& outcomes, int threads) {
  require(outcomes.items() == source.count && outcomes.modalities() == codec.num_modalities(),
          "picture_losses: outcomes: expected ", source.count, " items of ", codec.num_modalities(),
          " modalities, got ", outcomes.items(), " of ", outcomes.modalities());
  std::vector<double> losses(source.count);
  const std::size_t values = codec.preparation().prepared_size(),
                    batch = codec::batch_size(values, kBytesAtOnce, kPicturesAtOnce);
  parallel_for((source.count + batch - 1) / batch, threads, [&](std::size_t b) {
    const std::size_t first = b * batch, count = std::min(batch, source.count - first);
    Matrix<float> prepared;
    codec::prepare(source, codec.preparation(), first, count, prepared);
    Matrix<double> bins(count, codec.num_modalities());
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t g = 0; g < bins.cols(); ++g)
        bins(i, g) = mean_bin(outcomes, first + i, g, codec.num_outcomes());
    const auto decoded = codec.decode(bins, 1);
    for (std::size_t i = 0; i < count; ++i) {
      double squares = 0;
      for (std::size_t v = 0; v < values; ++v) {
        const double difference = prepared(i, v) - decoded(i, v);
        squares += difference * difference;
      }
      losses[first + i] = std::sqrt(squares / static_cast<double>(values));
    }
  });
  return losses;
}

}  // namespace rgm
