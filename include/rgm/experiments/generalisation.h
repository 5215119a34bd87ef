#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/progress.h"
#include "rgm/base/symbol_table.h"
#include "rgm/experiments/context_mixing.h"
#include "rgm/experiments/experiment_statistics.h"
#include "rgm/experiments/video_anomalies.h"
#include "rgm/model/outcomes.h"
#include "rgm/recipes/sequence_settings.h"
#include "rgm/recipes/symbol_settings.h"

namespace rgm {

// How well a model that has learnt the first half of a sequence predicts the second, which it has
// not seen, beside what is simpler and what is stronger.

/// A part of the model that is left out, as settings.
struct Ablation {
  std::string name;                    ///< "whole model"
  std::vector<std::string> overrides;  ///< each "key=value"
};
/// The whole model first, which has no overrides.
const std::vector<Ablation>& generalisation_ablations();

/// Which outcomes are learnt and which held out, and what whoever predicts them may know.
struct HeldOutSequence {
  std::vector<std::size_t> num_outcomes;  ///< [modality]
  std::vector<std::size_t> cells;         ///< the place of each modality, [modality]
  Outcomes learnt, held_out;
};

struct GeneralisationOptions {
  int threads = 0;
  bool ablations = false;  ///< measure all of `generalisation_ablations`, not the whole model alone
  Progress progress = {};
  /// Anomalies of all kinds are put into what is held out, once for each of the seeds 0 …; none if
  /// it is too short for one.
  std::size_t anomaly_seeds = 0;
  const Images* foreign = nullptr;  ///< what is foreign to the film; needed for anomalies
  std::string program_version = {};
};

/// What one variant of the model makes of the sequence that was held out.
struct VariantSurprise {
  std::string variant;
  double nats_per_step = 0;
  double learning_seconds = 0, seconds_per_step = 0;  ///< of following what is held out
};

/// Frames of the held-out half, each step predicted from all before it: peak signal to noise, dB.
/// Infinite where nothing changes.
struct NextFrames {
  double model = 0;
  double codec = 0;  ///< of the true frames, encoded and decoded: all that outcomes say
  double last_frame = 0, linear = 0, block_matching = 0;
  std::size_t block = 0;  ///< side of blocks, the better one on the learnt half, pixels
};

/// What the learnt film costs again if some of its tiles, spread over the picture, show what is
/// held out instead: ideally the share of those tiles.
struct PartlyKnown {
  std::size_t unknown_tiles = 0, tiles = 0;
  double nats_per_step = 0;
};

/// How well a score finds anomalies of a kind, over seeds.
struct SeededDetection {
  AnomalyKind kind = AnomalyKind::kForeignFrames;
  std::string detector;
  std::vector<double> areas;  ///< under the curve, [seed]
  MeanInterval interval() const { return mean_interval(areas); }
};

struct GeneralisationResult {
  std::string sequence, recipe;
  std::size_t units_learnt = 0, units_held_out = 0;  ///< frames or rows
  HeldOutSequence outcomes;
  std::vector<VariantSurprise> variants;  ///< the whole model first
  /// Nats a step of the whole model whose kinds of change go on learning, as context mixing does.
  double learning_on = 0;
  double by_frequency = 0, given_last = 0, given_last_two = 0;  ///< nats a step
  ContextMixingResult context_mixing;
  std::optional<NextFrames> pictures;  ///< of films
  /// Of films of four tiles or more: a quarter of them, a half, all but one unknown.
  std::vector<PartlyKnown> partly_known;
  std::vector<SeededDetection> anomalies;
};

/// A film in memory whose first `learnt` frames are learnt, whole steps, and all others held out.
/// Throws `Error` if one of them has no frames, or if bins are soft: the cost of an outcome is that
/// of a hard one.
GeneralisationResult film_generalisation(const Images& film, std::size_t learnt,
                                         const std::string& name, const SequenceSettings& settings,
                                         const GeneralisationOptions& options = {});

/// The frames of a film that are learnt if half of them are to be: whole steps, at least one.
/// Throws `Error` if there are not enough frames for a step in each half.
std::size_t first_half(std::size_t frames, std::size_t frames_per_step, const std::string& name);

/// The first half of the rows of a table is learnt, the rest held out. Every column knows all
/// symbols of the table. Throws `Error` if there are less than two rows.
GeneralisationResult symbol_generalisation(const SymbolTable& table, const std::string& name,
                                           const SymbolSettings& settings,
                                           const GeneralisationOptions& options = {});

/// A film that comes back, a bird that beats its wings for `period` frames and a quarter more, and
/// held out its next turn, begun in its midst: what was learnt exactly should stay known.
GeneralisationResult loop_generalisation(std::size_t period, const SequenceSettings& settings,
                                         const GeneralisationOptions& options = {});

}  // namespace rgm
