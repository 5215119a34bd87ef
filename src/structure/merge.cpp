#include "rgm/structure/merge.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "growing_hierarchy.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

using Concentrations = GrowingHierarchy::Concentrations;

/// The prior counts of a column of an initial state and of an initial path.
Concentrations concentrations_of(const Hierarchy& hierarchy) {
  Concentrations result;
  bool has_paths = false;
  for (const auto& level : hierarchy.levels)
    for (const auto& factor : level.factors)
      for (std::size_t i = 0; i < factor.modalities.size(); ++i) {
        const double total = factor.likelihood.concentration(i) *
                             static_cast<double>(factor.likelihood.num_outcomes(i));
        const auto kind = level.modalities[factor.modalities[i]].kind;
        if (kind == Modality::Kind::kInitialState) result.state = total;
        if (kind == Modality::Kind::kInitialPath) result.path = total;
        has_paths = has_paths || kind == Modality::Kind::kInitialPath;
      }
  if (!has_paths) result.path = result.state;
  return result;
}

void check_paths(const Factor& factor, std::size_t n, std::size_t f) {
  for (std::size_t s = 0; s < factor.transition.num_states(); ++s) {
    std::set<std::size_t> paths;
    for (const auto& arc : factor.transition.arcs(s))
      require(paths.insert(arc.path).second, "merge: level ", n, ", factor ", f,
              ": expected at most one successor of state ", s, " under path ", arc.path,
              ", got several");
  }
}

/// The outcomes or factors that a factor generates, in order.
std::vector<std::size_t> sources_of(const Level& level, const Factor& factor) {
  std::vector<std::size_t> result;
  for (const std::size_t g : factor.modalities)
    if (level.modalities[g].kind != Modality::Kind::kInitialPath)
      result.push_back(level.modalities[g].source);
  return result;
}

void check_shapes(const Hierarchy& into, const Hierarchy& from, bool paths) {
  require(into.levels.size() == from.levels.size(), "merge: expected ", into.levels.size(),
          " levels, got ", from.levels.size());
  for (std::size_t n = 0; n < into.levels.size(); ++n) {
    const auto &a = into.levels[n], &b = from.levels[n];
    require(a.time_scale == b.time_scale, "merge: level ", n, ": time_scale: expected ",
            a.time_scale, ", got ", b.time_scale);
    require(a.time_scale <= 2, "merge: level ", n, ": time_scale: expected 1 or 2, got ",
            a.time_scale);
    require(a.factors.size() == b.factors.size(), "merge: level ", n, ": expected ",
            a.factors.size(), " factors, got ", b.factors.size());
    for (std::size_t f = 0; f < a.factors.size(); ++f) {
      const auto sources = sources_of(a, a.factors[f]);
      require(sources == sources_of(b, b.factors[f]), "merge: level ", n, ", factor ", f,
              ": expected the same group in both");
      if (n == 0)
        for (std::size_t i = 0; i < sources.size(); ++i)
          require(
              a.factors[f].likelihood.num_outcomes(i) == b.factors[f].likelihood.num_outcomes(i),
              "merge: outcome ", sources[i], ": expected as many outcomes in both");
      if (paths) {
        check_paths(a.factors[f], n, f);
        check_paths(b.factors[f], n, f);
      }
    }
  }
}

void add(Kinds::Followers& into, const Kinds::Followers& from) {
  for (std::size_t i = 0; i < from.outcomes.size(); ++i)
    into.add(from.outcomes[i],
             std::span(from.counts).subspan(i * from.totals.size(), from.totals.size()));
}

/// Kinds of one number correspond: what is assumed of them before anything is seen tells them
/// apart.
void add(Kinds& into, const Kinds& from) {
  require(into.empty() == from.empty(),
          "merge: expected kinds of change in both, or in neither, got them in one");
  require(into.options == from.options, "merge: kinds: expected the same options in both");
  require(into.cells == from.cells && into.table_of == from.table_of,
          "merge: kinds: expected the same cells in both");
  for (std::size_t t = 0; t < into.tables.size(); ++t) {
    auto& table = into.tables[t];
    const auto& other = from.tables[t];
    require(table.num_outcomes == other.num_outcomes && table.ordered == other.ordered,
            "merge: kinds: table ", t, ": expected the same outcomes in both");
    for (std::size_t last = 0; last < table.num_outcomes; ++last)
      add(table.after_last[last], other.after_last[last]);
    for (const auto& [pair, followers] : other.after_two) add(table.after_two[pair], followers);
  }
  for (std::size_t g = 0; g < into.frequencies.size(); ++g)
    for (std::size_t o = 0; o < into.frequencies[g].size(); ++o)
      into.frequencies[g][o] += from.frequencies[g][o];
  for (std::size_t i = 0; i < into.chain.size(); ++i)
    into.chain.values()[i] += from.chain.values()[i];
  for (std::size_t r = 0; r < into.memory.size(); ++r)
    for (const auto& [context, followers] : from.memory[r]) add(into.memory[r][context], followers);
}

/// What a factor of `from` is called in the merged model.
struct Names {
  std::vector<std::size_t> state;  // [state]
  std::vector<std::vector<std::size_t>>
      paths;  // [state][path]; short where later paths lead nowhere

  std::size_t path(std::size_t s, std::size_t u) const {
    return u < paths[s].size() ? paths[s][u] : 0;
  }
};

class Merger {
 public:
  Merger(const Hierarchy& into, const Hierarchy& from, bool paths)
      : merged_(into, concentrations_of(into)), from_(from, {}), paths_(paths) {}

  void merge_level(std::size_t n) {
    const auto& factors = from_.hierarchy().levels[n].factors;
    std::vector<Names> names(factors.size());
    for (std::size_t f = 0; f < factors.size(); ++f) {
      for (std::size_t s = 0; s < factors[f].num_states(); ++s)
        names[f].state.push_back(n == 0 ? merge_outcomes(f, s) : merge_children(n, f, s));
      merge_transitions(n, f, names[f]);
    }
    merged_.announce(n);
    below_ = std::move(names);
  }

  Hierarchy finish() {
    for (std::size_t s = 0; s < below_.front().state.size(); ++s)
      merged_.occupy(below_.front().state[s], from_.occupancy(s));
    merged_.finish();
    add(merged_.hierarchy().kinds, from_.hierarchy().kinds);
    return std::move(merged_.hierarchy());
  }

 private:
  std::size_t merge_outcomes(std::size_t f, std::size_t s) {
    const std::size_t state = merged_.find_or_add_state(0, f, from_.usual_joint_outcome(0, f, s));
    auto& likelihood = merged_.hierarchy().levels[0].factors[f].likelihood;
    for (const auto& [g, o, count] : from_.hierarchy().levels[0].factors[f].likelihood.column(s))
      likelihood.add(g, o, state, count);
    return state;
  }

  std::size_t merge_children(std::size_t n, std::size_t f, std::size_t s) {
    const auto usual = from_.usual_joint_outcome(n, f, s);
    const auto& children = from_.children(n, f);
    JointKey key;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const auto& names = below_[children[i].factor];
      require(usual[2 * i] < names.state.size(), "merge: level ", n, ", factor ", f, ", state ", s,
              ": expected a count of every initial state");
      key.push_back(static_cast<std::uint32_t>(names.state[usual[2 * i]]));
      key.push_back(static_cast<std::uint32_t>(names.path(usual[2 * i], usual[2 * i + 1])));
    }
    const std::size_t state = merged_.find_or_add_state(n, f, key);
    const auto column = from_.hierarchy().levels[n].factors[f].likelihood.column(s);
    for (std::size_t i = 0; i < children.size(); ++i) {
      const auto& names = below_[children[i].factor];
      const auto& child = *std::ranges::find(merged_.children(n, f), children[i].factor,
                                             &GrowingHierarchy::Child::factor);
      double seen = 0;
      for (const auto& [g, o, count] : column) {
        if (g == children[i].state_modality) {
          merged_.count_state(n, f, state, child, names.state[o], count);
          seen += count;
        } else if (g == children[i].path_modality) {
          merged_.count_path(n, f, state, child, names.path(usual[2 * i], o), count);
        }
      }
      if (children[i].path_modality == GrowingHierarchy::kNone && seen > 0)
        merged_.count_path(n, f, state, child, names.path(usual[2 * i], 0), seen);
    }
    return state;
  }

  void merge_transitions(std::size_t n, std::size_t f, Names& names) {
    const auto& factor = from_.hierarchy().levels[n].factors[f];
    names.paths.resize(factor.num_states());
    for (std::size_t s = 0; s < factor.transition.num_states(); ++s)
      for (const auto& arc : factor.transition.arcs(s)) {
        if (arc.count <= 0) continue;
        const std::vector<std::uint32_t> episode{static_cast<std::uint32_t>(names.state[s]),
                                                 static_cast<std::uint32_t>(names.state[arc.next])};
        if (names.paths[s].size() <= arc.path) names.paths[s].resize(arc.path + 1);
        names.paths[s][arc.path] = merged_.add_episode(n, f, episode, arc.count, !paths_);
      }
  }

  GrowingHierarchy merged_, from_;
  bool paths_;
  std::vector<Names> below_;  // of the level below
};

}  // namespace

Hierarchy merge(const Hierarchy& into, const Hierarchy& from, bool paths) {
  into.validate();
  from.validate();
  check_shapes(into, from, paths);
  Merger merger(into, from, paths);
  for (std::size_t n = 0; n < into.levels.size(); ++n) merger.merge_level(n);
  return merger.finish();
}

}  // namespace rgm
