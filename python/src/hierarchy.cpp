#include "rgm/model/hierarchy.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/model/canonical.h"
#include "rgm/trained/trained_model.h"

// Hierarchies from arrays and back. rgm/hierarchy.py sees to types, shapes and signs before.

namespace rgm::python {

namespace {

using Numbers = Input<double, -1>;
using Indices = Input<std::int64_t, -1>;

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

void add_level(Hierarchy& tree, std::size_t time_scale) {
  tree.levels.emplace_back().time_scale = time_scale;
}

Level& last_level(Hierarchy& tree) {
  require(!tree.levels.empty(), "hierarchy: expected a level first");
  return tree.levels.back();
}

Factor& last_factor(Hierarchy& tree) {
  auto& factors = last_level(tree).factors;
  require(!factors.empty(), "hierarchy: expected a factor first");
  return factors.back();
}

void check_modality(const Factor& factor, std::size_t g) {
  require(g < factor.likelihood.num_modalities(), "modality: expected below ",
          factor.likelihood.num_modalities(), ", got ", g);
}

/// A modality of the last level; its index there.
std::size_t add_modality(Hierarchy& tree, int kind, std::size_t source, std::size_t num_outcomes) {
  auto& modalities = last_level(tree).modalities;
  modalities.push_back({static_cast<Modality::Kind>(kind), source, num_outcomes});
  return modalities.size() - 1;
}

/// A factor of the last level without counts.
void add_factor(Hierarchy& tree, const std::vector<std::size_t>& modalities,
                const std::vector<double>& concentrations, std::size_t states, std::size_t paths,
                bool sparse, std::pair<double, double> location, std::size_t stream) {
  auto& level = last_level(tree);
  std::vector<std::size_t> outcomes;
  for (const std::size_t g : modalities) outcomes.push_back(level.modalities.at(g).num_outcomes);
  auto& factor = level.factors.emplace_back();
  factor.modalities = modalities;
  factor.likelihood = sparse ? Likelihood::sparse(outcomes, concentrations, states)
                             : Likelihood(outcomes, concentrations, states);
  factor.num_paths = paths;
  factor.location_row = location.first;
  factor.location_column = location.second;
  factor.stream = stream;
}

/// Counts of the g-th modality of the last factor, which is dense, [outcome, state].
void set_dense(Hierarchy& tree, std::size_t g, const Input<double, -1, -1>& counts) {
  check_modality(last_factor(tree), g);
  auto& likelihood = last_factor(tree).likelihood;
  require(
      counts.shape(0) == likelihood.num_outcomes(g) && counts.shape(1) == likelihood.num_states(),
      "counts: expected ", likelihood.num_outcomes(g), " by ", likelihood.num_states());
  std::copy_n(counts.data(), counts.size(), likelihood.counts().row(likelihood.offset(g)).data());
}

/// The same of a sparse factor; by states and outcomes ascending it is fastest.
void add_sparse(Hierarchy& tree, std::size_t g, const Indices& outcomes, const Indices& states,
                const Numbers& counts) {
  auto& likelihood = last_factor(tree).likelihood;
  for (std::size_t i = 0; i < counts.size(); ++i)
    likelihood.add(g, index(outcomes.data()[i]), index(states.data()[i]), counts.data()[i]);
}

/// Transitions of the last factor.
void set_arcs(Hierarchy& tree, const Indices& next, const Indices& states, const Indices& paths,
              const Numbers& counts) {
  auto& factor = last_factor(tree);
  factor.transition = Transition(factor.num_states(), factor.num_paths);
  for (std::size_t i = 0; i < counts.size(); ++i)
    factor.transition.add(index(next.data()[i]), index(states.data()[i]), index(paths.data()[i]),
                          counts.data()[i]);
}

const Level& level_of(const Hierarchy& tree, std::size_t n) {
  require(n < tree.levels.size(), "level: expected below ", tree.levels.size(), ", got ", n);
  return tree.levels[n];
}

const Factor& factor_of(const Hierarchy& tree, std::size_t n, std::size_t f) {
  const auto& factors = level_of(tree, n).factors;
  require(f < factors.size(), "factor: expected below ", factors.size(), ", got ", f);
  return factors[f];
}

/// Counts of a modality of a factor, of either form: outcomes and counts, state after state, and
/// where a state's begin.
nb::tuple sparse_counts(const Factor& factor, std::size_t g) {
  std::vector<std::int64_t> outcomes, begin{0};
  std::vector<double> counts;
  for (std::size_t s = 0; s < factor.num_states(); ++s) {
    factor.likelihood.for_each_count(s, [&](std::size_t modality, std::size_t o, double count) {
      if (modality != g) return;
      outcomes.push_back(static_cast<std::int64_t>(o));
      counts.push_back(count);
    });
    begin.push_back(static_cast<std::int64_t>(counts.size()));
  }
  const std::size_t size = counts.size(), ends = begin.size();
  return nb::make_tuple(owned(std::move(outcomes), {size}), owned(std::move(begin), {ends}),
                        owned(std::move(counts), {size}));
}

/// A copy of the counts of a modality of a dense factor, [outcome, state].
nb::object dense_counts(const Factor& factor, std::size_t g) {
  check_modality(factor, g);
  require(!factor.likelihood.is_sparse(), "factor: expected a dense one");
  const auto& likelihood = factor.likelihood;
  const std::size_t outcomes = likelihood.num_outcomes(g), states = likelihood.num_states();
  const auto* first = likelihood.counts().row(likelihood.offset(g)).data();
  return nb::cast(owned(std::vector<double>(first, first + outcomes * states), {outcomes, states}));
}

nb::tuple arcs_of(const Factor& factor) {
  std::vector<std::int64_t> next, states, paths;
  std::vector<double> counts;
  for (std::size_t s = 0; s < factor.transition.num_states(); ++s)
    for (const auto& arc : factor.transition.arcs(s)) {
      next.push_back(static_cast<std::int64_t>(arc.next));
      states.push_back(static_cast<std::int64_t>(s));
      paths.push_back(static_cast<std::int64_t>(arc.path));
      counts.push_back(arc.count);
    }
  const std::size_t size = counts.size();
  return nb::make_tuple(owned(std::move(next), {size}), owned(std::move(states), {size}),
                        owned(std::move(paths), {size}), owned(std::move(counts), {size}));
}

/// A model of symbols 0, 1 … in as many columns as the hierarchy has outcomes: the form in which a
/// file keeps a hierarchy alone.
SequenceModel as_symbols(const Hierarchy& tree, const std::string& version) {
  SequenceModel model;
  std::vector<std::vector<std::int64_t>> alphabets(tree.num_modalities());
  for (const auto& modality : tree.levels.front().modalities) {
    auto& alphabet = alphabets[modality.source];
    alphabet.resize(modality.num_outcomes);
    std::iota(alphabet.begin(), alphabet.end(), std::int64_t{0});
  }
  model.front_end = SymbolCodec::from_parts({}, std::move(alphabets));
  model.tree = tree;
  model.provenance.program_version = version;
  return model;
}

/// What builds a hierarchy: each call adds to the last level or factor; `validate` ends it.
void bind_building(nb::class_<Hierarchy>& bound) {
  bound.def(nb::init<>())
      .def("add_level", &add_level)
      .def("add_modality", &add_modality)
      .def("add_factor", &add_factor)
      .def("set_dense", &set_dense)
      .def("add_sparse", &add_sparse)
      .def("set_arcs", &set_arcs)
      .def("set_root",
           [](Hierarchy& tree, const Numbers& counts, double restart) {
             tree.initial_state_counts.assign(counts.data(), counts.data() + counts.size());
             tree.restart_concentration = restart;
           })
      .def("validate", [](const Hierarchy& tree) { released([&] { tree.validate(); }); });
}

void bind_reading(nb::class_<Hierarchy>& bound) {
  bound.def_prop_ro("num_levels", [](const Hierarchy& tree) { return tree.levels.size(); })
      .def_prop_ro("num_modalities", &Hierarchy::num_modalities)
      .def_prop_ro("num_parameters", &Hierarchy::num_parameters)
      .def_prop_ro("episode_length", &Hierarchy::episode_length)
      .def_prop_ro("restart_concentration",
                   [](const Hierarchy& tree) { return tree.restart_concentration; })
      .def_prop_ro("has_kinds", [](const Hierarchy& tree) { return !tree.kinds.empty(); })
      .def("initial_state_counts",
           [](const Hierarchy& tree) {
             auto counts = tree.initial_state_counts;
             const std::size_t size = counts.size();
             return owned(std::move(counts), {size});
           })
      .def("level",
           [](const Hierarchy& tree, std::size_t n) {
             const auto& level = level_of(tree, n);
             std::vector<std::tuple<int, std::size_t, std::size_t>> modalities;
             for (const auto& modality : level.modalities)
               modalities.emplace_back(static_cast<int>(modality.kind), modality.source,
                                       modality.num_outcomes);
             return std::tuple(level.time_scale, level.factors.size(), std::move(modalities));
           })
      .def("factor",
           [](const Hierarchy& tree, std::size_t n, std::size_t f) {
             const auto& factor = factor_of(tree, n, f);
             std::vector<double> concentrations;
             for (std::size_t g = 0; g < factor.likelihood.num_modalities(); ++g)
               concentrations.push_back(factor.likelihood.concentration(g));
             return nb::make_tuple(
                 factor.modalities, concentrations, factor.num_states(), factor.num_paths,
                 factor.likelihood.is_sparse(), !factor.transition.empty(),
                 std::pair(factor.location_row, factor.location_column), factor.stream);
           })
      .def("dense_counts", [](const Hierarchy& tree, std::size_t n, std::size_t f,
                              std::size_t g) { return dense_counts(factor_of(tree, n, f), g); })
      .def("sparse_counts", [](const Hierarchy& tree, std::size_t n, std::size_t f,
                               std::size_t g) { return sparse_counts(factor_of(tree, n, f), g); })
      .def("arcs", [](const Hierarchy& tree, std::size_t n, std::size_t f) {
        return arcs_of(factor_of(tree, n, f));
      });
}

}  // namespace

void bind_hierarchy(nb::module_& module) {
  nb::class_<Hierarchy> bound(module, "Hierarchy");
  bind_building(bound);
  bind_reading(bound);
  bound.def(
      "same_as",
      [](const Hierarchy& a, const Hierarchy& b) {
        return released([&] { return a == b || canonical(a) == canonical(b); });
      },
      "Whether both mean the same, in whatever form and order.");
  bound.def("as_symbols", &as_symbols, nb::arg("version"), "The model that a file holds.");

  module.def(
      "hierarchy_of",
      [](const ImageModel& model, std::size_t tree) {
        require(tree < model.trees.size(), "tree: expected below ", model.trees.size(), ", got ",
                tree);
        return released([&] { return Hierarchy(model.trees[tree]); });
      },
      nb::arg("model"), nb::arg("tree") = 0, "A copy of one of the model's hierarchies.");
  module.def(
      "hierarchy_of", [](const SequenceModel& model) { return Hierarchy(model.tree); },
      nb::arg("model"), "A copy of the model's hierarchy.");
  module.def(
      "hierarchy_of", [](const PlayModel& model) { return Hierarchy(model.tree); },
      nb::arg("model"), "A copy of the model's hierarchy.");
  bind_hierarchy_inference(module);
}

}  // namespace rgm::python
