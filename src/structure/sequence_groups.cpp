#include "sequence_groups.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "rgm/structure/group_by_mutual_information.h"

namespace rgm {
namespace {

using Group = GrowingHierarchy::Group;

/// Groups of `members` (locations one a member).
std::vector<Group> groups_by_place(std::span<const std::size_t> members,
                                   std::span<const Location> locations, std::size_t stream) {
  std::vector<Group> result;
  for (const auto& place : group_by_place(locations)) {
    result.push_back({{}, place.location.row, place.location.column, stream});
    for (const std::size_t i : place.members) result.back().members.push_back(members[i]);
  }
  return result;
}

Group one_group_of(std::span<const std::size_t> members, std::span<const Location> locations,
                   std::size_t stream) {
  Group result{{members.begin(), members.end()}, 0, 0, stream};
  for (const auto& location : locations) {
    result.location_row += location.row / static_cast<double>(locations.size());
    result.location_column += location.column / static_cast<double>(locations.size());
  }
  return result;
}

/// Groups of places by mutual information; those that never change are one group. One group if they
/// are few, or if grouping would not make them fewer.
std::vector<std::vector<std::size_t>> groups_of_places(const Matrix<std::uint32_t>& symbols,
                                                       const InformationGrouping& options) {
  std::vector<std::vector<std::size_t>> groups;
  std::vector<std::size_t> all(symbols.rows()), constant;
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (symbols.rows() <= options.group_size) return {all};
  for (auto& group : group_by_mutual_information(symbols, options)) {
    const auto row = symbols.row(group.front());
    if (std::ranges::all_of(row, [&](std::uint32_t symbol) { return symbol == row.front(); }))
      constant.push_back(group.front());
    else
      groups.push_back(std::move(group));
  }
  if (!constant.empty()) groups.push_back(std::move(constant));
  if (groups.size() == symbols.rows()) return {all};
  return groups;
}

std::vector<Group> groups_by_information(const Stream& stream, std::size_t number,
                                         const Outcomes& sequence, std::size_t group_size) {
  const std::size_t per_place = stream.modalities_per_place;
  const auto symbols = place_symbols(sequence, stream.modalities, per_place);
  std::vector<Location> places;
  for (std::size_t i = 0; i < stream.locations.size(); i += per_place)
    places.push_back(stream.locations[i]);
  InformationGrouping options{group_size, places, std::numeric_limits<double>::infinity()};
  if (!places.empty()) options.neighbour_distance = stream.neighbour_distance;
  std::vector<Group> result;
  for (const auto& group : groups_of_places(symbols, options)) {
    std::vector<std::size_t> members;
    std::vector<Location> locations;
    for (const std::size_t place : group)
      for (std::size_t m = place * per_place; m < (place + 1) * per_place; ++m) {
        members.push_back(stream.modalities[m]);
        if (!places.empty()) locations.push_back(stream.locations[m]);
      }
    result.push_back(one_group_of(members, locations, number));
  }
  return result;
}

/// What the factors below show at each episode: their states and paths jointly, [factor, episode].
Matrix<std::uint32_t> factor_symbols(const Matrix<std::uint32_t>& states,
                                     const Matrix<std::uint32_t>& paths) {
  Matrix<std::uint32_t> result(states.rows(), states.cols());
  for (std::size_t f = 0; f < states.rows(); ++f) {
    std::unordered_map<std::uint64_t, std::uint32_t> number;
    for (std::size_t i = 0; i < states.cols(); ++i) {
      const std::uint64_t pair = std::uint64_t{states(f, i)} << 32U | paths(f, i);
      result(f, i) =
          number.try_emplace(pair, static_cast<std::uint32_t>(number.size())).first->second;
    }
  }
  return result;
}

/// The group that holds the leading factor of most mutual information with a trailing one, the
/// first of equals.
std::size_t group_of_trailing(std::size_t trailing, std::span<const Group> groups,
                              const Matrix<std::uint32_t>& symbols) {
  std::size_t result = 0;
  double most = 0;
  if (groups.size() == 1) return result;
  for (std::size_t k = 0; k < groups.size(); ++k)
    for (const std::size_t f : groups[k].members)
      if (const double shared = information_between(symbols.row(f), symbols.row(trailing));
          shared > most) {
        most = shared;
        result = k;
      }
  return result;
}

}  // namespace

std::vector<Group> group_outcomes(std::span<const Stream> streams, bool one_group,
                                  const Outcomes& sequence,
                                  const SequenceStructureOptions& options) {
  if (one_group) return {one_group_of(streams.front().modalities, streams.front().locations, 0)};
  std::vector<Group> result;
  for (std::size_t s = 0; s < streams.size(); ++s) {
    const bool by_place = !streams[s].locations.empty() && streams[s].neighbour_distance == 0;
    const auto groups = by_place
                            ? groups_by_place(streams[s].modalities, streams[s].locations, s)
                            : groups_by_information(streams[s], s, sequence, options.group_size);
    result.insert(result.end(), groups.begin(), groups.end());
  }
  return result;
}

std::vector<Group> group_factors(std::span<const Factor> below, const Matrix<std::uint32_t>& states,
                                 const Matrix<std::uint32_t>& paths, bool by_place, bool one_group,
                                 const SequenceStructureOptions& options) {
  std::vector<std::size_t> leading, trailing;
  std::vector<Location> locations;
  for (std::size_t f = 0; f < below.size(); ++f) {
    (below[f].stream == 0 ? leading : trailing).push_back(f);
    if (below[f].stream == 0)
      locations.push_back({below[f].location_row, below[f].location_column});
  }
  const auto symbols = factor_symbols(states, paths);
  std::vector<Group> groups;
  if (one_group) {
    groups = {one_group_of(leading, locations, 0)};
  } else if (by_place) {
    groups = groups_by_place(leading, locations, 0);
  } else {
    Matrix<std::uint32_t> rows(leading.size(), symbols.cols());
    for (std::size_t i = 0; i < leading.size(); ++i)
      std::ranges::copy(symbols.row(leading[i]), rows.row(i).begin());
    for (const auto& group : groups_of_places(
             rows, {options.group_size, {}, std::numeric_limits<double>::infinity()})) {
      std::vector<std::size_t> members;
      std::vector<Location> places;
      for (const std::size_t i : group) {
        members.push_back(leading[i]);
        places.push_back(locations[i]);
      }
      groups.push_back(one_group_of(members, places, 0));
    }
  }
  std::vector<std::size_t> group_of;
  for (const std::size_t f : trailing) group_of.push_back(group_of_trailing(f, groups, symbols));
  for (std::size_t i = 0; i < trailing.size(); ++i)
    groups[group_of[i]].members.push_back(trailing[i]);
  return groups;
}

}  // namespace rgm
