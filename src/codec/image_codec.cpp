#include "rgm/codec/image_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "basis.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "window.h"

namespace rgm {
namespace {

constexpr std::size_t kBatch = 128, kBatchBytes = 8 << 20;  // pictures a parallel task
constexpr std::size_t kDecoded = 16;                        // the same when decoding

void check_options(const CodecOptions& options, std::size_t channels) {
  require(options.bins >= kMinBins && options.bins % 2 == 1 && options.bins <= kMaxBins,
          "codec: bins: expected an odd number from ", kMinBins, " to ", kMaxBins, ", got ",
          options.bins);
  require(options.max_modes > 0, "codec: max_modes: expected at least 1, got 0");
  require(std::isfinite(options.mode_price) && options.mode_price > 0,
          "codec: mode_price: expected above 0, got ", options.mode_price);
  const std::size_t frames = options.frames_per_voxel;
  require(frames > 0 && (channels == frames || (channels % 3 == 0 && channels / 3 == frames)),
          "codec: channels: expected 1 or 3 for each of ", frames, " frames a voxel, got ",
          channels);
}

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

ImageCodec::ImageCodec(std::size_t height, std::size_t width, std::size_t channels,
                       const CodecOptions& options)
    : options_(options) {
  check_options(options, channels);
  preparation_ = Preparation(height, width, channels, options.preparation);
  tiles_ = make_tiles(options.preparation.height, options.preparation.width, options.tile_spacing);
}

ImageCodec ImageCodec::cosines(std::size_t height, std::size_t width, std::size_t channels,
                               const CodecOptions& options, std::span<const float> ranges) {
  const ImageCodec shape(height, width, channels, options);
  std::vector<TileBasis> bases;
  std::size_t at = 0;
  for (const auto& tile : shape.tiles_) {
    auto& basis = bases.emplace_back();
    basis.modes = codec::cosines(tile, options.preparation.width, channels, options);
    require(ranges.size() - at >= basis.modes.rows(),
            "codec: ranges: expected one for each of more than ", ranges.size(), " modalities");
    const auto own = ranges.subspan(at, basis.modes.rows());
    basis.ranges.assign(own.begin(), own.end());
    at += basis.modes.rows();
  }
  require(at == ranges.size(), "codec: ranges: expected ", at, ", got ", ranges.size());
  return from_parts(height, width, channels, options, std::move(bases));
}

std::vector<float> ImageCodec::ranges() const {
  std::vector<float> result;
  for (const auto& basis : bases_)
    result.insert(result.end(), basis.ranges.begin(), basis.ranges.end());
  return result;
}

void check_same_outcomes(const ImageCodec& expected, const ImageCodec& got) {
  const auto &a = expected.preparation(), &b = got.preparation();
  require(a.input_height() == b.input_height() && a.input_width() == b.input_width() &&
              a.channels() == b.channels(),
          "codec: expected pictures of ", a.input_height(), "×", a.input_width(), "×", a.channels(),
          ", got ", b.input_height(), "×", b.input_width(), "×", b.channels());
  // Where modes came from does not matter once they are there.
  const auto quantising = [](CodecOptions options) {
    options.max_modes = options.max_fit_pictures = 0;
    options.mode_price = 0;
    options.basis = CodecBasis::kCosines;
    return options;
  };
  require(quantising(expected.options()) == quantising(got.options()),
          "codec: expected the same preparation, tiles and bins in both");
  for (std::size_t t = 0; t < expected.tiles().size(); ++t) {
    const auto &basis = expected.bases()[t], &other = got.bases()[t];
    require(basis.modes == other.modes && basis.ranges == other.ranges, "codec: tile ", t,
            ": expected the same modes and ranges in both");
  }
}

std::vector<Location> ImageCodec::locations() const {
  std::vector<Location> result;
  for (const std::size_t t : tile_of_modality_) result.push_back({tiles_[t].row, tiles_[t].column});
  return result;
}

ImageCodec ImageCodec::from_parts(std::size_t height, std::size_t width, std::size_t channels,
                                  const CodecOptions& options, std::vector<TileBasis> bases) {
  ImageCodec codec(height, width, channels, options);
  require(bases.size() == codec.tiles_.size(), "codec: bases: expected one for each of ",
          codec.tiles_.size(), " tiles, got ", bases.size());
  for (std::size_t t = 0; t < bases.size(); ++t) {
    const auto& basis = bases[t];
    const std::size_t values = codec.tiles_[t].pixels.size() * channels;
    require(basis.modes.rows() == 0 || basis.modes.cols() == values, "codec: tile ", t,
            ": modes: expected ", values, " columns, got ", basis.modes.cols());
    require(basis.ranges.size() == basis.modes.rows(), "codec: tile ", t, ": ranges: expected ",
            basis.modes.rows(), ", got ", basis.ranges.size());
    for (float v : basis.modes.values())
      require(std::isfinite(v), "codec: tile ", t, ": modes: expected finite values, got ", v);
    for (float v : basis.ranges)
      require(std::isfinite(v) && v >= 0, "codec: tile ", t, ": ranges: expected at least 0, got ",
              v);
  }
  codec.bases_ = std::move(bases);
  codec.index_modalities();
  return codec;
}

void ImageCodec::index_modalities() {
  const std::size_t channels = preparation_.channels();
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& modes = bases_[t].modes;
    first_modality_.push_back(tile_of_modality_.size());
    tile_of_modality_.insert(tile_of_modality_.end(), modes.rows(), t);
    auto& weighted = weighted_modes_.emplace_back(modes.cols(), modes.rows());
    constexpr std::size_t kBlock = 64;  // a transpose in blocks
    for (std::size_t v0 = 0; v0 < modes.cols(); v0 += kBlock)
      for (std::size_t m = 0; m < modes.rows(); ++m)
        for (std::size_t v = v0; v < std::min(v0 + kBlock, modes.cols()); ++v)
          weighted(v, m) = modes(m, v) * tiles_[t].weights[v / channels];
  }
}

void ImageCodec::project(const Matrix<float>& prepared, std::size_t tile, Matrix<float>& window,
                         Matrix<float>& variates) const {
  codec::cut(prepared, tiles_[tile], preparation_.channels(), window);
  variates.resize(prepared.rows(), weighted_modes_[tile].cols());
  codec::view(variates).noalias() =
      codec::view(std::as_const(window)) * codec::view(weighted_modes_[tile]);
}

void ImageCodec::quantise(const Matrix<float>& prepared,
                          const std::function<std::span<Outcome>(std::size_t)>& outcomes) const {
  thread_local Matrix<float> window, variates;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& ranges = bases_[t].ranges;
    if (ranges.empty()) continue;
    project(prepared, t, window, variates);
    for (std::size_t i = 0; i < prepared.rows(); ++i)
      for (std::size_t m = 0; m < ranges.size(); ++m)
        outcomes(i)[first_modality_[t] + m] = outcome_of(variates(i, m), ranges[m], options_);
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
  const std::size_t batch = codec::batch_size(preparation_.prepared_size(), kBatchBytes, kBatch);
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
  thread_local Matrix<float> variates;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& modes = bases_[t].modes;
    const auto& ranges = bases_[t].ranges;
    variates.resize(count, modes.rows());
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t m = 0; m < modes.rows(); ++m)
        variates(i, m) = static_cast<float>(
            (mean_bins(first + i, first_modality_[t] + m) / middle - 1) * ranges[m]);
    codec::for_each_run(tiles_[t], channels, [&](std::size_t at, std::size_t to, std::size_t size) {
      for (std::size_t i = 0; i < count; ++i)
        add_modes(modes, variates.row(i).data(), at, size, pictures.row(first + i).data() + to);
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
  for (std::size_t g = 0; g < bin_variances.size(); ++g) {
    const std::size_t t = tile_of_modality_[g], m = g - first_modality_[t];
    const double scale = bases_[t].ranges[m] / middle;
    const auto factor = static_cast<float>(bin_variances[g] * scale * scale);
    const float* mode = bases_[t].modes.row(m).data();
    codec::for_each_run(tiles_[t], preparation_.channels(),
                        [&](std::size_t at, std::size_t to, std::size_t size) {
                          for (std::size_t v = 0; v < size; ++v)
                            variance[to + v] += factor * mode[at + v] * mode[at + v];
                        });
  }
  return variance;
}

std::vector<double> ImageCodec::modalities_touching(std::span<const std::uint8_t> mask) const {
  const auto& size = options_.preparation;
  require(mask.size() == size.height * size.width, "codec: mask: expected ", size.height, "×",
          size.width, " values, got ", mask.size());
  const std::size_t channels = preparation_.channels();
  std::vector<double> shares;
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& weighted = weighted_modes_[t];
    std::vector<double> masked(weighted.cols()), all(weighted.cols());
    for (std::size_t v = 0; v < weighted.rows(); ++v) {
      const bool under = mask[tiles_[t].pixels[v / channels]] != 0;
      for (std::size_t m = 0; m < all.size(); ++m) {
        const double square =
            static_cast<double>(weighted(v, m)) * static_cast<double>(weighted(v, m));
        all[m] += square;
        if (under) masked[m] += square;
      }
    }
    for (std::size_t m = 0; m < all.size(); ++m)
      shares.push_back(all[m] > 0 ? masked[m] / all[m] : 0);
  }
  return shares;
}

}  // namespace rgm
