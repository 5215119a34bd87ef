#include "rgm/pipelines/image_learning_on.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "picture_copies.h"
#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"
#include "rgm/base/random.h"
#include "rgm/learning/active_learning.h"
#include "rgm/learning/expectation_maximisation.h"
#include "rgm/recipes/recipe.h"
#include "rgm/structure/renormalise.h"

namespace rgm {
namespace {

/// A run of learning on: what its stages share.
class FurtherTraining {
 public:
  FurtherTraining(const ImageModel& model, const LabelledSource& data,
                  const LearningOnOptions& options)
      : data_(data), options_(options), model_(model) {
    check();
    settings_ = parse_recipe_as<ImageSettings>(model.provenance.settings, "the model's settings");
    require(settings_.contrastive_passes == 0,
            "learn_on: expected a model without contrastive passes, whose counts are sums, got ",
            settings_.contrastive_passes);
    number_classes();
  }

  ImageModel run() {
    encode();
    if (settings_.online)
      learn_online();
    else
      count();
    for (const int label : labels_) model_.class_counts[static_cast<std::size_t>(label)] += 1;
    model_.provenance.units_seen += data_.pictures.count;
    model_.usual = {};
    model_.validate();
    return std::move(model_);
  }

 private:
  void check() const {
    model_.validate();
    require(!model_.unfinished, "learn_on: expected a finished model, got a checkpoint");
    require(!model_.provenance.settings.empty(),
            "learn_on: expected a model that knows its settings, got one without");
    const std::size_t count = data_.pictures.count;
    require(count > 0, "learn_on: expected at least one image, got none");
    require((model_.num_classes() > 0) == !data_.labels.empty(), "learn_on: labels: expected ",
            model_.num_classes() > 0 ? "" : "no ", "labels, as the model has ",
            model_.num_classes(), " classes");
    require(data_.labels.empty() || data_.labels.size() == count,
            "learn_on: labels: expected one for each of ", count, " images, got ",
            data_.labels.size());
    for (const int label : data_.labels)
      require(label >= 0 && std::cmp_less(label, data_.class_names.size()),
              "learn_on: label: expected 0 to ", static_cast<int>(data_.class_names.size()) - 1,
              " as there are class names, got ", label);
  }

  /// Finds the numbers of the pictures' classes in the model, and adds those that are new.
  void number_classes() {
    std::vector<int> numbers(data_.class_names.size(), -1);
    known_ = model_.trees.size();
    for (const int label : data_.labels) {
      auto& number = numbers[static_cast<std::size_t>(label)];
      if (number < 0) {
        const auto& name = data_.class_names[static_cast<std::size_t>(label)];
        const auto found = std::ranges::find(model_.class_names, name);
        number = static_cast<int>(found - model_.class_names.begin());
        if (found == model_.class_names.end()) {
          require(settings_.tree_per_class, "learn_on: class ", name,
                  ": expected one of the model's, whose tree is shared by all classes");
          require_plain_text(name, "learn_on: name of a class");
          model_.class_names.push_back(name);
          model_.class_counts.push_back(0);
        }
      }
      labels_.push_back(number);
    }
  }

  void encode() {
    const Random random(options_.seed);
    const std::size_t copies = settings_.online ? 0 : settings_.affine_copies;
    outcomes_ = model_.codec.encode(
        with_copies(data_.pictures, data_.pictures.count, copies, settings_.jitter,
                    random.fork(ImageStream::kCopies).fork(model_.provenance.units_seen)),
        options_.threads, options_.progress);
  }

  void learn_online() {
    auto active = settings_.active;
    active.reading = model_.reading;
    ActiveLearner learner(std::move(model_.trees.front()), active);
    for (std::size_t i = 0; i < data_.pictures.count; ++i) {
      learner.learn(outcomes_, i, labels_.empty() ? -1 : labels_[i]);
      report(options_.progress, "learning online", i + 1, data_.pictures.count);
    }
    model_.trees.front() = learner.hierarchy();
  }

  /// The pictures and copies that tree k learns from.
  ItemSet items_of(std::size_t k) const {
    ItemSet set{&outcomes_, {}, {}, {}};
    const bool by_tree = settings_.tree_per_class && !labels_.empty();
    for (std::size_t i = 0; i < outcomes_.items(); ++i) {
      const int label = labels_.empty() ? -1 : labels_[i % labels_.size()];
      if (by_tree && std::cmp_not_equal(label, k)) continue;
      set.items.push_back(i);
      if (model_.class_at_root()) set.root_states.push_back(label);
    }
    return set;
  }

  void count() {
    const InferenceOptions inference{model_.reading, options_.threads};
    const bool by_tree = settings_.tree_per_class && !labels_.empty();
    const std::size_t trees = by_tree ? model_.num_classes() : 1;
    for (std::size_t k = 0; k < trees; ++k) {
      const auto set = items_of(k);
      if (k >= known_)
        grow(k, set, inference);
      else if (!set.items.empty())
        add(set, inference, model_.trees[k]);
      report(options_.progress, "expectation maximisation", k + 1, trees);
    }
  }

  static void add(const ItemSet& set, const InferenceOptions& inference, Hierarchy& tree) {
    const TreeTables<float> tables(tree);
    const auto counts = expected_counts(tables, set, inference);
    for (std::size_t n = 0; n < tree.levels.size(); ++n)
      for (std::size_t f = 0; f < tree.levels[n].factors.size(); ++f) {
        auto& likelihood = tree.levels[n].factors[f].likelihood;
        const auto& more = counts.levels[n][f];
        for (std::size_t s = 0; s < likelihood.num_states(); ++s)
          for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
            for (std::size_t o = 0; o < likelihood.num_outcomes(g); ++o)
              if (const double count = more(likelihood.offset(g) + o, s); count > 0)
                likelihood.add(g, o, s, count);
      }
    for (std::size_t s = 0; s < counts.root.size(); ++s)
      tree.initial_state_counts[s] += std::max(0.0, counts.root[s]);
  }

  /// The tree of a class that is new.
  void grow(std::size_t k, const ItemSet& set, const InferenceOptions& inference) {
    const auto exemplars = exemplars_of(settings_, labels_, data_.pictures.count,
                                        static_cast<int>(k), Random(options_.seed));
    model_.trees.push_back(renormalise(outcomes_.select(exemplars), model_.codec.num_outcomes(),
                                       model_.codec.locations(), settings_.structure));
    if (settings_.passes > 0)
      expectation_maximisation<float>(model_.trees.back(), set, {settings_.passes, 0, inference});
  }

  const LabelledSource& data_;
  const LearningOnOptions& options_;
  ImageModel model_;
  ImageSettings settings_;
  std::vector<int> labels_;  ///< of the model's classes, [picture]
  std::size_t known_ = 0;    ///< trees that the model had
  Outcomes outcomes_;
};

}  // namespace

ImageModel learn_on(const ImageModel& model, const LabelledSource& data,
                    const LearningOnOptions& options) {
  return FurtherTraining(model, data, options).run();
}

}  // namespace rgm
