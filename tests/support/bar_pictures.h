#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/random.h"
#include "rgm/pipelines/image_training.h"

// A small world of labelled pictures that are learnt in a moment: bright bars, each class at a row
// of its own.

namespace rgm::test {

inline constexpr std::size_t kBarHeight = 12, kBarWidth = 16;

/// `count` pictures, the classes in turn; a bar begins and ends at random columns and its
/// brightness varies.
inline LabelledImages bar_pictures(std::size_t classes, std::size_t count, std::uint64_t seed,
                                   std::size_t channels = 1) {
  LabelledImages data{{kBarHeight, kBarWidth, channels, {}}, {}, {}};
  data.images.pixels.resize(count * data.images.pixels_per_image());
  for (std::size_t k = 0; k < classes; ++k) data.class_names.push_back("row " + std::to_string(k));
  Random random(seed);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t k = i % classes, row = k * kBarHeight / classes;
    const std::size_t begin = random.index(5), end = kBarWidth - random.index(5);
    const auto value = static_cast<std::uint8_t>(160 + random.index(90));
    for (std::size_t x = begin; x < end; ++x)
      for (std::size_t y = row; y < row + 2 && y < kBarHeight; ++y)
        for (std::size_t c = 0; c < channels; ++c)
          data.images.image(i)[(y * kBarWidth + x) * channels + c] =
              static_cast<std::uint8_t>(value / (c + 1));
    data.labels.push_back(static_cast<int>(k));
  }
  return data;
}

/// Settings for such pictures: prepared pictures are the pictures themselves.
inline ImageSettings bar_settings(bool tree_per_class) {
  ImageSettings settings;
  settings.name = "bars";
  settings.codec.preparation = {kBarHeight, kBarWidth, 0, 0};
  settings.exemplars = 8;
  settings.tree_per_class = tree_per_class;
  settings.passes = 3;
  settings.affine_copies = 0;
  return settings;
}

inline TrainingOptions bar_options() {
  TrainingOptions options;
  options.threads = 1;
  options.data_set = "bars:<train>";
  options.program_version = "1.2.3";
  return options;
}

}  // namespace rgm::test
