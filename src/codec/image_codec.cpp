#include "rgm/codec/image_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/parallel.h"
#include "window.h"

namespace rgm {
namespace {

constexpr std::size_t kPicturesATask = 128, kBatchBytes = 8 << 20;  // pictures a parallel task
constexpr std::size_t kDecoded = 16;                                // the same when decoding
constexpr std::size_t kBlock = 256;  // pixels of a tile of which modes in bytes are expanded

/// The outcome of a variate: position 0 … bins − 1 on the scale of levels.
Outcome outcome_of(float variate, float range, const CodecOptions& options) {
  const auto last = static_cast<float>(options.bins - 1);
  const float position =
      range > 0 ? std::clamp((variate / range + 1) * (last / 2), 0.0F, last) : last / 2;
  if (!options.soft_bins)
    return {static_cast<std::uint16_t>(std::ceil(position - 0.5F)), 0};  // midpoints go down
  auto lower = static_cast<std::uint32_t>(std::min(position, last - 1));
  auto share =
      static_cast<std::uint32_t>(std::lround((position - static_cast<float>(lower)) * 65536.0F));
  if (share == 65536) {
    ++lower;
    share = 0;
  }
  return {static_cast<std::uint16_t>(lower), static_cast<std::uint16_t>(share)};
}

/// window += Σ_m weights[m] · modes[m], the modes added in turn; a stretch of the window stays in
/// registers meanwhile.
void add_modes(const Matrix<float>& modes, const float* weights, std::size_t first,
               std::size_t count, float* window) {
  constexpr std::size_t kStretch = 64;
  std::size_t v = 0;
  for (; v + kStretch <= count; v += kStretch) {
    Eigen::Array<float, kStretch, 1> sum = Eigen::Map<Eigen::Array<float, kStretch, 1>>(window + v);
    for (std::size_t m = 0; m < modes.rows(); ++m)
      sum += weights[m] *
             Eigen::Map<const Eigen::Array<float, kStretch, 1>>(modes.row(m).data() + first + v);
    Eigen::Map<Eigen::Array<float, kStretch, 1>>(window + v) = sum;
  }
  for (std::size_t m = 0; m < modes.rows(); ++m) {
    const float* mode = modes.row(m).data() + first;
    for (std::size_t i = v; i < count; ++i) window[i] += weights[m] * mode[i];
  }
}

}  // namespace

PictureSource picture_source(const Images& images) {
  return {images.count(), images.height, images.width, images.channels,
          [&images](std::size_t i, std::span<float> picture) {
            std::ranges::copy(images.image(i), picture.begin());
          }};
}

PictureSource picture_source(const Images& images, std::vector<std::size_t> indices) {
  const std::size_t count = indices.size();
  return {count, images.height, images.width, images.channels,
          [&images, at = std::move(indices)](std::size_t i, std::span<float> picture) {
            std::ranges::copy(images.image(at[i]), picture.begin());
          }};
}

void ImageCodec::project(const Matrix<float>& prepared, std::size_t tile, Matrix<float>& window,
                         Matrix<float>& variates) const {
  const std::size_t channels = preparation_.channels();
  const auto& pixel_weights = tiles_[tile].weights;
  codec::cut(prepared, tiles_[tile], channels, window);
  variates.resize(prepared.rows(), basis(tile).num_modes());
  if (const auto& weighted = weighted_modes_[basis_of_tile_[tile]]; !weighted.empty()) {
    codec::view(variates).noalias() = codec::view(std::as_const(window)) * codec::view(weighted);
    return;
  }
  thread_local Matrix<float> modes, weights;
  variates.fill(0);
  for (std::size_t p = 0; p < pixel_weights.size(); p += kBlock) {
    const std::size_t first = p * channels,
                      count = std::min(kBlock, pixel_weights.size() - p) * channels;
    basis(tile).expand(first, count, modes);
    weights.resize(1, count);
    for (std::size_t v = 0; v < count; v += channels)
      std::fill_n(weights.data() + v, channels, pixel_weights[p + v / channels]);
    codec::view(modes).array().rowwise() *= codec::view(std::as_const(weights)).array().row(0);
    codec::view(variates).noalias() +=
        codec::view(std::as_const(window))
            .middleCols(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(count)) *
        codec::view(std::as_const(modes)).transpose();
  }
}

void ImageCodec::quantise(const Matrix<float>& prepared,
                          const std::function<std::span<Outcome>(std::size_t)>& outcomes) const {
  thread_local Matrix<float> window, variates;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const std::size_t first = first_modality_[t], count = basis(t).num_modes();
    if (count == 0) continue;
    project(prepared, t, window, variates);
    for (std::size_t i = 0; i < prepared.rows(); ++i)
      for (std::size_t m = 0; m < count; ++m)
        outcomes(i)[first + m] = outcome_of(variates(i, m), ranges_[first + m], options_);
  }
}

Outcomes ImageCodec::encode(const PictureSource& source, int threads,
                            const Progress& progress) const {
  require(
      source.height == preparation_.input_height() && source.width == preparation_.input_width() &&
          source.channels == preparation_.channels(),
      "codec: expected pictures of ", preparation_.input_height(), "×", preparation_.input_width(),
      "×", preparation_.channels(), " (height × width × channels), got ", source.height, "×",
      source.width, "×", source.channels);
  Outcomes outcomes(source.count, num_modalities());
  const std::size_t batch =
      codec::batch_size(preparation_.prepared_size(), kBatchBytes, kPicturesATask);
  const std::size_t round = 64 * batch;  // pictures between two reports
  for (std::size_t start = 0; start < source.count; start += round) {
    const std::size_t end = std::min(start + round, source.count);
    parallel_for((end - start + batch - 1) / batch, threads, [&](std::size_t b) {
      thread_local Matrix<float> prepared;
      const std::size_t first = start + b * batch;
      codec::prepare(source, preparation_, first, std::min(batch, end - first), prepared);
      quantise(prepared, [&](std::size_t i) { return outcomes.item(first + i); });
    });
    report(progress, "encoding", end, source.count);
  }
  return outcomes;
}

void ImageCodec::encode(std::span<const float> picture, std::span<Outcome> outcomes) const {
  require(outcomes.size() == num_modalities(), "codec: outcomes: expected ", num_modalities(),
          ", got ", outcomes.size());
  thread_local Matrix<float> prepared;
  prepared.resize(1, preparation_.prepared_size());
  preparation_(picture, prepared.row(0));
  quantise(prepared, [&](std::size_t) { return outcomes; });
}

std::vector<float> ImageCodec::variates(std::span<const float> prepared) const {
  Matrix<float> one(1, prepared.size()), window, tile_variates;
  std::ranges::copy(prepared, one.data());
  std::vector<float> result;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    project(one, t, window, tile_variates);
    result.insert(result.end(), tile_variates.data(), tile_variates.data() + tile_variates.size());
  }
  return result;
}

void ImageCodec::decode(const Matrix<double>& mean_bins, std::size_t first, std::size_t count,
                        Matrix<float>& pictures) const {
  const std::size_t channels = preparation_.channels();
  const double middle = static_cast<double>(options_.bins - 1) / 2;
  thread_local Matrix<float> variates, expanded;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& modes = basis(t).modes;
    const std::size_t modality = first_modality_[t];
    variates.resize(count, basis(t).num_modes());
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t m = 0; m < variates.cols(); ++m)
        variates(i, m) = static_cast<float>((mean_bins(first + i, modality + m) / middle - 1) *
                                            ranges_[modality + m]);
    codec::for_each_run(tiles_[t], channels, [&](std::size_t at, std::size_t to, std::size_t size) {
      if (modes.empty()) basis(t).expand(at, size, expanded);
      for (std::size_t i = 0; i < count; ++i)
        add_modes(modes.empty() ? expanded : modes, variates.row(i).data(), modes.empty() ? 0 : at,
                  size, pictures.row(first + i).data() + to);
    });
  }
  for (std::size_t i = first; i < first + count; ++i)
    for (float& p : pictures.row(i)) p = std::clamp(p, 0.0F, 255.0F);
}

std::vector<float> ImageCodec::decode(std::span<const double> mean_bins) const {
  require(mean_bins.size() == num_modalities(), "decode: mean_bins: expected ", num_modalities(),
          ", got ", mean_bins.size());
  Matrix<double> one(1, mean_bins.size());
  std::ranges::copy(mean_bins, one.data());
  Matrix<float> picture(1, preparation_.prepared_size());
  decode(one, 0, 1, picture);
  return {picture.values().begin(), picture.values().end()};
}

Matrix<float> ImageCodec::decode(const Matrix<double>& mean_bins, int threads) const {
  require(mean_bins.cols() == num_modalities(), "decode: mean_bins: expected ", num_modalities(),
          " a picture, got ", mean_bins.cols());
  Matrix<float> pictures(mean_bins.rows(), preparation_.prepared_size());
  parallel_for((mean_bins.rows() + kDecoded - 1) / kDecoded, threads, [&](std::size_t b) {
    decode(mean_bins, b * kDecoded, std::min(kDecoded, mean_bins.rows() - b * kDecoded), pictures);
  });
  return pictures;
}

std::vector<float> ImageCodec::decode_variance(std::span<const double> bin_variances) const {
  require(bin_variances.size() == num_modalities(), "decode: bin_variances: expected ",
          num_modalities(), ", got ", bin_variances.size());
  std::vector<float> variance(preparation_.prepared_size(), 0.0F);
  const double middle = static_cast<double>(options_.bins - 1) / 2;
  Matrix<float> modes;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto for_each_run = [&](std::size_t at, std::size_t to, std::size_t size) {
      basis(t).expand(at, size, modes);
      for (std::size_t m = 0; m < modes.rows(); ++m) {
        const std::size_t g = first_modality_[t] + m;
        const double scale = ranges_[g] / middle;
        const auto factor = static_cast<float>(bin_variances[g] * scale * scale);
        for (std::size_t v = 0; v < size; ++v)
          variance[to + v] += factor * modes(m, v) * modes(m, v);
      }
    };
    codec::for_each_run(tiles_[t], preparation_.channels(), for_each_run);
  }
  return variance;
}

std::vector<double> ImageCodec::modalities_touching(std::span<const std::uint8_t> mask) const {
  const auto& size = options_.preparation;
  require(mask.size() == size.height * size.width, "codec: mask: expected ", size.height, "×",
          size.width, " values, got ", mask.size());
  const std::size_t channels = preparation_.channels();
  std::vector<double> shares;
  Matrix<float> modes;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& tile = tiles_[t];
    if (std::ranges::none_of(tile.pixels, [&](std::size_t pixel) { return mask[pixel] != 0; })) {
      shares.resize(shares.size() + basis(t).num_modes());
      continue;
    }
    check_interruption();
    std::vector<double> masked(basis(t).num_modes()), all(basis(t).num_modes());
    for (std::size_t p = 0; p < tile.pixels.size(); ++p) {
      const bool under = mask[tile.pixels[p]] != 0;
      basis(t).expand(p * channels, channels, modes);
      for (std::size_t m = 0; m < all.size(); ++m)
        for (const float value : modes.row(m)) {
          const auto weighted = static_cast<double>(value * tile.weights[p]);
          all[m] += weighted * weighted;
          if (under) masked[m] += weighted * weighted;
        }
    }
    for (std::size_t m = 0; m < all.size(); ++m)
      shares.push_back(all[m] > 0 ? masked[m] / all[m] : 0);
  }
  return shares;
}

}  // namespace rgm
