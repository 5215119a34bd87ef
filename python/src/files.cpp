#include "bindings.h"

namespace rgm::python {

void bind_files(nb::module_&) {}

}  // namespace rgm::python
