#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "parts.h"
#include "rgm/model/outcomes.h"

namespace rgm::storage {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"outcome", "initial_state",
                                                 "initial_path"};  // Modality::Kind

/// More than any model needs; what uses a model may take memory in proportion, which no size of a
/// file bounds.
constexpr std::uint64_t kMaxPaths = Outcome::kMaxOutcomes, kMaxTimeScale = 1 << 16;

void check_at_most(std::uint64_t value, std::uint64_t most, const std::string& where) {
  require(value <= most, where, ": expected at most ", most, ", got ", value);
}

/// Of version 1, which kept how many successors each state has under each path.
Transition read_transition_by_path(const InputGroup& group) {
  const auto num_successors = group.matrix<std::uint64_t>("num_successors");
  const auto next_states = group.vector<std::uint64_t>("next_states");
  const auto counts = group.vector<double>("counts");
  require(counts.size() == next_states.size(), group.path("counts"), ": expected ",
          next_states.size(), ", found ", counts.size());
  auto transition =
      within(group, [&] { return Transition(num_successors.rows(), num_successors.cols()); });
  std::size_t at = 0;
  for (std::size_t s = 0; s < num_successors.rows(); ++s)
    for (std::size_t u = 0; u < num_successors.cols(); ++u) {
      const std::size_t wanted = num_successors(s, u), before = transition.arcs(s).size();
      require(wanted <= next_states.size() - at, group.path("next_states"), ": expected more than ",
              next_states.size());
      for (const std::size_t end = at + wanted; at < end; ++at)
        within(group, [&] { transition.add(next_states[at], s, u, counts[at]); });
      require(transition.arcs(s).size() == before + wanted, group.path("next_states"), ": state ",
              s, ", path ", u, ": expected distinct next states");
    }
  require(at == next_states.size(), group.path("next_states"), ": expected ", at, ", found ",
          next_states.size());
  return transition;
}

/// The counts of all modalities one below the other as a sparse matrix, [row, state], by columns.
void write_sparse_counts(const OutputGroup& group, const Likelihood& likelihood) {
  std::vector<std::uint64_t> num_counts, rows;
  std::vector<double> counts;
  for (std::size_t s = 0; s < likelihood.num_states(); ++s) {
    const auto column = likelihood.column(s);
    num_counts.push_back(column.size());
    for (const auto& [g, o, count] : column) {
      rows.push_back(likelihood.offset(g) + o);
      counts.push_back(count);
    }
  }
  group.write("num_counts", num_counts,
              {"state", "1", "how many outcomes were seen with each state"});
  group.write("rows", rows, {"count", "1", "their rows, those of each state in turn, ascending"});
  group.write("counts", counts,
              {"count", "observations", "observed Dirichlet counts, without the prior"});
}

void read_sparse_counts(const InputGroup& group, const std::vector<std::uint64_t>& num_counts,
                        Likelihood& likelihood) {
  const auto rows = group.vector<std::uint64_t>("rows");
  const auto counts = group.vector<double>("counts");
  require(rows.size() == counts.size(), group.path("counts"), ": expected ", rows.size(),
          ", found ", counts.size());
  std::size_t at = 0;
  for (std::size_t s = 0; s < num_counts.size(); ++s) {
    require(num_counts[s] <= rows.size() - at, group.path("rows"), ": expected more than ",
            rows.size());
    const std::size_t first = at, end = at + num_counts[s];
    for (std::size_t g = 0; at < end; ++at) {
      require((at == first || rows[at - 1] < rows[at]) && rows[at] < likelihood.num_rows(),
              group.path("rows"), ": state ", s, ": expected ascending rows below ",
              likelihood.num_rows(), ", got ", rows[at]);
      while (rows[at] >= likelihood.offset(g) + likelihood.num_outcomes(g)) ++g;
      likelihood.add(g, rows[at] - likelihood.offset(g), s, counts[at]);
    }
  }
  require(at == rows.size(), group.path("rows"), ": expected ", at, ", found ", rows.size());
}

void write_likelihood(const OutputGroup& group, const Likelihood& likelihood) {
  std::vector<double> concentrations;
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
    concentrations.push_back(likelihood.concentration(g));
  group.write("concentrations", concentrations,
              {"modality", "observations", "prior count of every outcome"});
  if (likelihood.is_sparse())
    write_sparse_counts(group.group("sparse_counts"), likelihood);
  else
    group.write("likelihood_counts", likelihood.counts(),
                {"row, state", "observations",
                 "observed Dirichlet counts of every modality's outcomes, without the prior"});
}

Likelihood read_likelihood(const InputGroup& group, const std::vector<std::size_t>& outcomes) {
  const auto concentrations = group.vector<double>("concentrations");
  if (!group.has("likelihood_counts") && group.has("sparse_counts")) {
    const InputGroup part = group.group("sparse_counts");
    const auto num_counts = part.vector<std::uint64_t>("num_counts");
    auto likelihood = within(
        group, [&] { return Likelihood::sparse(outcomes, concentrations, num_counts.size()); });
    read_sparse_counts(part, num_counts, likelihood);
    return likelihood;
  }
  auto counts = group.matrix<double>("likelihood_counts");
  std::size_t rows = 0;
  for (std::size_t n : outcomes) {
    require(n <= counts.rows() - rows, group.path("likelihood_counts"), ": expected more than ",
            counts.rows(), " rows");
    rows += n;
  }
  require(rows == counts.rows(), group.path("likelihood_counts"), ": expected ", rows,
          " rows, found ", counts.rows());
  auto likelihood =
      within(group, [&] { return Likelihood(outcomes, concentrations, counts.cols()); });
  likelihood.counts() = std::move(counts);
  return likelihood;
}

void write_factor(const OutputGroup& group, const Factor& factor) {
  check_at_most(factor.num_paths, kMaxPaths, "num_paths");
  check_at_most(factor.stream, kMaxStreams, "stream");
  group.set("num_paths", factor.num_paths);
  group.set("location_row", factor.location_row);
  group.set("location_column", factor.location_column);
  group.set("stream", factor.stream);
  group.write(
      "modalities", factor.modalities,
      {"modality", "1",
       "the group: indices of the level's modalities; their outcomes are the rows, in this order"});
  write_likelihood(group, factor.likelihood);
  if (!factor.transition.empty()) write_transition(group.group("transition"), factor.transition);
}

Factor read_factor(const InputGroup& group, const Level& level, std::uint64_t version) {
  Factor factor;
  group.get("num_paths", factor.num_paths);
  check_at_most(factor.num_paths, kMaxPaths, group.path("num_paths"));
  group.get("location_row", factor.location_row);
  group.get("location_column", factor.location_column);
  require(std::isfinite(factor.location_row) && std::isfinite(factor.location_column),
          group.path("location"), ": expected finite values, got ", factor.location_row, " and ",
          factor.location_column);
  if (version >= 2) group.get("stream", factor.stream);
  check_at_most(factor.stream, kMaxStreams, group.path("stream"));
  factor.modalities = group.vector<std::uint64_t>("modalities");
  std::vector<std::size_t> outcomes;
  for (std::size_t g : factor.modalities) {
    require(g < level.modalities.size(), group.path("modalities"), ": expected below ",
            level.modalities.size(), ", got ", g);
    outcomes.push_back(level.modalities[g].num_outcomes);
  }
  factor.likelihood = read_likelihood(group, outcomes);
  if (!group.has("transition")) return factor;
  const InputGroup part = group.group("transition");
  factor.transition =
      version >= 2 ? read_transition(part, factor.num_paths) : read_transition_by_path(part);
  return factor;
}

void write_level(const OutputGroup& group, const Level& level) {
  std::vector<std::string> kinds;
  std::vector<std::uint64_t> sources, num_outcomes;
  for (const auto& modality : level.modalities) {
    kinds.push_back(to_word(modality.kind, kKinds));
    sources.push_back(modality.source);
    num_outcomes.push_back(modality.num_outcomes);
  }
  check_at_most(level.time_scale, kMaxTimeScale, "time_scale");
  group.set("time_scale", level.time_scale);
  const OutputGroup modalities = group.group("modalities");
  modalities.write("kind", kinds,
                   {"modality", "word",
                    "outcome (of the codec), initial_state or initial_path (of a factor below)"});
  modalities.write("source", sources,
                   {"modality", "1", "index of the codec's modality or of the factor below"});
  modalities.write("num_outcomes", num_outcomes, {"modality", "1", "number of values it can have"});
  const OutputGroup factors = group.group("factors");
  for (std::size_t f = 0; f < level.factors.size(); ++f)
    write_factor(factors.group(numbered(f)), level.factors[f]);
}

Level read_level(const InputGroup& group, std::uint64_t version) {
  Level level;
  group.get("time_scale", level.time_scale);
  check_at_most(level.time_scale, kMaxTimeScale, group.path("time_scale"));
  const InputGroup modalities = group.group("modalities");
  const auto kinds = modalities.texts("kind");
  const auto sources = modalities.vector<std::uint64_t>("source");
  const auto num_outcomes = modalities.vector<std::uint64_t>("num_outcomes");
  require(sources.size() == kinds.size() && num_outcomes.size() == kinds.size(), modalities.path(),
          ": expected as many sources and num_outcomes as kinds, found ", sources.size(), ", ",
          num_outcomes.size(), " and ", kinds.size());
  for (std::size_t g = 0; g < kinds.size(); ++g)
    level.modalities.push_back(
        {from_word<Modality::Kind>(kinds[g], kKinds, modalities.path("kind")), sources[g],
         num_outcomes[g]});
  const InputGroup factors = group.group("factors");
  for (std::size_t f = 0; f < factors.size(); ++f)
    level.factors.push_back(read_factor(factors.group(numbered(f)), level, version));
  return level;
}

}  // namespace

void write_transition(const OutputGroup& group, const Transition& transition) {
  std::vector<std::uint64_t> num_arcs, next_states, paths;
  std::vector<double> counts;
  for (std::size_t s = 0; s < transition.num_states(); ++s) {
    num_arcs.push_back(transition.arcs(s).size());
    for (const auto& [next, path, count] : transition.arcs(s)) {
      next_states.push_back(next);
      paths.push_back(path);
      counts.push_back(count);
    }
  }
  group.write("num_arcs", num_arcs, {"state", "1", "how many transitions lead out of each state"});
  group.write("next_states", next_states,
              {"arc", "1", "where they lead, those of each state in turn"});
  group.write("paths", paths, {"arc", "1", "under which path"});
  group.write("counts", counts, {"arc", "observations", "their Dirichlet counts"});
}

Transition read_transition(const InputGroup& group, std::size_t num_paths) {
  const auto num_arcs = group.vector<std::uint64_t>("num_arcs");
  const auto next_states = group.vector<std::uint64_t>("next_states");
  const auto paths = group.vector<std::uint64_t>("paths");
  const auto counts = group.vector<double>("counts");
  require(paths.size() == next_states.size() && counts.size() == next_states.size(), group.path(),
          ": expected as many paths and counts as next_states, found ", paths.size(), ", ",
          counts.size(), " and ", next_states.size());
  auto transition = within(group, [&] { return Transition(num_arcs.size(), num_paths); });
  std::size_t at = 0;
  for (std::size_t s = 0; s < num_arcs.size(); ++s) {
    require(num_arcs[s] <= next_states.size() - at, group.path("next_states"),
            ": expected more than ", next_states.size());
    const std::size_t first = at, end = at + num_arcs[s];
    within(group, [&] {
      for (; at < end; ++at) transition.add(next_states[at], s, paths[at], 1);
      require(transition.arcs(s).size() == num_arcs[s], "state ", s, ": expected distinct arcs");
      transition.set_counts(s, {counts.begin() + static_cast<std::ptrdiff_t>(first),
                                counts.begin() + static_cast<std::ptrdiff_t>(end)});  // may be 0
    });
  }
  require(at == next_states.size(), group.path("next_states"), ": expected ", at, ", found ",
          next_states.size());
  return transition;
}

std::string numbered(std::size_t i) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "%03zu", i);
  return name.data();
}

void write_tree(const OutputGroup& group, const Hierarchy& tree) {
  group.set("restart_concentration", tree.restart_concentration);
  group.write("initial_state_counts", tree.initial_state_counts,
              {"state", "observations", "Dirichlet counts of the root's state, prior included"});
  const OutputGroup levels = group.group("levels");
  for (std::size_t n = 0; n < tree.levels.size(); ++n)
    write_level(levels.group(numbered(n)), tree.levels[n]);
}

Hierarchy read_tree(const InputGroup& group, std::uint64_t version) {
  Hierarchy tree;
  if (version >= 2) group.get("restart_concentration", tree.restart_concentration);
  tree.initial_state_counts = group.vector<double>("initial_state_counts");
  const InputGroup levels = group.group("levels");
  for (std::size_t n = 0; n < levels.size(); ++n)
    tree.levels.push_back(read_level(levels.group(numbered(n)), version));
  within(group, [&] { tree.validate(); });
  return tree;
}

}  // namespace rgm::storage
