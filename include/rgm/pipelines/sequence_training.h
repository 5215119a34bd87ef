#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/base/symbol_table.h"
#include "rgm/recipes/sequence_settings.h"
#include "rgm/recipes/symbol_settings.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

struct SequenceTrainingOptions {
  int threads = 0;              ///< 0: all cores; the model does not depend on it
  std::string data_set;         ///< name of the data, kept in the model
  std::string program_version;  ///< kept in the model
  Progress progress;
  /// Go on with this model: its codec, states, paths and counts stay.
  const SequenceModel* extend = nullptr;
  /// Learn apart, with this model's codec and groups but nothing of what it knows, so that the two
  /// can be merged (`merge_models`).
  const SequenceModel* like = nullptr;
  /// Called with a whole model after structure and after each pass: it holds what training needs to
  /// go on from there.
  std::function<void(const SequenceModel&)> checkpoint;
  /// Go on from this checkpoint, rather than from the beginning, to the same model.
  const SequenceModel* resume = nullptr;
  /// Of films: prepared pixels that are not to be learnt, 1 where hidden; empty: none. As in
  /// `MissingParts` modalities that touch them by more than `mask_share` are missing in all frames,
  /// so that the model knows nothing of them; the codec's modes are those of whole frames.
  Matrix<std::uint8_t> mask{};
  double mask_share = 0.05;
};

struct SequenceTrainingResult {
  SequenceModel model;
  std::size_t units = 0;  ///< frames or rows
  std::size_t steps = 0;
  double seconds = 0, codec_seconds = 0, encode_seconds = 0, structure_seconds = 0,
         learning_seconds = 0;
  std::vector<double> log_evidence;  ///< mean over steps, nats, before each EM pass
};

/// Sequences of outcomes, and what they were made of.
struct EncodedSequences {
  FrontEnd front_end;
  std::vector<Outcomes> sequences;
  std::size_t units = 0;  ///< frames or rows in all
  double codec_seconds = 0, encode_seconds = 0;
};

/// How outcomes become a model, whatever they were made of.
struct SequenceGrowth {
  SequenceStructureOptions structure;
  KindsOptions kinds;
  std::size_t passes = 0;  ///< EM passes after structure learning
  SoftReading reading = SoftReading::kLikelihood;
  std::string recipe, settings;  ///< its name and TOML text, kept in the model
};
SequenceGrowth growth_of(const SequenceSettings& settings);
SequenceGrowth growth_of(const SymbolSettings& settings);

/// Data → outcomes: fits the codec of voxels, unless a model to go on with has one, and encodes the
/// films. Memory: a batch of frames, the voxels that the codec is fitted to, and the outcomes (four
/// bytes a step and modality). `Error` if there are no films, a film has no frames or not the size
/// of the codec, or other settings are asked for than the model to go on with keeps
/// (`check_kept_settings`).
EncodedSequences encode_films(std::span<const Film> films, const SequenceSettings& settings,
                              const SequenceTrainingOptions& options = {});
/// The same for tables of symbols: `SymbolCodec::fit`, unless a model to go on with has one.
EncodedSequences encode_symbols(std::span<const SymbolTable> tables, const SymbolSettings& settings,
                                const SequenceTrainingOptions& options = {});

/// Outcomes → model: grows the structure from the sequences one after the other (what was learnt
/// first does not move), and optionally refines the counts by expectation maximisation. `Error` if
/// there are no sequences, or if they, recipe, settings, name of the data or version of the program
/// differ from those of the checkpoint to go on from.
SequenceTrainingResult grow_sequence_model(EncodedSequences data, const SequenceGrowth& growth,
                                           const SequenceTrainingOptions& options = {});

/// Learns a generative model of films, or of symbols: the two steps in one call.
SequenceTrainingResult train_sequence(std::span<const Film> films, const SequenceSettings& settings,
                                      const SequenceTrainingOptions& options = {});
SequenceTrainingResult train_sequence(std::span<const SymbolTable> tables,
                                      const SymbolSettings& settings,
                                      const SequenceTrainingOptions& options = {});

/// Settings with which training goes on from a model of films: those that it keeps, then
/// `overrides`, as of `load_recipe`. The only reader of `SequenceModel::structure`. `Error` if that
/// is no recipe.
SequenceSettings settings_of(const SequenceModel& model,
                             std::span<const std::string> overrides = {});
/// The same of a model of symbols.
SymbolSettings symbol_settings_of(const SequenceModel& model,
                                  std::span<const std::string> overrides = {});

}  // namespace rgm
