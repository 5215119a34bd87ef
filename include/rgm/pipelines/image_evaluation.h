#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/base/note.h"
#include "rgm/base/progress.h"
#include "rgm/trained/image_model.h"

namespace rgm {

/// What a model says of one picture.
struct Prediction {
  int predicted = -1;                 ///< most probable class; −1 if the model has no classes
  std::vector<double> probabilities;  ///< P(class | picture), exact under the model, [class]
  std::vector<double> log_joint;      ///< ln P(picture, class), nats, [class]
  double log_evidence = 0;            ///< ln P(picture), nats
  double log_odds = 0;                ///< ln of P(predicted) / P(any other), nats
  /// Log-odds after tempering the evidence by the picture's own dispersion, −ln P(picture) /
  /// modalities (as in quasi-likelihood): overlapping tiles count the same evidence several times,
  /// most so where the model fits badly.
  double tempered_log_odds = 0;

  // By `predict` alone:
  double loss = 0;  ///< what the codec loses of the picture (see `picture_losses`), grey levels
  /// Per cent of usual pictures whose evidence is lower; none if the model does not know them.
  std::optional<double> percentile{};
  /// By evidence or loss unlike what the model learnt from (see `UsualPictures`), so that its class
  /// means little, however sure. A hint: one or two in a hundred usual pictures are so, too, and
  /// what shares its strokes with the training pictures is not found out.
  bool unlike_training = false;
  /// The picture is of one colour, so that its class means nothing but for that.
  bool one_colour = false;

  /// The `count` most probable classes, the most probable first; all if there are no more.
  std::vector<std::size_t> most_probable(std::size_t count) const;
};

/// Pictures of a source, classified. `Error` if their size is not the model's. Bit-identical for
/// any number of threads.
std::vector<Prediction> predict(const ImageModel& model, const PictureSource& source,
                                int threads = 0, const Progress& progress = {});

/// ln P(picture, class), nats, [picture, class], exact under the model; one column, ln P(picture),
/// if there are no classes: the `log_joint` of predictions, and nothing else of them. `Error` and
/// bits as of `predict`.
Matrix<double> log_joint(const ImageModel& model, const PictureSource& source, int threads = 0,
                         const Progress& progress = {});

/// The quantiles of two samples of usual pictures by their predictions, whichever are the less
/// favourable. `Error` if one of them is empty.
UsualPictures usual_pictures(std::span<const Prediction> a, std::span<const Prediction> b);

/// Ways to be sure of a prediction; each orders the pictures.
enum class Confidence { kTemperedPosterior, kPosterior, kLogEvidence };

/// How well a model classifies labelled pictures.
struct Evaluation {
  std::vector<Prediction> predictions;  ///< [picture]
  std::vector<int> labels;              ///< numbers of the model's classes, [picture]
  double accuracy = 0;                  ///< a fraction
  double standard_error = 0;            ///< √(accuracy (1 − accuracy) / pictures)
  double log_evidence = 0;              ///< mean ln P(picture), nats
  Matrix<std::size_t> confusion;        ///< pictures, [class, predicted]
  double seconds = 0;                   ///< from pictures to predictions
  double inference_seconds = 0;         ///< of it, messages alone (the rest is the codec)
  std::vector<Note> notes{};            ///< of `match_labels`

  /// Accuracy of the share (0 to 1) of the pictures that are surest.
  double accuracy_of_surest(double share,
                            Confidence confidence = Confidence::kTemperedPosterior) const;
  /// Indices of all pictures, the surest first.
  std::vector<std::size_t> by_confidence(
      Confidence confidence = Confidence::kTemperedPosterior) const;
};

/// The labels of pictures as numbers of a model's classes, which are matched by name: the order of
/// either does not matter, and neither need have pictures of all. Where the classes of one side
/// alone are called by numbers from 0 on, as those of an IDX file are, the number says which class
/// of the other is meant, and a note tells so: any of the model's, or, where the model's are the
/// numbers, those of pictures in memory that are of as many classes in their own order.
///
/// `Error` if the pictures have no labels, the model has no classes, or a picture is of a class
/// that is none of them; so that a test set that cannot be used is refused before training.
std::vector<int> match_labels(const std::vector<std::string>& class_names,
                              const LabelledImages& data, std::vector<Note>* notes = nullptr);

/// Classifies labelled pictures and counts. Classes are matched by name (`match_labels`). `Error`
/// as there, or if the size of the pictures is not the model's.
Evaluation evaluate(const ImageModel& model, const LabelledImages& data, int threads = 0,
                    const Progress& progress = {});

}  // namespace rgm
