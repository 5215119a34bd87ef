#include "rgm/experiments/next_frames.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/parallel.h"
#include "rgm/codec/film_codec.h"
#include "rgm/codec/voxels.h"
#include "rgm/pipelines/film_prediction.h"

namespace rgm {
namespace {

using Frame = std::span<const std::uint8_t>;

/// The frames of a film, in steps: `predict(before, last, out)` fills those of a step, given the
/// two frames before it.
template <class Predict>
Images in_steps(const Images& past, const Images& film, std::size_t per_step, int threads,
                Predict predict) {
  require(per_step > 0 && past.count() > 0 && past.height == film.height &&
              past.width == film.width && past.channels == film.channels,
          "next frames: expected steps of at least a frame and frames of ", film.height, "×",
          film.width, "×", film.channels, " before them, got ", per_step, " and ", past.count(),
          " of ", past.height, "×", past.width, "×", past.channels);
  Images result{film.height, film.width, film.channels,
                std::vector<std::uint8_t>(film.pixels.size())};
  // The k-th frame before frame i, the first one for those before the beginning.
  const auto back = [&](std::size_t i, std::size_t k) {
    if (i >= k) return film.image(i - k);
    return past.image(past.count() - std::min(past.count(), k - i));
  };
  parallel_for(num_voxels(film.count(), per_step), threads, [&](std::size_t step) {
    const std::size_t first = step * per_step, end = std::min(film.count(), first + per_step);
    predict(back(first, 2), back(first, 1),
            std::span(result.pixels)
                .subspan(first * film.pixels_per_image(), (end - first) * film.pixels_per_image()));
  });
  return result;
}

struct Displacement {
  int rows = 0, columns = 0;
};

/// All that are tried, the shortest first.
std::vector<Displacement> displacements() {
  std::vector<Displacement> all;
  for (int y = -kMaxDisplacement; y <= kMaxDisplacement; ++y)
    for (int x = -kMaxDisplacement; x <= kMaxDisplacement; ++x) all.push_back({y, x});
  std::ranges::stable_sort(
      all, {}, [](const Displacement& d) { return d.rows * d.rows + d.columns * d.columns; });
  return all;
}

/// Rows and columns of a block within a picture.
struct Block {
  int top = 0, left = 0, bottom = 0, right = 0;
};

/// Sum of absolute differences of a block and what lies displaced in the frame before; `most` if it
/// is no less, or if that is not within the frame.
long difference(Frame before, Frame last, const Images& size, const Block& block,
                const Displacement& d, long most) {
  const int height = static_cast<int>(size.height), width = static_cast<int>(size.width),
            channels = static_cast<int>(size.channels);
  if (block.top - d.rows < 0 || block.bottom - d.rows > height || block.left - d.columns < 0 ||
      block.right - d.columns > width)
    return most;
  long sum = 0;
  for (int y = block.top; y < block.bottom && sum < most; ++y) {
    const auto* a = last.data() + (y * width + block.left) * channels;
    const auto* b = before.data() + ((y - d.rows) * width + block.left - d.columns) * channels;
    for (int v = 0; v < (block.right - block.left) * channels; ++v) sum += std::abs(a[v] - b[v]);
  }
  return std::min(sum, most);
}

/// The block of each frame of a step, moved on.
void carry_on(Frame last, const Images& size, const Block& block, const Displacement& d,
              std::span<std::uint8_t> step) {
  const int height = static_cast<int>(size.height), width = static_cast<int>(size.width);
  const std::size_t values = size.pixels_per_image();
  for (std::size_t k = 0; k * values < step.size(); ++k)
    for (int y = block.top; y < block.bottom; ++y)
      for (int x = block.left; x < block.right; ++x) {
        const int times = static_cast<int>(k) + 1,
                  from_row = std::clamp(y - times * d.rows, 0, height - 1),
                  from_column = std::clamp(x - times * d.columns, 0, width - 1);
        for (std::size_t c = 0; c < size.channels; ++c)
          step[k * values + static_cast<std::size_t>(y * width + x) * size.channels + c] =
              last[static_cast<std::size_t>(from_row * width + from_column) * size.channels + c];
      }
}

}  // namespace

Images next_steps(const SequenceModel& model, const Images& past, const Images& film, int threads) {
  const auto& codec = film_codec(model.front_end).voxels;
  const std::size_t before = std::min(codec.options().frames_per_voxel, past.count());
  auto frames = cut(past, past.count() - before, before);
  append(film, frames);
  const Film source = film_of(frames);
  Images result{film.height, film.width, film.channels, {}};
  predict_next_steps(
      model, source, encode_film(codec, source, threads).outcomes,
      [&](std::size_t step, const Images& of_step, std::span<const float>) {
        if (step > 0) append(of_step, result);
      },
      threads);
  result.pixels.resize(film.pixels.size());
  return result;
}

Images last_frames(const Images& past, const Images& film, std::size_t per_step) {
  return in_steps(past, film, per_step, 1, [](Frame, Frame last, std::span<std::uint8_t> step) {
    for (std::size_t v = 0; v < step.size(); ++v) step[v] = last[v % last.size()];
  });
}

Images extrapolated_frames(const Images& past, const Images& film, std::size_t per_step) {
  return in_steps(past, film, per_step, 1,
                  [](Frame before, Frame last, std::span<std::uint8_t> step) {
                    for (std::size_t v = 0; v < step.size(); ++v) {
                      const int now = last[v % last.size()], change = now - before[v % last.size()],
                                ahead = static_cast<int>(v / last.size()) + 1;
                      step[v] = static_cast<std::uint8_t>(std::clamp(now + ahead * change, 0, 255));
                    }
                  });
}

Images block_matched_frames(const Images& past, const Images& film, std::size_t per_step,
                            std::size_t block, int threads) {
  require(block > 0, "next frames: block: expected at least a pixel, got 0");
  const auto tried = displacements();
  const int side = static_cast<int>(block), height = static_cast<int>(film.height),
            width = static_cast<int>(film.width);
  return in_steps(
      past, film, per_step, threads, [&](Frame before, Frame last, std::span<std::uint8_t> step) {
        for (int top = 0; top < height; top += side)
          for (int left = 0; left < width; left += side) {
            const Block at{top, left, std::min(top + side, height), std::min(left + side, width)};
            Displacement best;
            long least = difference(before, last, film, at, best, 255L * side * side * 4 + 1);
            for (const auto& d : tried) {
              const long sum = difference(before, last, film, at, d, least);
              if (sum >= least) continue;
              least = sum;
              best = d;
            }
            carry_on(last, film, at, best, step);
          }
      });
}

}  // namespace rgm
