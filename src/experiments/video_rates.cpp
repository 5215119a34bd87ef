#include "rgm/experiments/video_rates.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/stopwatch.h"
#include "rgm/base/text.h"
#include "rgm/codec/film_codec.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/media/picture_quality.h"
#include "rgm/media/video_file.h"
#include "rgm/pipelines/film_bitstream.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/storage/model_file.h"

namespace rgm {
namespace {

using Bytes = std::vector<std::uint8_t>;

ByteSink into(Bytes& bytes) {
  return [&bytes](std::span<const std::uint8_t> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
}

Images decoded(const Bytes& bytes, const SequenceModel* model, const Images& like) {
  Images frames{like.height, like.width, like.channels, {}};
  std::size_t at = 0;
  BitstreamReader reader([&](std::span<std::uint8_t> into) {
    const std::size_t count = std::min(into.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  });
  const auto film = decode_film_stream(
      reader, model,
      [&](std::size_t, const Images& step, std::span<const float>) { append(step, frames); });
  require(film.complete, "rate: a stream did not decode: ", film.message);
  frames.pixels.resize(like.pixels.size());
  return frames;
}

/// Measures points of one film.
class Rates {
 public:
  Rates(const Images& test, double frames_per_second, const RateOptions& options)
      : test_(test), film_(film_of(test, frames_per_second, "test")), options_(options) {}

  void add(RatePoint point, double bits, const Images& frames) {
    point.bits_per_pixel = bits / static_cast<double>(test_.count() * test_.height * test_.width);
    point.psnr = psnr(frames, test_);
    point.ssim = ssim(frames, test_);
    if (options_.take) options_.take(point);
    points_.push_back(std::move(point));
  }

  void with_model(const SequenceModel& model, const std::string& setting) {
    Stopwatch filtering;
    const auto film = encode_film(film_codec(model.front_end).voxels, film_, options_.threads);
    const auto nats = surprise_of_steps(model, film.outcomes);
    const double filter_seconds = filtering.seconds();
    Stopwatch encoding;
    Bytes bytes;
    encode_film_stream(model, film, true, into(bytes));
    const double encode_seconds = encoding.seconds();
    const auto frames = decoded(bytes, &model, test_);
    double sum = 0;
    for (double n : nats) sum += n;
    const std::size_t model_bytes = encode_model(model).size();
    add({"model, exact", setting, 0, 0, 0, model_bytes, filter_seconds}, sum / std::log(2.0),
        frames);
    add({"model, bitstream", setting, 0, 0, 0, model_bytes, encode_seconds},
        8.0 * static_cast<double>(bytes.size()), frames);
  }

  void growing(const SequenceSettings& settings, const std::string& setting) {
    Stopwatch encoding;
    Bytes bytes;
    encode_film_stream(film_, settings, into(bytes), nullptr, options_.threads);
    const double seconds = encoding.seconds();
    add({"growing, bitstream", setting, 0, 0, 0, 0, seconds},
        8.0 * static_cast<double>(bytes.size()), decoded(bytes, nullptr, test_));
  }

  void ordinary(const std::string& name, const std::string& codec, std::optional<int> crf) {
    VideoWriterOptions writing;
    writing.codec = codec;
    writing.crf = crf;
    writing.full_colour = true;
    Stopwatch encoding;
    const auto bytes = encode_video(test_, writing);
    const double seconds = encoding.seconds();
    add({name, crf ? "crf " + std::to_string(*crf) : "lossless", 0, 0, 0, 0, seconds},
        8.0 * static_cast<double>(bytes.size()), parse_video(bytes, name));
  }

  std::vector<RatePoint> take() { return std::move(points_); }

 private:
  const Images& test_;
  Film film_;
  const RateOptions& options_;
  std::vector<RatePoint> points_;
};

}  // namespace

std::vector<RatePoint> rate_experiment(const Images& training, const Images& test,
                                       double frames_per_second, const SequenceSettings& settings,
                                       const RateOptions& options) {
  require(training.count() > 0 && test.count() > 0,
          "rate: expected frames to learn and to code, got ", training.count(), " and ",
          test.count());
  Rates rates(test, frames_per_second, options);
  const Film film = film_of(training, frames_per_second, "training");
  const auto name = [](const CodecOptions& codec) {
    return text_of(codec.bins, " bins, ", codec.max_modes, " modes");
  };
  for (std::size_t bins : options.bins)
    for (std::size_t modes : options.modes)
      for (double price : options.prices) {
        auto chosen = settings;
        chosen.codec.bins = bins;
        chosen.codec.max_modes = modes;
        chosen.codec.mode_price = price;
        SequenceTrainingOptions learning;
        learning.threads = options.threads;
        rates.with_model(train_sequence(std::span(&film, 1), chosen, learning).model,
                         text_of(name(chosen.codec), ", price ", price));
      }
  for (const auto& growing : options.growing) rates.growing(growing, name(growing.codec));
  for (int crf : options.x264) rates.ordinary("x264", "libx264", crf);
  for (int crf : options.vp9) rates.ordinary("VP9", "libvpx-vp9", crf);
  rates.ordinary("FFV1", "ffv1", {});
  return rates.take();
}

std::vector<RatePoint> best_points(const std::vector<RatePoint>& points, const std::string& coder) {
  std::vector<RatePoint> result;
  for (const auto& point : points)
    if (point.coder == coder) result.push_back(point);
  std::ranges::stable_sort(result, [](const RatePoint& a, const RatePoint& b) {
    return a.bits_per_pixel != b.bits_per_pixel ? a.bits_per_pixel < b.bits_per_pixel
                                                : a.psnr > b.psnr;
  });
  double best = -INFINITY;
  std::erase_if(result, [&](const RatePoint& point) {
    if (point.psnr <= best) return true;
    best = point.psnr;
    return false;
  });
  return result;
}

}  // namespace rgm
