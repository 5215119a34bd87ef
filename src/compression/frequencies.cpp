#include "frequencies.h"

#include <limits>

namespace rgm::detail {

static_assert(std::numeric_limits<double>::is_iec559);

void Frequencies::assign(std::span<const double> weights) {
  const std::size_t count = weights.size();
  sizes_.assign(count, 1);
  std::uint32_t left = RangeShare::kTotal - static_cast<std::uint32_t>(count);
  double total = 0;
  for (double w : weights) total += w;
  const bool even = !(total > kNegligible);
  const double scale = even ? left / static_cast<double>(count) : left / total;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto part = static_cast<std::uint32_t>(even ? scale : weights[i] * scale);
    sizes_[i] += part;
    left -= part;
    if (sizes_[i] > sizes_[largest]) largest = i;
  }
  sizes_[largest] += left;
}

RangeShare Frequencies::share(std::size_t outcome) const {
  std::uint32_t start = 0;
  for (std::size_t i = 0; i < outcome; ++i) start += sizes_[i];
  return {start, sizes_[outcome]};
}

std::size_t Frequencies::outcome_at(std::uint32_t position) const {
  std::size_t outcome = 0;
  while (position >= sizes_[outcome]) position -= sizes_[outcome++];
  return outcome;
}

}  // namespace rgm::detail
