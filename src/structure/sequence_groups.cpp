#include "sequence_groups.h"

#include <numeric>

#include "rgm/base/error.h"

namespace rgm {
namespace {

using Group = GrowingHierarchy::Group;

/// Groups of `members` (locations one a member).
std::vector<Group> groups_by_place(std::span<const std::size_t> members, std::span<const Location> locations,
                                   std::size_t stream) {
  std::vector<Group> result;
  for (const auto& place : group_by_place(locations)) {
    result.push_back({{}, place.location.row, place.location.column, stream});
    for (const std::size_t i : place.members) result.back().members.push_back(members[i]);
  }
  return result;
}

Group one_group_of(std::span<const std::size_t> members, std::span<const Location> locations) {
  Group result{{members.begin(), members.end()}, 0, 0, 0};
  for (const auto& location : locations) {
    result.location_row += location.row / static_cast<double>(locations.size());
    result.location_column += location.column / static_cast<double>(locations.size());
  }
  return result;
}

}  // namespace

std::vector<Group> group_outcomes(std::span<const Stream> streams, bool one_group, const Outcomes& /*sequence*/,
                                  const SequenceStructureOptions& /*options*/) {
  if (one_group) return {one_group_of(streams.front().modalities, streams.front().locations)};
  std::vector<Group> result;
  for (std::size_t s = 0; s < streams.size(); ++s) {
    const auto groups = groups_by_place(streams[s].modalities, streams[s].locations, s);
    result.insert(result.end(), groups.begin(), groups.end());
  }
  return result;
}

std::vector<Group> group_factors(std::span<const Factor> below, const Matrix<std::uint32_t>& /*states*/,
                                 const Matrix<std::uint32_t>& /*paths*/, bool /*by_place*/, bool one_group,
                                 const SequenceStructureOptions& /*options*/) {
  std::vector<std::size_t> leading, trailing;
  std::vector<Location> locations;
  for (std::size_t f = 0; f < below.size(); ++f) {
    (below[f].stream == 0 ? leading : trailing).push_back(f);
    if (below[f].stream == 0) locations.push_back({below[f].location_row, below[f].location_column});
  }
  auto groups = one_group ? std::vector{one_group_of(leading, locations)} : groups_by_place(leading, locations, 0);
  for (const std::size_t f : trailing) groups.front().members.push_back(f);
  return groups;
}

}  // namespace rgm
