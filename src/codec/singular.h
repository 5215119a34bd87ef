#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <vector>

#include "window.h"

// Singular vectors of the weighted values of tiles, from either Gram matrix.

namespace rgm::codec {

using DenseDouble = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// `cut`, times the pixels' weights.
inline void cut_weighted(const Matrix<float>& pictures, const Tile& tile, std::size_t channels,
                         Matrix<float>& window, std::size_t missing = 0) {
  cut(pictures, tile, channels, window, missing);
  auto x = view(window);
  for (std::size_t v = 0; v < window.cols(); ++v)
    x.col(static_cast<Eigen::Index>(v)) *= tile.weights[v / channels];
}

/// How many of the ascending squared singular values are kept: those whose share times their number
/// exceeds 1 / mode_price.
Eigen::Index num_kept(const Eigen::VectorXd& squares, const CodecOptions& options);

/// Modes as they are kept, from rows of any length. `squares` are all squared singular values,
/// ascending.
TileBasis as_basis(const DenseDouble& rows, const Eigen::VectorXd& squares, std::size_t channels,
                   const CodecOptions& options);

/// What singular vectors are learnt from.
struct Fit {
  const PictureSource& source;
  const Preparation& preparation;
  const std::vector<Tile>& tiles;
  const CodecOptions& options;
  int threads;
  std::size_t memory;  ///< bytes of a band of pictures, and of modes in the making
  const std::function<void(std::size_t)>& done;
};

/// The bases of `chosen` tiles, from the Gram matrices of the pictures.
void bases_of_pictures(const Fit& fit, const std::vector<std::size_t>& chosen,
                       std::vector<TileBasis>& bases);

}  // namespace rgm::codec
