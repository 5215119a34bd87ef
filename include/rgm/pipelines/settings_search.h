#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/progress.h"
#include "rgm/recipes/image_settings.h"

namespace rgm {

/// How settings are searched for.
struct SettingsSearchOptions {
  std::uint64_t seed = 0;  ///< which images are held out
  int threads = 0;         ///< 0: all cores; the choice does not depend on it
  Progress progress;       ///< told of the settings that are tried
  /// Settings that stay as they are because somebody chose them: their keys, "codec.smoothing", or
  /// the sections of a recipe file, "codec".
  std::vector<std::string> fixed{};
  std::size_t images = 3000;  ///< at most so many are trained on and tested with
};

/// One choice of settings, tried on images that it was not trained on.
struct SettingsTrial {
  ImageSettings settings;
  std::string change;    ///< what differs from the best before it; of the first, "as they are"
  bool tried = true;     ///< false: it would take too much memory
  double accuracy = 0;   ///< of the held-out images, a fraction
  double log_score = 0;  ///< mean ln P(true class | held-out image), tempered, nats; 0 at best
  bool better = false;   ///< it became the best
};

/// What a search found.
struct SettingsSearch {
  ImageSettings settings;  ///< the best
  std::vector<SettingsTrial> trials;
  std::string why_none;      ///< why nothing could be tried; empty: something was
  std::size_t images = 0;    ///< used for the trials
  std::size_t held_out = 0;  ///< of them, tested with
  std::size_t folds = 1;     ///< of cross-validation; 1: one part is held out
};

/// Chooses how pictures are prepared and cut for a data set, by trying on held-out training images.
///
/// From the settings given, one change after the other is tried: larger pictures, smaller tiles, no
/// smoothing, equalisation by rank, more modes. What it gains is the difference in the share of
/// held-out images that are classified correctly, and in the mean ln P(true class), each in its
/// standard errors over the images. It is kept if neither is below −1 and both are above ½ on
/// average: on eight sets of pictures most such changes helped, and one by chance does little harm.
/// Probabilities are tempered by one factor for all images, the one that makes them best, since
/// overlapping tiles count evidence several times. Up to 1,500 images are cross-validated in three
/// folds; of more, at most `images`, a third is held out; both by class, drawn by the seed. Classes
/// of fewer than three images among them are left out of the trials, in which two EM passes on two
/// affine copies must do. A change is not tried if it needs more memory than the best so far, and
/// training would then hold more than 4 · 10⁸ outcomes (1.6 GB).
///
/// Same data, settings and seed give the same choice. Nothing is tried, the settings stay as they
/// are and `why_none` tells, where there are not two such classes, where learning is online, and
/// without prior counts, since new images are impossible then. Cost: some six trainings on two
/// thirds of `images`, or eighteen if they are cross-validated. Memory: those of one fold besides.
SettingsSearch search_settings(const LabelledImages& data, const ImageSettings& settings,
                               const SettingsSearchOptions& options = {});

}  // namespace rgm
