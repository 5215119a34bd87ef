#include "basis.h"

#include <Eigen/Dense>
#include <algorithm>
#include <utility>

#include "rgm/base/parallel.h"
#include "window.h"

namespace rgm::codec {
namespace {

using DenseDouble = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kBatch = 1024, kBatchBytes = 32 << 20;  // pictures in memory while fitting
constexpr std::size_t kPart = 128, kPartBytes = 4 << 20;      // of them, a parallel task
constexpr std::size_t kPartValues = 512;  // values of a tile in work space, if pictures are fewer

/// Pixels [first, first + count) of a tile.
Tile part_of(const Tile& tile, std::size_t first, std::size_t count) {
  Tile part;
  part.pixels.assign(tile.pixels.begin() + static_cast<std::ptrdiff_t>(first),
                     tile.pixels.begin() + static_cast<std::ptrdiff_t>(first + count));
  part.weights.assign(tile.weights.begin() + static_cast<std::ptrdiff_t>(first),
                      tile.weights.begin() + static_cast<std::ptrdiff_t>(first + count));
  return part;
}

void cut_weighted(const Matrix<float>& pictures, const Tile& tile, std::size_t channels,
                  Matrix<float>& window) {
  cut(pictures, tile, channels, window);
  auto x = view(window);
  for (std::size_t v = 0; v < window.cols(); ++v)
    x.col(static_cast<Eigen::Index>(v)) *= tile.weights[v / channels];
}

/// How many of the ascending squared singular values are kept: those whose share times their number
/// exceeds 1 / mode_price.
Eigen::Index num_kept(const Eigen::VectorXd& squares, const CodecOptions& options) {
  const double total = squares.sum();
  const auto k = static_cast<double>(squares.size());
  Eigen::Index count = 0;
  while (count < static_cast<Eigen::Index>(options.max_modes) && count < squares.size() &&
         squares(squares.size() - 1 - count) * k * options.mode_price > total && total > 0)
    ++count;
  return count;
}

/// Rows of length 1 whose largest component is positive.
Matrix<float> as_modes(const DenseDouble& rows) {
  Matrix<float> result(static_cast<std::size_t>(rows.rows()),
                       static_cast<std::size_t>(rows.cols()));
  for (Eigen::Index m = 0; m < rows.rows(); ++m) {
    Eigen::VectorXd mode = rows.row(m);
    mode.normalize();
    Eigen::Index largest = 0;
    mode.cwiseAbs().maxCoeff(&largest);
    if (mode(largest) < 0) mode = -mode;
    view(result).row(m) = mode.transpose().cast<float>();
  }
  return result;
}

/// From the Gram matrix of a tile's values.
Matrix<float> modes_of_values(const Eigen::MatrixXd& gram, const CodecOptions& options) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  return as_modes(solver.eigenvectors()
                      .rightCols(num_kept(solver.eigenvalues(), options))
                      .rowwise()
                      .reverse()
                      .transpose());
}

/// From the Gram matrix of the weighted pictures X: a right singular vector is Xᵀ times a left one,
/// over its singular value.
Matrix<float> modes_of_pictures(const Matrix<float>& pictures, const Tile& tile,
                                std::size_t channels, const CodecOptions& options) {
  const std::size_t values = tile.pixels.size() * channels,
                    step = std::max<std::size_t>(1, kPartValues / channels);
  const auto n = static_cast<Eigen::Index>(pictures.rows());
  const auto for_each_part =
      [&](const std::function<void(const DenseDouble& x, std::size_t at)>& visit) {
        Matrix<float> window;
        DenseDouble x;
        for (std::size_t first = 0; first < tile.pixels.size(); first += step) {
          const std::size_t count = std::min(step, tile.pixels.size() - first);
          cut_weighted(pictures, part_of(tile, first, count), channels, window);
          x = view(window).cast<double>();
          visit(x, first * channels);
        }
      };
  DenseDouble gram = DenseDouble::Zero(n, n);
  for_each_part([&](const DenseDouble& x, std::size_t) {
    gram.selfadjointView<Eigen::Lower>().rankUpdate(x);
  });
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      gram);  // reads the lower triangle alone
  const Eigen::Index count = num_kept(solver.eigenvalues(), options);
  DenseDouble modes(count, static_cast<Eigen::Index>(values));
  const DenseDouble left = solver.eigenvectors().rightCols(count).rowwise().reverse().transpose();
  for_each_part([&](const DenseDouble& x, std::size_t at) {
    modes.middleCols(static_cast<Eigen::Index>(at), x.cols()).noalias() = left * x;
  });
  return as_modes(modes);
}

}  // namespace

void for_each_batch(
    const PictureSource& source, const Preparation& preparation, int threads,
    const std::function<void(const Matrix<float>& batch, std::size_t first)>& visit) {
  const std::size_t values = preparation.prepared_size();
  const std::size_t size = batch_size(values, kBatchBytes, kBatch),
                    part = batch_size(values, kPartBytes, kPart);
  Matrix<float> batch;
  for (std::size_t first = 0; first < source.count; first += size) {
    const std::size_t count = std::min(size, source.count - first);
    batch.resize(count, values);
    parallel_for((count + part - 1) / part, threads, [&](std::size_t b) {
      Matrix<float> prepared;
      const std::size_t begin = b * part;
      prepare(source, preparation, first + begin, std::min(part, count - begin), prepared);
      std::ranges::copy(prepared.values(), batch.row(begin).data());
    });
    visit(batch, first);
  }
}

std::vector<Matrix<float>> singular_vectors(const PictureSource& source,
                                            const Preparation& preparation,
                                            const std::vector<Tile>& tiles,
                                            const CodecOptions& options, int threads,
                                            const std::function<void(std::size_t)>& done) {
  const std::size_t channels = source.channels;
  const auto by_value = [&](std::size_t t) {
    return source.count > tiles[t].pixels.size() * channels;
  };
  std::vector<Eigen::MatrixXd> grams(tiles.size());
  bool keep = false;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const auto n = static_cast<Eigen::Index>(tiles[t].pixels.size() * channels);
    if (by_value(t))
      grams[t] = Eigen::MatrixXd::Zero(n, n);
    else
      keep = true;
  }
  Matrix<float> kept(keep ? source.count : 0, preparation.prepared_size());
  for_each_batch(source, preparation, threads, [&](const Matrix<float>& batch, std::size_t first) {
    if (keep) std::ranges::copy(batch.values(), kept.row(first).data());
    parallel_for(tiles.size(), threads, [&](std::size_t t) {
      if (!by_value(t)) return;
      thread_local Matrix<float> window;
      cut_weighted(batch, tiles[t], channels, window);
      const auto x = view(std::as_const(window));
      grams[t] += (x.transpose() * x).cast<double>();
    });
    done(first + batch.rows());
  });
  std::vector<Matrix<float>> modes(tiles.size());
  parallel_for(tiles.size(), threads, [&](std::size_t t) {
    modes[t] = by_value(t) ? modes_of_values(grams[t], options)
                           : modes_of_pictures(kept, tiles[t], channels, options);
  });
  return modes;
}

}  // namespace rgm::codec
