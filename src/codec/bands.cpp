#include <Eigen/Dense>
#include <algorithm>
#include <numeric>
#include <utility>

#include "rgm/base/parallel.h"
#include "singular.h"

// Tiles with more values than there are pictures: the pictures are read in bands of rows, as often
// as memory asks for.

namespace rgm::codec {
namespace {

constexpr std::size_t kPartValues = 512;  // values of a tile in work space

/// Pixels [first, first + count) of a tile.
Tile part_of(const Tile& tile, std::size_t first, std::size_t count) {
  Tile part;
  part.pixels.assign(tile.pixels.begin() + static_cast<std::ptrdiff_t>(first),
                     tile.pixels.begin() + static_cast<std::ptrdiff_t>(first + count));
  part.weights.assign(tile.weights.begin() + static_cast<std::ptrdiff_t>(first),
                      tile.weights.begin() + static_cast<std::ptrdiff_t>(first + count));
  return part;
}

/// All pictures, a band of their rows at a time; tiles in parts that lie in a band each.
class Bands {
 public:
  Bands(const Fit& fit, const std::vector<std::size_t>& chosen)
      : fit_(fit),
        width_(fit.options.preparation.width),
        step_(std::max<std::size_t>(1, kPartValues / fit.source.channels)) {
    const std::size_t height = fit.options.preparation.height,
                      bytes = fit.source.count * width_ * fit.source.channels * sizeof(float),
                      most = std::max<std::size_t>(1, fit.memory / bytes);
    for (const std::size_t t : chosen)
      for_each_part(t, [&](std::size_t first, std::size_t count) {
        extra_ = std::max(extra_, row(t, first + count - 1) - row(t, first));
      });
    rows_ = most >= height ? height : most > extra_ ? most - extra_ : 1;
    count_ = (height + rows_ - 1) / rows_;
  }

  /// The band in which the part lies that begins with this pixel of a tile.
  std::size_t band_of(std::size_t tile, std::size_t pixel) const {
    return row(tile, pixel) / rows_;
  }
  std::size_t count() const { return count_; }

  /// Reads a band, if it is not the last one read. Parallel over pictures.
  void read(std::size_t band) {
    if (!values_.empty() && band == band_) return;
    band_ = band;
    const std::size_t height = fit_.options.preparation.height,
                      last = std::min(height, (band + 1) * rows_ + extra_);
    const std::size_t size = (last - band * rows_) * width_ * fit_.source.channels;
    values_.resize(fit_.source.count, size);
    parallel_for(fit_.source.count, fit_.threads, [&](std::size_t i) {
      thread_local Matrix<float> prepared;
      prepare(fit_.source, fit_.preparation, i, 1, prepared);
      std::copy_n(prepared.data() + missing(), size, values_.row(i).data());
    });
  }

  /// Calls visit(x, at) for the parts of a tile that lie in the band read, in order: its weighted
  /// values, [picture, value], are from `at` on.
  template <class Visit>
  void for_each_part_here(std::size_t tile, const Visit& visit) const {
    thread_local Matrix<float> window;
    thread_local DenseDouble x;
    for_each_part(tile, [&](std::size_t first, std::size_t count) {
      if (band_of(tile, first) != band_) return;
      cut_weighted(values_, part_of(fit_.tiles[tile], first, count), fit_.source.channels, window,
                   missing());
      x = view(std::as_const(window)).cast<double>();
      visit(std::as_const(x), static_cast<Eigen::Index>(first * fit_.source.channels));
    });
  }

 private:
  template <class Visit>
  void for_each_part(std::size_t tile, const Visit& visit) const {
    const std::size_t pixels = fit_.tiles[tile].pixels.size();
    for (std::size_t first = 0; first < pixels; first += step_)
      visit(first, std::min(step_, pixels - first));
  }
  std::size_t row(std::size_t tile, std::size_t pixel) const {
    return fit_.tiles[tile].pixels[pixel] / width_;
  }
  std::size_t missing() const { return band_ * rows_ * width_ * fit_.source.channels; }

  const Fit& fit_;
  std::size_t width_, step_;              // pixels of a row, of a part
  std::size_t extra_ = 0, rows_, count_;  // rows that a part reaches beyond its first; bands
  std::size_t band_ = 0;
  Matrix<float> values_;
};

/// The leading left singular vectors of a tile, and all squared singular values, ascending.
struct Left {
  DenseDouble vectors;  ///< [mode, picture]
  Eigen::VectorXd squares;
};

std::vector<Left> left_vectors(const Fit& fit, const std::vector<std::size_t>& tiles,
                               Bands& bands) {
  const auto n = static_cast<Eigen::Index>(fit.source.count);
  std::vector<DenseDouble> grams(tiles.size());
  for (auto& gram : grams) gram = DenseDouble::Zero(n, n);
  for (std::size_t b = 0; b < bands.count(); ++b) {
    bands.read(b);
    parallel_for(tiles.size(), fit.threads, [&](std::size_t i) {
      bands.for_each_part_here(tiles[i], [&](const DenseDouble& x, Eigen::Index) {
        grams[i].selfadjointView<Eigen::Lower>().rankUpdate(x);
      });
    });
  }
  std::vector<Left> result(tiles.size());
  parallel_for(tiles.size(), fit.threads, [&](std::size_t i) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
        std::exchange(grams[i], {}));  // reads the lower triangle alone
    result[i].squares = solver.eigenvalues();
    result[i].vectors = solver.eigenvectors()
                            .rightCols(num_kept(solver.eigenvalues(), fit.options))
                            .rowwise()
                            .reverse()
                            .transpose();
  });
  return result;
}

/// A right singular vector is Xᵀ times a left one, over its singular value, X the weighted pictures
/// of a tile.
void right_vectors(const Fit& fit, const std::vector<std::size_t>& tiles,
                   std::span<const Left> left, Bands& bands, std::vector<TileBasis>& bases) {
  std::vector<DenseDouble> modes(tiles.size());
  std::size_t first = bands.count(), last = 0;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const std::size_t pixels = fit.tiles[tiles[i]].pixels.size();
    modes[i].resize(left[i].vectors.rows(),
                    static_cast<Eigen::Index>(pixels * fit.source.channels));
    first = std::min(first, bands.band_of(tiles[i], 0));
    last = std::max(last, bands.band_of(tiles[i], pixels - 1));
  }
  for (std::size_t b = first; b <= last; ++b) {
    bands.read(b);
    parallel_for(tiles.size(), fit.threads, [&](std::size_t i) {
      if (modes[i].rows() == 0) return;
      bands.for_each_part_here(tiles[i], [&](const DenseDouble& x, Eigen::Index at) {
        modes[i].middleCols(at, x.cols()).noalias() = left[i].vectors * x;
      });
    });
  }
  parallel_for(tiles.size(), fit.threads, [&](std::size_t i) {
    bases[tiles[i]] =
        as_basis(std::exchange(modes[i], {}), left[i].squares, fit.source.channels, fit.options);
  });
}

/// Calls visit(first, last) for groups of tiles that take at most `memory` bytes, or of one.
template <class Bytes, class Visit>
void for_each_group(std::size_t tiles, std::size_t memory, const Bytes& bytes, const Visit& visit) {
  for (std::size_t first = 0, last = 0; first < tiles; first = last) {
    for (std::size_t total = 0; last < tiles; ++last) {
      total += bytes(last);
      if (total > memory && last > first) break;
    }
    visit(first, last);
  }
}

}  // namespace

void bases_of_pictures(const Fit& fit, const std::vector<std::size_t>& chosen,
                       std::vector<TileBasis>& bases) {
  auto tiles = chosen;  // from top to bottom, so that a group needs few bands
  std::ranges::stable_sort(tiles, {}, [&](std::size_t t) { return fit.tiles[t].pixels.front(); });
  Bands bands(fit, tiles);
  const auto slice = [&](std::size_t first, std::size_t last) {
    return std::vector(tiles.begin() + static_cast<std::ptrdiff_t>(first),
                       tiles.begin() + static_cast<std::ptrdiff_t>(last));
  };
  const std::size_t gram = fit.source.count * fit.source.count * sizeof(double);
  std::vector<Left> left;
  const auto add_left = [&](std::size_t first, std::size_t last) {
    for (auto& vectors : left_vectors(fit, slice(first, last), bands))
      left.push_back(std::move(vectors));
    fit.done(fit.source.count * last / (2 * tiles.size()));
  };
  for_each_group(
      tiles.size(), fit.memory, [&](std::size_t) { return gram; }, add_left);
  const auto bytes = [&](std::size_t i) {
    return static_cast<std::size_t>(left[i].vectors.rows()) * fit.tiles[tiles[i]].pixels.size() *
           fit.source.channels * sizeof(double);
  };
  for_each_group(tiles.size(), fit.memory, bytes, [&](std::size_t first, std::size_t last) {
    right_vectors(fit, slice(first, last), std::span(left).subspan(first, last - first), bands,
                  bases);
    fit.done(fit.source.count * (tiles.size() + last) / (2 * tiles.size()));
  });
}

}  // namespace rgm::codec
