#include "rgm/model/hierarchy.h"

#include <nanobind/nanobind.h>

#include "bindings.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/trained/trained_model.h"

namespace rgm::python {

void bind_hierarchy(nb::module_& module) {
  nb::class_<Hierarchy>(module, "Hierarchy")
      .def_prop_ro("num_levels", [](const Hierarchy& tree) { return tree.levels.size(); })
      .def_prop_ro("num_modalities", &Hierarchy::num_modalities)
      .def_prop_ro("num_parameters", &Hierarchy::num_parameters)
      .def_prop_ro("episode_length", &Hierarchy::episode_length)
      .def(
          "__eq__", [](const Hierarchy& a, const Hierarchy& b) { return a == b; },
          nb::is_operator());
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
}

}  // namespace rgm::python
