#include "rgm/recipes/image_settings.h"

#include "rgm/base/error.h"
#include "setting.h"

namespace rgm::detail {
namespace {

Settings codec_settings(ImageSettings& s) {
  return joined({size_settings(s.codec.preparation, s.pixels, "picture", 1),
                 {{"codec.smoothing", &s.codec.preparation.smoothing, between(0, 100),
                   "Gaussian smoothing, full width at half maximum, prepared pixels; 0: none"},
                  {"codec.histogram_width", &s.codec.preparation.histogram_width, at_least(0),
                   "S of the histogram equalisation by rank; 0: none"}},
                 tile_settings(s.codec),
                 {{"codec.fit_images", &s.codec_fit_images, at_least(1),
                   "basis and ranges come from that many of the first training images"}}});
}

Settings structure_settings(ImageSettings& s) {
  return {
      {"structure.trees", &s.tree_per_class, Words{"shared", "per-class"},
       "one tree with the class above its top, or a tree a class, compared by evidence"},
      {"structure.exemplars", &s.exemplars, between(1, 60000),
       "images a class from which states are made"},
      {"structure.exemplar_choice", &s.random_exemplars, Words{"first", "random"},
       "the first images of a class, or drawn at random"},
      {"structure.outcome_concentration", &s.structure.outcome_concentration, prior_count(),
       "prior counts of every outcome at level 0"},
      {"structure.state_concentration", &s.structure.state_concentration, prior_count(),
       "prior counts of a column above level 0, spread over its outcomes"},
      {"structure.class_concentration", &s.structure.class_concentration, prior_count(),
       "prior counts of a class's column, spread over the top states"},
  };
}

Settings learning_settings(ImageSettings& s) {
  return joined({{{"learning.method", &s.online, Words{"em", "online"},
                   "batch expectation maximisation, or active learning, one image at a time"}},
                 soft_evidence_setting(s.likelihood_reading),
                 {{"learning.passes", &s.passes, between(0, 10000), "EM passes over the images"},
                  {"learning.affine_copies", &s.affine_copies, between(0, 1000),
                   "affine copies of every training image that EM also sees"},
                  {"learning.rotation", &s.jitter.rotation, between(0, 180),
                   "affine copies: rotation, standard deviation, degrees"},
                  {"learning.scale", &s.jitter.scale, between(0, 10),
                   "affine copies: log-scale, standard deviation"},
                  {"learning.shear", &s.jitter.shear, between(0, 10),
                   "affine copies: shear, standard deviation"},
                  {"learning.shift", &s.jitter.shift, between(0, 1000),
                   "affine copies: shift, standard deviation, pixels of the original"},
                  {"active.precision", &s.active.precision, at_least(0),
                   "beta of the choice whether a mapping learns from an image"},
                  {"active.capacity", &s.active.capacity, at_least(kTiny),
                   "eta: the total count that a mapping tends to (forgetting)"},
                  {"active.state_cut", &s.active.state_cut, between(0, 0.1),
                   "states of smaller posterior probability get no counts"}}});
}

Settings contrastive_settings(ImageSettings& s) {
  return {
      {"contrastive.passes", &s.contrastive_passes, between(0, 10000),
       "contrastive passes after learning; discriminative, needs per-class trees"},
      {"contrastive.chunk", &s.contrastive.chunk, at_least(1),
       "images and copies between two updates, at most"},
      {"contrastive.updates", &s.contrastive_updates, between(1, 100000),
       "updates in a pass, at least, as far as there are images"},
      {"contrastive.temperature", &s.contrastive.temperature, between(0, 1e6),
       "kappa: the model's guess is softmax(kappa ln evidence)"},
      {"contrastive.rate", &s.contrastive.rate, between(0, 1e6),
       "c: counts added for each expected count"},
      {"contrastive.smallest_weight", &s.contrastive.smallest_weight, between(0, 1),
       "images of smaller weight add nothing"},
  };
}

}  // namespace

Settings settings_of(ImageSettings& s) {
  return joined(
      {name_setting(s.name),
       {{"data.train_images", &s.train_images, at_least(0),
         "learn from that many of the first images; 0: all"},
        {"data.fit", &s.loading.fit, Words{"stretch", "crop", "pad"},
         "how a picture of another aspect is brought to size: its aspect is lost, its middle is cut out, or it is laid on the ground"},
        {"data.ground", &s.loading.ground, Colour{},
         "what lies under transparent pixels and around padded ones"}},
       codec_settings(s),
       structure_settings(s),
       learning_settings(s),
       contrastive_settings(s)});
}

void check_together(const ImageSettings& s, const std::string& where) {
  require(s.contrastive_passes == 0 || s.tree_per_class, where,
          ": contrastive.passes: expected 0 with structure.trees = \"shared\", got ",
          s.contrastive_passes);
  require(
      !s.online || !s.tree_per_class, where,
      ": learning.method: expected \"em\" with structure.trees = \"per-class\", got \"online\"");
}

}  // namespace rgm::detail
