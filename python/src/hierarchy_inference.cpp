#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/parallel.h"
#include "rgm/base/random.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/inference/smooth.h"
#include "rgm/learning/sequence_learning.h"
#include "rgm/model/hierarchy.h"

// Exact inference about hierarchies: sequences of outcomes, of which an item is one of a single
// step.

namespace rgm::python {

namespace {

using Symbols = Input<std::int64_t, -1, -1>;
using Weights = Input<double, -1, -1>;
using Soft = std::vector<std::pair<std::size_t, Weights>>;

/// What inference reads of a hierarchy, laid out once. Kinds of change are left out: this is what
/// the tree says by itself.
struct TreeReader {
  explicit TreeReader(Hierarchy of) : tree(without_kinds(std::move(of))), tables(tree) {}
  static Hierarchy without_kinds(Hierarchy of) {
    of.kinds = {};
    return of;
  }

  /// Rows of level n that a sequence of `steps` steps has.
  std::size_t rows(std::size_t n, std::size_t steps) const {
    std::size_t span = 1;
    for (std::size_t m = 0; m < n; ++m) span *= tables.time_scale(m);
    return (steps + span - 1) / span;
  }
  /// Episodes of level n.
  std::size_t episodes(std::size_t n, std::size_t steps) const {
    return (rows(n, steps) + tables.time_scale(n) - 1) / tables.time_scale(n);
  }

  Hierarchy tree;
  SequenceTables tables;
};

/// Rows `first` … of symbols, −1 missing, and of soft modalities, whose rows of NaN are missing.
Outcomes outcomes_of(const TreeReader& reader, const Symbols& symbols, const Soft& soft,
                     std::size_t first, std::size_t count) {
  const std::size_t columns = symbols.shape(1);
  Outcomes result(count, columns);
  std::vector<std::size_t> num_outcomes(columns);
  for (const auto& modality : reader.tree.levels.front().modalities)
    num_outcomes[modality.source] = modality.num_outcomes;
  for (std::size_t t = 0; t < count; ++t)
    for (std::size_t g = 0; g < columns; ++g) {
      const std::int64_t symbol = symbols(first + t, g);
      if (symbol == -1) continue;
      require(symbol >= 0 && symbol < static_cast<std::int64_t>(num_outcomes[g]), "outcomes: row ",
              first + t, ", column ", g, ": expected -1 (missing) to ", num_outcomes[g] - 1,
              ", got ", symbol);
      result(t, g) = {static_cast<std::uint16_t>(symbol), 0};
    }
  for (const auto& [g, weights] : soft)
    for (std::size_t t = 0; t < count; ++t) {
      const std::span row(weights.data() + (first + t) * weights.shape(1), weights.shape(1));
      if (!std::isnan(row[0])) result.set_soft(t, g, row);
    }
  return result;
}

/// What inference is asked about: sequences, one behind the other, and where their rows begin.
struct Sequences {
  std::vector<Outcomes> outcomes;
  std::vector<std::size_t> first;  ///< row of level 0, [sequence]
};

Sequences sequences_of(const TreeReader& reader, const Symbols& symbols, const Soft& soft,
                       const std::vector<std::size_t>& lengths) {
  require(symbols.shape(1) == reader.tree.num_modalities(), "outcomes: expected ",
          reader.tree.num_modalities(), " columns, got ", symbols.shape(1));
  Sequences result;
  std::size_t first = 0;
  for (const std::size_t length : lengths) {
    require(length <= symbols.shape(0) - first, "lengths: expected a sum of ", symbols.shape(0));
    result.first.push_back(first);
    result.outcomes.push_back(outcomes_of(reader, symbols, soft, first, length));
    first += length;
  }
  return result;
}

/// A table for each level and factor.
using Tables = std::vector<std::vector<Matrix<double>>>;

/// Where each sequence's rows begin in the tables of each level, [level][sequence], and the end.
std::vector<std::vector<std::size_t>> starts(
    const Sequences& sequences, std::size_t levels,
    const std::function<std::size_t(std::size_t, std::size_t)>& rows) {
  std::vector<std::vector<std::size_t>> result(levels, {0});
  for (std::size_t n = 0; n < levels; ++n)
    for (const auto& sequence : sequences.outcomes)
      result[n].push_back(result[n].back() + rows(n, sequence.items()));
  return result;
}

nb::list arrays_of(Tables tables) {
  nb::list levels;
  for (auto& level : tables) {
    nb::list factors;
    for (auto& table : level) {
      const std::size_t rows = table.rows(), columns = table.cols();
      std::vector<double> values(table.values().begin(), table.values().end());
      table = {};
      factors.append(owned(std::move(values), {rows, columns}));
    }
    levels.append(factors);
  }
  return levels;
}

nb::object numbers(std::vector<double> values) {
  const std::size_t size = values.size();
  return nb::cast(owned(std::move(values), {size}));
}

/// Posteriors of states, a row a step of the factor's level, and of paths, a row an episode.
struct Posteriors {
  Tables states, paths;
  std::vector<double> log_evidence;
};

Posteriors smooth_all(const TreeReader& reader, const Sequences& sequences, SoftReading reading,
                      int threads) {
  const auto& tables = reader.tables;
  const std::size_t levels = tables.num_levels();
  const auto row =
      starts(sequences, levels, [&](std::size_t n, std::size_t t) { return reader.rows(n, t); });
  const auto episode_row = starts(
      sequences, levels, [&](std::size_t n, std::size_t t) { return reader.episodes(n, t); });
  Posteriors result{Tables(levels), Tables(levels), std::vector<double>(sequences.outcomes.size())};
  for (std::size_t n = 0; n < levels; ++n)
    for (const auto& factor : tables.level(n)) {
      result.states[n].emplace_back(row[n].back(), factor.num_states);
      if (n + 1 < levels) result.paths[n].emplace_back(episode_row[n].back(), factor.num_paths);
    }
  parallel_for(sequences.outcomes.size(), threads, [&](std::size_t i) {
    const auto keep = [&](std::size_t first, const Episode& episode) {
      check_interruption();
      for (std::size_t n = 0; n < levels; ++n) {
        const std::size_t steps = tables.steps(n), begin = first / tables.steps(0) * steps,
                          scale = tables.time_scale(n);
        for (std::size_t t = 0; t < steps && row[n][i] + begin + t < row[n][i + 1]; ++t)
          for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
            std::ranges::copy(episode.posterior(n, t, f),
                              result.states[n][f].row(row[n][i] + begin + t).begin());
            if (n + 1 < levels && t % scale == 0)
              std::ranges::copy(
                  episode.path_posterior(n, t, f),
                  result.paths[n][f].row(episode_row[n][i] + (begin + t) / scale).begin());
          }
      }
    };
    result.log_evidence[i] = smooth(tables, sequences.outcomes[i], {reading}, keep);
  });
  return result;
}

/// P(state of each factor at its present step | outcomes so far), a row a step of level 0.
std::pair<Tables, std::vector<double>> filter_all(const TreeReader& reader,
                                                  const Sequences& sequences, SoftReading reading,
                                                  int threads) {
  const auto& tables = reader.tables;
  std::size_t rows = 0;
  for (const auto& sequence : sequences.outcomes) rows += sequence.items();
  std::pair<Tables, std::vector<double>> result(Tables(tables.num_levels()),
                                                std::vector<double>(rows));
  for (std::size_t n = 0; n < tables.num_levels(); ++n)
    for (const auto& factor : tables.level(n))
      result.first[n].emplace_back(rows, factor.num_states);
  parallel_for(sequences.outcomes.size(), threads, [&](std::size_t i) {
    const auto& outcomes = sequences.outcomes[i];
    SequenceFilter filter(tables, reading);
    for (std::size_t t = 0; t < outcomes.items(); ++t) {
      check_interruption();
      const std::size_t to = sequences.first[i] + t;
      result.second[to] = filter.push(outcomes, t);
      const auto& episode = filter.filtered();
      std::size_t span = 1;
      for (std::size_t n = 0; n < tables.num_levels(); ++n) {
        const std::size_t step = t % tables.steps(0) / span;
        for (std::size_t f = 0; f < tables.level(n).size(); ++f)
          std::ranges::copy(episode.posterior(n, step, f), result.first[n][f].row(to).begin());
        span *= tables.time_scale(n);
      }
    }
  });
  return result;
}

SoftReading reading_of(bool as_counts) {
  return as_counts ? SoftReading::kCount : SoftReading::kLikelihood;
}

/// A hierarchy of the same shape whose counts are those expected, without any prior.
Hierarchy counted(const TreeReader& reader, const SequenceCounts& counts) {
  Hierarchy result = reader.tree;
  for (std::size_t n = 0; n < result.levels.size(); ++n)
    for (std::size_t f = 0; f < result.levels[n].factors.size(); ++f) {
      auto& factor = result.levels[n].factors[f];
      factor.likelihood = factor.likelihood.without_counts();
      for (std::size_t s = 0; s < factor.transition.num_states(); ++s)
        factor.transition.set_counts(s, std::vector<double>(factor.transition.arcs(s).size()));
    }
  result.initial_state_counts.assign(result.initial_state_counts.size(), 0.0);
  add_counts(result, counts);
  return result;
}

/// One draw: symbols [step, column], and the states of all factors.
struct Draw {
  std::vector<std::int64_t> symbols;
  std::vector<std::vector<std::vector<std::int64_t>>> states;  ///< [level][factor][step]
};

Draw draw(const TreeReader& reader, std::size_t sequences, std::size_t steps, std::uint64_t seed,
          const SequenceSampleOptions& options) {
  Draw result;
  const Random random(seed);
  for (const auto& level : reader.tree.levels) result.states.emplace_back(level.factors.size());
  for (std::size_t i = 0; i < sequences; ++i) {
    check_interruption();
    Random own = random.fork(i);
    const auto sample = sample_sequence(reader.tree, steps, own, options);
    for (std::size_t t = 0; t < steps; ++t)
      for (const Outcome outcome : sample.outcomes.item(t)) result.symbols.push_back(outcome.token);
    for (std::size_t n = 0; n < result.states.size(); ++n)
      for (std::size_t t = 0; t < reader.rows(n, steps); ++t)
        for (std::size_t f = 0; f < result.states[n].size(); ++f)
          result.states[n][f].push_back(static_cast<std::int64_t>(sample.states.states[n][t][f]));
  }
  return result;
}

nb::list integers_of(std::vector<std::vector<std::vector<std::int64_t>>> values) {
  nb::list levels;
  for (auto& level : values) {
    nb::list factors;
    for (auto& steps : level) {
      const std::size_t size = steps.size();
      factors.append(owned(std::move(steps), {size}));
    }
    levels.append(factors);
  }
  return levels;
}

void bind_beliefs(nb::class_<TreeReader>& bound) {
  bound
      .def("smooth",
           [](const TreeReader& reader, const Symbols& symbols, const Soft& soft,
              const std::vector<std::size_t>& lengths, bool as_counts, int threads) {
             auto found = released([&] {
               return smooth_all(reader, sequences_of(reader, symbols, soft, lengths),
                                 reading_of(as_counts), threads);
             });
             return nb::make_tuple(arrays_of(std::move(found.states)),
                                   arrays_of(std::move(found.paths)),
                                   numbers(std::move(found.log_evidence)));
           })
      .def("filter",
           [](const TreeReader& reader, const Symbols& symbols, const Soft& soft,
              const std::vector<std::size_t>& lengths, bool as_counts, int threads) {
             auto found = released([&] {
               return filter_all(reader, sequences_of(reader, symbols, soft, lengths),
                                 reading_of(as_counts), threads);
             });
             return nb::make_tuple(arrays_of(std::move(found.first)),
                                   numbers(std::move(found.second)));
           })
      .def("log_evidence",
           [](const TreeReader& reader, const Symbols& symbols, const Soft& soft,
              const std::vector<std::size_t>& lengths, bool as_counts, int threads) {
             return numbers(released([&] {
               const auto sequences = sequences_of(reader, symbols, soft, lengths);
               std::vector<double> result(lengths.size());
               parallel_for(result.size(), threads, [&](std::size_t i) {
                 result[i] = smooth(reader.tables, sequences.outcomes[i], {reading_of(as_counts)});
               });
               return result;
             }));
           });
}

}  // namespace

void bind_hierarchy_inference(nb::module_& module) {
  nb::class_<TreeReader> bound(module, "TreeReader");
  bound.def("__init__", [](TreeReader* self, const Hierarchy& tree) {
    released([&] { new (self) TreeReader(tree); });
  });
  bind_beliefs(bound);
  bound
      .def("expected_counts",
           [](const TreeReader& reader, const Symbols& symbols, const Soft& soft,
              const std::vector<std::size_t>& lengths, bool as_counts, int threads) {
             std::vector<double> log_evidence, restarts;
             auto result = released([&] {
               const auto sequences = sequences_of(reader, symbols, soft, lengths);
               auto counts = expected_counts(reader.tables, sequences.outcomes,
                                             {.tolerance = 0,
                                              .smallest = 0,
                                              .reading = reading_of(as_counts),
                                              .threads = threads},
                                             &log_evidence);
               restarts = counts.restarts;
               return counted(reader, counts);
             });
             return nb::make_tuple(std::move(result), numbers(std::move(restarts)),
                                   numbers(std::move(log_evidence)));
           })
      .def(
          "learn",
          [](const TreeReader& reader, const Symbols& symbols, const Soft& soft,
             const std::vector<std::size_t>& lengths, bool as_counts, int threads,
             std::size_t passes, double tolerance, const nb::object& progress) {
            Hierarchy result = reader.tree;
            auto em = released([&] {
              auto tell = progress_of(progress);
              const auto sequences = sequences_of(reader, symbols, soft, lengths);
              return sequence_expectation_maximisation(result, sequences.outcomes,
                                                       {.passes = passes,
                                                        .tolerance = tolerance,
                                                        .smallest = 0,
                                                        .reading = reading_of(as_counts),
                                                        .threads = threads},
                                                       [&](std::size_t pass, const EmResult&) {
                                                         report(tell, "learning", pass, passes);
                                                       });
            });
            return nb::make_tuple(std::move(result), numbers(std::move(em.log_evidence)));
          },
          nb::arg("outcomes"), nb::arg("soft"), nb::arg("lengths"), nb::arg("as_counts"),
          nb::arg("threads"), nb::arg("passes"), nb::arg("tolerance"), nb::arg("progress").none())
      .def("sample", [](const TreeReader& reader, std::size_t sequences, std::size_t steps,
                        std::uint64_t seed, int root_state, bool background) {
        auto result = released([&] {
          return draw(reader, sequences, steps, seed, {root_state, background});
        });
        return nb::make_tuple(
            owned(std::move(result.symbols), {sequences * steps, reader.tree.num_modalities()}),
            integers_of(std::move(result.states)));
      });
}

}  // namespace rgm::python
