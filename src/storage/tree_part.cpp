#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "flat_arrays.h"
#include "parts.h"
#include "rgm/model/outcomes.h"

namespace rgm::storage {
namespace {

/// More than any model needs; what uses a model may take memory in proportion, which no size of a
/// file bounds: of episodes for each factor at each of its steps, of outcomes for each of them.
constexpr std::uint64_t kMaxPaths = Outcome::kMaxOutcomes, kMaxTimeScale = 1 << 8, kMaxLevels = 64,
                        kMaxEpisode = 1 << 15, kMaxNodes = 1 << 24;
constexpr std::uint8_t kNumKinds = 3;  // Modality::Kind, in its order

using Indices = std::vector<std::uint32_t>;

/// The tables of all factors of a level, those of one behind those of the other.
struct FlatLevel {
  std::vector<std::uint8_t> modality_kinds;       // [modality]
  Indices modality_sources, modality_outcomes;    // [modality]
  Indices states, paths, streams, members;        // [factor]
  std::vector<std::uint8_t> sparse, moves;        // [factor]: sparse counts, transitions
  Matrix<double> locations;                       // [factor, row and column]
  Indices member_modalities;                      // [member of a group]
  std::vector<double> concentrations;             // [member of a group]
  std::vector<double> dense_counts;               // of dense factors, each [row, state]
  Indices sparse_sizes, sparse_rows;              // [state], [count]
  std::vector<double> sparse_counts;              // [count]
  Indices arc_sizes, arc_next_states, arc_paths;  // [state], [arc]
  std::vector<double> arc_counts;                 // [arc]
};

/// Calls `visit(name, field)` for the arrays of a level.
template <class Flat, class Visit>
void for_each_array(Flat& flat, Visit visit) {
  visit("modality_kinds", flat.modality_kinds);
  visit("modality_sources", flat.modality_sources);
  visit("modality_outcomes", flat.modality_outcomes);
  visit("factor_states", flat.states);
  visit("factor_paths", flat.paths);
  visit("factor_streams", flat.streams);
  visit("factor_members", flat.members);
  visit("factor_sparse", flat.sparse);
  visit("factor_moves", flat.moves);
  visit("factor_locations", flat.locations);
  visit("member_modalities", flat.member_modalities);
  visit("member_concentrations", flat.concentrations);
  visit("dense_counts", flat.dense_counts);
  visit("sparse_sizes", flat.sparse_sizes);
  visit("sparse_rows", flat.sparse_rows);
  visit("sparse_counts", flat.sparse_counts);
  visit("arc_sizes", flat.arc_sizes);
  visit("arc_next_states", flat.arc_next_states);
  visit("arc_paths", flat.arc_paths);
  visit("arc_counts", flat.arc_counts);
}

void append_likelihood(FlatLevel& flat, const Likelihood& likelihood) {
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
    flat.concentrations.push_back(likelihood.concentration(g));
  if (!likelihood.is_sparse()) {
    const auto counts = likelihood.counts().values();
    flat.dense_counts.insert(flat.dense_counts.end(), counts.begin(), counts.end());
    return;
  }
  for (std::size_t s = 0; s < likelihood.num_states(); ++s) {
    const auto column = likelihood.column(s);
    flat.sparse_sizes.push_back(to_index(column.size()));
    for (const auto& [g, o, count] : column) {
      flat.sparse_rows.push_back(to_index(likelihood.offset(g) + o));
      flat.sparse_counts.push_back(count);
    }
  }
}

void append_transition(FlatLevel& flat, const Transition& transition) {
  for (std::size_t s = 0; s < transition.num_states(); ++s) {
    flat.arc_sizes.push_back(to_index(transition.arcs(s).size()));
    for (const auto& [next, path, count] : transition.arcs(s)) {
      flat.arc_next_states.push_back(to_index(next));
      flat.arc_paths.push_back(to_index(path));
      flat.arc_counts.push_back(count);
    }
  }
}

FlatLevel flatten(const Level& level) {
  FlatLevel flat;
  for (const auto& modality : level.modalities) {
    flat.modality_kinds.push_back(static_cast<std::uint8_t>(modality.kind));
    flat.modality_sources.push_back(to_index(modality.source));
    flat.modality_outcomes.push_back(to_index(modality.num_outcomes));
  }
  flat.locations = Matrix<double>(level.factors.size(), 2);
  for (std::size_t f = 0; f < level.factors.size(); ++f) {
    const auto& factor = level.factors[f];
    check_at_most(factor.num_paths, kMaxPaths, "num_paths");
    check_at_most(factor.stream, kMaxStreams, "stream");
    flat.states.push_back(to_index(factor.num_states()));
    flat.paths.push_back(to_index(factor.num_paths));
    flat.streams.push_back(to_index(factor.stream));
    flat.members.push_back(to_index(factor.modalities.size()));
    flat.sparse.push_back(std::uint8_t{factor.likelihood.is_sparse()});
    flat.moves.push_back(std::uint8_t{!factor.transition.empty()});
    flat.locations(f, 0) = factor.location_row;
    flat.locations(f, 1) = factor.location_column;
    for (std::size_t g : factor.modalities) flat.member_modalities.push_back(to_index(g));
    append_likelihood(flat, factor.likelihood);
    if (!factor.transition.empty()) append_transition(flat, factor.transition);
  }
  return flat;
}

/// The modality whose outcomes hold a row.
std::size_t modality_of(const Likelihood& likelihood, std::size_t row) {
  std::size_t first = 0, last = likelihood.num_modalities();
  while (last - first > 1) {
    const std::size_t middle = (first + last) / 2;
    (likelihood.offset(middle) <= row ? first : last) = middle;
  }
  return first;
}

/// Makes the factors of a level out of its flat tables, from the first to the last.
class LevelBuilder {
 public:
  LevelBuilder(const InputGroup& group, const FlatLevel& flat)
      : group_(group),
        flat_(flat),
        members_(flat.member_modalities, group.name("member_modalities")),
        concentrations_(flat.concentrations, group.name("member_concentrations")),
        dense_counts_(flat.dense_counts, group.name("dense_counts")),
        sparse_sizes_(flat.sparse_sizes, group.name("sparse_sizes")),
        sparse_rows_(flat.sparse_rows, group.name("sparse_rows")),
        sparse_counts_(flat.sparse_counts, group.name("sparse_counts")),
        arc_sizes_(flat.arc_sizes, group.name("arc_sizes")),
        arc_next_states_(flat.arc_next_states, group.name("arc_next_states")),
        arc_paths_(flat.arc_paths, group.name("arc_paths")),
        arc_counts_(flat.arc_counts, group.name("arc_counts")) {}

  Level build() {
    Level level;
    read_modalities(level);
    const std::size_t factors = flat_.states.size();
    for (const std::size_t size : {flat_.paths.size(), flat_.streams.size(), flat_.members.size(),
                                   flat_.sparse.size(), flat_.moves.size(), flat_.locations.rows()})
      require(size == factors, group_.name("factor_states"), ": expected as many as of the other ",
              "arrays of factors, found ", factors, " and ", size);
    require(factors == 0 || flat_.locations.cols() == 2, group_.name("factor_locations"),
            ": expected 2 columns, found ", flat_.locations.cols());
    for (std::size_t f = 0; f < factors; ++f) level.factors.push_back(read_factor(level, f));
    require_all_taken();
    return level;
  }

 private:
  void read_modalities(Level& level) const {
    const std::size_t modalities = flat_.modality_kinds.size();
    require(
        flat_.modality_sources.size() == modalities && flat_.modality_outcomes.size() == modalities,
        group_.name("modality_kinds"), ": expected as many sources and outcomes as kinds");
    for (std::size_t g = 0; g < modalities; ++g) {
      require(flat_.modality_kinds[g] < kNumKinds, group_.name("modality_kinds"),
              ": expected 0 to ", kNumKinds - 1, ", got ", int{flat_.modality_kinds[g]});
      level.modalities.push_back({static_cast<Modality::Kind>(flat_.modality_kinds[g]),
                                  flat_.modality_sources[g], flat_.modality_outcomes[g]});
    }
  }

  Factor read_factor(const Level& level, std::size_t f) {
    Factor factor;
    factor.num_paths = flat_.paths[f];
    check_at_most(factor.num_paths, kMaxPaths, group_.name("factor_paths"));
    factor.stream = flat_.streams[f];
    check_at_most(factor.stream, kMaxStreams, group_.name("factor_streams"));
    factor.location_row = flat_.locations(f, 0);
    factor.location_column = flat_.locations(f, 1);
    for (const double location : {factor.location_row, factor.location_column})
      require(std::abs(location) <= kMaxLocation, group_.name("factor_locations"),
              ": expected at most ", kMaxLocation, ", got ", location);
    std::vector<std::size_t> outcomes;
    for (std::size_t g : members_(flat_.members[f])) {
      require(g < level.modalities.size(), group_.name("member_modalities"), ": expected below ",
              level.modalities.size(), ", got ", g);
      factor.modalities.push_back(g);
      outcomes.push_back(level.modalities[g].num_outcomes);
    }
    const std::size_t states = flat_.states[f];
    const auto concentrations = concentrations_(outcomes.size());
    require(flat_.sparse[f] <= 1 && flat_.moves[f] <= 1, group_.name("factor_sparse"),
            ": expected 0 or 1");
    factor.likelihood = flat_.sparse[f] == 1 ? sparse_likelihood(outcomes, concentrations, states)
                                             : dense_likelihood(outcomes, concentrations, states);
    if (flat_.moves[f] == 1) factor.transition = transition(states, factor.num_paths);
    return factor;
  }

  Likelihood dense_likelihood(std::span<const std::size_t> outcomes,
                              std::span<const double> concentrations, std::size_t states) {
    std::size_t rows = 0;
    for (const std::size_t n : outcomes) rows += n;
    require(states == 0 || rows <= flat_.dense_counts.size() / states, group_.name("dense_counts"),
            ": expected more values");
    const auto counts = dense_counts_(rows * states);
    return within(group_, [&] {
      Likelihood likelihood(outcomes, concentrations, states);
      std::ranges::copy(counts, likelihood.counts().values().begin());
      return likelihood;
    });
  }

  Likelihood sparse_likelihood(std::span<const std::size_t> outcomes,
                               std::span<const double> concentrations, std::size_t states) {
    const auto sizes = sparse_sizes_(states);  // so many states are there, then
    auto likelihood =
        within(group_, [&] { return Likelihood::sparse(outcomes, concentrations, states); });
    for (std::size_t s = 0; s < states; ++s) {
      const auto rows = sparse_rows_(sizes[s]);
      const auto counts = sparse_counts_(sizes[s]);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        require((i == 0 || rows[i - 1] < rows[i]) && rows[i] < likelihood.num_rows(),
                group_.name("sparse_rows"), ": state ", s, ": expected ascending rows below ",
                likelihood.num_rows(), ", got ", rows[i]);
        const std::size_t g = modality_of(likelihood, rows[i]);
        likelihood.add(g, rows[i] - likelihood.offset(g), s, counts[i]);
      }
    }
    return likelihood;
  }

  Transition transition(std::size_t states, std::size_t paths) {
    const auto sizes = arc_sizes_(states);
    std::size_t arcs = 0;
    for (const std::size_t n : sizes) arcs += n;
    const auto next_states = arc_next_states_(arcs), arc_paths = arc_paths_(arcs);
    const auto counts = arc_counts_(arcs);
    return within(group_, [&] { return read_arcs(sizes, next_states, arc_paths, counts, paths); });
  }

  void require_all_taken() const {
    members_.require_all_taken();
    concentrations_.require_all_taken();
    dense_counts_.require_all_taken();
    sparse_sizes_.require_all_taken();
    sparse_rows_.require_all_taken();
    sparse_counts_.require_all_taken();
    arc_sizes_.require_all_taken();
    arc_next_states_.require_all_taken();
    arc_paths_.require_all_taken();
    arc_counts_.require_all_taken();
  }

  const InputGroup& group_;
  const FlatLevel& flat_;
  Take<std::uint32_t> members_;
  Take<double> concentrations_, dense_counts_;
  Take<std::uint32_t> sparse_sizes_, sparse_rows_;
  Take<double> sparse_counts_;
  Take<std::uint32_t> arc_sizes_, arc_next_states_, arc_paths_;
  Take<double> arc_counts_;
};

void write_level(const OutputGroup& group, const Level& level) {
  check_at_most(level.time_scale, kMaxTimeScale, "time_scale");
  group.set("time_scale", level.time_scale);
  const FlatLevel flat = flatten(level);
  for_each_array(flat, WriteArray{group});
}

Level read_level(const InputGroup& group) {
  std::uint64_t time_scale = 0;
  group.get("time_scale", time_scale);
  check_at_most(time_scale, kMaxTimeScale, group.name("time_scale"));
  FlatLevel flat;
  for_each_array(flat, ReadArray{group});
  Level level = LevelBuilder(group, flat).build();
  level.time_scale = time_scale;
  return level;
}

/// What the size of a file does not bound.
void check_limits(const Hierarchy& tree, const std::string& name) {
  std::uint64_t steps = 1, nodes = 0, outcomes = 0;
  for (std::size_t n = tree.levels.size(); n-- > 0;) {
    const auto& level = tree.levels[n];
    check_at_most(level.time_scale, kMaxEpisode / steps, name + ".levels: steps of an episode");
    steps *= level.time_scale;
    nodes += steps * level.factors.size();
  }
  check_at_most(nodes, kMaxNodes, name + ".levels: factors at all their steps");
  for (const auto& modality : tree.levels.front().modalities) outcomes += modality.num_outcomes;
  check_at_most(outcomes, kMaxAllOutcomes, name + ".levels.0.modality_outcomes: all outcomes");
}

}  // namespace

Transition read_arcs(std::span<const std::uint32_t> sizes,
                     std::span<const std::uint32_t> next_states,
                     std::span<const std::uint32_t> paths, std::span<const double> counts,
                     std::size_t num_paths) {
  Transition transition(sizes.size(), num_paths);
  std::size_t at = 0;
  for (std::size_t s = 0; s < sizes.size(); ++s) {
    const std::size_t first = at, end = at + sizes[s];
    require(end <= next_states.size() && paths.size() == next_states.size() &&
                counts.size() == next_states.size(),
            "arcs: expected as many next states, paths and counts as the sizes say");
    for (; at < end; ++at) transition.add(next_states[at], s, paths[at], 1);
    require(transition.arcs(s).size() == sizes[s], "state ", s, ": expected distinct arcs");
    transition.set_counts(s, {counts.begin() + static_cast<std::ptrdiff_t>(first),
                              counts.begin() + static_cast<std::ptrdiff_t>(end)});  // may be 0
  }
  require(at == next_states.size(), "arcs: expected ", at, ", found ", next_states.size());
  return transition;
}

void write_transition(const OutputGroup& group, const Transition& transition) {
  FlatLevel flat;
  append_transition(flat, transition);
  group.write("arc_sizes", flat.arc_sizes);
  group.write("arc_next_states", flat.arc_next_states);
  group.write("arc_paths", flat.arc_paths);
  group.write("arc_counts", flat.arc_counts);
}

Transition read_transition(const InputGroup& group, std::size_t num_paths) {
  const auto sizes = group.vector<std::uint32_t>("arc_sizes");
  const auto next_states = group.vector<std::uint32_t>("arc_next_states");
  const auto paths = group.vector<std::uint32_t>("arc_paths");
  const auto counts = group.vector<double>("arc_counts");
  return within(group, [&] { return read_arcs(sizes, next_states, paths, counts, num_paths); });
}

void write_tree(const OutputGroup& group, const Hierarchy& tree) {
  check_limits(tree, "tree");
  group.set("restart_concentration", tree.restart_concentration);
  group.write("initial_state_counts", tree.initial_state_counts);
  group.set("levels", std::uint64_t{tree.levels.size()});
  for (std::size_t n = 0; n < tree.levels.size(); ++n)
    write_level(group.group("levels").group(n), tree.levels[n]);
  if (!tree.kinds.empty()) write_kinds(group.group("kinds"), tree.kinds);
}

Hierarchy read_tree(const InputGroup& group) {
  Hierarchy tree;
  group.get("restart_concentration", tree.restart_concentration);
  tree.initial_state_counts = group.vector<double>("initial_state_counts");
  std::uint64_t levels = 0;
  group.get("levels", levels);
  check_at_most(levels, kMaxLevels, group.name("levels"));
  for (std::size_t n = 0; n < levels; ++n)
    tree.levels.push_back(read_level(group.group("levels").group(n)));
  if (group.has_text("kinds.number")) tree.kinds = read_kinds(group.group("kinds"));
  within(group, [&] { tree.validate(); });
  check_limits(tree, group.name());
  return tree;
}

}  // namespace rgm::storage
