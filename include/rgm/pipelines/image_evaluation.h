#pragma once

#include <cstddef>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/trained/image_model.h"

namespace rgm {

/// What a model says of one picture.
struct Prediction {
  int predicted = -1;                 ///< most probable class; −1 if the model has no classes
  std::vector<double> probabilities;  ///< P(class | picture), exact under the model, [class]
  double log_evidence = 0;            ///< ln P(picture), nats
  double log_odds = 0;                ///< ln of P(predicted) / P(any other), nats
  /// Log-odds after tempering the evidence by the picture's own dispersion, −ln P(picture) /
  /// modalities (as in quasi-likelihood): overlapping tiles count the same evidence several times,
  /// most so where the model fits badly.
  double tempered_log_odds = 0;
};

/// Pictures of a source, classified. `Error` if their size is not the model's. Bit-identical for
/// any number of threads.
std::vector<Prediction> predict(const ImageModel& model, const PictureSource& source,
                                int threads = 0, const Progress& progress = {});

/// Ways to be sure of a prediction; each orders the pictures.
enum class Confidence { kTemperedPosterior, kPosterior, kLogEvidence };

/// How well a model classifies labelled pictures.
struct Evaluation {
  std::vector<Prediction> predictions;  ///< [picture]
  std::vector<int> labels;              ///< [picture]
  double accuracy = 0;                  ///< a fraction
  double standard_error = 0;            ///< √(accuracy (1 − accuracy) / pictures)
  double log_evidence = 0;              ///< mean ln P(picture), nats
  Matrix<std::size_t> confusion;        ///< pictures, [class, predicted]
  double seconds = 0;                   ///< from pictures to predictions
  double inference_seconds = 0;         ///< of it, messages alone (the rest is the codec)

  /// Accuracy of the share (0 to 1) of the pictures that are surest.
  double accuracy_of_surest(double share,
                            Confidence confidence = Confidence::kTemperedPosterior) const;
  /// Indices of all pictures, the surest first.
  std::vector<std::size_t> by_confidence(
      Confidence confidence = Confidence::kTemperedPosterior) const;
};

/// Classifies labelled pictures and counts. `Error` if the pictures have no labels, or the model no
/// classes or others.
Evaluation evaluate(const ImageModel& model, const LabelledImages& data, int threads = 0,
                    const Progress& progress = {});

}  // namespace rgm
