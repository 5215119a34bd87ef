#include "rgm/codec/image_codec.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/parallel.h"

namespace rgm {
namespace {

using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kBatch = 128;      // pictures a parallel task
constexpr std::size_t kFitBatch = 1024;  // pictures in memory while fitting

Eigen::Map<Dense> view(Matrix<float>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}
Eigen::Map<const Dense> view(const Matrix<float>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

void check_options(const CodecOptions& options) {
  require(options.bins >= 3 && options.bins % 2 == 1 && options.bins < 10000,
          "codec: bins: expected an odd number from 3 to 9999, got ", options.bins);
  require(options.max_modes > 0, "codec: max_modes: expected at least 1, got 0");
  require(std::isfinite(options.mode_price) && options.mode_price > 0, "codec: mode_price: expected above 0, got ",
          options.mode_price);
}

/// Reads and prepares pictures [first, first + count) of a source.
void prepare(const PictureSource& source, const Preparation& preparation, std::size_t first, std::size_t count,
             Matrix<float>& prepared) {
  thread_local std::vector<float> picture;
  picture.resize(source.picture_size());
  prepared.resize(count, preparation.prepared_size());
  for (std::size_t i = 0; i < count; ++i) {
    source.read(first + i, picture);
    preparation(picture, prepared.row(i));
  }
}

/// The pixels of one tile, [picture, tile value], unweighted.
void cut(const Matrix<float>& prepared, const Tile& tile, std::size_t channels, Matrix<float>& window) {
  window.resize(prepared.rows(), tile.pixels.size() * channels);
  for (std::size_t i = 0; i < prepared.rows(); ++i) {
    const float* from = prepared.row(i).data();
    float* to = window.row(i).data();
    for (std::size_t p : tile.pixels)
      for (std::size_t c = 0; c < channels; ++c) *to++ = from[p * channels + c];
  }
}

/// Gathers what the basis of one tile needs: the Gram matrix of its values, or the values themselves if that is smaller.
class BasisFit {
 public:
  BasisFit(const Tile& tile, std::size_t channels, std::size_t pictures)
      : tile_(&tile), channels_(channels), pictures_(pictures), values_(tile.pixels.size() * channels) {
    const auto n = static_cast<Eigen::Index>(values_);
    if (pictures > values_)
      gram_ = Eigen::MatrixXd::Zero(n, n);
    else
      data_ = Eigen::MatrixXd(static_cast<Eigen::Index>(pictures), n);
  }

  void add(const Matrix<float>& prepared, std::size_t first) {
    thread_local Matrix<float> window;
    cut(prepared, *tile_, channels_, window);
    auto x = view(window);
    for (std::size_t v = 0; v < values_; ++v) x.col(static_cast<Eigen::Index>(v)) *= tile_->weights[v / channels_];
    if (pictures_ > values_)
      gram_ += (x.transpose() * x).cast<double>();
    else
      data_.middleRows(static_cast<Eigen::Index>(first), x.rows()) = x.cast<double>();
  }

  Matrix<float> modes(const CodecOptions& options) const {
    const bool by_value = pictures_ > values_;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(by_value ? gram_ : (data_ * data_.transpose()).eval());
    const auto& squares = solver.eigenvalues();  // ascending squared singular values
    const double total = squares.sum();
    const auto k = static_cast<double>(squares.size());
    std::size_t count = 0;
    while (count < options.max_modes && count < static_cast<std::size_t>(squares.size()) &&
           squares(squares.size() - 1 - static_cast<Eigen::Index>(count)) * k * options.mode_price > total && total > 0)
      ++count;
    Matrix<float> result(count, values_);
    for (std::size_t m = 0; m < count; ++m) {
      const auto column = squares.size() - 1 - static_cast<Eigen::Index>(m);
      Eigen::VectorXd mode = solver.eigenvectors().col(column);
      if (!by_value) mode = data_.transpose() * mode;
      mode.normalize();
      Eigen::Index largest = 0;
      mode.cwiseAbs().maxCoeff(&largest);
      if (mode(largest) < 0) mode = -mode;
      view(result).row(static_cast<Eigen::Index>(m)) = mode.transpose().cast<float>();
    }
    return result;
  }

 private:
  const Tile* tile_;
  std::size_t channels_, pictures_, values_;
  Eigen::MatrixXd gram_, data_;
};

/// The outcome of a variate: position 0 … bins − 1 on the scale of levels.
Outcome quantise(float variate, float range, const CodecOptions& options) {
  const auto last = static_cast<float>(options.bins - 1);
  const float position = range > 0 ? std::clamp((variate / range + 1) * (last / 2), 0.0F, last) : last / 2;
  if (!options.soft_bins) return {static_cast<std::uint16_t>(std::ceil(position - 0.5F)), 0};  // midpoints go down
  auto lower = static_cast<std::uint32_t>(std::min(position, last - 1));
  auto share = static_cast<std::uint32_t>(std::lround((position - static_cast<float>(lower)) * 65536.0F));
  if (share == 65536) {
    ++lower;
    share = 0;
  }
  return {static_cast<std::uint16_t>(lower), static_cast<std::uint16_t>(share)};
}

}  // namespace

PictureSource picture_source(const Images& images) {
  return {images.count(), images.height, images.width, images.channels,
          [&images](std::size_t i, std::span<float> picture) { std::ranges::copy(images.image(i), picture.begin()); }};
}

PictureSource picture_source(const Images& images, std::vector<std::size_t> indices) {
  const std::size_t count = indices.size();
  return {count, images.height, images.width, images.channels,
          [&images, at = std::move(indices)](std::size_t i, std::span<float> picture) {
            std::ranges::copy(images.image(at[i]), picture.begin());
          }};
}

void ImageCodec::index_modalities() {
  tile_of_modality_.clear();
  first_modality_.clear();
  weighted_modes_.clear();
  const std::size_t channels = preparation_.channels();
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    const auto& modes = bases_[t].modes;
    first_modality_.push_back(tile_of_modality_.size());
    tile_of_modality_.insert(tile_of_modality_.end(), modes.rows(), t);
    auto& weighted = weighted_modes_.emplace_back(modes.cols(), modes.rows());
    for (std::size_t m = 0; m < modes.rows(); ++m)
      for (std::size_t v = 0; v < modes.cols(); ++v) weighted(v, m) = modes(m, v) * tiles_[t].weights[v / channels];
  }
}

void ImageCodec::project(const Matrix<float>& prepared, std::size_t tile, Matrix<float>& window,
                         Matrix<float>& variates) const {
  cut(prepared, tiles_[tile], preparation_.channels(), window);
  variates.resize(prepared.rows(), weighted_modes_[tile].cols());
  view(variates).noalias() = view(std::as_const(window)) * view(weighted_modes_[tile]);
}

ImageCodec ImageCodec::fit(const PictureSource& source, const CodecOptions& options, int threads, const Progress& progress) {
  check_options(options);
  require(source.count > 0, "codec: expected at least one picture to fit to, got none");
  ImageCodec codec;
  codec.options_ = options;
  codec.preparation_ = Preparation(source.height, source.width, source.channels, options.preparation);
  codec.tiles_ = make_tiles(options.preparation.height, options.preparation.width, options.tile_spacing);
  std::vector<BasisFit> fits;
  for (const auto& tile : codec.tiles_) fits.emplace_back(tile, source.channels, source.count);

  // Both passes prepare a batch of pictures in parallel, then visit the tiles in parallel.
  const auto for_each_batch = [&](std::size_t pass,
                                  const std::function<void(const Matrix<float>&, std::size_t, std::size_t)>& visit) {
    Matrix<float> batch;
    for (std::size_t first = 0; first < source.count; first += kFitBatch) {
      const std::size_t count = std::min(kFitBatch, source.count - first);
      batch.resize(count, codec.preparation_.prepared_size());
      parallel_for((count + kBatch - 1) / kBatch, threads, [&](std::size_t b) {
        Matrix<float> part;
        const std::size_t begin = b * kBatch, size = std::min(kBatch, count - begin);
        prepare(source, codec.preparation_, first + begin, size, part);
        std::ranges::copy(part.values(), batch.row(begin).data());
      });
      parallel_for(codec.tiles_.size(), threads, [&](std::size_t t) { visit(batch, first, t); });
      report(progress, "fitting the codec", pass * source.count + first + count, 2 * source.count);
    }
  };
  for_each_batch(0, [&](const Matrix<float>& batch, std::size_t first, std::size_t t) { fits[t].add(batch, first); });
  codec.bases_.resize(codec.tiles_.size());
  parallel_for(fits.size(), threads, [&](std::size_t t) {
    codec.bases_[t].modes = fits[t].modes(options);
    codec.bases_[t].ranges.assign(codec.bases_[t].modes.rows(), 0.0F);
  });
  codec.index_modalities();
  require(codec.num_modalities() > 0, "codec: expected pictures that vary, all ", source.count, " are blank");
  for_each_batch(1, [&](const Matrix<float>& batch, std::size_t, std::size_t t) {
    thread_local Matrix<float> window, variates;
    codec.project(batch, t, window, variates);
    for (std::size_t i = 0; i < variates.rows(); ++i)
      for (std::size_t m = 0; m < variates.cols(); ++m)
        codec.bases_[t].ranges[m] = std::max(codec.bases_[t].ranges[m], std::abs(variates(i, m)));
  });
  return codec;
}

ImageCodec ImageCodec::from_parts(std::size_t height, std::size_t width, std::size_t channels, const CodecOptions& options,
                                  std::vector<TileBasis> bases) {
  check_options(options);
  ImageCodec codec;
  codec.options_ = options;
  codec.preparation_ = Preparation(height, width, channels, options.preparation);
  codec.tiles_ = make_tiles(options.preparation.height, options.preparation.width, options.tile_spacing);
  require(bases.size() == codec.tiles_.size(), "codec: bases: expected one for each of ", codec.tiles_.size(),
          " tiles, got ", bases.size());
  for (std::size_t t = 0; t < bases.size(); ++t) {
    const auto& basis = bases[t];
    const std::size_t values = codec.tiles_[t].pixels.size() * channels;
    require(basis.modes.rows() == 0 || basis.modes.cols() == values, "codec: tile ", t, ": modes: expected ", values,
            " columns, got ", basis.modes.cols());
    require(basis.ranges.size() == basis.modes.rows(), "codec: tile ", t, ": ranges: expected ", basis.modes.rows(),
            ", got ", basis.ranges.size());
    for (float v : basis.modes.values())
      require(std::isfinite(v), "codec: tile ", t, ": modes: expected finite values, got ", v);
    for (float v : basis.ranges)
      require(std::isfinite(v) && v >= 0, "codec: tile ", t, ": ranges: expected at least 0, got ", v);
  }
  codec.bases_ = std::move(bases);
  codec.index_modalities();
  return codec;
}

Outcomes ImageCodec::encode(const PictureSource& source, int threads, const Progress& progress) const {
  require(source.height == preparation_.input_height() && source.width == preparation_.input_width() &&
              source.channels == preparation_.channels(),
          "codec: expected pictures of ", preparation_.input_height(), "×", preparation_.input_width(), "×",
          preparation_.channels(), " (height × width × channels), got ", source.height, "×", source.width, "×",
          source.channels);
  Outcomes outcomes(source.count, num_modalities());
  constexpr std::size_t kRound = 64 * kBatch;  // pictures between two reports
  for (std::size_t start = 0; start < source.count; start += kRound) {
    const std::size_t end = std::min(start + kRound, source.count);
    parallel_for((end - start + kBatch - 1) / kBatch, threads, [&](std::size_t b) {
      thread_local Matrix<float> prepared, window, variates;
      const std::size_t first = start + b * kBatch, count = std::min(kBatch, end - first);
      prepare(source, preparation_, first, count, prepared);
      for (std::size_t t = 0; t < tiles_.size(); ++t) {
        if (bases_[t].ranges.empty()) continue;
        project(prepared, t, window, variates);
        for (std::size_t i = 0; i < count; ++i)
          for (std::size_t m = 0; m < variates.cols(); ++m)
            outcomes(first + i, first_modality_[t] + m) = quantise(variates(i, m), bases_[t].ranges[m], options_);
      }
    });
    report(progress, "encoding", end, source.count);
  }
  return outcomes;
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

std::vector<float> ImageCodec::decode(std::span<const double> mean_bins) const {
  require(mean_bins.size() == num_modalities(), "decode: mean_bins: expected ", num_modalities(), ", got ",
          mean_bins.size());
  std::vector<float> picture(preparation_.prepared_size(), 0.0F);
  const std::size_t channels = preparation_.channels();
  const double middle = static_cast<double>(options_.bins - 1) / 2;
  for (std::size_t g = 0; g < mean_bins.size(); ++g) {
    const std::size_t t = tile_of_modality_[g], m = g - first_modality_[t];
    const auto variate = static_cast<float>((mean_bins[g] / middle - 1) * bases_[t].ranges[m]);
    const auto mode = bases_[t].modes.row(m);
    for (std::size_t v = 0; v < mode.size(); ++v)
      picture[tiles_[t].pixels[v / channels] * channels + v % channels] += variate * mode[v];
  }
  for (float& p : picture) p = std::clamp(p, 0.0F, 255.0F);
  return picture;
}

std::vector<float> ImageCodec::decode_variance(std::span<const double> bin_variances) const {
  require(bin_variances.size() == num_modalities(), "decode: bin_variances: expected ", num_modalities(), ", got ",
          bin_variances.size());
  std::vector<float> variance(preparation_.prepared_size(), 0.0F);
  const std::size_t channels = preparation_.channels();
  const double middle = static_cast<double>(options_.bins - 1) / 2;
  for (std::size_t g = 0; g < bin_variances.size(); ++g) {
    const std::size_t t = tile_of_modality_[g], m = g - first_modality_[t];
    const double scale = bases_[t].ranges[m] / middle;
    const auto mode = bases_[t].modes.row(m);
    for (std::size_t v = 0; v < mode.size(); ++v)
      variance[tiles_[t].pixels[v / channels] * channels + v % channels] +=
          static_cast<float>(bin_variances[g] * scale * scale) * mode[v] * mode[v];
  }
  return variance;
}

}  // namespace rgm
