#include "rgm/pipelines/image_training.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "picture_copies.h"
#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"
#include "rgm/base/random.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/compression/model_checksum.h"
#include "rgm/learning/active_learning.h"
#include "rgm/learning/contrastive.h"
#include "rgm/learning/expectation_maximisation.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_shape.h"
#include "rgm/pipelines/merge_models.h"
#include "rgm/recipes/recipe.h"
#include "same_training.h"

namespace rgm {
namespace {

/// `wanted` pictures of a source, evenly spread over those from `first` on, of which there are
/// `count`, or all of these.
PictureSource spread(const PictureSource& source, std::size_t first, std::size_t count,
                     std::size_t wanted) {
  auto result = source;
  result.count = std::min(count, wanted);
  result.read = [source, first, count, of = result.count](std::size_t i, std::span<float> picture) {
    source.read(first + i * count / of, picture);
  };
  return result;
}

/// One run of training: what its stages share.
class Trainer {
 public:
  Trainer(const LabelledSource& data, const ImageSettings& settings, const TrainingOptions& options)
      : data_(data), settings_(settings), options_(options), random_(options.seed) {
    require(options.checkpoint_items > 0, "training: checkpoint_items: expected at least 1, got 0");
    require(settings.contrastive_updates > 0,
            "training: contrastive.updates: expected at least 1, got 0");
    const auto& pictures = data.pictures;
    require(pictures.count > 0, "training: expected at least one image, got none");
    count_ = settings.train_images == 0 ? pictures.count
                                        : std::min(settings.train_images, pictures.count);
    require(data.labels.empty() || data.labels.size() == pictures.count,
            "training: labels: expected one for each of ", pictures.count, " images, got ",
            data.labels.size());
    if (const Images* more = options.codec_images)
      require(more->height == pictures.height && more->width == pictures.width &&
                  more->channels == pictures.channels,
              "training: codec_images: expected pictures of the training images' size, ",
              pictures.height, " by ", pictures.width, " by ", pictures.channels, ", got ",
              more->height, " by ", more->width, " by ", more->channels);
    leave_to_data({pictures.height, pictures.width, pictures.channels}, settings_);
    auto& model = result_.model;
    require_plain_text(options.data_set, "training: data_set");
    for (const auto& name : data.class_names) require_plain_text(name, "training: name of a class");
    if (!data.labels.empty()) {
      model.class_names = data.class_names;
      model.class_counts.assign(data.class_names.size(), 0.0);
      for (int label : data.labels)
        require(label >= 0 && std::cmp_less(label, data.class_names.size()),
                "training: label: expected 0 to ", static_cast<int>(data.class_names.size()) - 1,
                " as there are class names, got ", label);
      for (std::size_t i = 0; i < count_; ++i)
        model.class_counts[static_cast<std::size_t>(data.labels[i])] += 1;
      for (std::size_t k = 0; k < model.class_counts.size(); ++k)
        require(model.class_counts[k] > 0, "training: class ", data.class_names[k],
                ": expected at least one image among the first ", count_, ", got none");
    }
    require(
        model.num_classes() != 1,
        "training: expected at least two classes, or images without classes, got one class (the pictures of one class alone are images "
        "without classes)");
    require(model.num_classes() > 0 || settings.contrastive_passes == 0,
            "training: contrastive.passes: expected 0 for images without classes");
    model.reading = settings.likelihood_reading ? SoftReading::kLikelihood : SoftReading::kCount;
    model.provenance = {options.program_version, settings.name, to_toml(settings_),
                        options.data_set,        options.seed,  count_};
    if (options.like != nullptr) begin_like(*options.like);
    if (options.resume != nullptr) begin_from(*options.resume);
  }

  TrainingResult run() {
    const Stopwatch total;
    const bool begun = options_.like != nullptr || options_.resume != nullptr;
    if (!begun) fit_codec();
    encode();
    if (!begun) grow();
    if (settings_.online)
      learn_online();
    else
      learn_in_batches();
    while (state_.contrastive_passes < settings_.contrastive_passes) contrast();
    if (options_.measure_usual) measure_usual();
    result_.log_evidence = std::move(state_.log_evidence);
    result_.seconds = total.seconds();
    result_.model.validate();
    return std::move(result_);
  }

 private:
  bool tree_per_class() const {
    return settings_.tree_per_class && result_.model.num_classes() > 0;
  }
  int label(std::size_t item) const {
    return data_.labels.empty() ? -1 : data_.labels[item % count_];
  }
  /// Takes over the codec and the trees of a model.
  void begin_like(const ImageModel& like) {
    auto& model = result_.model;
    require(options_.codec_images == nullptr,
            "training: codec_images: expected none, since the codec is that of a model");
    require(model.class_names == like.class_names,
            "training: expected the classes of the model to begin with");
    const auto& text = like.provenance.settings;
    if (!text.empty()) {
      const auto known = parse_recipe_as<ImageSettings>(text, "the model's settings");
      require(known.codec == settings_.codec && known.tree_per_class == settings_.tree_per_class,
              "training: expected the codec and the number of trees that the model to begin with "
              "has");
    }
    model.codec = like.codec;
    model.trees = like.trees;
    model.provenance.learnt_from = image_model_checksum(like);
  }

  /// Takes over what a checkpoint holds.
  void begin_from(const ImageModel& checkpoint) {
    auto& model = result_.model;
    state_ = training_to_resume(checkpoint.unfinished, checkpoint.provenance, model.provenance);
    model.codec = checkpoint.codec;
    model.trees = checkpoint.trees;
    require(checkpoint.class_names == model.class_names &&
                model.trees.size() == (tree_per_class() ? model.num_classes() : 1),
            "train: resume: expected the classes and the number of trees of the checkpoint");
  }

  InferenceOptions inference() const { return {result_.model.reading, options_.threads}; }

  void fit_codec() {
    const Stopwatch watch;
    if (options_.codec != nullptr) {
      require(options_.codec->options() == settings_.codec && options_.codec_images == nullptr,
              "training: codec: expected one with the options of the settings, and no other "
              "pictures to fit it to");
      result_.model.codec = *options_.codec;
      return;
    }
    auto source = data_.pictures;
    const std::size_t first = std::min(settings_.codec_fit_images, count_);
    source.count = first;
    if (options_.codec_images) {
      source.count += options_.codec_images->count();
      source.read = [this, first](std::size_t i, std::span<float> picture) {
        if (i < first)
          data_.pictures.read(i, picture);
        else
          std::ranges::copy(options_.codec_images->image(i - first), picture.begin());
      };
    }
    result_.model.codec =
        ImageCodec::fit(source, settings_.codec, options_.threads, options_.progress);
    result_.codec_seconds = watch.seconds();
  }

  void encode() {
    const Stopwatch watch;
    const std::size_t copies = settings_.online ? 0 : settings_.affine_copies;
    outcomes_ =
        result_.model.codec.encode(with_copies(data_.pictures, count_, copies, settings_.jitter,
                                               random_.fork(ImageStream::kCopies)),
                                   options_.threads, options_.progress);
    if (options_.checkpoint || options_.resume != nullptr) {
      const auto checksum = outcomes_checksum(std::span(&outcomes_, 1), data_.labels);
      if (options_.resume != nullptr) check_same_data(state_, checksum);
      state_.checksum = checksum;
    }
    result_.encode_seconds = watch.seconds();
  }

  std::vector<std::size_t> exemplars(int of_class) const {
    return exemplars_of(settings_, data_.labels, count_, of_class, random_);
  }

  void grow() {
    const Stopwatch watch;
    const auto locations = result_.model.codec.locations();
    const std::size_t bins = result_.model.codec.num_outcomes(),
                      classes = result_.model.num_classes();
    if (tree_per_class()) {
      for (std::size_t k = 0; k < classes; ++k)
        trees().push_back(renormalise(outcomes_.select(exemplars(static_cast<int>(k))), bins,
                                      locations, settings_.structure));
    } else {
      std::vector<std::size_t> items;
      std::vector<int> labels;
      for (std::size_t k = 0; k < std::max<std::size_t>(classes, 1); ++k) {
        const auto more = exemplars(classes > 0 ? static_cast<int>(k) : -1);
        items.insert(items.end(), more.begin(), more.end());
        if (classes > 0) labels.insert(labels.end(), more.size(), static_cast<int>(k));
      }
      trees().push_back(renormalise(outcomes_.select(items), bins, locations, settings_.structure,
                                    labels, classes));
    }
    result_.structure_seconds = watch.seconds();
  }

  void learn_online() {
    const Stopwatch watch;
    auto active = settings_.active;
    active.reading = result_.model.reading;
    ActiveLearner learner(std::move(trees().front()), active);
    constexpr std::size_t kReportEvery = 200;
    const std::size_t first = state_.items;
    for (auto& i = state_.items; i < count_;) {
      learner.learn(outcomes_, i, label(i));
      ++i;
      if (i % kReportEvery == 0 || i == count_)
        report(options_.progress, "learning online", i, count_);
      if (i % options_.checkpoint_items != 0 || i == count_) continue;
      trees().front() = learner.hierarchy();
      checkpoint();
      learner = ActiveLearner(trees().front(), active);  // as whoever resumes begins
    }
    trees().front() = learner.hierarchy();
    result_.image_updates = count_ - first;
    result_.learning_seconds = watch.seconds();
  }

  /// What each tree learns from: its class's items, or all with their classes at the root.
  std::vector<ItemSet> item_sets() const {
    std::vector<ItemSet> sets(result_.model.trees.size(), ItemSet{&outcomes_, {}, {}, {}});
    for (std::size_t i = 0; i < outcomes_.items(); ++i) {
      auto& set = sets[tree_per_class() ? static_cast<std::size_t>(label(i)) : 0];
      set.items.push_back(i);
      if (result_.model.class_at_root()) set.root_states.push_back(label(i));
    }
    return sets;
  }

  void learn_in_batches() {
    const Stopwatch watch;
    const auto sets = item_sets();
    while (state_.passes < settings_.passes) {
      double log_evidence = 0;
      for (std::size_t k = 0; k < sets.size(); ++k) {
        const auto em = expectation_maximisation<float>(trees()[k], sets[k], {1, 0, inference()});
        log_evidence += em.log_evidence.front() * static_cast<double>(sets[k].items.size()) /
                        static_cast<double>(outcomes_.items());
        report(options_.progress, "expectation maximisation", state_.passes * sets.size() + k + 1,
               settings_.passes * sets.size());
      }
      state_.log_evidence.push_back(log_evidence);
      result_.image_updates += outcomes_.items();
      if (++state_.passes < settings_.passes) checkpoint();
    }
    result_.learning_seconds = watch.seconds();
  }

  void contrast() {
    const Stopwatch watch;
    checkpoint();
    const std::size_t pass = state_.contrastive_passes;
    auto contrastive = settings_.contrastive;
    contrastive.inference = inference();
    contrastive.chunk =
        std::min(contrastive.chunk,
                 std::max<std::size_t>(1, outcomes_.items() / settings_.contrastive_updates));
    Random draw = random_.fork(ImageStream::kContrastiveOrder).fork(pass);
    ItemSet set{&outcomes_, draw.choose(outcomes_.items(), outcomes_.items()), {}, {}};
    for (std::size_t i : set.items) set.root_states.push_back(label(i));
    const double right =
        contrastive_pass(trees(), set, contrastive,
                         [&](std::string_view stage, std::size_t done, std::size_t total) {
                           report(options_.progress, stage, pass * total + done,
                                  settings_.contrastive_passes * total);
                         });
    result_.contrastive_accuracy.push_back(right);
    ++state_.contrastive_passes;
    result_.contrastive_seconds += watch.seconds();
  }

  /// What the finished model says of pictures that are like those that it learnt from: of copies
  /// drawn anew, at most two of each, and of the pictures themselves; no more than some thirty
  /// messages an image, so that this takes a small part of training. Without prior counts new
  /// pictures may be impossible, and none are usual.
  void measure_usual() {
    const auto& structure = settings_.structure;
    if (structure.outcome_concentration == 0 || structure.state_concentration == 0 ||
        (result_.model.class_at_root() && structure.class_concentration == 0))
      return;
    constexpr std::size_t kMost = 4096, kFewest = 256, kMessages = 16, kCopiesOfEach = 2;
    const std::size_t wanted =
        std::min(kMost, std::max(kFewest, kMessages * count_ / trees().size()));
    const auto source = with_copies(data_.pictures, count_, kCopiesOfEach, settings_.jitter,
                                    random_.fork(ImageStream::kUsual));
    const auto measure = [&](const PictureSource& pictures) {
      return predict(result_.model, pictures, options_.threads, options_.progress);
    };
    result_.model.usual =
        usual_pictures(measure(spread(source, 0, count_, wanted)),
                       measure(spread(source, count_, kCopiesOfEach * count_, wanted)));
  }

  std::vector<Hierarchy>& trees() { return result_.model.trees; }
  void checkpoint() {
    if (!options_.checkpoint) return;
    result_.model.unfinished = state_;
    options_.checkpoint(result_.model);
    result_.model.unfinished.reset();
  }

  const LabelledSource& data_;
  ImageSettings settings_;
  const TrainingOptions& options_;
  Random random_;
  std::size_t count_ = 0;
  Outcomes outcomes_;
  TrainingState state_;  // how far it is
  TrainingResult result_;
};

}  // namespace

LabelledSource labelled_source(const LabelledImages& data) {
  return {picture_source(data.images), data.labels, data.class_names};
}

TrainingResult train_images(const LabelledSource& data, const ImageSettings& settings,
                            const TrainingOptions& options) {
  return Trainer(data, settings, options).run();
}

TrainingResult train_images(const LabelledImages& data, const ImageSettings& settings,
                            const TrainingOptions& options) {
  return Trainer(labelled_source(data), settings, options).run();
}

}  // namespace rgm
