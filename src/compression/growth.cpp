#include "growth.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace rgm::detail {
namespace {

/// Levels until one group is left of outcomes that are grouped by place.
std::size_t levels_of(std::vector<Location> places) {
  std::size_t result = 1;
  for (auto groups = group_by_place(places); groups.size() > 1; groups = group_by_place(places)) {
    places.clear();
    for (const auto& group : groups) places.push_back(group.location);
    ++result;
  }
  return result;
}

/// A part of the bitstream's format: set here one by one, whatever the defaults are.
SequenceStructureOptions growth_options(const std::vector<Location>& locations) {
  SequenceStructureOptions options;
  options.time_scale = 2;
  options.all_phases = true;
  options.paths = true;
  // A step of the root is at most 32 steps: filtering keeps as many.
  options.max_levels = std::min(std::size_t{6}, levels_of(locations));
  options.new_state_concentration = std::numeric_limits<double>::infinity();
  options.outcome_concentration = 1.0 / 64;  // what comes again comes exactly so
  options.state_concentration = 1.0 / 16;
  options.path_concentration = 1.0 / 16;
  options.restart_concentration = 1.0 / 16;
  return options;
}

Outcomes rows(std::span<const Outcome> values, std::size_t modalities) {
  Outcomes result(values.size() / modalities, modalities);
  for (std::size_t i = 0; i < result.items(); ++i)
    std::ranges::copy(values.subspan(i * modalities, modalities), result.item(i).begin());
  return result;
}

}  // namespace

Growth::Growth(const std::vector<std::size_t>& num_outcomes, const std::vector<Location>& locations)
    : structure_(num_outcomes, locations, growth_options(locations)),
      modalities_(num_outcomes.size()) {}

bool Growth::add(const Outcomes& outcomes, std::size_t item) {
  const auto row = outcomes.item(item);
  kept_.insert(kept_.end(), row.begin(), row.end());
  return ++steps_ == next_;
}

const Hierarchy& Growth::grow() {
  structure_.add(rows(kept_, modalities_));
  next_ = steps_ + std::max(kFirst, steps_ / kShareToGrow);
  const auto& hierarchy = structure_.hierarchy();
  const std::size_t keep = std::min(2 * hierarchy.episode_length() * modalities_, kept_.size());
  kept_.erase(kept_.begin(), kept_.end() - static_cast<std::ptrdiff_t>(keep));
  return hierarchy;
}

Outcomes Growth::recent() const { return rows(kept_, modalities_); }

}  // namespace rgm::detail
