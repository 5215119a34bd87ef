#include <fmt/format.h>

#include <memory>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "figures/levels.h"
#include "figures/sequence_figures.h"
#include "rgm/base/error.h"
#include "rgm/pipelines/merge_models.h"
#include "rgm/storage/model_file.h"
#include "terminal/output.h"
#include "terminal/table.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::vector<std::string> models;
  std::string output = "merged.rgm";
};

/// `merged` and then the model of `path`.
template <class Model>
Model merged_with(const Model& merged, const std::string& path) {
  const auto other = read_model_as<Model>(path);
  return with_prefix(path, [&] { return merge_models(merged, other); });
}

void run(const Options& options) {
  check_output(options.output);
  require(options.models.size() >= 2, "merge: expected at least two models, got ",
          options.models.size());
  const auto first = read_model(options.models.front());
  std::visit(
      [&]<class Model>(const Model& model) {
        if constexpr (std::is_same_v<Model, PlayModel>) {
          fail(options.models.front(), ": ", kind_of(first),
               ", expected one of images or of a sequence");
        } else {
          Model merged = model;
          for (std::size_t i = 1; i < options.models.size(); ++i)
            merged = merged_with(merged, options.models[i]);
          write_model(options.output, merged);
          std::string_view unit = "images";
          if constexpr (std::is_same_v<Model, SequenceModel>) unit = unit_name(merged.front_end);
          fmt::print("{}: {} ({} {}), {}\n{}", options.output, merged.provenance.data_set,
                     grouped(merged.provenance.units_seen), unit, file_size_text(options.output),
                     levels_text(merged));
        }
      },
      first);
}

}  // namespace

void add_merge(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb =
      app.add_verb("merge", "One model of several that were learnt apart with one codec (--like)");
  verb.add_option("models", options->models, "Model files (.rgm) of images or of sequences")
      .required();
  verb.add_option("-o,--output", options->output, "Model file to write").shows_default();
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
