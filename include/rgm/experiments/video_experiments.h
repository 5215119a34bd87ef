#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/images.h"
#include "rgm/base/progress.h"
#include "rgm/pipelines/sequence_training.h"

namespace rgm {

/// Frames [first, end) of a film, fewer if it ends before, in memory. `Error` if there are none.
Images frames_of(const Film& film, std::size_t first = 0,
                 std::size_t end = static_cast<std::size_t>(-1));

/// A film's own frames once, and then its first `again` ones once more.
Images looped(const Images& frames, std::size_t again);

/// The most probable outcome of every modality that is missing, one by one, given all that is there
/// (`smooth`); what is there stays.
Outcomes restored(const SequenceModel& model, const Outcomes& outcomes);

/// The most probable outcome of every modality, one by one, in each of the `steps` steps that
/// follow `past`.
Outcomes predicted(const SequenceModel& model, const Outcomes& past, std::size_t steps);

/// −ln P(step | all steps before) of every step, nats.
std::vector<double> surprise_of_steps(const SequenceModel& model, const Outcomes& outcomes,
                                      bool learn_on = false);

/// How many outcomes are equal, of those compared.
struct EqualOutcomes {
  std::size_t equal = 0, compared = 0;
  double share() const {
    return compared == 0 ? 1 : static_cast<double>(equal) / static_cast<double>(compared);
  }
};
/// Compares two sequences of the same size, in all outcomes or only those that are missing in a
/// third.
EqualOutcomes equal_outcomes(const Outcomes& a, const Outcomes& b,
                             const Outcomes* missing = nullptr);

struct LoopOptions {
  int threads = 0;
  std::uint64_t seed = 0;
  std::vector<std::size_t> missing_voxels = {2, 3, 6};  ///< to be restored, counted from 0
  double mask_side = 0.5;        ///< of the hidden rectangle, in the middle, to the picture's sides
  std::size_t seen_frames = 16;  ///< what prediction starts from
  std::size_t generated_turns = 2;
  std::string program_version = {};  ///< kept in the model
  Progress progress = {};
};

/// What a model that has learnt a film that comes back to its beginning can do with it.
struct LoopResult {
  std::string film;
  std::size_t period = 0;  ///< frames of one turn
  SequenceTrainingResult training;
  std::size_t model_bytes = 0;  ///< of the model file
  /// Of the encoded and decoded film against the original; dB, 1 at most.
  double codec_psnr = 0, codec_ssim = 0;

  /// Steps all of whose outcomes are those of the film.
  std::size_t generated_steps = 0, generated_equal = 0;
  EqualOutcomes voxels, masked;                   ///< outcomes restored
  double masked_psnr = 0;                         ///< of the hidden region alone, dB
  EqualOutcomes predicted;                        ///< after the frames that were seen
  EqualOutcomes predicted_without_restarts;       ///< the same if the film is not thought to begin
                                                  ///< afresh at any time
  double predicted_psnr = 0, predicted_ssim = 0;  ///< of the predicted frames against the original
  double predicted_deviation = 0;  ///< root of the mean posterior variance of a value, grey levels
  double generate_seconds = 0, complete_seconds = 0, predict_seconds = 0;

  // Films, of as many frames as the original, at the size of the model.
  Images original, decoded;
  Images generated;              ///< of `generated_turns` turns
  Images with_holes, completed;  ///< voxels missing, which are black
  Images with_mask, masked_completed;
  Images continued;             ///< seen frames, then the predicted ones
  std::vector<float> variance;  ///< of each value of the predicted frames, grey levels squared
};

/// Learns `film`, whose frames t and t + `period` are the same (and which is longer), and measures
/// on it:
///
/// - *the codec*: what the encoded and decoded film has lost;
/// - *generation* from the first top state, for some turns: steps whose outcomes are all those of
///   the film;
/// - *completion* of missing voxels, and of a region that is hidden in all frames;
/// - *prediction* of all that follows the first frames.
LoopResult loop_experiment(const Images& film, const std::string& name, double frames_per_second,
                           std::size_t period, const SequenceSettings& settings,
                           const LoopOptions& options = {});

}  // namespace rgm
