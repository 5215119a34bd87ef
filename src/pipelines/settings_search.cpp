#include "rgm/pipelines/settings_search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

#include "rgm/base/split.h"
#include "rgm/math/special.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_shape.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/recipes/prepared_size.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

constexpr std::size_t kCrossValidated = 1500;  // images, at most
constexpr std::size_t kFolds = 3;
constexpr double kMostOutcomes = 4e8;                // of training, each of four bytes
constexpr double kLeastGain = 0.5, kMostLoss = 1;    // standard errors
constexpr std::size_t kPasses = 2, kMostCopies = 2;  // at most: what is better shows early

/// A change of settings that may help, and the settings that it is about.
struct Change {
  std::string text;
  std::vector<std::string> keys;
  std::function<void(ImageSettings&)> apply;
};

std::vector<Change> changes(const ImageSettings& from) {
  const bool equalised = from.codec.preparation.histogram_width > 0;
  return {
      {"pictures half as large again",
       {"codec.height", "codec.width", "codec.pixels"},
       [](ImageSettings& s) {
         auto& size = s.codec.preparation;
         size.height = std::min(kMaxPreparedSide, size.height * 3 / 2);
         size.width = std::min(kMaxPreparedSide, size.width * 3 / 2);
       }},
      {"tiles 3 pixels apart",
       {"codec.tile_spacing"},
       [](ImageSettings& s) { s.codec.tile_spacing = 3; }},
      {"no smoothing",
       {"codec.smoothing"},
       [](ImageSettings& s) { s.codec.preparation.smoothing = 0; }},
      {equalised ? "not equalised" : "equalised by rank",
       {"codec.histogram_width"},
       [equalised](ImageSettings& s) { s.codec.preparation.histogram_width = equalised ? 0 : 24; }},
      {"up to 16 modes a tile",
       {"codec.max_modes", "codec.mode_price"},
       [](ImageSettings& s) {
         s.codec.max_modes = 16;
         s.codec.mode_price = 96;
       }},
  };
}

/// Images of the data that are used, with their classes among those that can be tried.
struct Sample {
  std::vector<std::size_t> items;
  std::vector<int> labels;  // [item]
  std::vector<std::string> class_names;
};

/// The first images of an order in which classes are spread evenly, without those of classes that
/// would be missing from a fold.
Sample sample_of(const LabelledImages& data, const SettingsSearchOptions& options) {
  auto order = spread_by_class(data.labels, options.seed);
  order.resize(std::min(order.size(), options.images));
  std::vector<std::size_t> counts(data.class_names.size());
  for (const std::size_t i : order) ++counts[static_cast<std::size_t>(data.labels[i])];
  Sample sample;
  std::vector<int> numbers(counts.size(), -1);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] < kFolds) continue;
    numbers[k] = static_cast<int>(sample.class_names.size());
    sample.class_names.push_back(data.class_names[k]);
  }
  for (const std::size_t i : order) {
    const int label = numbers[static_cast<std::size_t>(data.labels[i])];
    if (label < 0) continue;
    sample.items.push_back(i);
    sample.labels.push_back(label);
  }
  return sample;
}

/// Places in a sample of what is trained on, and of what is tested with.
struct Fold {
  std::vector<std::size_t> train, test;
};

std::vector<Fold> make_folds(const Sample& sample) {
  std::vector<Fold> folds(sample.items.size() <= kCrossValidated ? kFolds : 1);
  std::vector<std::size_t> seen(sample.class_names.size());
  for (std::size_t i = 0; i < sample.items.size(); ++i) {
    const std::size_t third = seen[static_cast<std::size_t>(sample.labels[i])]++ % kFolds;
    for (std::size_t f = 0; f < folds.size(); ++f)
      (f == third ? folds[f].test : folds[f].train).push_back(i);
  }
  return folds;
}

LabelledImages chosen(const LabelledImages& data, const Sample& sample,
                      std::span<const std::size_t> places) {
  const auto& images = data.images;
  LabelledImages some{
      {images.height, images.width, images.channels, {}}, {}, sample.class_names, {}};
  for (const std::size_t i : places) {
    const auto picture = images.image(sample.items[i]);
    some.images.pixels.insert(some.images.pixels.end(), picture.begin(), picture.end());
    some.labels.push_back(sample.labels[i]);
  }
  return some;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The mean of a − b in its standard errors, 0 if it is the same for all.
double gain(std::span<const double> a, std::span<const double> b) {
  if (b.empty()) return 0;
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  const double difference = mean(differences);
  for (double& d : differences) d = (d - difference) * (d - difference);
  const double variance = mean(differences) / static_cast<double>(a.size());
  return variance > 0 ? difference / std::sqrt(variance) : 0;
}

/// ln P(true class | image) of each image, the evidence tempered by one factor for all, that which
/// makes their mean greatest (a golden section: the mean is concave in the factor).
std::vector<double> tempered_log_scores(const std::vector<Prediction>& predictions,
                                        std::span<const int> labels) {
  const auto scores = [&](double log_factor) {
    const double factor = std::exp(log_factor);
    std::vector<double> result, scaled;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      scaled.clear();
      for (const double joint : predictions[i].log_joint) scaled.push_back(factor * joint);
      result.push_back(scaled[static_cast<std::size_t>(labels[i])] - log_sum_exp(scaled));
    }
    return result;
  };
  const auto mean_at = [&](double log_factor) { return mean(scores(log_factor)); };
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(1e-4), high = 0;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double at_a = mean_at(a), at_b = mean_at(b);
  for (int step = 0; step < 24; ++step) {
    if (at_a < at_b) {
      low = std::exchange(a, b);
      at_a = at_b;
      b = low + kGolden * (high - low);
      at_b = mean_at(b);
    } else {
      high = std::exchange(b, a);
      at_b = at_a;
      a = high - kGolden * (high - low);
      at_a = mean_at(a);
    }
  }
  return scores((low + high) / 2);
}

/// Trains and tests one choice on every fold.
class Trials {
 public:
  Trials(const LabelledImages& data, const SettingsSearchOptions& options)
      : data_(data),
        options_(options),
        sample_(sample_of(data, options)),
        folds_(make_folds(sample_)) {
    for (const auto& fold : folds_)
      for (const std::size_t i : fold.test) labels_.push_back(sample_.labels[i]);
  }

  std::size_t classes() const { return sample_.class_names.size(); }

  std::size_t folds() const { return folds_.size(); }
  std::size_t held_out() const { return labels_.size(); }
  std::size_t images() const { return sample_.items.size(); }

  /// Whether the change is for the better; the first one is.
  bool is_better(SettingsTrial& trial) {
    std::vector<Prediction> predictions;
    for (const auto& fold : folds_) {
      TrainingOptions training;
      training.seed = options_.seed;
      training.threads = options_.threads;
      training.measure_usual = false;
      training.progress = [this](std::string_view, std::size_t, std::size_t) {
        report(options_.progress, "choosing settings", done_, total_);
      };
      auto settings = trial.settings;
      settings.passes = std::min(settings.passes, kPasses);
      settings.affine_copies = std::min(settings.affine_copies, kMostCopies);
      settings.contrastive_passes = 0;
      settings.train_images = 0;  // all of the fold
      const auto model = train_images(chosen(data_, sample_, fold.train), settings, training).model;
      const auto test = chosen(data_, sample_, fold.test);
      auto some = predict(model, picture_source(test.images), options_.threads);
      std::ranges::move(some, std::back_inserter(predictions));
      report(options_.progress, "choosing settings", ++done_, total_);
    }
    auto scores = tempered_log_scores(predictions, labels_);
    std::vector<double> right;
    for (std::size_t i = 0; i < scores.size(); ++i)
      right.push_back(predictions[i].predicted == labels_[i] ? 1 : 0);
    trial.accuracy = mean(right);
    trial.log_score = mean(scores);
    const double more_right = gain(right, best_right_), more_probable = gain(scores, best_scores_);
    trial.better = best_right_.empty() || (std::min(more_right, more_probable) >= -kMostLoss &&
                                           (more_right + more_probable) / 2 > kLeastGain);
    if (trial.better) {
      best_right_ = std::move(right);
      best_scores_ = std::move(scores);
    }
    return trial.better;
  }

  void expect(std::size_t trials) { total_ = trials * folds_.size(); }

 private:
  const LabelledImages& data_;
  const SettingsSearchOptions& options_;
  Sample sample_;
  std::vector<Fold> folds_;
  std::vector<int> labels_;  // of the held-out images of all folds
  // Of the best choice so far, for each of these images: 1 if it was right, and its score.
  std::vector<double> best_right_, best_scores_;
  std::size_t done_ = 0, total_ = 0;
};

/// Outcomes of all images and their copies, at most: what training holds in memory.
double most_outcomes(const LabelledImages& data, const ImageSettings& settings) {
  const auto& codec = settings.codec;
  const auto tiles = [&](std::size_t side) {
    return std::max(1.0, std::round(static_cast<double>(side) / codec.tile_spacing));
  };
  return static_cast<double>(data.images.count() * (1 + settings.affine_copies) * codec.max_modes) *
         tiles(codec.preparation.height) * tiles(codec.preparation.width);
}

/// Why nothing can be tried; empty if that is not so.
std::string why_not(const LabelledImages& data, const ImageSettings& settings) {
  if (data.labels.empty()) return "the images have no classes";
  if (settings.online) return "learning is online";
  const auto& priors = settings.structure;
  if (priors.outcome_concentration == 0 || priors.state_concentration == 0)
    return "without prior counts new images are impossible";
  return "";
}

/// Whether somebody chose a setting: by its key, or by its section.
bool is_fixed(const std::string& key, const std::vector<std::string>& fixed) {
  return std::ranges::any_of(
      fixed, [&](const std::string& one) { return key == one || key.starts_with(one + '.'); });
}

/// The changes that would change anything, of settings that nobody chose.
std::vector<Change> changes_of(const ImageSettings& settings,
                               const std::vector<std::string>& fixed) {
  auto list = changes(settings);
  std::erase_if(list, [&](const Change& change) {
    auto changed = settings;
    change.apply(changed);
    return to_toml(changed) == to_toml(settings) ||
           std::ranges::any_of(change.keys,
                               [&](const std::string& key) { return is_fixed(key, fixed); });
  });
  return list;
}

}  // namespace

SettingsSearch search_settings(const LabelledImages& data, const ImageSettings& settings,
                               const SettingsSearchOptions& options) {
  SettingsSearch result;
  result.settings = settings;
  result.why_none = why_not(data, settings);
  if (!result.why_none.empty()) return result;
  leave_to_data({data.images.height, data.images.width, data.images.channels}, result.settings);
  Trials trials(data, options);
  if (trials.classes() < 2) {
    result.why_none = "fewer than two classes have three images or more";
    return result;
  }
  result.images = trials.images();
  result.held_out = trials.held_out();
  result.folds = trials.folds();
  const auto list = changes_of(result.settings, options.fixed);
  trials.expect(1 + list.size());

  SettingsTrial first{.settings = result.settings, .change = "as they are"};
  trials.is_better(first);
  result.trials.push_back(first);
  for (const auto& change : list) {
    SettingsTrial trial{.settings = result.settings, .change = change.text};
    change.apply(trial.settings);
    const double outcomes = most_outcomes(data, trial.settings);
    trial.tried = outcomes <= kMostOutcomes || outcomes <= most_outcomes(data, result.settings);
    if (trial.tried && trials.is_better(trial)) result.settings = trial.settings;
    result.trials.push_back(std::move(trial));
  }
  return result;
}

}  // namespace rgm
