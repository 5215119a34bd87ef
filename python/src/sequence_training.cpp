#include "rgm/pipelines/sequence_training.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <utility>

#include "arrays.h"
#include "calls.h"
#include "rgm/base/film.h"
#include "rgm/media/film_file.h"
#include "rgm/recipes/recipe.h"
#include "sequences.h"

namespace rgm::python {

namespace {

SequenceTrainingOptions options_of(const SequenceModel* known, bool apart, int threads,
                                   const std::string& data_set, const nb::object& progress) {
  SequenceTrainingOptions options;
  options.threads = threads;
  options.data_set = data_set;
  options.program_version = RGM_VERSION;
  options.progress = progress_of(progress);
  (apart ? options.like : options.extend) = known;
  return options;
}

SequenceModel finished(SequenceTrainingResult result, std::uint64_t seed) {
  result.model.provenance.seed = seed;
  return std::move(result.model);
}

}  // namespace

void bind_sequence_training(nb::module_& module) {
  module.def(
      "prepared_frame_size",
      [](const std::string& recipe, const std::vector<std::string>& settings, std::size_t height,
         std::size_t width) {
        const auto sized =
            sized_for(load_recipe_as<SequenceSettings>(recipe, settings), height, width);
        return nb::make_tuple(sized.codec.preparation.height, sized.codec.preparation.width);
      },
      nb::arg("recipe"), nb::arg("settings"), nb::arg("height"), nb::arg("width"),
      "Rows and columns to which a recipe brings films of a size.");
  module.def(
      "train_films",
      [](const std::vector<Film>& films, const std::string& recipe,
         const std::vector<std::string>& settings, const SequenceModel* known, bool apart,
         std::uint64_t seed, int threads, const std::string& data_set, const nb::object& progress) {
        return released([&] {
          const auto chosen = known != nullptr ? settings_of(*known, settings)
                                               : load_recipe_as<SequenceSettings>(recipe, settings);
          return finished(
              train_sequence(films, chosen, options_of(known, apart, threads, data_set, progress)),
              seed);
        });
      },
      nb::arg("films"), nb::arg("recipe"), nb::arg("settings"), nb::arg("known").none(),
      nb::arg("apart"), nb::arg("seed"), nb::arg("threads"), nb::arg("data_set"),
      nb::arg("progress").none(),
      "A model of films; with `known` it goes on with that, or, `apart`, learns with its codec.");
  module.def(
      "train_symbols",
      [](const std::vector<Table>& arrays, const std::vector<std::string>& columns,
         const std::string& recipe, const std::vector<std::string>& settings,
         const SequenceModel* known, bool apart, std::uint64_t seed, int threads,
         const std::string& data_set, const nb::object& progress) {
        std::vector<SymbolTable> tables;
        for (const auto& array : arrays) {
          SymbolTable table{columns, Matrix<std::int64_t>(array.shape(0), array.shape(1)), {}};
          std::copy_n(array.data(), array.size(), table.values.data());
          tables.push_back(std::move(table));
        }
        return released([&] {
          const auto chosen = known != nullptr ? symbol_settings_of(*known, settings)
                                               : load_recipe_as<SymbolSettings>(recipe, settings);
          return finished(
              train_sequence(tables, chosen, options_of(known, apart, threads, data_set, progress)),
              seed);
        });
      },
      nb::arg("tables"), nb::arg("columns"), nb::arg("recipe"), nb::arg("settings"),
      nb::arg("known").none(), nb::arg("apart"), nb::arg("seed"), nb::arg("threads"),
      nb::arg("data_set"), nb::arg("progress").none(), "As `train_films`, of tables of symbols.");
}

}  // namespace rgm::python
