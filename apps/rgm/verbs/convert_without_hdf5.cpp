#include <array>
#include <memory>
#include <string>

#include "rgm/base/error.h"
#include "verbs/verbs.h"

// In place of convert.cpp where the component hdf5 is left out.

namespace rgm::app {

void add_convert(Verb app) {
  auto paths = std::make_shared<std::array<std::string, 2>>();
  const auto verb = app.add_verb("convert", "A model file to HDF5, or back (not in this build)");
  verb.add_option("input", paths->at(0), "File to read");
  verb.add_option("output", paths->at(1), "File to write");
  verb.runs([paths] { fail("convert: this rgm was built without HDF5 (RGM_HDF5)"); });
}

}  // namespace rgm::app
