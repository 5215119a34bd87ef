#include "rgm/pipelines/image_evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/stopwatch.h"
#include "rgm/learning/contrastive.h"
#include "rgm/math/special.h"

namespace rgm {
namespace {

constexpr std::size_t kChunk = 8192;  // pictures in memory as outcomes

/// Makes messages over several chunks of pictures with tables built once.
class Classifier {
 public:
  explicit Classifier(const ImageModel& model) : model_(model) {
    for (const auto& tree : model.trees) tables_.emplace_back(tree);
    const double total = std::accumulate(model.class_counts.begin(), model.class_counts.end(), 0.0);
    if (tables_.size() > 1)
      for (double c : model.class_counts) log_prior_.push_back(std::log(c / total));
  }

  /// ln P(picture, class), [picture, class]; one column if there are no classes.
  Matrix<double> log_joint(const Outcomes& outcomes, int threads) const {
    const auto set = ItemSet::all(outcomes);
    const InferenceOptions options{model_.reading, threads};
    if (model_.class_at_root()) return root_log_joint(tables_.front(), set, options);
    Matrix<double> result(outcomes.items(), tables_.size());
    for (std::size_t k = 0; k < tables_.size(); ++k) {
      const auto joint = root_log_joint(tables_[k], set, options);
      for (std::size_t i = 0; i < joint.rows(); ++i)
        result(i, k) = log_sum_exp(joint.row(i)) + (log_prior_.empty() ? 0.0 : log_prior_[k]);
    }
    return result;
  }

 private:
  const ImageModel& model_;
  std::vector<TreeTables<float>> tables_;
  std::vector<double> log_prior_;
};

Prediction predict_from(std::span<const double> log_joint, bool has_classes,
                        std::size_t modalities) {
  Prediction p;
  p.log_evidence = log_sum_exp(log_joint);
  if (!has_classes) return p;
  const auto best = std::ranges::max_element(log_joint);
  p.predicted = static_cast<int>(best - log_joint.begin());
  p.probabilities = softmax(log_joint);
  const double dispersion = std::max(1e-6, -p.log_evidence / static_cast<double>(modalities));
  std::vector<double> others, tempered;
  for (const double& l : log_joint)
    if (&l != &*best) {
      others.push_back(l - *best);
      tempered.push_back((l - *best) / dispersion);
    }
  p.log_odds = -log_sum_exp(others);
  p.tempered_log_odds = -log_sum_exp(tempered);
  return p;
}

std::vector<Prediction> predict_timed(const ImageModel& model, const PictureSource& source,
                                      int threads, const Progress& progress,
                                      double& inference_seconds) {
  const Classifier classifier(model);
  std::vector<Prediction> predictions;
  predictions.reserve(source.count);
  for (std::size_t first = 0; first < source.count; first += kChunk) {
    auto chunk = source;
    chunk.count = std::min(kChunk, source.count - first);
    chunk.read = [&, first](std::size_t i, std::span<float> picture) {
      source.read(first + i, picture);
    };
    const auto outcomes = model.codec.encode(chunk, threads);
    const Stopwatch watch;
    const auto joint = classifier.log_joint(outcomes, threads);
    inference_seconds += watch.seconds();
    for (std::size_t i = 0; i < joint.rows(); ++i)
      predictions.push_back(
          predict_from(joint.row(i), model.num_classes() > 0, model.codec.num_modalities()));
    report(progress, "classifying", first + chunk.count, source.count);
  }
  return predictions;
}

}  // namespace

std::vector<Prediction> predict(const ImageModel& model, const PictureSource& source, int threads,
                                const Progress& progress) {
  double inference_seconds = 0;
  return predict_timed(model, source, threads, progress, inference_seconds);
}

Evaluation evaluate(const ImageModel& model, const LabelledImages& data, int threads,
                    const Progress& progress) {
  const std::size_t classes = model.num_classes(), count = data.images.count();
  require(classes > 0,
          "evaluate: the model has no classes (it was trained on images without labels)");
  require(count > 0 && data.labels.size() == count, "evaluate: expected labelled images, got ",
          count, " images with ", data.labels.size(), " labels");
  for (int label : data.labels)
    require(label >= 0 && static_cast<std::size_t>(label) < classes,
            "evaluate: label: expected 0 to ", classes - 1, ", got ", label);
  require(data.class_names.size() <= classes, "evaluate: expected the model's ", classes,
          " classes, got ", data.class_names.size());
  for (std::size_t k = 0; k < data.class_names.size(); ++k)
    require(data.class_names[k] == model.class_names[k], "evaluate: class ", k, ": expected ",
            model.class_names[k], " as in the model, got ", data.class_names[k]);

  Evaluation result;
  const Stopwatch watch;
  result.predictions = predict_timed(model, picture_source(data.images), threads, progress,
                                     result.inference_seconds);
  result.seconds = watch.seconds();
  result.labels = data.labels;
  result.confusion = Matrix<std::size_t>(classes, classes);
  std::size_t right = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& p = result.predictions[i];
    ++result.confusion(static_cast<std::size_t>(data.labels[i]),
                       static_cast<std::size_t>(p.predicted));
    right += p.predicted == data.labels[i] ? 1U : 0U;
    result.log_evidence += p.log_evidence / static_cast<double>(count);
  }
  result.accuracy = static_cast<double>(right) / static_cast<double>(count);
  result.standard_error =
      std::sqrt(result.accuracy * (1 - result.accuracy) / static_cast<double>(count));
  return result;
}

std::vector<std::size_t> Evaluation::by_confidence(Confidence confidence) const {
  const auto sureness = [&](std::size_t i) {
    const auto& p = predictions[i];
    if (confidence == Confidence::kLogEvidence) return p.log_evidence;
    return confidence == Confidence::kPosterior ? p.log_odds : p.tempered_log_odds;
  };
  std::vector<std::size_t> order(predictions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return sureness(a) > sureness(b); });
  return order;
}

double Evaluation::accuracy_of_surest(double share, Confidence confidence) const {
  require(share > 0 && share <= 1,
          "accuracy_of_surest: share: expected above 0 and at most 1, got ", share);
  const auto order = by_confidence(confidence);
  const auto kept =
      std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(order.size())));
  std::size_t right = 0;
  for (std::size_t i = 0; i < kept; ++i)
    right += predictions[order[i]].predicted == labels[order[i]] ? 1U : 0U;
  return static_cast<double>(right) / static_cast<double>(kept);
}

}  // namespace rgm
