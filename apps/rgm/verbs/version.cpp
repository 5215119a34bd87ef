#include <fmt/format.h>

#include "rgm/storage/model_file.h"
#include "terminal/output.h"
#include "verbs/verbs.h"

namespace rgm::app {

void add_version(Verb app) {
  app.add_verb("version", "Print the version of the program and of the model file format").runs([] {
    fmt::print("rgm {} (model file format {})\n", program_version(), kModelFileVersion);
  });
}

}  // namespace rgm::app
