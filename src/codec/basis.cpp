#include "basis.h"

#include <Eigen/Dense>
#include <algorithm>
#include <utility>

#include "rgm/base/parallel.h"
#include "singular.h"
#include "window.h"

namespace rgm::codec {
namespace {

constexpr std::size_t kBatch = 1024, kBatchBytes = 32 << 20;  // pictures in memory while fitting
constexpr std::size_t kPart = 128, kPartBytes = 4 << 20;      // of them, a parallel task

/// From the Gram matrix of a tile's values.
TileBasis modes_of_values(const Eigen::MatrixXd& gram, std::size_t channels,
                          const CodecOptions& options) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  return as_basis(solver.eigenvectors()
                      .rightCols(num_kept(solver.eigenvalues(), options))
                      .rowwise()
                      .reverse()
                      .transpose(),
                  solver.eigenvalues(), channels, options);
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

std::vector<TileBasis> singular_vectors(const PictureSource& source, const Preparation& preparation,
                                        const std::vector<Tile>& tiles, const CodecOptions& options,
                                        int threads, const std::function<void(std::size_t)>& done,
                                        std::size_t memory) {
  std::vector<TileBasis> bases(tiles.size());
  std::vector<std::size_t> by_value, by_picture;
  for (std::size_t t = 0; t < tiles.size(); ++t)
    (source.count > tiles[t].pixels.size() * source.channels ? by_value : by_picture).push_back(t);

  std::vector<Eigen::MatrixXd> grams;
  for (const std::size_t t : by_value) {
    const auto n = static_cast<Eigen::Index>(tiles[t].pixels.size() * source.channels);
    grams.emplace_back(Eigen::MatrixXd::Zero(n, n));
  }
  const auto add = [&](const Matrix<float>& batch, std::size_t first) {
    parallel_for(by_value.size(), threads, [&](std::size_t i) {
      thread_local Matrix<float> window;
      cut_weighted(batch, tiles[by_value[i]], source.channels, window);
      const auto x = view(std::as_const(window));
      grams[i] += (x.transpose() * x).cast<double>();
    });
    done(first + batch.rows());
  };
  if (!by_value.empty()) for_each_batch(source, preparation, threads, add);
  parallel_for(by_value.size(), threads, [&](std::size_t i) {
    bases[by_value[i]] = modes_of_values(grams[i], source.channels, options);
  });

  if (!by_picture.empty())
    bases_of_pictures({source, preparation, tiles, options, threads, memory, done}, by_picture,
                      bases);
  // Pictures that are zero throughout have no modes; one, which is as good as any, makes them data
  // like others.
  if (std::ranges::all_of(bases, [](const TileBasis& basis) { return basis.num_modes() == 0; })) {
    const auto values = static_cast<Eigen::Index>(tiles[0].pixels.size() * source.channels);
    bases[0] =
        as_basis(DenseDouble::Ones(1, values), Eigen::VectorXd::Zero(1), source.channels, options);
  }
  return bases;
}

}  // namespace rgm::codec
