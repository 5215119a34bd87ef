#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rgm/base/picture_shape.h"
#include "rgm/codec/image_codec.h"
#include "rgm/learning/active_learning.h"
#include "rgm/learning/contrastive.h"
#include "rgm/structure/renormalise.h"

namespace rgm {

/// Every setting of the image recipes. What each means, its range and its key in a recipe file are
/// described once, in image_settings.cpp; parser, command line and docs/settings.md follow from
/// there. Defaults are those of the recipe `generative`.
struct ImageSettings {
  static constexpr std::string_view kModel = "images";  ///< `model` of a recipe file of images

  ImageSettings() { codec.preparation.height = codec.preparation.width = 0; }

  std::string name = "custom";
  std::size_t train_images = 0;
  PictureLoading loading;

  /// Of its preparation, a height and width of 0 are left to the data: training takes the aspect of
  /// the pictures, and about `pixels` of them.
  CodecOptions codec;
  std::size_t pixels = 1024;
  std::size_t codec_fit_images = 10000;

  bool tree_per_class = true;
  std::size_t exemplars = 256;
  bool random_exemplars = true;
  RenormaliseOptions structure;

  bool online = false;
  bool likelihood_reading = false;  ///< SoftReading::kLikelihood instead of kCount
  std::size_t passes = 5;
  std::size_t affine_copies = 4;
  AffineJitter jitter;
  ActiveOptions active;

  std::size_t contrastive_passes = 0;
  std::size_t contrastive_updates = 60;  ///< of a pass at least: fewer images have smaller chunks
  ContrastiveOptions contrastive;
};

}  // namespace rgm
