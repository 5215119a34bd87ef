#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "figures/levels.h"
#include "figures/sequence_figures.h"
#include "rgm/base/error.h"
#include "rgm/pipelines/merge_models.h"
#include "rgm/storage/model_file.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/table.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::vector<std::string> models;
  std::string output = "merged.rgm";
};

/// The names of data sets in a provenance, which joins them by commas.
std::vector<std::string> names_in(std::string_view data_set) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> names;
  for (std::size_t end = 0; !data_set.empty(); data_set.remove_prefix(end)) {
    end = std::min(data_set.find(kBetween), data_set.size());
    names.emplace_back(data_set.substr(0, end));
    if (end < data_set.size()) end += kBetween.size();
  }
  return names;
}

/// Warns of data that both seem to have learnt, which then count twice. No more than that: data of
/// several machines may have one name.
void warn_of_same_data(const Provenance& merged, const Provenance& other, const std::string& path) {
  const auto known = names_in(merged.data_set);
  for (const auto& name : names_in(other.data_set))
    if (std::ranges::find(known, name) != known.end()) {
      print_note(
          fmt::format("{}: {}: learnt in both by its name; if so, it counts twice", path, name));
      return;
    }
}

/// `merged` and then the model of `path`.
template <class Model>
Model merged_with(const Model& merged, const std::string& path) {
  const auto other = read_model_as<Model>(path);
  auto result = with_prefix(path, [&] { return merge_models(merged, other); });
  warn_of_same_data(merged.provenance, other.provenance, path);
  return result;
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
          print("{}: {} ({} {}), {}\n{}", options.output, merged.provenance.data_set,
                grouped(merged.provenance.units_seen), unit, file_size_text(options.output),
                Lines{levels_text(merged)});
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
      .reads_model()
      .required();
  verb.add_option("-o,--output", options->output, "Model file to write")
      .writes_file()
      .shows_default();
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
