#include "picture_copies.h"

#include <algorithm>

namespace rgm {

PictureSource with_copies(const PictureSource& pictures, std::size_t count, std::size_t copies,
                          const AffineJitter& jitter, const Random& random) {
  auto source = pictures;
  source.count = count * (1 + copies);
  source.read = [pictures, count, jitter, random](std::size_t i, std::span<float> picture) {
    if (i < count) {
      pictures.read(i, picture);
      return;
    }
    thread_local std::vector<float> from;
    from.resize(pictures.picture_size());
    pictures.read(i % count, from);
    Random draw = random.fork(i);
    affine_copy(from, pictures.height, pictures.width, pictures.channels, jitter, draw, picture);
  };
  return source;
}

std::vector<std::size_t> exemplars_of(const ImageSettings& settings, std::span<const int> labels,
                                      std::size_t count, int of_class, const Random& random) {
  std::vector<std::size_t> items;
  for (std::size_t i = 0; i < count; ++i)
    if (of_class < 0 || (!labels.empty() && labels[i] == of_class)) items.push_back(i);
  if (items.size() <= settings.exemplars) return items;
  if (settings.random_exemplars) {
    Random draw =
        random.fork(ImageStream::kExemplars).fork(static_cast<std::uint64_t>(of_class + 1));
    auto chosen = draw.choose(items.size(), settings.exemplars);
    std::ranges::sort(chosen);
    for (auto& c : chosen) c = items[c];
    return chosen;
  }
  items.resize(settings.exemplars);
  return items;
}

}  // namespace rgm
