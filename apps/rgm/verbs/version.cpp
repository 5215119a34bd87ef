#include <fmt/format.h>

#include "rgm/storage/model_file.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "verbs/verbs.h"

namespace rgm::app {

void add_version(Verb app) {
  const std::string help = "Print the version of the program and of the model file format";
  const auto text =
      fmt::format("rgm {} (model file format {})", program_version(), kModelFileVersion);
  app.add_verb("version", help).runs([text] { print("{}\n", text); });
  app.add_text_flag("--version", text, help);
}

}  // namespace rgm::app
