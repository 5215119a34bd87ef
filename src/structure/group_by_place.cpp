#include "rgm/structure/group_by_place.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

std::vector<double> evenly_spaced(double first, double last, std::size_t count) {
  std::vector<double> points(count, (first + last) / 2);
  if (count > 1)
    for (std::size_t i = 0; i < count; ++i)
      points[i] = first + (last - first) * static_cast<double>(i) / static_cast<double>(count - 1);
  return points;
}

}  // namespace

std::vector<PlaceGroup> group_by_place(std::span<const Location> locations) {
  require(!locations.empty(), "group_by_place: locations: expected at least one, got none");
  std::set<std::pair<double, double>> distinct;
  const auto by_row = [](const Location& a, const Location& b) { return a.row < b.row; };
  const auto by_column = [](const Location& a, const Location& b) { return a.column < b.column; };
  for (const auto& l : locations) distinct.emplace(l.row, l.column);
  const auto [top, bottom] = std::ranges::minmax_element(locations, by_row);
  const auto [left, right] = std::ranges::minmax_element(locations, by_column);
  const auto n = static_cast<double>(distinct.size());
  const bool flat_rows = top->row == bottom->row, flat_columns = left->column == right->column;
  const auto points = static_cast<std::size_t>(
      flat_rows || flat_columns ? std::ceil(n / 2) : std::ceil(std::sqrt(n / 4)));
  const auto rows = evenly_spaced(top->row, bottom->row, flat_rows ? 1 : points);
  const auto columns = evenly_spaced(left->column, right->column, flat_columns ? 1 : points);

  std::vector<PlaceGroup> grid(rows.size() * columns.size());
  for (std::size_t g = 0; g < locations.size(); ++g) {
    double best = std::numeric_limits<double>::infinity();
    std::size_t nearest = 0;
    for (std::size_t p = 0; p < grid.size(); ++p) {
      const double dr = locations[g].row - rows[p % rows.size()],
                   dc = locations[g].column - columns[p / rows.size()];
      const double distance = dr * dr + dc * dc;
      if (distance < best) {
        best = distance;
        nearest = p;
      }
    }
    grid[nearest].members.push_back(g);
  }
  std::erase_if(grid, [](const PlaceGroup& group) { return group.members.empty(); });
  for (auto& group : grid) {
    for (std::size_t g : group.members) {
      group.location.row += locations[g].row / static_cast<double>(group.members.size());
      group.location.column += locations[g].column / static_cast<double>(group.members.size());
    }
  }
  return grid;
}

}  // namespace rgm
