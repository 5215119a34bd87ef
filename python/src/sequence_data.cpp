#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "arrays.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/film_file.h"
#include "rgm/media/symbol_file.h"
#include "rgm/pipelines/film_size.h"
#include "rgm/trained/sequence_model.h"
#include "sequences.h"

namespace rgm::python {

namespace {

/// A Python object that C++ may copy and drop without the lock.
std::shared_ptr<nb::object> kept(nb::object object) {
  return {new nb::object(std::move(object)), [](nb::object* held) {
            const nb::gil_scoped_acquire lock;
            delete held;
          }};
}

/// A film of an array in memory, which is read where it lies.
Film film_of_array(const Pictures& frames, double rate, std::string name) {
  Film film{std::move(name),
            frames.shape(1),
            frames.shape(2),
            frames.shape(3),
            rate,
            frames.shape(0),
            {}};
  const auto owner = kept(nb::cast(frames));
  const std::span<const std::uint8_t> values(frames.data(), frames.size());
  const std::size_t size = film.height * film.width * film.channels;
  film.open = [owner, values, size]() -> Film::Next {
    return [owner, values, size, at = std::size_t{0}](std::span<std::uint8_t> frame) mutable {
      if (at == values.size()) return false;
      std::ranges::copy(values.subspan(at, size), frame.begin());
      at += size;
      return true;
    };
  };
  return film;
}

/// A film of frames that Python makes one by one: `open()` gives an iterator of arrays of bytes,
/// [row, column, channel], anew whenever it is called.
Film film_of_frames(const nb::object& open, std::size_t height, std::size_t width,
                    std::size_t channels, double rate, std::string name) {
  Film film{std::move(name), height, width, channels, rate, 0, {}};
  const auto opener = kept(open);
  film.open = [opener]() -> Film::Next {
    const nb::gil_scoped_acquire lock;
    const auto frames = kept((*opener)());
    return [frames](std::span<std::uint8_t> to) {
      const nb::gil_scoped_acquire locked;
      PyObject* next = PyIter_Next(frames->ptr());
      if (next == nullptr) {
        if (PyErr_Occurred() != nullptr) throw nb::python_error();
        return false;
      }
      const auto frame = nb::cast<Bytes>(nb::steal(next));
      require(frame.size() == to.size(), "film: a frame: expected ", to.size(), " values, got ",
              frame.size());
      std::copy_n(frame.data(), to.size(), to.begin());
      return true;
    };
  };
  return film;
}

/// A film whose hidden pixels, 1 in `masks` [frame, row, column], are black: so nothing that reads
/// it later can see them.
Film hidden_film(const Film& film, const Input<std::uint8_t, -1, -1, -1>& masks) {
  require(masks.shape(1) == film.height && masks.shape(2) == film.width, "mask: expected ",
          film.height, "×", film.width, ", got ", masks.shape(1), "×", masks.shape(2));
  Film result = film;
  const auto owner = kept(nb::cast(masks));
  const std::span<const std::uint8_t> values(masks.data(), masks.size());
  result.open = [owner, values, open = film.open, channels = film.channels]() -> Film::Next {
    return [owner, left = values, next = open(), channels](std::span<std::uint8_t> frame) mutable {
      if (!next(frame)) return false;
      const std::size_t pixels = frame.size() / channels;
      require(left.size() >= pixels, "film: expected as many frames as before, got more");
      for (std::size_t i = 0; i < pixels; ++i)
        if (left[i] != 0) std::ranges::fill(frame.subspan(i * channels, channels), std::uint8_t{0});
      left = left.subspan(pixels);
      return true;
    };
  };
  return result;
}

/// The parts of a film that a mask of its own pixels, [frame, row, column], hides: wholly hidden
/// frames as such, so that they may be blended from others.
MissingParts parts_of(const ImageCodec& codec, const Input<std::uint8_t, -1, -1, -1>& masks,
                      double share) {
  const std::size_t per_step = codec.options().frames_per_voxel, frames = masks.shape(0),
                    pixels = masks.shape(1) * masks.shape(2);
  const PreparedMasks prepared(codec.preparation());
  MissingParts missing{{}, {}, share, {}};
  missing.step_masks.resize((frames + per_step - 1) / per_step);
  std::vector<std::uint8_t> mask(pixels);
  for (std::size_t t = 0; t < missing.step_masks.size(); ++t) {
    std::ranges::fill(mask, std::uint8_t{0});
    bool any = false;
    for (std::size_t f = t * per_step; f < std::min((t + 1) * per_step, frames); ++f) {
      const std::span of_frame(masks.data() + f * pixels, pixels);
      if (std::ranges::all_of(of_frame, [](std::uint8_t m) { return m != 0; })) {
        missing.frames.push_back(f);
        continue;
      }
      for (std::size_t i = 0; i < pixels; ++i) {
        mask[i] |= of_frame[i];
        any = any || of_frame[i] != 0;
      }
    }
    if (any) missing.step_masks[t] = prepared(mask);
  }
  return missing;
}

void bind_films(nb::module_& module) {
  nb::class_<Film>(module, "Film")
      .def_ro("name", &Film::name)
      .def_ro("height", &Film::height)
      .def_ro("width", &Film::width)
      .def_ro("channels", &Film::channels)
      .def_ro("frames_per_second", &Film::frames_per_second)
      .def(
          "read",
          [](const Film& film) {
            std::vector<std::uint8_t> pixels;
            const std::size_t size = film.height * film.width * film.channels;
            released([&] {
              const auto next = film.open();
              std::vector<std::uint8_t> frame(size);
              while (next(frame)) pixels.insert(pixels.end(), frame.begin(), frame.end());
            });
            const std::size_t frames = pixels.size() / size;
            return owned(std::move(pixels), {frames, film.height, film.width, film.channels});
          },
          "All frames, [frame, row, column, channel].");
  module.def("film_of_array", film_of_array, nb::arg("frames"), nb::arg("frames_per_second"),
             nb::arg("name"));
  module.def("hidden_film", hidden_film, nb::arg("film"), nb::arg("masks"));
  module.def("film_of_frames", film_of_frames, nb::arg("open"), nb::arg("height"), nb::arg("width"),
             nb::arg("channels"), nb::arg("frames_per_second"), nb::arg("name"));
  module.def(
      "film_of_path",
      [](const std::string& path, std::size_t height, std::size_t width) {
        VideoOptions options;
        options.height = height;
        options.width = width;
        return released([&] { return film_of(path, options); });
      },
      nb::arg("path"), nb::arg("height") = 0, nb::arg("width") = 0,
      "The film of a video file or a folder of pictures; sides of 0: as it is.");
}

void bind_tables(nb::module_& module) {
  module.def("is_symbol_file",
             [](const std::filesystem::path& path) { return is_symbol_file(path); });
  module.def(
      "read_symbols",
      [](const std::filesystem::path& path) {
        auto table = released([&] { return read_symbols(path); });
        const std::size_t rows = table.values.rows(), columns = table.values.cols();
        return nb::make_tuple(table.columns, owned(std::move(table.values), {rows, columns}));
      },
      nb::arg("path"), "Column names, and the symbols, [row, column], of an NPY or CSV file.");
}

void bind_encoded(nb::module_& module) {
  nb::class_<EncodedSequence>(module, "EncodedSequence")
      .def_prop_ro("steps", [](const EncodedSequence& s) { return s.observed.items(); })
      .def_prop_ro("units", [](const EncodedSequence& s) { return s.whole.frames; });
  module.def(
      "encode_film",
      [](const SequenceModel& model, const Film& film, int threads, const nb::object& progress) {
        EncodedSequence result;
        released([&] {
          result.whole =
              encode_film(film_codec(model.front_end).voxels, film, threads, progress_of(progress));
          result.observed = result.whole.outcomes;
        });
        return result;
      },
      nb::arg("model"), nb::arg("film"), nb::arg("threads"), nb::arg("progress").none());
  module.def(
      "hide",
      [](const SequenceModel& model, EncodedSequence& sequence,
         const Input<std::uint8_t, -1, -1, -1>& masks, double share) {
        const auto& codec = film_codec(model.front_end).voxels;
        require(masks.shape(0) == sequence.whole.frames, "mask: expected ", sequence.whole.frames,
                " frames, got ", masks.shape(0));
        released([&] {
          sequence.missing = parts_of(codec, masks, share);
          sequence.observed = without(codec, sequence.whole.outcomes, sequence.missing);
        });
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("masks"), nb::arg("share"),
      "Hides pixels, 1 in `masks` [frame, row, column]: each modality of which more than `share` "
      "lies under them in a frame of its step.");
}

/// Places of surprise: row and column of each tile, [tile, 2], prepared pixels.
std::vector<std::pair<double, double>> places_of(const SequenceModel& model) {
  std::vector<std::pair<double, double>> result;
  if (const auto* film = std::get_if<FilmCodec>(&model.front_end))
    for (const auto& tile : film->voxels.tiles()) result.emplace_back(tile.row, tile.column);
  return result;
}

}  // namespace

void bind_sequence_data(nb::module_& module) {
  bind_films(module);
  bind_tables(module);
  bind_encoded(module);
  module.def(
      "sequence_info",
      [](const SequenceModel& model) {
        nb::dict info;
        nb::list levels;
        for (const auto& level : model.tree.levels) {
          nb::list states;
          for (const auto& factor : level.factors) states.append(factor.num_states());
          levels.append(nb::make_tuple(states, level.time_scale));
        }
        info["levels"] = levels;
        info["has_kinds"] = !model.tree.kinds.empty();
        info["knows_appearance"] = model.appearance.known();
        info["units_per_step"] = units_per_step(model.front_end);
        if (const auto* film = std::get_if<FilmCodec>(&model.front_end)) {
          const auto& codec = film->voxels;
          const auto& size = codec.preparation();
          info["front_end"] = "video";
          info["frame_shape"] = nb::make_tuple(size.input_height(), size.input_width(),
                                               size.channels() / codec.options().frames_per_voxel);
          info["prepared_shape"] = nb::make_tuple(size.options().height, size.options().width);
          info["frames_per_second"] = film->frames_per_second;
          info["modalities"] = codec.num_modalities();
          nb::list places;
          for (const auto& [row, column] : places_of(model))
            places.append(nb::make_tuple(row, column));
          info["places"] = places;
        } else {
          const auto& codec = symbol_codec(model.front_end);
          info["front_end"] = "symbols";
          info["columns"] = codec.columns();
          nb::list alphabets;
          for (std::size_t c = 0; c < codec.num_columns(); ++c) {
            auto alphabet = codec.alphabet(c);
            const std::size_t n = alphabet.size();
            alphabets.append(owned(std::move(alphabet), {n}));
          }
          info["alphabets"] = alphabets;
          info["modalities"] = codec.num_columns();
        }
        return info;
      },
      nb::arg("model"));
}

}  // namespace rgm::python
