#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/images.h"
#include "rgm/base/progress.h"
#include "rgm/experiments/video_anomalies.h"
#include "rgm/pipelines/sequence_training.h"

namespace rgm {

struct ContinuationOptions {
  int threads = 0;
  AnomalyOptions anomalies = {};
  std::string program_version = {};  ///< kept in the model
  Progress progress = {};
};

/// What a model that has learnt the beginning of a film makes of the rest.
struct ContinuationResult {
  std::string film;
  std::string variant;              ///< how the model differs from its recipe's; empty: not
  SequenceTrainingResult training;  ///< on the beginning
  std::size_t model_bytes = 0;      ///< of the model file
  std::size_t held_out_frames = 0;
  std::size_t pixels_a_step = 0;
  double read_seconds = 0;                    ///< for all frames of the film, at the model's size
  double encode_seconds = 0;                  ///< for the held-out ones
  double filter_seconds = 0;                  ///< their evidence
  double extend_seconds = 0;                  ///< learning the held-out ones in addition
  double frames_per_second_filtered() const;  ///< read, encoded and filtered

  // Nats a step on average.
  double learnt_surprise = 0, held_out_surprise = 0;
  /// Each modality by itself, by how often an outcome was seen in training.
  double held_out_by_frequency = 0;
  /// Each modality by itself, given its outcome before (a Markov chain).
  double held_out_by_last = 0;
  std::vector<double> surprise;  ///< of every held-out step

  double codec_psnr = 0;       ///< of the held-out frames, encoded and decoded, dB
  double next_psnr = 0;        ///< of the held-out steps, each predicted from the last one learnt
                               ///< and all since (`predict_next_steps`)
  double last_frame_psnr = 0;  ///< of predicting that the last frame seen stays
  std::vector<AnomalyResult> anomalies;
};

/// Learns the first `learnt` frames of a film, then follows the rest: how fast, how surprising, how
/// well the next step is predicted, and how well anomalies that are put into the rest are found.
/// The film's frames are held in memory. Throws `Error` if the film is too short (see
/// `with_anomalies`).
ContinuationResult continuation_experiment(const Film& film, std::size_t learnt,
                                           const Images& foreign, const SequenceSettings& settings,
                                           const ContinuationOptions& options = {});

}  // namespace rgm
