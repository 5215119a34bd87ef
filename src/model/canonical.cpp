#include "rgm/model/canonical.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <vector>

namespace rgm {
namespace {

/// Places of a level's modalities in canonical order.
std::vector<std::size_t> order_of(const std::vector<Modality>& modalities) {
  std::vector<std::size_t> order(modalities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t g) {
    return std::tuple(modalities[g].source, modalities[g].kind);
  });
  return order;
}

/// The likelihoods in another order of the group, [new place] its old place.
Likelihood reordered(const Likelihood& from, const std::vector<std::size_t>& group) {
  std::vector<std::size_t> outcomes, place(group.size());
  std::vector<double> concentrations;
  for (std::size_t i = 0; i < group.size(); ++i) {
    outcomes.push_back(from.num_outcomes(group[i]));
    concentrations.push_back(from.concentration(group[i]));
    place[group[i]] = i;
  }
  auto result = Likelihood::sparse(outcomes, concentrations, from.num_states());
  std::vector<Likelihood::Count> column;
  for (std::size_t s = 0; s < from.num_states(); ++s) {
    column.clear();
    from.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      column.push_back(
          {static_cast<std::uint32_t>(place[g]), static_cast<std::uint32_t>(o), count});
    });
    std::ranges::sort(column, {},
                      [](const Likelihood::Count& c) { return std::tuple(c.modality, c.outcome); });
    for (const auto& [g, o, count] : column) result.add(g, o, s, count);
  }
  return result;
}

Transition sorted_arcs(const Transition& from) {
  if (from.empty()) return {};
  Transition result(from.num_states(), from.num_paths());
  for (std::size_t s = 0; s < from.num_states(); ++s) {
    auto arcs = from.arcs(s);
    std::ranges::sort(arcs, {},
                      [](const Transition::Arc& a) { return std::tuple(a.path, a.next); });
    for (const auto& arc : arcs)
      if (arc.count > 0) result.add(arc.next, s, arc.path, arc.count);
  }
  return result;
}

}  // namespace

Hierarchy canonical(const Hierarchy& hierarchy) {
  Hierarchy result = hierarchy;
  for (auto& level : result.levels) {
    const auto order = order_of(level.modalities);
    const auto old = level.modalities;
    std::vector<std::size_t> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      level.modalities[i] = old[order[i]];
      place[order[i]] = i;
    }
    for (auto& factor : level.factors) {
      for (auto& g : factor.modalities) g = place[g];
      std::vector<std::size_t> group(factor.modalities.size());
      std::iota(group.begin(), group.end(), std::size_t{0});
      std::ranges::sort(group, {}, [&](std::size_t i) { return factor.modalities[i]; });
      factor.likelihood = reordered(factor.likelihood, group);
      std::ranges::sort(factor.modalities);
      factor.transition = sorted_arcs(factor.transition);
    }
  }
  return result;
}

}  // namespace rgm
