#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "rgm/base/film.h"
#include "rgm/base/progress.h"
#include "rgm/recipes/sequence_settings.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

struct SequenceTrainingOptions {
  int threads = 0;
  std::string data_set;         ///< name of the films, kept in the model
  std::string program_version;  ///< kept in the model
  Progress progress;
  const SequenceModel* extend =
      nullptr;  ///< go on with this model: its codec, states, paths and counts stay
  std::function<void(const SequenceModel&)>
      checkpoint;  ///< called with a whole model after structure and after each pass
};

struct SequenceTrainingResult {
  SequenceModel model;
  std::size_t frames = 0, steps = 0;
  double seconds = 0, codec_seconds = 0, encode_seconds = 0, structure_seconds = 0,
         learning_seconds = 0;
  std::vector<double> log_evidence;  ///< mean over steps, nats, before each EM pass
};

/// Learns a generative model of films: fits the codec, encodes the films, grows the structure from
/// them one after the other (what was learnt first does not move), and optionally refines the
/// counts by expectation maximisation.
///
/// Memory: a batch of frames, the voxels that the codec is fitted to, the outcomes (four bytes a
/// step and modality) and the model. Throws `Error` if there are no films, a film has no frames or
/// not the size of the codec, or other settings are asked for than the model to go on with keeps
/// (`check_kept_settings`).
SequenceTrainingResult train_sequence(std::span<const Film> films, const SequenceSettings& settings,
                                      const SequenceTrainingOptions& options = {});

/// Settings with which training goes on from a model: those that it keeps, then `overrides`, as of
/// `load_recipe`. The only reader of `SequenceModel::structure`. `Error` if that is no recipe.
SequenceSettings settings_of(const SequenceModel& model,
                             std::span<const std::string> overrides = {});

}  // namespace rgm
