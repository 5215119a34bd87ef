#include "rgm/pipelines/sequence_training.h"

#include <map>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"
#include "rgm/base/stopwatch.h"
#include "rgm/compression/model_checksum.h"
#include "rgm/learning/kinds_learning.h"
#include "rgm/learning/sequence_learning.h"
#include "rgm/pipelines/film_appearance.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/recipes/recipe.h"
#include "same_training.h"

namespace rgm {
namespace {

/// The model whose front end and groups are kept, if there is one.
const SequenceModel* known(const SequenceTrainingOptions& options) {
  require(options.extend == nullptr || options.like == nullptr,
          "train: expected a model to go on with or one to learn apart from, got both");
  return options.extend != nullptr ? options.extend : options.like;
}

/// The model whose codec is used, if there is one.
const SequenceModel* encoder(const SequenceTrainingOptions& options) {
  const auto* model = known(options);
  return options.resume != nullptr ? options.resume : model;
}

/// Of the sequences and of what learning begins with.
std::uint64_t checksum_of(const EncodedSequences& data, const SequenceTrainingOptions& options) {
  const auto* model = known(options);
  return 3 * outcomes_checksum(data.sequences) +
         (model != nullptr ? model_checksum(model->tree) : 0);
}

Provenance provenance_of(const EncodedSequences& data, const SequenceGrowth& growth,
                         const SequenceTrainingOptions& options) {
  Provenance result;
  if (options.extend != nullptr) result = options.extend->provenance;
  result.program_version = options.program_version;
  result.recipe = growth.recipe;
  result.settings = growth.settings;
  result.data_set += (result.data_set.empty() ? "" : ", ") + options.data_set;
  result.units_seen += data.units;
  return result;
}

SequenceStructure structure_for(const EncodedSequences& data, const SequenceGrowth& growth,
                                const SequenceTrainingOptions& options) {
  if (const auto* model = known(options)) {
    SequenceStructure structure(model->tree, growth.structure);
    if (options.like != nullptr) structure.forget();
    return structure;
  }
  auto outcomes = num_outcomes(data.front_end);
  Stream stream{{}, locations(data.front_end)};
  for (std::size_t g = 0; g < outcomes.size(); ++g) stream.modalities.push_back(g);
  return {std::move(outcomes), std::vector{std::move(stream)}, growth.structure};
}

/// The structure of the sequences, added one after the other.
Hierarchy grow_tree(const EncodedSequences& data, const SequenceGrowth& growth,
                    const SequenceTrainingOptions& options) {
  auto structure = structure_for(data, growth, options);
  for (std::size_t i = 0; i < data.sequences.size(); ++i) {
    report(options.progress, "structure", i, data.sequences.size());
    structure.add(data.sequences[i]);
  }
  report(options.progress, "structure", data.sequences.size(), data.sequences.size());
  return structure.hierarchy();
}

/// The cells of the front end, cut where their modalities have different parents.
std::vector<std::vector<std::size_t>> cells_of(const FrontEnd& front_end, const Level& level) {
  std::vector<std::size_t> parents(level.modalities.size());
  for (std::size_t f = 0; f < level.factors.size(); ++f)
    for (const std::size_t g : level.factors[f].modalities) parents[level.modalities[g].source] = f;
  std::vector<std::vector<std::size_t>> result;
  for (const auto& cell : cells(front_end)) {
    std::map<std::size_t, std::vector<std::size_t>> parts;  // [parent]
    for (const std::size_t g : cell) parts[parents[g]].push_back(g);
    for (auto& [parent, part] : parts) result.push_back(std::move(part));
  }
  return result;
}

/// The kinds of change, learnt from these sequences: a model to go on with brings its own, and one
/// to be merged with its options.
Kinds learnt_kinds(std::span<const Outcomes> sequences, const SequenceModel& model,
                   const SequenceGrowth& growth, const SequenceTrainingOptions& options) {
  auto kinds =
      options.extend != nullptr
          ? options.extend->tree.kinds
          : make_kinds(num_outcomes(model.front_end),
                       cells_of(model.front_end, model.tree.levels.front()),
                       are_ordered(model.front_end),
                       options.like != nullptr ? options.like->tree.kinds.options : growth.kinds);
  if (kinds.empty()) return kinds;
  learn_kinds(kinds, sequences);
  if (options.extend == nullptr) relearn_kinds(kinds, sequences, growth.passes);
  return kinds;
}

}  // namespace

SequenceSettings settings_of(const SequenceModel& model, std::span<const std::string> overrides) {
  return parse_recipe_as<SequenceSettings>(model.structure, "the model's settings", overrides);
}

SymbolSettings symbol_settings_of(const SequenceModel& model,
                                  std::span<const std::string> overrides) {
  return parse_recipe_as<SymbolSettings>(model.structure, "the model's settings", overrides);
}

SequenceGrowth growth_of(const SequenceSettings& settings) {
  return {structure_options(settings),
          settings.kinds,
          settings.passes,
          settings.likelihood_reading ? SoftReading::kLikelihood : SoftReading::kCount,
          settings.name,
          to_toml(settings)};
}

SequenceGrowth growth_of(const SymbolSettings& settings) {
  return {structure_options(settings), settings.kinds, settings.passes,
          SoftReading::kLikelihood,    settings.name,  to_toml(settings)};
}

EncodedSequences encode_films(std::span<const Film> films, const SequenceSettings& settings,
                              const SequenceTrainingOptions& options) {
  require(!films.empty(), "train: expected at least one film, got none");
  const Stopwatch watch;
  EncodedSequences result;
  FilmCodec codec;
  if (const auto* model = encoder(options)) {
    codec = film_codec(model->front_end);
    if (!model->structure.empty()) check_kept_settings(settings_of(*model), settings);
  } else {
    codec.voxels =
        fit_codec(films, sized_for(settings, films.front().height, films.front().width).codec,
                  options.threads, options.progress);
  }
  codec.frames_per_second = films.front().frames_per_second;
  result.codec_seconds = watch.seconds();
  for (const auto& film : films) {
    auto encoded = encode_film(codec.voxels, film, options.threads, options.progress);
    result.units += encoded.frames;
    result.sequences.push_back(
        options.mask.empty()
            ? std::move(encoded.outcomes)
            : without(codec.voxels, encoded.outcomes, {{}, options.mask, options.mask_share}));
  }
  result.front_end = std::move(codec);
  result.encode_seconds = watch.seconds() - result.codec_seconds;
  return result;
}

EncodedSequences encode_symbols(std::span<const SymbolTable> tables, const SymbolSettings& settings,
                                const SequenceTrainingOptions& options) {
  require(!tables.empty(), "train: expected at least one table of symbols, got none");
  const Stopwatch watch;
  EncodedSequences result;
  SymbolCodec codec;
  if (const auto* model = encoder(options)) {
    codec = symbol_codec(model->front_end);
    if (!model->structure.empty()) check_kept_settings(symbol_settings_of(*model), settings);
  } else {
    codec = SymbolCodec::fit(tables, settings.symbols);
  }
  for (const auto& table : tables) {
    result.sequences.push_back(codec.encode(table));
    result.units += table.values.rows();
  }
  result.front_end = std::move(codec);
  result.encode_seconds = watch.seconds();
  return result;
}

SequenceTrainingResult grow_sequence_model(EncodedSequences data, const SequenceGrowth& growth,
                                           const SequenceTrainingOptions& options) {
  require(!data.sequences.empty(), "train: expected at least one sequence, got none");
  require_plain_text(options.data_set, "training: data_set");
  const Stopwatch watch;
  SequenceTrainingResult result;
  auto& model = result.model;
  result.units = data.units;
  result.codec_seconds = data.codec_seconds;
  result.encode_seconds = data.encode_seconds;
  for (const auto& sequence : data.sequences) result.steps += sequence.items();

  model.provenance = provenance_of(data, growth, options);
  model.structure = growth.settings;
  model.reading = growth.reading;
  TrainingState state;
  if (options.checkpoint || options.resume != nullptr) state.checksum = checksum_of(data, options);
  const auto checkpoint = [&] {
    if (!options.checkpoint) return;
    model.unfinished = state;
    options.checkpoint(model);
    model.unfinished.reset();
  };
  if (options.resume != nullptr) {
    const auto& kept = training_to_resume(options.resume->unfinished, options.resume->provenance,
                                          model.provenance);
    check_same_data(kept, state.checksum);
    state = kept;
    model.tree = options.resume->tree;
  } else {
    model.tree = grow_tree(data, growth, options);
    model.tree.kinds = {};  // what the states learn, they learn by themselves
  }
  model.front_end = std::move(data.front_end);
  result.structure_seconds = watch.seconds();
  if (options.resume == nullptr) checkpoint();

  if (state.passes < growth.passes) {
    const std::size_t before = state.passes;
    const SequenceEmOptions em{
        .passes = growth.passes - before, .reading = model.reading, .threads = options.threads};
    sequence_expectation_maximisation(
        model.tree, data.sequences, em, [&](std::size_t pass, const EmResult& so_far) {
          state.passes = before + pass;
          state.log_evidence.push_back(so_far.log_evidence.back());
          checkpoint();
          report(options.progress, "learning", state.passes, growth.passes);
        });
    result.learning_seconds = watch.seconds() - result.structure_seconds;
  }
  model.tree.kinds = learnt_kinds(data.sequences, model, growth, options);
  result.log_evidence = std::move(state.log_evidence);
  result.seconds = result.codec_seconds + result.encode_seconds + watch.seconds();
  return result;
}

SequenceTrainingResult train_sequence(std::span<const Film> films, const SequenceSettings& settings,
                                      const SequenceTrainingOptions& options) {
  require(!films.empty(), "train: expected at least one film, got none");
  const auto sized = sized_for(settings, films.front().height, films.front().width);
  const auto growth = growth_of(sized);
  auto data = encode_films(films, sized, options);
  Stopwatch watch;
  auto appearance = learn_appearance(data, films, options.threads, options.progress);
  const double seconds = watch.seconds();
  auto result = grow_sequence_model(std::move(data), growth, options);
  if (options.extend != nullptr) appearance.add(options.extend->appearance);
  result.model.appearance = std::move(appearance);
  result.encode_seconds += seconds;
  result.seconds += seconds;
  return result;
}

SequenceTrainingResult train_sequence(std::span<const SymbolTable> tables,
                                      const SymbolSettings& settings,
                                      const SequenceTrainingOptions& options) {
  return grow_sequence_model(encode_symbols(tables, settings, options), growth_of(settings),
                             options);
}

}  // namespace rgm
