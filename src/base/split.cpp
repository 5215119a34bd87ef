#include "rgm/base/split.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

/// Items of each class, in an order that is drawn.
std::vector<std::vector<std::size_t>> drawn_classes(std::span<const int> labels,
                                                    std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= 0, "labels: expected 0 or more, got ", labels[i]);
    const auto k = static_cast<std::size_t>(labels[i]);
    if (k >= classes.size()) classes.resize(k + 1);
    classes[k].push_back(i);
  }
  const Random random(seed);
  for (std::size_t k = 0; k < classes.size(); ++k) {
    auto order = random.fork(k).choose(classes[k].size(), classes[k].size());
    for (auto& item : order) item = classes[k][item];
    classes[k] = std::move(order);
  }
  return classes;
}

}  // namespace

bool sorted_by_class(std::span<const int> labels) {
  std::set<int> classes;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if ((i == 0 || labels[i] != labels[i - 1]) && !classes.insert(labels[i]).second) return false;
  return classes.size() > 1;
}

std::vector<std::size_t> spread_by_class(std::span<const int> labels, std::uint64_t seed) {
  // Item j of a class of n goes to (2j + 1) / 2n of the way.
  std::vector<std::pair<double, std::size_t>> places;
  places.reserve(labels.size());
  for (const auto& items : drawn_classes(labels, seed))
    for (std::size_t j = 0; j < items.size(); ++j)
      places.emplace_back(
          static_cast<double>(2 * j + 1) / (2.0 * static_cast<double>(items.size())), items[j]);
  std::ranges::stable_sort(places, {}, &std::pair<double, std::size_t>::first);
  std::vector<std::size_t> order;
  order.reserve(places.size());
  for (const auto& place : places) order.push_back(place.second);
  return order;
}

Split split_by_class(std::span<const int> labels, double share, std::uint64_t seed) {
  require(share > 0 && share < 1, "split: share: expected above 0 and below 1, got ", share);
  Split split;
  for (const auto& items : drawn_classes(labels, seed)) {
    const std::size_t count = items.size();
    const auto wanted = static_cast<std::size_t>(std::lround(share * static_cast<double>(count)));
    const std::size_t held_out = count < 2 ? 0 : std::clamp<std::size_t>(wanted, 1, count - 1);
    const auto middle = items.begin() + static_cast<std::ptrdiff_t>(held_out);
    split.held_out.insert(split.held_out.end(), items.begin(), middle);
    split.rest.insert(split.rest.end(), middle, items.end());
  }
  std::ranges::sort(split.rest);
  std::ranges::sort(split.held_out);
  return split;
}

}  // namespace rgm
