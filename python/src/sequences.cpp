#include "sequences.h"

namespace rgm::python {

void bind_sequences(nb::module_& module) {
  for (const auto bind : {bind_sequence_data, bind_sequence_training, bind_sequence_beliefs,
                          bind_sequence_pictures, bind_sequence_symbols})
    bind(module);
}

}  // namespace rgm::python
