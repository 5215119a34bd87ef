#include "rgm/storage/model_file.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "parts.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/mapped_file.h"
#include "rgm/env/grid_game.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

using namespace storage;

const std::string kFormat = "rgm";
constexpr std::array<std::string_view, 2> kReadings{"likelihood", "count"};  // SoftReading
constexpr std::array<std::string_view, std::variant_size_v<TrainedModel>> kKinds{
    "image", "sequence", "game"};  // in the order of TrainedModel

template <class Origin, class Visit>
void for_each_field(Origin& provenance, Visit visit) {
  visit("program_version", provenance.program_version);
  visit("recipe", provenance.recipe);
  visit("data_set", provenance.data_set);
  visit("seed", provenance.seed);
  visit("units_seen", provenance.units_seen);
}

std::uint64_t read_version(const InputGroup& root) {
  require(root.has_text("format"), "not a model file: expected the text format");
  std::string format;
  root.get("format", format);
  require(format == kFormat, "not a model file: format: expected ", kFormat);
  std::uint64_t version = 0;
  root.get("format_version", version);
  require(version <= kModelFileVersion, "format version ", version,
          " is newer than this program reads (", kModelFileVersion, "): update rgm");
  require(version >= kOldestModelFileVersion, "format version: expected ", kOldestModelFileVersion,
          " to ", kModelFileVersion, ", got ", version);
  return version;
}

/// The oldest version that holds the parts of a kind of model: later ones brought parts that not
/// every model has.
std::uint64_t version_of_parts(const ImageModel& model) { return model.usual.known() ? 5 : 4; }
std::uint64_t version_of_parts(const SequenceModel& model) {
  return model.tree.kinds.empty() && !model.appearance.known() ? 4 : 6;
}
std::uint64_t version_of_parts(const PlayModel& model) { return model.tree.kinds.empty() ? 4 : 6; }

/// The oldest version that holds a model.
template <class Model>
std::uint64_t version_of(const Model& model) {
  return model.provenance.annotation.empty() ? version_of_parts(model) : 7;
}

/// An empty model of the kind that a file holds.
TrainedModel model_of_kind(const InputGroup& root) {
  std::string word;
  root.get("kind", word);
  switch (from_word<std::size_t>(word, kKinds, root.name("kind"))) {
    case 0:
      return ImageModel();
    case 1:
      return SequenceModel();
    default:
      return PlayModel();
  }
}

SoftReading read_reading(const InputGroup& root) {
  std::string reading;
  root.get("reading", reading);
  return from_word<SoftReading>(reading, kReadings, root.name("reading"));
}

/// A file of a sequence has the parts of a codec of films, or those of symbols.
FrontEnd read_front_end(const InputGroup& root) {
  if (root.has_text("symbols.columns")) return read_symbols(root.group("symbols"));
  FilmCodec film;
  film.voxels = read_codec(root.group("codec"));
  root.get("frames_per_second", film.frames_per_second);
  return film;
}

void write_front_end(const OutputGroup& root, const FrontEnd& front_end) {
  if (const auto* film = std::get_if<FilmCodec>(&front_end)) {
    write_codec(root.group("codec"), film->voxels);
    root.set("frames_per_second", film->frames_per_second);
  } else {
    write_symbols(root.group("symbols"), std::get<SymbolCodec>(front_end));
  }
}

void write_parts(const OutputGroup& root, const ImageModel& model) {
  root.set("reading", to_word(model.reading, kReadings));
  write_codec(root.group("codec"), model.codec);
  const OutputGroup classes = root.group("classes");
  classes.set("names", model.class_names);
  classes.write("counts", model.class_counts);
  root.set("trees", std::uint64_t{model.trees.size()});
  for (std::size_t k = 0; k < model.trees.size(); ++k)
    write_tree(root.group("trees").group(k), model.trees[k]);
  root.group("usual").write("log_evidence", model.usual.log_evidence);
  root.group("usual").write("loss", model.usual.loss);
}

void read_parts(const InputGroup& root, ImageModel& model) {
  model.reading = read_reading(root);
  model.codec = read_codec(root.group("codec"));
  const InputGroup classes = root.group("classes");
  classes.get("names", model.class_names);
  model.class_counts = classes.vector<double>("counts");
  std::uint64_t trees = 0;
  root.get("trees", trees);
  require(trees <= std::max<std::size_t>(model.num_classes(), 1), root.name("trees"),
          ": expected one, or one a class, got ", trees);
  for (std::size_t k = 0; k < trees; ++k)
    model.trees.push_back(read_tree(root.group("trees").group(k)));
  model.usual.log_evidence = root.group("usual").vector<double>("log_evidence");
  model.usual.loss = root.group("usual").vector<double>("loss");
}

void write_parts(const OutputGroup& root, const SequenceModel& model) {
  root.set("reading", to_word(model.reading, kReadings));
  write_front_end(root, model.front_end);
  root.set_lines("structure", model.structure);
  write_tree(root.group("tree"), model.tree);
  if (model.appearance.known()) write_appearance(root.group("appearance"), model.appearance);
}

void read_parts(const InputGroup& root, SequenceModel& model) {
  model.reading = read_reading(root);
  model.front_end = read_front_end(root);
  model.structure = root.lines("structure");
  model.tree = read_tree(root.group("tree"));
  model.appearance = read_appearance(root.group("appearance"));
}

void write_parts(const OutputGroup& root, const PlayModel& model) {
  write_game(root.group("game"), model.game, model.options);
  write_spaces(root.group("spaces"), model.spaces);
  write_tree(root.group("tree"), model.tree);
  write_transition(root.group("controlled"), model.controlled);
}

void read_parts(const InputGroup& root, PlayModel& model) {
  read_game(root.group("game"), model.game, model.options);
  model.spaces = read_spaces(root.group("spaces"));
  model.tree = read_tree(root.group("tree"));
  model.controlled = read_transition(root.group("controlled"), model.spaces.actions.size());
}

/// Settings are text, which has to be that of a recipe of the model's kind; a model that was not
/// trained may have none. The options of a game have to be those of what the model knows.
void check_settings(const ImageModel& model) {
  const auto& text = model.provenance.settings;
  if (!text.empty()) parse_recipe_as<ImageSettings>(text, "settings");
}

void check_settings(const SequenceModel& model) {
  for (const auto* text : {&model.provenance.settings, &model.structure}) {
    if (text->empty()) continue;
    if (std::holds_alternative<FilmCodec>(model.front_end))
      parse_recipe_as<SequenceSettings>(*text, "settings");
    else
      parse_recipe_as<SymbolSettings>(*text, "settings");
  }
}

void check_settings(const PlayModel& model) {
  const auto& text = model.provenance.settings;
  if (!text.empty()) parse_recipe_as<GameSettings>(text, "settings");
  const auto names = game_names();
  if (std::ranges::find(names, model.game) == names.end()) return;  // a game of the user's own
  require(spaces_of(*game_rules(model.game, model.options)) == model.spaces,
          "spaces: expected what ", model.game, " shows, got those of something else");
}

template <class Model>
void validate(const Model& model) {
  model.validate();
  check_settings(model);
}

template <class Model>
std::vector<std::uint8_t> encode(const Model& model) {
  validate(model);
  TensorWriter writer;
  const OutputGroup root(writer);
  root.set("format", kFormat);
  root.set("format_version", version_of(model));
  root.set("kind", std::string(kKinds.at(TrainedModel(Model()).index())));
  for_each_field(model.provenance,
                 [&](const char* name, const auto& value) { root.set(name, value); });
  root.set_lines("settings", model.provenance.settings);
  if (model.provenance.learnt_from != 0) root.set("learnt_from", model.provenance.learnt_from);
  if (!model.provenance.annotation.empty())
    root.set_lines("annotation", model.provenance.annotation);
  write_parts(root, model);
  if (model.unfinished) write_training(root.group("training"), *model.unfinished);
  return writer.bytes();
}

/// The model in a file. `check_kind` is shown an empty one of its kind before the rest is read.
template <class CheckKind>
TrainedModel read_from(const TensorFile& file, CheckKind check_kind) {
  InputGroup::Source source{file, {}};
  const InputGroup root(source);
  const auto version = read_version(root);
  TrainedModel result = model_of_kind(root);
  check_kind(result);
  std::visit(
      [&](auto& model) {
        for_each_field(model.provenance,
                       [&](const char* field, auto& value) { root.get(field, value); });
        model.provenance.settings = root.lines("settings");
        if (root.has_text("learnt_from")) root.get("learnt_from", model.provenance.learnt_from);
        if (root.has_text("annotation")) model.provenance.annotation = root.lines("annotation");
        read_parts(root, model);
        if (root.has_text("training.checksum"))
          model.unfinished = read_training(root.group("training"));
        source.require_all_used();
        require(version == version_of(model), "format version: expected ", version_of(model),
                " of a file with these parts, got ", version);
        validate(model);
      },
      result);
  return result;
}

template <class Model>
Model read_from_as(const TensorFile& file) {
  return std::get<Model>(read_from(file, [](const TrainedModel& found) {
    require(std::holds_alternative<Model>(found), kind_of(found), ", expected ", kind_of(Model()));
  }));
}

}  // namespace

std::vector<std::uint8_t> encode_model(const ImageModel& model) { return encode(model); }
std::vector<std::uint8_t> encode_model(const SequenceModel& model) { return encode(model); }
std::vector<std::uint8_t> encode_model(const PlayModel& model) { return encode(model); }

TrainedModel parse_model(std::span<const std::uint8_t> bytes, const std::string& name) {
  return with_prefix<FileError>(
      name, [&] { return read_from(TensorFile::in(bytes), [](const TrainedModel&) {}); });
}

template <class Model>
Model parse_model_as(std::span<const std::uint8_t> bytes, const std::string& name) {
  return with_prefix<FileError>(name, [&] { return read_from_as<Model>(TensorFile::in(bytes)); });
}
template ImageModel parse_model_as(std::span<const std::uint8_t>, const std::string&);
template SequenceModel parse_model_as(std::span<const std::uint8_t>, const std::string&);
template PlayModel parse_model_as(std::span<const std::uint8_t>, const std::string&);

void write_model(const std::filesystem::path& path, const ImageModel& model) {
  write_file(path, encode_model(model));
}
void write_model(const std::filesystem::path& path, const SequenceModel& model) {
  write_file(path, encode_model(model));
}
void write_model(const std::filesystem::path& path, const PlayModel& model) {
  write_file(path, encode_model(model));
}

TrainedModel read_model(const std::filesystem::path& path) {
  const MappedFile file(path);
  return parse_model(file.bytes(), path.string());
}

template <class Model>
Model read_model_as(const std::filesystem::path& path) {
  const MappedFile file(path);
  return parse_model_as<Model>(file.bytes(), path.string());
}
template ImageModel read_model_as(const std::filesystem::path&);
template SequenceModel read_model_as(const std::filesystem::path&);
template PlayModel read_model_as(const std::filesystem::path&);

}  // namespace rgm
