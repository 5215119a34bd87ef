#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/progress.h"
#include "rgm/codec/film_codec.h"
#include "rgm/model/outcomes.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

/// How frames are filled in of which nothing was observed.
enum class Fill : std::uint8_t {
  kByBelief,  ///< recalled where a path that was learnt leads through them, blended elsewhere
  kRecall,    ///< as the model says, however little it knows
  kBlend,     ///< from the frames around them
};

/// Steps in a row of which nothing was observed.
struct Gap {
  std::size_t first = 0, count = 0;
  /// Near 1 if a path that was learnt leads through, near 0 if none does: `learnt_share` of the
  /// most probable states and paths given what is observed near by, or, if that is less, how likely
  /// these states make an outcome just before or behind, by the states that fit it best.
  double learnt = 0;

  bool recalled() const { return learnt > 0.5; }
};

/// The gaps of a sequence, and whether the model knows what lies in them. For each the most
/// probable configuration of it and of two episodes of the root on either side counts. Cost and
/// memory: those of `most_probable_states` of these episodes.
std::vector<Gap> find_gaps(const SequenceModel& model, const Outcomes& outcomes,
                           const Progress& progress = {});

struct FilmCompletionOptions {
  Fill fill = Fill::kByBelief;
  bool reconstruct = false;  ///< as of `complete_film`
};

/// Frames in a row.
struct FrameRange {
  std::size_t first = 0, count = 0;
  friend bool operator==(const FrameRange&, const FrameRange&) = default;
};

struct FilmCompletion {
  double log_evidence = 0;             ///< of what was observed, nats
  std::vector<FrameRange> recalled{};  ///< missing frames that the model filled in
  std::vector<FrameRange> blended{};   ///< missing frames that were blended from those around them
  std::vector<FrameRange> kept{};  ///< known ones of steps in which others are missing: as they are
  std::size_t hidden = 0;          ///< modalities under the mask of all frames
  std::size_t never_learnt = 0;    ///< those of them that the model has never seen: shown as 0
};

/// Fills in what is missing of a film: as `complete_film`, but for frames that no path leads
/// through which was learnt. The model recalls, it does not interpolate; so these are blended from
/// the film's own frames on either side, linearly in time and pixel by pixel; where there are none
/// on one side, the nearest one stays. Of a voxel that is missing for one of its frames the others
/// are shown as the film has them, however it is filled in. Where pixels are masked, and if no
/// frame is known at all, the model's pictures stay; so do its variances everywhere. From frames of
/// steps that have a mask of their own nothing is blended. `whole` is
/// what `film` was encoded to; the film is read once more if something is blended or shown as it
/// is, brought to the size of the codec's pictures.
FilmCompletion complete_film(const SequenceModel& model, const Film& film, const EncodedFilm& whole,
                             const MissingParts& missing, const FilmCompletionOptions& options,
                             const TakeStep& take, const Progress& progress = {});

}  // namespace rgm
