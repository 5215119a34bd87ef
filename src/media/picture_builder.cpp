#include "picture_builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

bool is_grey(const std::array<std::uint8_t, 3>& colour) {
  return colour[0] == colour[1] && colour[1] == colour[2];
}

/// ITU-R 601, in whole numbers of 1/65536.
std::uint8_t luma(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 32768U) >>
                                   16);
}

std::uint8_t blend(unsigned value, unsigned ground, unsigned alpha) {
  return static_cast<std::uint8_t>((alpha * value + (255 - alpha) * ground + 127) / 255);
}

/// A stored picture upright.
Images upright(Images picture, const Orientation& orientation) {
  if (orientation == Orientation{}) return picture;
  Images result{picture.height, picture.width, picture.channels,
                std::vector<std::uint8_t>(picture.pixels.size())};
  if (orientation.transpose) std::swap(result.height, result.width);
  std::uint8_t* to = result.pixels.data();
  for (std::size_t y = 0; y < result.height; ++y)
    for (std::size_t x = 0; x < result.width; ++x) {
      std::size_t row = orientation.reverse_rows ? result.height - 1 - y : y;
      std::size_t column = orientation.reverse_columns ? result.width - 1 - x : x;
      if (orientation.transpose) std::swap(row, column);
      to = std::copy_n(&picture.pixels[(row * picture.width + column) * picture.channels],
                       picture.channels, to);
    }
  return result;
}

/// The shape that is wanted, as the picture is stored.
PictureShape wanted_shape(const StoredPicture& stored, const PictureOptions& options) {
  const PictureShape own = upright_shape(stored, options.loading);
  PictureShape shape = options.shape.value_or(own);
  require(shape.height > 0 && shape.width > 0 && (shape.channels <= 1 || shape.channels == 3),
          "picture: brought to ", shape.height, " by ", shape.width, " pixels of ", shape.channels,
          " channels, expected at least 1 by 1 of 1 or 3 (0: as the file)");
  if (shape.channels == 0) shape.channels = own.channels;
  if (stored.orientation.transpose) std::swap(shape.height, shape.width);
  return shape;
}

/// Pixels of the result for one of the file, along rows and along columns.
std::pair<double, double> scales(const StoredPicture& stored, const PictureShape& wanted, Fit fit) {
  const double rows = static_cast<double>(wanted.height) / static_cast<double>(stored.height);
  const double columns = static_cast<double>(wanted.width) / static_cast<double>(stored.width);
  if (fit == Fit::kStretch) return {rows, columns};
  const double both = fit == Fit::kCrop ? std::max(rows, columns) : std::min(rows, columns);
  return {both, both};
}

/// Whether the aspect is lost: by more than one per cent, besides what rounding the sides makes.
bool loses_aspect(const PictureShape& wanted, double row_scale, double column_scale) {
  constexpr double kLeast = 0.01;
  const double rounding =
      0.5 / static_cast<double>(wanted.height) + 0.5 / static_cast<double>(wanted.width);
  return std::abs(std::log(row_scale / column_scale)) > kLeast + rounding;
}

}  // namespace

void require_picture_size(const StoredPicture& stored, std::size_t file_size,
                          const std::string& name) {
  constexpr std::size_t kMaxSide = 65535;
  // Deflate packs at most 1032 bytes into one, each of at most 8 pixels. A header that claims more
  // lies, and would have us take memory for nothing.
  constexpr std::size_t kMaxPixelsPerByte = 1032 * 8;
  const std::size_t height = stored.height, width = stored.width;
  require<FileError>(height > 0 && width > 0 && height <= kMaxSide && width <= kMaxSide &&
                         height * width <= kMaxPicturePixels,
                     name, ": a picture of ", height, " by ", width,
                     " pixels, expected sides from 1 to ", kMaxSide, " and at most ",
                     kMaxPicturePixels, " pixels");
  require<FileError>(height * width <= kMaxPixelsPerByte * file_size, name, ": truncated, ",
                     file_size, " bytes cannot hold ", height, " by ", width, " pixels");
}

PictureShape upright_shape(const StoredPicture& stored, const PictureLoading& loading) {
  PictureShape shape{stored.height, stored.width, stored.channels <= 2 ? 1U : 3U};
  if (stored.has_alpha() && !is_grey(loading.ground)) shape.channels = 3;
  if (stored.orientation.transpose) std::swap(shape.height, shape.width);
  return shape;
}

double reduction(const StoredPicture& stored, const PictureOptions& options) {
  const auto [rows, columns] = scales(stored, wanted_shape(stored, options), options.loading.fit);
  return std::max(1.0, 0.5 / std::max(rows, columns));
}

PictureBuilder::Axis PictureBuilder::make_axis(std::size_t stored, std::size_t reduction,
                                               std::size_t wanted, double scale, bool reversed) {
  const double decoded = static_cast<double>(stored) / static_cast<double>(reduction);
  const double decoded_scale = scale * static_cast<double>(reduction);
  constexpr double kRounding = 1e-6;
  double extent = std::min(static_cast<double>(wanted) / decoded_scale, decoded);
  const bool whole = std::abs(extent - std::round(extent)) < kRounding;
  if (whole) extent = std::max(1.0, std::round(extent));
  Axis axis;
  const std::size_t odd = reversed ? 1 : 0;
  // The middle: of whole pixels, so that they stay as they are, or to a part of one, which is the
  // same from both ends.
  const double room = whole ? 0 : (decoded - extent) / 2;
  const double begin = room - std::floor(room);
  axis.count = static_cast<std::size_t>(std::ceil(begin + extent));
  axis.first = whole ? (static_cast<std::size_t>(std::ceil(decoded)) - axis.count + odd) / 2
                     : static_cast<std::size_t>(room);
  axis.size = std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(extent * decoded_scale)),
                                      1, wanted);
  axis.at = (wanted - axis.size + odd) / 2;
  if (static_cast<double>(axis.size) != extent)
    axis.weights = resampling(axis.size, axis.count, extent, begin);
  return axis;
}

PictureBuilder::PictureBuilder(const StoredPicture& stored, const PictureOptions& options)
    : stored_(stored),
      ground_(options.loading.ground),
      laid_channels_(upright_shape(stored, options.loading).channels) {
  const PictureShape wanted = wanted_shape(stored, options);
  const auto [rows, columns] = scales(stored, wanted, options.loading.fit);
  const auto [transpose, reverse_rows, reverse_columns, ignored] = stored.orientation;
  rows_ = make_axis(stored.height, stored.reduction, wanted.height, rows,
                    transpose ? reverse_columns : reverse_rows);
  columns_ = make_axis(stored.width, stored.reduction, wanted.width, columns,
                       transpose ? reverse_rows : reverse_columns);
  stretched_ = loses_aspect(wanted, rows, columns);
  picture_ = {wanted.height, wanted.width, wanted.channels,
              std::vector<std::uint8_t>(wanted.height * wanted.width * wanted.channels)};
  if (rows_.size != wanted.height || columns_.size != wanted.width) {
    const std::uint8_t grey = luma(ground_.data());
    for (std::size_t i = 0; i < picture_.pixels.size(); ++i)
      picture_.pixels[i] = wanted.channels == 1 ? grey : ground_[i % 3];
  }
  sums_.resize(rows_.weights.size());
}

void PictureBuilder::add(const std::uint8_t* row) {
  const std::size_t position = next_row_++;
  if (position < rows_.first || position - rows_.first >= rows_.count) return;
  lay_on_ground(row + columns_.first * stored_.channels);
  make_grey_or_rgb();
  const std::size_t seen = position - rows_.first;
  if (!rows_.weights.empty()) {
    resample(seen);
  } else if (!columns_.weights.empty()) {
    put(seen, {row_.begin(), row_.end()});
  } else {
    std::ranges::copy(row_, place(seen));
  }
}

void PictureBuilder::lay_on_ground(const std::uint8_t* row) {
  const std::size_t values = columns_.count * stored_.channels;
  if (!stored_.has_alpha()) return row_.assign(row, row + values);
  const std::size_t colours = stored_.channels - 1;
  row_.resize(columns_.count * laid_channels_);
  std::uint8_t* to = row_.data();
  for (const std::uint8_t* from = row; from != row + values; from += stored_.channels)
    for (std::size_t c = 0; c < laid_channels_; ++c)
      *to++ = blend(from[colours == 1 ? 0 : c], ground_[c], from[colours]);

  if (first_pixel_.empty()) {
    first_pixel_.assign(row, row + stored_.channels);
    first_laid_.assign(row_.data(), row_.data() + laid_channels_);
  }
  const auto varies = [](std::span<const std::uint8_t> pixels,
                         const std::vector<std::uint8_t>& first) {
    for (std::size_t i = 0; i < pixels.size(); i += first.size())
      if (!std::equal(first.begin(), first.end(), pixels.begin() + static_cast<std::ptrdiff_t>(i)))
        return true;
    return false;
  };
  stored_varies_ = stored_varies_ || varies({row, values}, first_pixel_);
  laid_varies_ = laid_varies_ || varies(row_, first_laid_);
}

void PictureBuilder::make_grey_or_rgb() {
  const std::size_t count = columns_.count;
  if (picture_.channels < laid_channels_) {
    for (std::size_t x = 0; x < count && !loses_colour_; ++x)
      loses_colour_ = row_[3 * x] != row_[3 * x + 1] || row_[3 * x] != row_[3 * x + 2];
    for (std::size_t x = 0; x < count; ++x) row_[x] = luma(&row_[3 * x]);
    row_.resize(count);
  } else if (picture_.channels > laid_channels_) {
    row_.resize(3 * count);
    for (std::size_t x = count; x-- > 0;) std::fill_n(&row_[3 * x], 3, row_[x]);
  }
}

/// Adds a row to those of the result that take something of it; those are complete after the last
/// row that they take something of. First down the columns, which whole vectors do, and once a
/// row of the result along it.
void PictureBuilder::resample(std::size_t row) {
  for (std::size_t i = next_result_; i < sums_.size() && rows_.weights[i].first <= row; ++i) {
    std::vector<float>& sum = sums_[i];
    if (sum.empty()) sum.assign(row_.size(), 0);
    const auto weight = static_cast<float>(rows_.weights[i].weights[row - rows_.weights[i].first]);
    for (std::size_t j = 0; j < row_.size(); ++j) sum[j] += weight * static_cast<float>(row_[j]);
  }
  for (; next_result_ < sums_.size() && rows_.weights[next_result_].end() == row + 1;
       ++next_result_) {
    put(next_result_, sums_[next_result_]);
    std::vector<float>().swap(sums_[next_result_]);
  }
}

std::uint8_t* PictureBuilder::place(std::size_t row) {
  return &picture_.pixels[((rows_.at + row) * picture_.width + columns_.at) * picture_.channels];
}

void PictureBuilder::put(std::size_t row, const std::vector<float>& values) {
  const auto rounded = [](float value) {
    return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
  };
  const std::size_t channels = picture_.channels;
  std::uint8_t* to = place(row);
  if (columns_.weights.empty()) {
    std::ranges::transform(values, to, rounded);
    return;
  }
  for (const RowWeights& column : columns_.weights)
    for (std::size_t c = 0; c < channels; ++c) {
      const float* from = &values[column.first * channels + c];
      double sum = 0;
      for (std::size_t k = 0; k < column.weights.size(); ++k)
        sum += column.weights[k] * static_cast<double>(from[k * channels]);
      *to++ = rounded(static_cast<float>(sum));
    }
}

Images PictureBuilder::finish(PictureNotes& notes) && {
  notes.one_colour = stored_varies_ && !laid_varies_ && !first_pixel_.empty();
  notes.stretched = stretched_;
  notes.made_colour = picture_.channels > laid_channels_;
  notes.made_grey = loses_colour_;
  return upright(std::move(picture_), stored_.orientation);
}

}  // namespace rgm
