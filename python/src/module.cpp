#include "bindings.h"

NB_MODULE(_rgm, module) {
  using namespace rgm::python;
  module.attr("__version__") = RGM_VERSION;
  for (const auto bind : {bind_errors, bind_program, bind_files, bind_images, bind_sequences,
                          bind_games, bind_hierarchy, bind_rates})
    bind(module);
}
