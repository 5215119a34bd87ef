#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "orientation.h"
#include "rgm/base/images.h"
#include "rgm/base/resampling.h"
#include "rgm/media/picture_file.h"

namespace rgm {

/// What the header of a picture file tells.
struct StoredPicture {
  std::size_t height = 0, width = 0;
  std::size_t channels = 1;  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
  Orientation orientation{};
  std::size_t reduction = 1;  ///< it is decoded smaller by so much; sides are rounded up

  std::size_t decoded_height() const { return (height + reduction - 1) / reduction; }
  std::size_t decoded_width() const { return (width + reduction - 1) / reduction; }
  bool has_alpha() const { return channels % 2 == 0; }
};

/// Throws `FileError` that starts with `name` if a picture is empty or beyond the limits, or if a
/// file of `file_size` bytes cannot hold it.
void require_picture_size(const StoredPicture& stored, std::size_t file_size,
                          const std::string& name);

/// The shape of a picture that is upright and laid on its ground.
PictureShape upright_shape(const StoredPicture& stored, const PictureLoading& loading);

/// By how much a picture may be reduced while it is decoded, 1 or more, such that it is still twice
/// as high and wide as what becomes of it.
double reduction(const StoredPicture& stored, const PictureOptions& options);

/// Makes the wanted picture of the rows of a file as they are decoded, and holds no more of them
/// than the resampling needs: ground, grey or RGB, resampled, upright.
class PictureBuilder {
 public:
  PictureBuilder(const StoredPicture& stored, const PictureOptions& options);

  /// The next row: `decoded_width()` × channels values.
  void add(const std::uint8_t* row);
  /// The picture, after all rows.
  Images finish(PictureNotes& notes) &&;

 private:
  /// Along one axis: the part of the decoded picture that is seen, and where it is put.
  struct Axis {
    std::size_t first = 0, count = 0;  // of the decoded rows or columns
    std::size_t at = 0, size = 0;      // in the result
    std::vector<RowWeights> weights;   // empty: as they are
  };
  /// `reversed`: it will be, when the picture is turned upright, where an odd pixel of the room
  /// beside it belongs to the end.
  static Axis make_axis(std::size_t stored, std::size_t reduction, std::size_t wanted, double scale,
                        bool reversed);

  void lay_on_ground(const std::uint8_t* row);
  void make_grey_or_rgb();
  void resample(std::size_t row);
  /// Where a row of the result that comes from the file begins.
  std::uint8_t* place(std::size_t row);
  void put(std::size_t row, const std::vector<float>& values);

  StoredPicture stored_;
  std::array<std::uint8_t, 3> ground_;
  Images picture_;  // in the stored orientation
  Axis rows_, columns_;
  std::size_t laid_channels_;
  std::size_t next_row_ = 0, next_result_ = 0;
  std::vector<std::uint8_t> row_;         // laid on the ground, of the channels that are wanted
  std::vector<std::vector<float>> sums_;  // of the rows of the result that are not yet complete
  std::vector<std::uint8_t> first_pixel_, first_laid_;
  bool stored_varies_ = false, laid_varies_ = false;
  bool stretched_ = false, loses_colour_ = false;
};

}  // namespace rgm
