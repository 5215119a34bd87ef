#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/progress.h"
#include "rgm/recipes/image_settings.h"
#include "rgm/trained/image_model.h"

namespace rgm {

/// How a run of `train_images` is made and watched.
struct TrainingOptions {
  std::uint64_t seed = 0;
  int threads = 0;              ///< 0: all cores; the model does not depend on it
  std::string data_set;         ///< address, kept in the model
  std::string program_version;  ///< kept in the model
  Progress progress;            ///< may throw `Interrupted`
  /// Called with a whole, usable model after every pass, and while learning online: it holds what
  /// training needs to go on from there.
  std::function<void(const ImageModel&)> checkpoint;
  /// Learning online: items between two checkpoints, at which sums are computed anew (whether or
  /// not anybody asks for checkpoints, so that this changes the model in its last bits).
  std::size_t checkpoint_items = 10'000;
  /// Go on from this checkpoint, rather than from the beginning, to the same model.
  const ImageModel* resume = nullptr;
  /// Measure at the end what the model says of usual pictures (`ImageModel::usual`).
  bool measure_usual = true;
  /// Use this codec, whose options are those of the settings, rather than fit one.
  const ImageCodec* codec = nullptr;
  /// More pictures to fit the codec to (the paper's own protocol).
  const Images* codec_images = nullptr;
  /// Begin with the codec and the trees of this model, rather than fit and grow them: what is
  /// learnt so from several data sets, by one pass of expectation maximisation each, can be merged
  /// (`merge_models`).
  const ImageModel* like = nullptr;
};

/// What training gave.
struct TrainingResult {
  ImageModel model;
  std::vector<double> log_evidence;  ///< mean of the training items' log evidence before each EM
                                     ///< pass, nats, labels given
  double seconds = 0;                ///< everything from pictures to model
  double codec_seconds = 0, encode_seconds = 0, structure_seconds = 0, learning_seconds = 0,
         contrastive_seconds = 0;
  /// Of each contrastive pass of this run, the share of images and copies that were classified
  /// correctly just before they were learnt from: where it is 1 from the start, nothing was gained.
  std::vector<double> contrastive_accuracy{};
  std::uint64_t image_updates = 0;  ///< items learnt from in all passes of `learning_seconds`
};

/// Pictures with a class each, wherever they lie: as `LabelledImages`, but read when they are
/// needed, some times over.
struct LabelledSource {
  PictureSource pictures;
  std::vector<int> labels;  ///< empty, or one a picture, an index into `class_names`
  std::vector<std::string> class_names;
};

/// The pictures of `data`, which it borrows.
LabelledSource labelled_source(const LabelledImages& data);
LabelledSource labelled_source(const LabelledImages&& data) = delete;

/// Grows and trains an image model on labelled pictures (or on unlabelled ones: one tree, no
/// classes) as `settings` say.
///
/// Same pictures, settings and seed give the same model, bit for bit, for any number of threads.
/// `Error` if there are no pictures or a class has none; a class with fewer images than exemplars
/// gives all it has. `Error` also if what is asked for differs from what the checkpoint to go on
/// from was made of: recipe, settings, seed, data (their name and the outcomes that they are
/// encoded to), version of the program.
TrainingResult train_images(const LabelledSource& data, const ImageSettings& settings,
                            const TrainingOptions& options = {});
TrainingResult train_images(const LabelledImages& data, const ImageSettings& settings,
                            const TrainingOptions& options = {});

}  // namespace rgm
