#include "bindings.h"

namespace rgm::python {

void bind_images(nb::module_&) {}

}  // namespace rgm::python
