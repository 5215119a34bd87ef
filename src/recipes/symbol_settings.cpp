#include "rgm/recipes/symbol_settings.h"

#include "rgm/base/error.h"
#include "rgm/model/outcomes.h"
#include "setting.h"

namespace rgm {
namespace detail {

Settings settings_of(SymbolSettings& s) {
  return joined(
      {name_setting(s.name),
       {{"codec.symbols", &s.symbols, between(0, double{Outcome::kMaxOutcomes}),
         "symbols of each column, 0 to one less than that; 0: those that training shows", kKept},
        {"structure.group_size", &s.structure.group_size, between(1, 1000),
         "most columns of a group, by mutual information", kKept}},
       episode_settings(s.structure),
       {{"structure.min_levels", &s.structure.min_levels, between(1, 32),
         "levels at least, where structure.max_levels is 0: the top one of n remembers T to the power of n - 1 steps",
         kKept}},
       level_settings(s.structure),
       prior_settings(s.structure),
       restart_setting(s.structure),
       kinds_settings(s.kinds),
       passes_setting(s.passes)});
}

void check_together(const SymbolSettings& s, const std::string& where) {
  check_kinds(s.kinds, where);
  require(s.structure.max_levels == 0 || s.structure.max_levels >= s.structure.min_levels, where,
          ": structure.max_levels: expected 0, or at least structure.min_levels, ",
          s.structure.min_levels, ", got ", s.structure.max_levels);
}

}  // namespace detail

SymbolSettings::SymbolSettings() {
  structure.min_levels = 2;
  kinds.strength = 16;
  kinds.memory = 2;
  structure.outcome_concentration = structure.state_concentration = structure.path_concentration =
      1.0 / 256;
  structure.restart_concentration = 1;
}

SequenceStructureOptions structure_options(const SymbolSettings& settings) {
  auto options = settings.structure;
  options.incomplete_ends = true;
  return options;
}

}  // namespace rgm
