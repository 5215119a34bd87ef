#include "bindings.h"

namespace rgm::python {

void bind_sequences(nb::module_&) {}

}  // namespace rgm::python
