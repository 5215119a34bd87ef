#include "same_training.h"

#include "rgm/base/error.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

template <class Value>
void check_same(const char* what, const Value& kept, const Value& asked) {
  require(kept == asked, "train: resume: ", what, ": expected ", kept,
          ", that of the checkpoint, got ", asked);
}

}  // namespace

void check_same_settings(const std::string& expected, const std::string& got,
                         const std::string& what) {
  if (expected == got) return;
  const auto wanted = parse_recipe(expected, what), found = parse_recipe(got, what);
  require(wanted.index() == found.index(), what, ": expected those of one kind of model");
  const auto a = describe_settings(wanted), b = describe_settings(found);
  for (std::size_t i = 0; i < a.size(); ++i)
    require(a[i].value == b[i].value || a[i].key == "name", what, ": ", a[i].key, ": expected ",
            a[i].value, ", got ", b[i].value);
}

const TrainingState& training_to_resume(const std::optional<TrainingState>& unfinished,
                                        const Provenance& kept, const Provenance& asked) {
  require(unfinished.has_value(),
          "train: resume: expected the checkpoint of training, got a finished model");
  check_same("recipe", kept.recipe, asked.recipe);
  check_same_settings(kept.settings, asked.settings, "train: resume: settings");
  check_same("data", kept.data_set, asked.data_set);
  check_same("seed", kept.seed, asked.seed);
  check_same("checksum of the model to begin with", kept.learnt_from, asked.learnt_from);
  check_same("program version", kept.program_version, asked.program_version);
  return *unfinished;
}

void check_same_data(const TrainingState& kept, std::uint64_t checksum) {
  require(kept.checksum == checksum,
          "train: resume: data: expected what the checkpoint was learnt from, got other data under "
          "the same name");
}

}  // namespace rgm
