#include "rgm/pipelines/film_size.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// For each of `from` rows the prepared ones, `to` in all, that depend on it.
std::vector<std::vector<std::size_t>> dependants(std::size_t from, std::size_t to,
                                                 double smoothing) {
  const Preparation axis(from, 1, 1,
                         {.height = to, .width = 1, .smoothing = smoothing, .histogram_width = 0});
  std::vector<std::vector<std::size_t>> result(from);
  std::vector<float> row(from), prepared(to);
  for (std::size_t i = 0; i < from; ++i) {
    std::ranges::fill(row, 0.0F);
    row[i] = 1;
    axis(row, prepared);
    for (std::size_t k = 0; k < to; ++k)
      if (prepared[k] != 0) result[i].push_back(k);
  }
  return result;
}

void round_to_bytes(std::span<const float> values, std::span<std::uint8_t> bytes) {
  std::ranges::transform(values, bytes.begin(), [](float value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
  });
}

}  // namespace

PreparedMasks::PreparedMasks(const Preparation& preparation)
    : height_(preparation.input_height()),
      width_(preparation.input_width()),
      options_(preparation.options()),
      rows_(dependants(height_, options_.height, options_.smoothing)),
      columns_(dependants(width_, options_.width, options_.smoothing)) {}

Matrix<std::uint8_t> PreparedMasks::operator()(std::span<const std::uint8_t> mask) const {
  require(mask.size() == height_ * width_, "mask: expected ", height_, "×", width_, " values, got ",
          mask.size());
  Matrix<std::uint8_t> result(options_.height, options_.width);
  if (options_.histogram_width > 0) {
    const bool any = std::ranges::any_of(mask, [](std::uint8_t m) { return m != 0; });
    result.fill(any ? 1 : 0);
    return result;
  }
  for (std::size_t y = 0; y < height_; ++y)
    for (std::size_t x = 0; x < width_; ++x) {
      if (mask[y * width_ + x] == 0) continue;
      for (const std::size_t row : rows_[y])
        for (const std::size_t column : columns_[x]) result(row, column) = 1;
    }
  return result;
}

Film prepared_film(const ImageCodec& codec, const Film& film) {
  const auto& prepared = codec.options().preparation;
  const bool same = film.height == prepared.height && film.width == prepared.width;
  if (same && prepared.smoothing == 0 && prepared.histogram_width == 0) return film;
  Film result = film;
  result.height = prepared.height;
  result.width = prepared.width;
  const Preparation preparation(film.height, film.width, film.channels, prepared);
  result.open = [open = film.open, preparation, size = film.height * film.width * film.channels] {
    return [next = open(), preparation, bytes = std::vector<std::uint8_t>(size),
            from = std::vector<float>(size), to = std::vector<float>(preparation.prepared_size())](
               std::span<std::uint8_t> frame) mutable {
      if (!next(bytes)) return false;
      std::ranges::copy(bytes, from.begin());
      preparation(from, to);
      round_to_bytes(to, frame);
      return true;
    };
  };
  return result;
}

FilmSize::FilmSize(const ImageCodec& codec)
    : height_(codec.preparation().input_height()),
      width_(codec.preparation().input_width()),
      channels_(codec.preparation().channels() / codec.options().frames_per_voxel) {
  const auto& prepared = codec.options().preparation;
  prepared_values_ = prepared.height * prepared.width * channels_;
  same_ = prepared.height == height_ && prepared.width == width_;
  if (!same_)
    enlarge_ =
        Preparation(prepared.height, prepared.width, channels_,
                    {.height = height_, .width = width_, .smoothing = 0, .histogram_width = 0});
}

Images FilmSize::frames(const Images& prepared) const {
  if (same_) return prepared;
  Images result{height_, width_, channels_, {}};
  result.pixels.resize(prepared.count() * result.pixels_per_image());
  std::vector<float> from(prepared_values_), to(result.pixels_per_image());
  for (std::size_t f = 0; f < prepared.count(); ++f) {
    std::ranges::copy(prepared.image(f), from.begin());
    enlarge_(from, to);
    round_to_bytes(to, result.image(f));
  }
  return result;
}

std::vector<float> FilmSize::variance(std::span<const float> prepared) const {
  if (same_ || prepared.empty()) return {prepared.begin(), prepared.end()};
  const std::size_t values = height_ * width_ * channels_;
  std::vector<float> result(prepared.size() / prepared_values_ * values), from(prepared_values_),
      to(values);
  if (std::ranges::all_of(prepared, [](float v) { return v == 0; })) return result;
  for (std::size_t f = 0; f * prepared_values_ < prepared.size(); ++f) {
    std::ranges::transform(prepared.subspan(f * prepared_values_, prepared_values_), from.begin(),
                           [](float value) { return std::sqrt(value); });
    enlarge_(from, to);
    std::ranges::transform(to, result.begin() + static_cast<std::ptrdiff_t>(f * values),
                           [](float value) { return value * value; });
  }
  return result;
}

}  // namespace rgm
