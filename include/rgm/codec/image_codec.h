#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/location.h"
#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/codec/prepare.h"
#include "rgm/codec/tile_basis.h"
#include "rgm/codec/tiles.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// A stream of pictures of one size that can be read in any order, so that no more than a batch
/// need be in memory.
struct PictureSource {
  std::size_t count = 0, height = 0, width = 0, channels = 1;
  /// Writes picture `index` as [row, column, channel], values 0–255. Called from several threads at
  /// once.
  std::function<void(std::size_t index, std::span<float> picture)> read;

  std::size_t picture_size() const { return height * width * channels; }
};

/// The pictures of `images` at `indices`, or all of them. It borrows them: `images` must outlive
/// the source.
PictureSource picture_source(const Images& images);
PictureSource picture_source(const Images& images, std::vector<std::size_t> indices);
PictureSource picture_source(const Images&& images) = delete;
PictureSource picture_source(const Images&& images, std::vector<std::size_t> indices) = delete;

/// What the modes of a codec are.
enum class CodecBasis : std::uint8_t {
  kSingularVectors,  ///< of the training pictures: fewest modes for the same error
  kCosines,          ///< the same whatever the pictures, for streams that carry no model
};

/// Outcomes that a modality of a codec may have, its bins: odd numbers in this range.
inline constexpr std::size_t kMinBins = 3, kMaxBins = 9999;
static_assert(kMaxBins <= Outcome::kMaxOutcomes);

/// Most pixels of all tiles of a codec together, and most values of its cosines, equal ones once.
inline constexpr std::size_t kMaxTilePixels = std::size_t{1} << 28,
                             kMaxCosines = std::size_t{1} << 28;

/// Settings of the image codec.
struct CodecOptions {
  PreparationOptions preparation;
  double tile_spacing = 4;  ///< d, prepared pixels
  std::size_t bins = 7;  ///< nb, outcomes a modality, `kMinBins` to `kMaxBins`; odd, so that zero
                         ///< has a bin
  std::size_t max_modes = 8;  ///< mm, most modes a tile
  /// su: a mode is kept if its normalised squared singular value exceeds 1/su.
  double mode_price = 24;
  /// Share a variate between the two nearest bins; false: the nearest bin alone.
  bool soft_bins = true;
  CodecBasis basis = CodecBasis::kSingularVectors;
  /// Of singular vectors: tiles are cut closer, and modes kept in bytes (see `make_tiles` and
  /// `TileBasis`), a fifth of the room, for at most 0.05 dB on eight films.
  bool compact = false;
  /// R: frames that a picture's channels hold one after the other (see codec/voxels.h).
  std::size_t frames_per_voxel = 1;
  /// P: pictures that singular vectors are learnt from, evenly spread over the source; 0: all.
  std::size_t max_fit_pictures = 0;

  friend bool operator==(const CodecOptions&, const CodecOptions&) = default;
};

/// Pictures to discrete outcomes and back (method: tiles, basis, bins; arXiv 2407.20292, image
/// compression).
///
/// A prepared picture is cut into overlapping weighted tiles; a tile's weighted pixels are
/// projected on the tile's modes, which are orthonormal; each variate is quantised to the nearest
/// of `bins` levels evenly spaced on [−range, range]. One mode of one tile is one modality. Adding
/// the tiles' pictures gives the picture back. Immutable after `fit`, so threads may share it. It
/// holds modes in bytes once; modes of floats twice, but those of cosines once for all tiles of one
/// shape.
class ImageCodec {
 public:
  ImageCodec() = default;

  /// Learns the modes from at most `max_fit_pictures` pictures, then their ranges from all.
  ///
  /// Singular vectors come from the smaller Gram matrix of a tile: that of its values, gathered
  /// while pictures stream past; or, if the tile has at least as many values, that of the P
  /// pictures fitted to. These are read in bands of rows that take at most some 1 GB as floats:
  /// once if they make one band, otherwise twice or more for each band, with the same result.
  /// Memory: a batch of some 32 MB, the band, 1 GB of modes in the making (at least those of one
  /// tile, in doubles), and the Gram matrices of all tiles, values² or P² doubles each. Signs of
  /// modes: the largest component is positive. Cosines need no data but for the ranges. `Error` if
  /// there are no pictures, an option is out of range or no tile ever varies.
  static ImageCodec fit(const PictureSource& source, const CodecOptions& options, int threads = 0,
                        const Progress& progress = {});
  /// From the parts that a file keeps. Of singular vectors `bases` holds one a tile, perhaps
  /// without modes; of cosines it is empty: they are made anew. `ranges` is [modality], tile by
  /// tile. `Error` that names what is inconsistent, not finite, out of range, or too large: more
  /// than `kMaxTilePixels` pixels in all tiles or `kMaxCosines` values of cosines, or a prepared
  /// picture of 2¹⁸ values more than all modes have, of singular vectors; so that what is built
  /// takes no more than some 40 MB and 12 bytes a tile's pixel. Cost: that of `make_tiles`, and a
  /// pass over modes of floats.
  static ImageCodec from_parts(std::size_t height, std::size_t width, std::size_t channels,
                               const CodecOptions& options, std::vector<TileBasis> bases,
                               std::vector<float> ranges);

  const CodecOptions& options() const { return options_; }
  const Preparation& preparation() const { return preparation_; }
  const std::vector<Tile>& tiles() const { return tiles_; }
  /// The modes of a tile.
  const TileBasis& basis(std::size_t tile) const { return bases_[basis_of_tile_[tile]]; }
  /// The distinct ones: of singular vectors one a tile, in order, as `from_parts` takes them.
  const std::vector<TileBasis>& bases() const { return bases_; }
  std::size_t num_modalities() const { return tile_of_modality_.size(); }
  std::size_t num_outcomes() const { return options_.bins; }
  /// Largest variate of each modality that its bins reach, [modality].
  const std::vector<float>& ranges() const { return ranges_; }
  /// Index of the tile of each modality.
  const std::vector<std::size_t>& tile_of_modality() const { return tile_of_modality_; }
  /// Where each modality is: the mean position of its tile's pixels, [modality].
  std::vector<Location> locations() const;

  /// Outcomes of all pictures of the source, [picture, modality]. `Error` if their size is not the
  /// codec's.
  Outcomes encode(const PictureSource& source, int threads = 0,
                  const Progress& progress = {}) const;
  /// Outcomes of one picture (values 0–255, of the codec's input size), [modality]: for streams.
  /// Those of a source but for rounding. Thread-safe; cost: a pass over all modes, which many
  /// pictures at a time share.
  void encode(std::span<const float> picture, std::span<Outcome> outcomes) const;

  /// The variates of one prepared picture, [modality].
  std::vector<float> variates(std::span<const float> prepared) const;

  /// The prepared picture of mean bins (Σ_o q(o) o for each modality, 0 … bins − 1), clamped to
  /// 0–255.
  std::vector<float> decode(std::span<const double> mean_bins) const;
  /// The same for many pictures, [picture, prepared value] from [picture, modality]; some three
  /// times as fast as one by one where the modes do not fit in the processor's caches.
  Matrix<float> decode(const Matrix<double>& mean_bins, int threads = 0) const;
  /// Variance of each prepared pixel value, from the variance of each modality's bin (modalities
  /// independent).
  std::vector<float> decode_variance(std::span<const double> bin_variances) const;

  /// How much of each modality a region decides: the share of Σ_v (w_v m_v)², w a tile's weights
  /// and m a mode, that lies under `mask`, [row, column] of the prepared picture, other than 0
  /// where masked. A variate is Σ_v w_v m_v x_v, so these are the shares of its squared
  /// sensitivities. To complete a masked picture declare the modalities above some share (1/4, say)
  /// missing. `Error` if the mask has another size.
  std::vector<double> modalities_touching(std::span<const std::uint8_t> mask) const;

 private:
  ImageCodec(std::size_t height, std::size_t width, std::size_t channels,
             const CodecOptions& options);
  /// Cosines for every shape of tile.
  void make_cosines(int threads);
  /// What follows from tiles and bases.
  void index_modalities();
  /// Variates of a tile, [picture, mode], from prepared pictures; `window` is work space.
  void project(const Matrix<float>& prepared, std::size_t tile, Matrix<float>& window,
               Matrix<float>& variates) const;
  /// Outcomes of prepared pictures: `outcomes(i)` is where those of picture i go, [modality].
  void quantise(const Matrix<float>& prepared,
                const std::function<std::span<Outcome>(std::size_t)>& outcomes) const;
  void decode(const Matrix<double>& mean_bins, std::size_t first, std::size_t count,
              Matrix<float>& pictures) const;

  CodecOptions options_;
  Preparation preparation_;
  std::vector<Tile> tiles_;
  std::vector<TileBasis> bases_;
  std::vector<std::size_t> basis_of_tile_;     ///< [tile]
  std::vector<float> ranges_;                  ///< largest absolute variate in training, [modality]
  std::vector<std::size_t> tile_of_modality_;  ///< [modality]
  std::vector<std::size_t> first_modality_;    ///< [tile]
  /// Modes of floats times pixel weights, [basis], each [tile value, mode]; empty of modes in
  /// bytes.
  std::vector<Matrix<float>> weighted_modes_;
};

/// `Error` that names what differs unless both codecs turn equal pictures into equal outcomes:
/// equal sizes, and modes and ranges that are equal bit for bit.
void check_same_outcomes(const ImageCodec& expected, const ImageCodec& got);

}  // namespace rgm
