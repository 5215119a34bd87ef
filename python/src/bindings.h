#pragma once

#include <nanobind/nanobind.h>

namespace rgm::python {

namespace nb = nanobind;

// One function a file: each adds its part to the module `rgm._rgm`, which is private: the Python
// package gives it its names, its manners and its documents.

void bind_errors(nb::module_& module);
void bind_program(nb::module_& module);
void bind_files(nb::module_& module);
void bind_images(nb::module_& module);
void bind_sequences(nb::module_& module);
void bind_games(nb::module_& module);
void bind_hierarchy(nb::module_& module);
void bind_hierarchy_inference(nb::module_& module);
void bind_rates(nb::module_& module);

}  // namespace rgm::python
