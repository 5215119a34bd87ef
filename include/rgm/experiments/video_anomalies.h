#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

enum class AnomalyKind : std::uint8_t {
  kForeignFrames,  ///< frames of another film in place of the film's own
  kForeignObject,  ///< a round piece of another film that moves over the film's frames
  kBackwards,      ///< the film's own frames in reverse order
};

/// Rows [top, bottom) and columns [left, right) of a picture.
struct PictureBox {
  std::size_t top = 0, left = 0, bottom = 0, right = 0;
  bool empty() const { return top >= bottom || left >= right; }
};

/// A film in which some frames are not as they should be, and which they are.
struct AnomalyFilm {
  AnomalyKind kind = AnomalyKind::kForeignFrames;
  Images frames;
  std::vector<bool> anomalous;  ///< [frame]
  /// Where the foreign object is, [frame]; empty ones where there is none.
  std::vector<PictureBox> boxes;
};

struct AnomalyOptions {
  std::size_t runs = 5;            ///< how many times something happens
  std::size_t frames_per_run = 8;  ///< how long it lasts
  double object_side = 0.2;        ///< the object's diameter to the shorter side of the picture
  std::uint64_t seed = 0;          ///< when it happens, and where the object goes
};

/// Puts anomalies into a film: it is cut into `runs` parts of equal length, and in each something
/// happens once, at a time drawn at random, at a multiple of `frames_per_run`, not at once in the
/// part's beginning. `foreign` has frames of the same size. Throws `Error` if the film is shorter
/// than three times all runs, sizes differ, or an option is out of range.
AnomalyFilm with_anomalies(const Images& film, const Images& foreign, AnomalyKind kind,
                           const AnomalyOptions& options = {});

/// What a detector says of a film: a score of every step, and of every tile in it (the more, the
/// less as usual).
struct DetectorTrack {
  std::string name;
  std::vector<double> steps;  ///< [step]
  Matrix<double> tiles;       ///< [step, tile]
};

/// Surprise under the model, first, and simple detectors beside it, which know the same training
/// frames:
///
/// - *dynamic*: −ln P(step | all before), and of a tile that of its modalities each by itself
///   (`film_surprise`), nats;
/// - *cut*: which tiles are cut from what is remembered, of a step their number
///   (`Surprise::cut`), of models with kinds of change;
/// - *appearance*: how unusual a step looks, whatever came before (`appearance_surprise`), nats, of
///   models that know of it;
/// - *frame difference*: mean squared difference from the frame before;
/// - *codec error*: mean squared difference from what the encoded frame decodes to;
/// - *background*: mean squared difference from the mean of the training frames;
/// - *nearest frame*: from the training frame nearest to it, both a quarter of the size.
///
/// A step's score is the mean of its frames'; a tile's is weighted by the tile. Cost of the last:
/// O(frames · training frames · values / 16).
std::vector<DetectorTrack> detect(const SequenceModel& model, const Images& training,
                                  const Images& film, int threads = 0,
                                  const Progress& progress = {});

/// How well a detector finds what is unusual.
struct Detection {
  std::string detector;
  double area_under_curve = 0;  ///< of anomalous steps against the others
  /// Share of steps with an object whose highest tile is one that the object touches.
  double localised = 0;
  double by_chance = 0;  ///< what a tile drawn at random would achieve
};

/// Compares a track with the truth; a step is anomalous if one of its frames is. A pixel belongs to
/// the tile that weighs most there; the object touches the tiles of its box's pixels.
Detection judge(const DetectorTrack& track, const AnomalyFilm& film, const ImageCodec& codec);

/// Anomalies of one kind put into a film, and what each detector makes of them.
struct AnomalyResult {
  AnomalyFilm film;
  std::vector<DetectorTrack> tracks;
  std::vector<Detection> detections;  ///< in the order of the tracks
};

/// One result for every kind.
std::vector<AnomalyResult> anomaly_experiment(const SequenceModel& model, const Images& training,
                                              const Images& test, const Images& foreign,
                                              const AnomalyOptions& options = {}, int threads = 0,
                                              const Progress& progress = {});

}  // namespace rgm
