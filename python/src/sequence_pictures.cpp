#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "arrays.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/pipelines/film_appearance.h"
#include "rgm/pipelines/film_bitstream.h"
#include "rgm/pipelines/film_completion.h"
#include "rgm/pipelines/film_prediction.h"
#include "rgm/pipelines/film_size.h"
#include "rgm/trained/sequence_model.h"
#include "sequences.h"

namespace rgm::python {

namespace {

const ImageCodec& codec_of(const SequenceModel& model) {
  return film_codec(model.front_end).voxels;
}

/// Frames as they are made, at the size of the films, and their variances.
class Frames {
 public:
  explicit Frames(const SequenceModel& model)
      : size_(codec_of(model)),
        channels_(codec_of(model).preparation().channels() /
                  codec_of(model).options().frames_per_voxel) {}

  TakeStep take() {
    return [this](std::size_t, const Images& frames, std::span<const float> variance) {
      const auto shown = size_.frames(frames);
      pixels_.insert(pixels_.end(), shown.pixels.begin(), shown.pixels.end());
      const auto sized = size_.variance(variance);
      variance_.insert(variance_.end(), sized.begin(), sized.end());
    };
  }

  /// The first `most` frames, [frame, row, column, channel].
  auto pixels(std::size_t most) {
    const std::size_t count = cut(pixels_, most);
    return owned(std::move(pixels_), {count, size_.height(), size_.width(), channels_});
  }
  auto variance(std::size_t most) {
    const std::size_t count = cut(variance_, most);
    return owned(std::move(variance_), {count, size_.height(), size_.width(), channels_});
  }

 private:
  template <class T>
  std::size_t cut(std::vector<T>& values, std::size_t most) const {
    const std::size_t of_frame = size_.height() * size_.width() * channels_;
    values.resize(std::min(values.size(), most * of_frame));
    return values.size() / of_frame;
  }

  FilmSize size_;
  std::size_t channels_;
  std::vector<std::uint8_t> pixels_;
  std::vector<float> variance_;
};

Fill fill_of(const std::string& name) {
  if (name == "belief") return Fill::kByBelief;
  if (name == "recall") return Fill::kRecall;
  require(name == "blend", "fill: expected \"belief\", \"recall\" or \"blend\", got \"", name,
          "\"");
  return Fill::kBlend;
}

nb::list frame_ranges(const std::vector<FrameRange>& ranges) {
  nb::list result;
  for (const auto& range : ranges)
    result.append(nb::make_tuple(range.first, range.first + range.count));
  return result;
}

/// Surprise of steps and of their places.
class Track {
 public:
  explicit Track(std::size_t places) : places_(places) {}

  void add(double step, std::span<const double> places) {
    steps_.push_back(step);
    values_.insert(values_.end(), places.begin(), places.end());
  }
  nb::tuple arrays() {
    const std::size_t steps = steps_.size();
    return nb::make_tuple(owned(std::move(steps_), {steps}),
                          owned(std::move(values_), {steps, places_}));
  }

 private:
  std::size_t places_;
  std::vector<double> steps_, values_;
};

void bind_shown(nb::module_& module) {
  module.def(
      "predict_film",
      [](const SequenceModel& model, const EncodedSequence& past, const std::optional<Film>& film,
         std::size_t frames, int threads, const nb::object& progress) {
        Frames shown(model);
        released([&] {
          if (film && past.whole.frames > 0)
            predict_film(model, *film, past.observed, frames, shown.take(), threads,
                         progress_of(progress));
          else
            predict_film(model, past.observed, frames, shown.take(), progress_of(progress));
        });
        return nb::make_tuple(shown.pixels(frames), shown.variance(frames));
      },
      nb::arg("model"), nb::arg("past"), nb::arg("film").none(), nb::arg("frames"),
      nb::arg("threads"), nb::arg("progress").none(),
      "What follows, as pictures, and their variances; with `film` what outcomes do not say is "
      "carried on.");
  module.def(
      "complete_film",
      [](const SequenceModel& model, const EncodedSequence& sequence, const Film& film,
         const std::string& fill, bool reconstruct, const nb::object& progress) {
        Frames shown(model);
        FilmCompletion result;
        released([&] {
          result = complete_film(model, film, sequence.whole, sequence.missing,
                                 {fill_of(fill), reconstruct}, shown.take(), progress_of(progress));
        });
        const std::size_t frames = sequence.whole.frames;
        nb::dict answer;
        answer["mean"] = shown.pixels(frames);
        answer["variance"] = shown.variance(frames);
        answer["log_evidence"] = result.log_evidence;
        answer["recalled"] = frame_ranges(result.recalled);
        answer["blended"] = frame_ranges(result.blended);
        return answer;
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("film"), nb::arg("fill"),
      nb::arg("reconstruct"), nb::arg("progress").none());
  module.def(
      "sample_film",
      [](const SequenceModel& model, std::size_t frames, std::uint64_t seed, int root_state,
         bool background, const nb::object& progress) {
        Frames shown(model);
        released([&] {
          generate_film(model, frames, seed, {background, root_state}, shown.take(),
                        progress_of(progress));
        });
        return shown.pixels(frames);
      },
      nb::arg("model"), nb::arg("frames"), nb::arg("seed"), nb::arg("root_state"),
      nb::arg("background"), nb::arg("progress").none());
}

void bind_surprise(nb::module_& module) {
  module.def(
      "film_surprise",
      [](const SequenceModel& model, const EncodedSequence& sequence, const std::string& score,
         bool learn_on, const nb::object& progress) {
        Track track(codec_of(model).tiles().size());
        released([&] {
          film_surprise(
              model, sequence.observed,
              [&](std::size_t, const Surprise& s) {
                if (score == "cut")
                  track.add(std::accumulate(s.cut.begin(), s.cut.end(), 0.0), s.cut);
                else
                  track.add(s.step, s.tiles);
              },
              progress_of(progress), learn_on);
        });
        return track.arrays();
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("score"), nb::arg("learn_on"),
      nb::arg("progress").none(), "Surprise of steps, and [step, tile].");
  module.def(
      "film_appearance_surprise",
      [](const SequenceModel& model, const EncodedSequence& sequence, const Film& film, int threads,
         const nb::object& progress) {
        Track track(codec_of(model).tiles().size());
        released([&] {
          appearance_surprise(
              model, film, sequence.observed,
              [&](std::size_t, const Surprise& s) { track.add(s.step, s.tiles); }, threads,
              progress_of(progress));
        });
        return track.arrays();
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("film"), nb::arg("threads"),
      nb::arg("progress").none());
  module.def(
      "surprise_map",
      [](const SequenceModel& model, const Input<double, -1, -1>& places) {
        const auto& codec = codec_of(model);
        std::vector<float> maps;
        released([&] {
          for (std::size_t t = 0; t < places.shape(0); ++t) {
            const auto map = surprise_map(
                codec, std::span(places.data() + t * places.shape(1), places.shape(1)));
            maps.insert(maps.end(), map.begin(), map.end());
          }
        });
        const auto& size = codec.options().preparation;
        return owned(std::move(maps), {places.shape(0), size.height, size.width});
      },
      nb::arg("model"), nb::arg("places"));
}

void bind_film_streams(nb::module_& module) {
  module.def(
      "encode_film_bits",
      [](const SequenceModel& model, const EncodedSequence& sequence, bool kinds,
         const nb::object& progress) {
        std::vector<std::uint8_t> bytes;
        released([&] {
          encode_film_stream(
              model, {sequence.observed, sequence.whole.frames}, kinds,
              [&](std::span<const std::uint8_t> more) {
                bytes.insert(bytes.end(), more.begin(), more.end());
              },
              progress_of(progress));
        });
        return nb::bytes(bytes.data(), bytes.size());
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("kinds"), nb::arg("progress").none());
  module.def(
      "decode_film_bits",
      [](const SequenceModel& model, const nb::bytes& bits, std::size_t most,
         const nb::object& progress) {
        Frames shown(model);
        const auto result = released([&] {
          BitstreamReader reader(source_of(bits));
          require(!reader.header().grows,
                  "bits: expected a bitstream of this model, got one that needs no model");
          const auto take = shown.take();
          const std::size_t per_step = units_per_step(model.front_end);
          return decode_film_stream(
              reader, &model,
              [&](std::size_t step, const Images& frames, std::span<const float> variance) {
                require(step < (most + per_step - 1) / per_step, "bits: expected at most ", most,
                        " frames (max_steps), got more");
                take(step, frames, variance);
              },
              {}, progress_of(progress));
        });
        return nb::make_tuple(shown.pixels(result.frames), result.complete, result.message);
      },
      nb::arg("model"), nb::arg("bits"), nb::arg("most"), nb::arg("progress").none(),
      "Frames up to the end or the damage, whether it is whole, and what is wrong otherwise.");
}

}  // namespace

void bind_sequence_pictures(nb::module_& module) {
  bind_shown(module);
  bind_surprise(module);
  bind_film_streams(module);
}

}  // namespace rgm::python
