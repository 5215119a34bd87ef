#include "parts.h"

namespace rgm::storage {

void write_appearance(const OutputGroup& group, const Appearance& appearance) {
  group.write("energies", appearance.energies);
  group.write("changes", appearance.changes);
}

Appearance read_appearance(const InputGroup& group) {
  Appearance result;
  result.energies = group.matrix<double>("energies");
  result.changes = group.matrix<double>("changes");
  within(group, [&] { result.validate(); });
  return result;
}

}  // namespace rgm::storage
