#include "rgm/env/grid_rules.h"

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"

namespace rgm {

std::vector<std::string> game_names() { return {"pong", "breakout", "arcade"}; }

std::shared_ptr<const GridRules> game_rules(std::string_view name, const GameOptions& options) {
  if (name == "pong") return pong_rules(options);
  if (name == "breakout") return breakout_rules(options);
  if (name == "arcade") return arcade_rules(options);
  const auto names = game_names();
  const std::string meant = nearest_name(name, names);
  fail("game: expected pong, breakout or arcade, got ", name,
       meant.empty() ? "" : " (did you mean " + meant + "?)");
}

}  // namespace rgm
