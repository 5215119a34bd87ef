#include "figures/targets.h"

#include "terminal/table.h"

namespace rgm::app {

std::string targets_text(const std::vector<Target>& targets) {
  Table table({"goal", "expected", "measured", ""});
  for (const auto& target : targets)
    table.add({target.name, target.goal, target.measured, target.met ? "met" : "missed"});
  return table.text();
}

}  // namespace rgm::app
