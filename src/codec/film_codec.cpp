#include "rgm/codec/film_codec.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/random.h"
#include "rgm/codec/picture_loss.h"
#include "rgm/codec/voxels.h"

namespace rgm {
namespace {

constexpr std::size_t kBatch = 32;                          // voxels encoded at a time
constexpr std::size_t kSampleBytes = std::size_t{4} << 30;  // of voxels that a codec is fitted to

/// Reads voxels of R frames one after the other.
class VoxelReader {
 public:
  VoxelReader(const Film& film, std::size_t frames_per_voxel)
      : frames_per_voxel_(frames_per_voxel), next_(film.open()) {
    voxel_.height = film.height;
    voxel_.width = film.width;
    voxel_.channels = film.channels;
    frame_.resize(voxel_.pixels_per_image());
  }

  /// The frames of the next voxel, fewer than R at the end; false after the last.
  bool read() {
    voxel_.pixels.clear();
    while (voxel_.count() < frames_per_voxel_ && next_(frame_)) {
      voxel_.pixels.insert(voxel_.pixels.end(), frame_.begin(), frame_.end());
      ++frames_;
    }
    return voxel_.count() > 0;
  }
  /// The last voxel read, as R frames.
  const Images& voxel() {
    const auto last = voxel_.image(voxel_.count() - 1);
    const std::vector<std::uint8_t> copy(last.begin(), last.end());
    while (voxel_.count() < frames_per_voxel_)
      voxel_.pixels.insert(voxel_.pixels.end(), copy.begin(), copy.end());
    return voxel_;
  }
  std::size_t frames() const { return frames_; }

 private:
  std::size_t frames_per_voxel_, frames_ = 0;
  Film::Next next_;
  Images voxel_;
  std::vector<std::uint8_t> frame_;
};

std::vector<float> prepared_voxel(const ImageCodec& codec, const PictureSource& voxels,
                                  std::size_t index) {
  std::vector<float> voxel(voxels.picture_size()), prepared(codec.preparation().prepared_size());
  voxels.read(index, voxel);
  codec.preparation()(voxel, prepared);
  return prepared;
}

Images no_frames(const Film& film) { return {film.height, film.width, film.channels, {}}; }

}  // namespace

EncodedFilm encode_film(const ImageCodec& codec, const Film& film, int threads,
                        const Progress& progress) {
  const std::size_t per_voxel = codec.options().frames_per_voxel;
  VoxelReader reader(film, per_voxel);
  std::vector<Outcomes> batches;
  std::size_t steps = 0;
  for (bool more = true; more;) {
    Images batch = no_frames(film);
    while (batch.count() < kBatch * per_voxel && (more = reader.read()))
      append(reader.voxel(), batch);
    if (batch.count() == 0) break;
    const auto voxels = voxel_source(batch, per_voxel);
    batches.push_back(codec.encode(voxels, threads));
    steps += batches.back().items();
    report(progress, "encoding " + film.name, reader.frames(),
           std::max(film.frame_count, reader.frames()));
  }
  require(steps > 0, film.name, ": expected at least one frame, got none");
  EncodedFilm result{Outcomes(steps, codec.num_modalities()), reader.frames()};
  std::size_t t = 0;
  for (const auto& batch : batches)
    for (std::size_t i = 0; i < batch.items(); ++i)
      std::ranges::copy(batch.item(i), result.outcomes.item(t++).begin());
  return result;
}

void follow_coded_film(const ImageCodec& codec, const Film& film, const Outcomes& outcomes,
                       const std::function<void(const CodedStep&)>& take, int threads) {
  const std::size_t per_voxel = codec.options().frames_per_voxel;
  VoxelReader reader(film, per_voxel);
  std::size_t step = 0;
  for (bool more = true; more;) {
    Images batch = no_frames(film);
    while (batch.count() < kBatch * per_voxel && (more = reader.read()))
      append(reader.voxel(), batch);
    const auto voxels = voxel_source(batch, per_voxel);
    require(step + voxels.count <= outcomes.items(), film.name, ": expected ", outcomes.items(),
            " steps as before, got more");
    Matrix<double> bins(voxels.count, codec.num_modalities());
    for (std::size_t i = 0; i < bins.rows(); ++i)
      for (std::size_t g = 0; g < bins.cols(); ++g)
        bins(i, g) = mean_bin(outcomes, step + i, g, codec.num_outcomes());
    const auto decoded = codec.decode(bins, threads);
    for (std::size_t i = 0; i < voxels.count; ++i, ++step) {
      const auto voxel = prepared_voxel(codec, voxels, i);
      take({step, voxel, decoded.row(i)});
    }
  }
  require(step == outcomes.items(), film.name, ": expected ", outcomes.items(),
          " steps as before, got ", step);
}

ImageCodec fit_codec(std::span<const Film> films, const CodecOptions& options, int threads,
                     const Progress& progress) {
  require(!films.empty(), "codec: expected at least one film, got none");
  // About one voxel in `share` is kept, by a hash of its number and not every so manieth, which
  // could keep step with a film that repeats; when there are too many, half of them go.
  const std::size_t most = options.max_fit_pictures, per_voxel = options.frames_per_voxel;
  Images kept = no_frames(films.front());
  const std::size_t bytes = per_voxel * kept.pixels_per_image();
  require(bytes > 0 && bytes <= kSampleBytes, "codec: expected voxels of at most ", kSampleBytes,
          " bytes, got ", bytes);
  const std::size_t limit = std::min(2 * most, kSampleBytes / bytes);
  std::size_t frames = 0;  // as far as is known: growing would copy
  for (const auto& film : films) frames += film.frame_count;
  kept.pixels.reserve(std::min(limit, frames / per_voxel + 1) * bytes);
  std::vector<std::size_t> numbers;
  std::size_t share = 1, seen = 0;
  const auto chosen = [&](std::size_t number) { return Random(number).bits() % share == 0; };
  for (const auto& film : films) {
    require(
        film.height == kept.height && film.width == kept.width && film.channels == kept.channels,
        film.name, ": expected frames of ", kept.height, "×", kept.width, "×", kept.channels,
        ", got ", film.height, "×", film.width, "×", film.channels);
    VoxelReader reader(film, per_voxel);
    for (; reader.read(); ++seen) {
      if (!chosen(seen)) continue;
      append(reader.voxel(), kept);
      numbers.push_back(seen);
      while (most > 0 && numbers.size() >= limit && numbers.size() > 1) {
        share *= 2;
        std::size_t left = 0;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          if (!chosen(numbers[i])) continue;
          std::copy_n(kept.pixels.begin() + static_cast<std::ptrdiff_t>(i * bytes), bytes,
                      kept.pixels.begin() + static_cast<std::ptrdiff_t>(left * bytes));
          numbers[left++] = numbers[i];
        }
        if (left == 0) left = 1;  // never none
        kept.pixels.resize(left * bytes);
        numbers.resize(left);
        report(progress, "sampling " + film.name, reader.frames(),
               std::max(film.frame_count, reader.frames()));
      }
    }
    require(reader.frames() > 0, film.name, ": expected at least one frame, got none");
  }
  return ImageCodec::fit(voxel_source(kept, per_voxel), options, threads, progress);
}

}  // namespace rgm
