#include "program.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <vector>

#include "bindings.h"
#include "calls.h"

namespace rgm::python {

void bind_program(nb::module_& module) {
  module.def(
      "run_program",
      [](std::vector<std::string> arguments) {
        std::vector<char*> pointers;
        for (auto& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        return released(
            [&] { return app::run_program(static_cast<int>(arguments.size()), pointers.data()); });
      },
      nb::arg("arguments"),
      "The command-line program; it takes the process over (signals, standard output), so it is for `python -m rgm` alone.");
}

}  // namespace rgm::python
