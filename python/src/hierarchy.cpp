#include "bindings.h"

namespace rgm::python {

void bind_hierarchy(nb::module_&) {}

}  // namespace rgm::python
