#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/codec/image_codec.h"

namespace rgm::codec {

/// Bytes of a band of pictures, and of what is made of them at a time.
inline constexpr std::size_t kFitMemory = std::size_t{1} << 30;

/// Calls `visit(batch, first)` for prepared pictures [first, first + batch.rows()), in turn; a
/// batch takes some 32 MB.
void for_each_batch(
    const PictureSource& source, const Preparation& preparation, int threads,
    const std::function<void(const Matrix<float>& batch, std::size_t first)>& visit);

/// The leading singular vectors of each tile's weighted values over the source, [tile]. `done(n)`
/// is told of n pictures read, or of as good a share of the work.
std::vector<TileBasis> singular_vectors(const PictureSource& source, const Preparation& preparation,
                                        const std::vector<Tile>& tiles, const CodecOptions& options,
                                        int threads, const std::function<void(std::size_t)>& done,
                                        std::size_t memory = kFitMemory);

/// The first `max_modes` cosines over a tile's window of `width` pixels a row of the picture, times
/// its weights, orthonormal, [mode, tile value].
///
/// A cosine is a product of those of row, column, frame and a colour (grey; or brightness and two
/// differences of colours), of lowest total frequency first. Those that hardly differ from a sum of
/// earlier ones within the window are left out.
Matrix<float> cosines(const Tile& tile, std::size_t width, std::size_t channels,
                      const CodecOptions& options);

}  // namespace rgm::codec
