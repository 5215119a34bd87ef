#include "rgm/pipelines/image_evaluation.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/picture_loss.h"
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
  p.log_joint.assign(log_joint.begin(), log_joint.end());
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

bool is_one_colour(std::span<const float> picture, std::size_t channels) {
  for (std::size_t v = channels; v < picture.size(); ++v)
    if (picture[v] != picture[v - channels]) return false;
  return true;
}

/// Adds what the codec loses of the pictures from `first` on, and whether they are unlike others.
void compare_with_usual(const ImageModel& model, const PictureSource& chunk,
                        const Outcomes& outcomes, int threads, std::span<Prediction> predictions) {
  const auto losses = picture_losses(model.codec, chunk, outcomes, threads);
  parallel_for(losses.size(), threads, [&](std::size_t i) {
    thread_local std::vector<float> picture;
    picture.resize(chunk.picture_size());
    chunk.read(i, picture);
    predictions[i].one_colour = is_one_colour(picture, chunk.channels);
  });
  for (std::size_t i = 0; i < losses.size(); ++i) {
    auto& p = predictions[i];
    p.loss = losses[i];
    if (!model.usual.known()) continue;
    p.percentile = model.usual.percentile(p.log_evidence);
    p.unlike_training = model.usual.unlike(p.log_evidence, p.loss);
  }
}

/// Calls `visit(first, chunk, outcomes)` for the pictures of a source, chunk by chunk.
template <class Visit>
void for_each_chunk(const ImageModel& model, const PictureSource& source, int threads,
                    const Progress& progress, const Visit& visit) {
  for (std::size_t first = 0; first < source.count; first += kChunk) {
    auto chunk = source;
    chunk.count = std::min(kChunk, source.count - first);
    chunk.read = [&, first](std::size_t i, std::span<float> picture) {
      source.read(first + i, picture);
    };
    visit(first, chunk, model.codec.encode(chunk, threads));
    report(progress, "classifying", first + chunk.count, source.count);
  }
}

/// With `compare`, predictions have all that `predict` gives.
std::vector<Prediction> predict_timed(const ImageModel& model, const PictureSource& source,
                                      int threads, const Progress& progress, bool compare,
                                      double& inference_seconds) {
  const Classifier classifier(model);
  std::vector<Prediction> predictions;
  predictions.reserve(source.count);
  for_each_chunk(model, source, threads, progress,
                 [&](std::size_t first, const PictureSource& chunk, const Outcomes& outcomes) {
                   const Stopwatch watch;
                   const auto joint = classifier.log_joint(outcomes, threads);
                   inference_seconds += watch.seconds();
                   for (std::size_t i = 0; i < joint.rows(); ++i)
                     predictions.push_back(predict_from(joint.row(i), model.num_classes() > 0,
                                                        model.codec.num_modalities()));
                   if (compare)
                     compare_with_usual(model, chunk, outcomes, threads,
                                        std::span(predictions).subspan(first));
                 });
  return predictions;
}

/// Names for a message; of many, the first.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 30;
  std::string text;
  for (std::size_t k = 0; k < std::min(kMost, names.size()); ++k)
    text += (k == 0 ? "" : ", ") + names[k];
  if (names.size() > kMost) text += text_of(" and ", names.size() - kMost, " more");
  return text;
}

/// The number from 0 on that a class is called by, −1 if it has another name ("07" is one).
int number_of(const std::string& name) {
  int number = -1;
  const char* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, number);
  const bool plain = read.ec == std::errc{} && read.ptr == end && std::to_string(number) == name;
  return plain && number >= 0 ? number : -1;
}

bool is_number(const std::string& name) { return number_of(name) >= 0; }

/// Which of the model's classes those of the data are by their numbers, where one side alone is
/// called by numbers; none if it is not so.
std::vector<int> matched_by_number(const std::vector<std::string>& class_names,
                                   const LabelledImages& data) {
  const auto& names = data.class_names;
  std::vector<int> numbers;
  if (std::ranges::none_of(class_names, is_number)) {
    for (const auto& name : names) numbers.push_back(number_of(name));
  } else if (data.names.empty() && names.size() == class_names.size() &&
             std::ranges::none_of(names, is_number)) {  // as of a set that has a name
    for (std::size_t k = 0; k < names.size(); ++k) {
      const auto found = std::ranges::find(class_names, std::to_string(k));
      numbers.push_back(found == class_names.end() ? -1
                                                   : static_cast<int>(found - class_names.begin()));
    }
  }
  const auto fits = [&](int number) {
    return number >= 0 && std::cmp_less(number, class_names.size());
  };
  return std::ranges::all_of(numbers, fits) ? numbers : std::vector<int>{};
}

}  // namespace

std::vector<std::size_t> Prediction::most_probable(std::size_t count) const {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  order.resize(std::min(count, order.size()));
  return order;
}

std::vector<Prediction> predict(const ImageModel& model, const PictureSource& source, int threads,
                                const Progress& progress) {
  double inference_seconds = 0;
  return predict_timed(model, source, threads, progress, true, inference_seconds);
}

Matrix<double> log_joint(const ImageModel& model, const PictureSource& source, int threads,
                         const Progress& progress) {
  const Classifier classifier(model);
  Matrix<double> result(source.count, std::max<std::size_t>(1, model.num_classes()));
  for_each_chunk(model, source, threads, progress,
                 [&](std::size_t first, const PictureSource&, const Outcomes& outcomes) {
                   const auto joint = classifier.log_joint(outcomes, threads);
                   std::ranges::copy(joint.values(), result.row(first).data());
                 });
  return result;
}

UsualPictures usual_pictures(std::span<const Prediction> a, std::span<const Prediction> b) {
  const auto quantiles = [](std::span<const Prediction> predictions, double Prediction::*measure) {
    std::vector<double> values;
    for (const auto& p : predictions) values.push_back(p.*measure);
    return usual_quantiles(std::move(values));
  };
  UsualPictures usual{quantiles(a, &Prediction::log_evidence), quantiles(a, &Prediction::loss)};
  const auto evidence = quantiles(b, &Prediction::log_evidence),
             loss = quantiles(b, &Prediction::loss);
  const double highest = std::max(usual.log_evidence.back(), evidence.back());
  for (std::size_t q = 0; q < evidence.size(); ++q) {
    usual.log_evidence[q] = std::min(usual.log_evidence[q], evidence[q]);
    usual.loss[q] = std::max(usual.loss[q], loss[q]);
  }
  usual.log_evidence.back() = highest;
  return usual;
}

std::vector<int> match_labels(const std::vector<std::string>& class_names,
                              const LabelledImages& data, std::vector<Note>* notes) {
  const std::size_t count = data.images.count();
  require(!class_names.empty(),
          "evaluate: the model has no classes (it was trained on images without labels)");
  require(count == 0 || !data.labels.empty(), "evaluate: expected labelled images, got ", count,
          count == 1 ? " image" : " images", " without labels (rgm predict classifies such)");
  require(count > 0 && data.labels.size() == count, "evaluate: expected labelled images, got ",
          count, " images with ", data.labels.size(), " labels");
  std::vector<int> number_in_model = matched_by_number(class_names, data);
  if (!number_in_model.empty() && notes != nullptr)
    add_note(*notes, "classes matched by number",
             text_of(data.class_names[0], " as ",
                     class_names[static_cast<std::size_t>(number_in_model[0])]));
  if (number_in_model.empty())
    for (const auto& name : data.class_names) {
      const auto found = std::ranges::find(class_names, name);
      number_in_model.push_back(
          found == class_names.end() ? -1 : static_cast<int>(found - class_names.begin()));
    }
  std::vector<int> labels = data.labels;
  for (int& label : labels) {
    require(label >= 0 && std::cmp_less(label, number_in_model.size()),
            "evaluate: label: expected 0 to ", static_cast<int>(number_in_model.size()) - 1,
            " as there are class names, got ", label);
    const auto k = static_cast<std::size_t>(label);
    if (number_in_model[k] < 0)
      fail("evaluate: class ", data.class_names[k],
           ": unknown, expected one of the model's: ", listed(class_names));
    label = number_in_model[k];
  }
  return labels;
}

Evaluation evaluate(const ImageModel& model, const LabelledImages& data, int threads,
                    const Progress& progress) {
  const std::size_t classes = model.num_classes(), count = data.images.count();
  Evaluation result;
  result.labels = match_labels(model.class_names, data, &result.notes);
  const Stopwatch watch;
  result.predictions = predict_timed(model, picture_source(data.images), threads, progress, false,
                                     result.inference_seconds);
  result.seconds = watch.seconds();
  result.confusion = Matrix<std::size_t>(classes, classes);
  std::size_t right = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& p = result.predictions[i];
    ++result.confusion(static_cast<std::size_t>(result.labels[i]),
                       static_cast<std::size_t>(p.predicted));
    right += p.predicted == result.labels[i] ? 1U : 0U;
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
