#include "rgm/pipelines/sequence_training.h"

#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/learning/sequence_learning.h"
#include "rgm/pipelines/modality_locations.h"
#include "rgm/recipes/recipe.h"

namespace rgm {

SequenceSettings settings_of(const SequenceModel& model, std::span<const std::string> overrides) {
  return parse_recipe_as<SequenceSettings>(model.structure, "the model's settings", overrides);
}

SequenceTrainingResult train_sequence(std::span<const Film> films, const SequenceSettings& settings,
                                      const SequenceTrainingOptions& options) {
  require(!films.empty(), "train: expected at least one film, got none");
  const Stopwatch all;
  Stopwatch stage;
  SequenceTrainingResult result;
  auto& model = result.model;
  if (options.extend != nullptr) {
    model = *options.extend;
    if (!model.structure.empty()) check_kept_settings(settings_of(model), settings);
  } else {
    model.codec = fit_codec(films, settings.codec, options.threads, options.progress);
  }
  result.codec_seconds = stage.lap();

  std::vector<Outcomes> sequences;
  for (const auto& film : films) {
    auto encoded = encode_film(model.codec, film, options.threads, options.progress);
    result.frames += encoded.frames;
    result.steps += encoded.outcomes.items();
    sequences.push_back(std::move(encoded.outcomes));
  }
  result.encode_seconds = stage.lap();

  auto structure =
      options.extend != nullptr
          ? SequenceStructure(options.extend->tree, structure_options(settings))
          : SequenceStructure(std::vector(model.codec.num_modalities(), model.codec.num_outcomes()),
                              modality_locations(model.codec), structure_options(settings));
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    report(options.progress, "structure", i, sequences.size());
    structure.add(sequences[i]);
  }
  report(options.progress, "structure", sequences.size(), sequences.size());
  model.tree = structure.hierarchy();
  model.frames_per_second = films.front().frames_per_second;
  model.reading = settings.likelihood_reading ? SoftReading::kLikelihood : SoftReading::kCount;
  model.provenance.program_version = options.program_version;
  model.provenance.recipe = settings.name;
  model.provenance.settings = model.structure = to_toml(settings);
  model.provenance.data_set += (model.provenance.data_set.empty() ? "" : ", ") + options.data_set;
  model.provenance.units_seen += result.frames;
  result.structure_seconds = stage.lap();
  if (options.checkpoint) options.checkpoint(model);

  if (settings.passes > 0) {
    const SequenceEmOptions em{.passes = settings.passes, .reading = model.reading};
    result.log_evidence = sequence_expectation_maximisation(model.tree, sequences, em,
                                                            [&](std::size_t pass, const EmResult&) {
                                                              if (options.checkpoint)
                                                                options.checkpoint(model);
                                                              report(options.progress, "learning",
                                                                     pass, settings.passes);
                                                            })
                              .log_evidence;
    result.learning_seconds = stage.lap();
  }
  result.seconds = all.seconds();
  return result;
}

}  // namespace rgm
