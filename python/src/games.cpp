#include "bindings.h"

namespace rgm::python {

void bind_games(nb::module_&) {}

}  // namespace rgm::python
