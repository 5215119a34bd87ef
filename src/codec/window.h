#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/codec/image_codec.h"

// What fitting, encoding and decoding share: pictures in batches, and the values of a tile side by
// side.

namespace rgm::codec {

using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline Eigen::Map<Dense> view(Matrix<float>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}
inline Eigen::Map<const Dense> view(const Matrix<float>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

/// As many pictures of `values` floats as take about `bytes` of memory, at least one and at most
/// `most`.
inline std::size_t batch_size(std::size_t values, std::size_t bytes, std::size_t most) {
  return std::clamp<std::size_t>(bytes / (values * sizeof(float)), 1, most);
}

/// Calls `visit(i, at)` for each run of pixels that follow each other in the picture: `at` values
/// into the tile, `from` values into the picture, `size` values long.
template <class Visit>
void for_each_run(const Tile& tile, std::size_t channels, Visit visit) {
  const auto& pixels = tile.pixels;
  for (std::size_t begin = 0; begin < pixels.size();) {
    std::size_t end = begin + 1;
    while (end < pixels.size() && pixels[end] == pixels[end - 1] + 1) ++end;
    visit(begin * channels, pixels[begin] * channels, (end - begin) * channels);
    begin = end;
  }
}

/// The values of one tile of each picture, [picture, tile value], unweighted. The pictures may lack
/// their first `missing` values.
inline void cut(const Matrix<float>& pictures, const Tile& tile, std::size_t channels,
                Matrix<float>& window, std::size_t missing = 0) {
  window.resize(pictures.rows(), tile.pixels.size() * channels);
  for_each_run(tile, channels, [&](std::size_t at, std::size_t from, std::size_t size) {
    for (std::size_t i = 0; i < pictures.rows(); ++i)
      std::copy_n(pictures.row(i).data() + (from - missing), size, window.row(i).data() + at);
  });
}

/// Reads and prepares pictures [first, first + count) of a source.
inline void prepare(const PictureSource& source, const Preparation& preparation, std::size_t first,
                    std::size_t count, Matrix<float>& prepared) {
  thread_local std::vector<float> picture;
  picture.resize(source.picture_size());
  prepared.resize(count, preparation.prepared_size());
  for (std::size_t i = 0; i < count; ++i) {
    source.read(first + i, picture);
    preparation(picture, prepared.row(i));
  }
}

}  // namespace rgm::codec
