#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <variant>

#include "figures/kinds_figures.h"
#include "figures/levels.h"
#include "figures/sequence_figures.h"
#include "rgm/storage/model_file.h"
#include "terminal/json.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/table.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

std::string front_end_text(const FrontEnd& front_end) {
  if (const auto* film = std::get_if<FilmCodec>(&front_end)) {
    const auto& codec = film->voxels;
    const auto& size = codec.options().preparation;
    return fmt::format("{}×{}, {} frames a voxel, {} tiles, {} modalities of {} bins", size.height,
                       size.width, codec.options().frames_per_voxel, codec.tiles().size(),
                       grouped(codec.num_modalities()), codec.num_outcomes());
  }
  const auto& symbols = symbol_codec(front_end);
  std::string text;
  const std::size_t named = std::min(symbols.num_columns(), kMaxNamedColumns);
  for (std::size_t c = 0; c < named; ++c)
    text += fmt::format("{}column {} of {} symbols", c == 0 ? "" : ", ", symbols.column_text(c),
                        grouped(symbols.alphabet(c).size()));
  return text + more_columns(symbols);
}

/// The beginning of what its maker noted with a model.
void show_annotation(const Provenance& provenance) {
  constexpr std::size_t kShown = 60;
  const auto& text = provenance.annotation;
  if (text.empty()) return;
  std::size_t end = std::min(text.find('\n'), text.size());
  if (end > kShown)  // and no half of a character
    for (end = kShown; (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80; --end) {
    }
  print("  note      {}{} ({})\n", text.substr(0, end), end < text.size() ? "…" : "",
        bytes_text(static_cast<double>(text.size())));
}

void show(const SequenceModel& model, const std::string& path, const std::string& json) {
  const auto bytes = std::filesystem::file_size(path);
  const auto outcomes = num_outcomes(model.front_end);
  print("{}: {}\n", path, bytes_text(static_cast<double>(bytes)));
  print("  made by   rgm {}, recipe {}\n", model.provenance.program_version,
        model.provenance.recipe);
  print("  learnt    {}: {} {}\n", model.provenance.data_set, grouped(model.provenance.units_seen),
        unit_name(model.front_end));
  show_annotation(model.provenance);
  print("  codec     {}\n\n{}", front_end_text(model.front_end), Lines{levels_text(model)});
  if (!model.tree.kinds.empty()) print("\n{}", Lines{kinds_text(model.tree.kinds)});
  write_json(json,
             {{"file_bytes", bytes},
              {"recipe", model.provenance.recipe},
              {"data_set", model.provenance.data_set},
              {fmt::format("train_{}", unit_name(model.front_end)), model.provenance.units_seen},
              {"program_version", model.provenance.program_version},
              {"annotation", model.provenance.annotation},
              {"modalities", outcomes.size()},
              {"bins", std::ranges::max(outcomes)},
              {"parameters", model.tree.num_parameters()},
              {"levels", levels_figures(model.tree)},
              {"kinds", kinds_figures(model.tree.kinds)}});
}

void show(const PlayModel& model, const std::string& path, const std::string& json) {
  const auto bytes = std::filesystem::file_size(path);
  const auto& p = model.provenance;
  std::size_t arcs = 0, cells = 0;
  for (std::size_t s = 0; s < model.controlled.num_states(); ++s)
    arcs += model.controlled.arcs(s).size();
  std::string streams, actions;
  for (const auto& stream : model.spaces.streams) {
    cells += stream.num_symbols.size();
    streams += (streams.empty() ? "" : ", ") + stream.name;
  }
  for (const auto& action : model.spaces.actions) actions += (actions.empty() ? "" : ", ") + action;
  print("{}: {} on {} ({} frames, seed {}), rgm {}, {}\n", path, p.recipe, model.game,
        grouped(p.units_seen), p.seed, p.program_version, bytes_text(static_cast<double>(bytes)));
  show_annotation(p);
  print("  shows     {}: {} modalities\n  actions   {}\n", streams, grouped(cells), actions);
  print("  states    {} generalised states of {} frames, {} steps from one to another\n\n{}",
        grouped(model.controlled.num_states()), model.tree.episode_length(), grouped(arcs),
        Lines{levels_text(model.tree)});
  write_json(json, {{"file_bytes", bytes},
                    {"recipe", p.recipe},
                    {"seed", p.seed},
                    {"game", model.game},
                    {"frames_seen", p.units_seen},
                    {"program_version", p.program_version},
                    {"annotation", p.annotation},
                    {"modalities", cells},
                    {"actions", model.spaces.actions},
                    {"states", model.controlled.num_states()},
                    {"steps", arcs},
                    {"parameters", model.tree.num_parameters()},
                    {"levels", levels_figures(model.tree)}});
}

void show(const ImageModel& model, const std::string& path, const std::string& json) {
  const auto bytes = std::filesystem::file_size(path);
  const auto& p = model.provenance;
  const auto& prep = model.codec.preparation();
  print("{}: {} on {} ({} images, seed {}), rgm {}, {}\n", path, p.recipe, p.data_set,
        grouped(p.units_seen), p.seed, p.program_version, bytes_text(static_cast<double>(bytes)));
  show_annotation(p);
  print("  pictures  {}×{}×{} → {}×{}, {} tiles, {} modalities of {} outcomes\n",
        prep.input_height(), prep.input_width(), prep.channels(), prep.options().height,
        prep.options().width, model.codec.tiles().size(), model.codec.num_modalities(),
        model.codec.num_outcomes());
  std::string classes;
  for (const auto& name : model.class_names) classes += (classes.empty() ? "" : ", ") + name;
  print("  classes   {}\n  trees     {}{}\n\n", classes.empty() ? "none" : classes,
        model.trees.size(),
        model.class_at_root()    ? ", shared, the class above its top"
        : model.trees.size() > 1 ? ", one a class"
                                 : "");
  print("{}", Lines{levels_text(model)});
  write_json(json, {{"file_bytes", bytes},
                    {"recipe", p.recipe},
                    {"seed", p.seed},
                    {"data_set", p.data_set},
                    {"train_images", p.units_seen},
                    {"program_version", p.program_version},
                    {"annotation", p.annotation},
                    {"classes", model.class_names},
                    {"modalities", model.codec.num_modalities()},
                    {"bins", model.codec.num_outcomes()},
                    {"trees", trees_figures(model)}});
}

struct Options {
  std::string model;
  bool settings = false;
  CommonOptions common;
};

void run(const Options& options) {
  std::visit(
      [&](const auto& model) {
        if (options.settings) return print("{}", Lines{model.provenance.settings});
        show(model, options.model, options.common.json);
      },
      read_model(options.model));
}

}  // namespace

void add_info(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb(
      "info",
      "What is in a model file: levels, groups, states, counts, kinds of change, bytes, where it comes from");
  verb.add_option("model", options->model, "Model file (.rgm)").reads_model().required();
  verb.add_flag("--settings", options->settings,
                "Print the settings as a recipe file and nothing else");
  add_json_option(verb, options->common);
  verb.runs([options, verb] {
    if (options->settings)
      verb.refuse_given({"--json"}, "not with --settings, which prints no figures");
    check_output(options->common.json);
    run(*options);
  });
}

}  // namespace rgm::app
