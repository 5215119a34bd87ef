#include "rgm/storage/model_file.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hdf5.h"
#include "parts.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "seal.h"

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
  visit("settings", provenance.settings);
  visit("data_set", provenance.data_set);
  visit("seed", provenance.seed);
  visit("train_images", provenance.units_seen);  // the attribute's name is older than films
}

std::uint64_t read_version(const InputGroup& root) {
  std::string format;
  root.get("format", format);
  require(format == kFormat, "not a model file: attribute format: expected ", kFormat);
  std::uint64_t version = 0;
  root.get("format_version", version);
  require(version <= kModelFileVersion, "format version ", version,
          " is newer than this program reads (", kModelFileVersion, "): update rgm");
  require(version > 0, "format version: expected at least 1, got 0");
  return version;
}

/// An empty model of the kind that a file holds.
TrainedModel model_of_kind(const InputGroup& root, std::uint64_t version) {
  if (version < 2) return ImageModel();
  std::string word;
  root.get("kind", word);
  switch (from_word<std::size_t>(word, kKinds, root.path("kind"))) {
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
  return from_word<SoftReading>(reading, kReadings, root.path("reading"));
}

/// A file of a sequence has the group `codec` of films or the group `symbols`.
FrontEnd read_front_end(const InputGroup& root, std::uint64_t version) {
  if (root.has("symbols")) return read_symbols(root.group("symbols"));
  FilmCodec film;
  film.voxels = read_codec(root.group("codec"), version);
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
  classes.write("names", model.class_names, {"class", "word", "names of the classes"});
  classes.write("counts", model.class_counts,
                {"class", "observations", "Dirichlet counts of the classes, prior included"});
  const OutputGroup trees = root.group("trees");
  for (std::size_t k = 0; k < model.trees.size(); ++k)
    write_tree(trees.group(numbered(k)), model.trees[k]);
}

void read_parts(const InputGroup& root, std::uint64_t version, ImageModel& model) {
  model.reading = read_reading(root);
  model.codec = read_codec(root.group("codec"), version);
  const InputGroup classes = root.group("classes");
  model.class_names = classes.texts("names");
  model.class_counts = classes.vector<double>("counts");
  const InputGroup trees = root.group("trees");
  for (std::size_t k = 0; k < trees.size(); ++k)
    model.trees.push_back(read_tree(trees.group(numbered(k)), version));
}

void write_parts(const OutputGroup& root, const SequenceModel& model) {
  root.set("reading", to_word(model.reading, kReadings));
  write_front_end(root, model.front_end);
  root.set("structure", model.structure);
  write_tree(root.group("tree"), model.tree);
}

void read_parts(const InputGroup& root, std::uint64_t version, SequenceModel& model) {
  model.reading = read_reading(root);
  model.front_end = read_front_end(root, version);
  root.get("structure", model.structure);
  model.tree = read_tree(root.group("tree"), version);
}

void write_parts(const OutputGroup& root, const PlayModel& model) {
  write_game(root.group("game"), model.game, model.options);
  write_spaces(root.group("spaces"), model.spaces);
  write_tree(root.group("tree"), model.tree);
  write_transition(root.group("controlled"), model.controlled);
}

void read_parts(const InputGroup& root, std::uint64_t version, PlayModel& model) {
  read_game(root.group("game"), model.game, model.options);
  model.spaces = read_spaces(root.group("spaces"));
  model.tree = read_tree(root.group("tree"), version);
  model.controlled = read_transition(root.group("controlled"), model.spaces.actions.size());
}

template <class Model>
std::vector<std::uint8_t> encode(const Model& model) {
  model.validate();
  const hdf5::Session session;
  hdf5::OutputFile file;
  const OutputGroup root = file.root();
  root.set("format", kFormat);
  root.set("format_version", std::uint64_t{kModelFileVersion});
  root.set("kind", std::string(kKinds.at(TrainedModel(Model()).index())));
  for_each_field(model.provenance,
                 [&](const char* name, const auto& value) { root.set(name, value); });
  if (model.provenance.learnt_from != 0) root.set("learnt_from", model.provenance.learnt_from);
  write_parts(root, model);
  auto bytes = file.finish();
  seal(bytes);
  return bytes;
}

/// The model in the bytes of a file. `check_kind` is shown an empty one of its kind before the rest
/// is read.
template <class CheckKind>
TrainedModel parse(std::vector<std::uint8_t> bytes, const std::string& name, CheckKind check_kind) {
  return with_prefix<FileError>(name, [&] {
    check_seal(bytes);
    const hdf5::Session session;
    hdf5::InputFile file(std::move(bytes));
    const InputGroup root = file.root();
    const std::uint64_t version = read_version(root);
    TrainedModel result = model_of_kind(root, version);
    check_kind(result);
    std::visit(
        [&](auto& model) {
          for_each_field(model.provenance,
                         [&](const char* field, auto& value) { root.get(field, value); });
          if (root.has_attribute("learnt_from"))
            root.get("learnt_from", model.provenance.learnt_from);
          read_parts(root, version, model);
          model.validate();
        },
        result);
    return result;
  });
}

}  // namespace

std::vector<std::uint8_t> encode_model(const ImageModel& model) { return encode(model); }
std::vector<std::uint8_t> encode_model(const SequenceModel& model) { return encode(model); }
std::vector<std::uint8_t> encode_model(const PlayModel& model) { return encode(model); }

TrainedModel parse_model(std::vector<std::uint8_t> bytes, const std::string& name) {
  return parse(std::move(bytes), name, [](const TrainedModel&) {});
}

template <class Model>
Model parse_model_as(std::vector<std::uint8_t> bytes, const std::string& name) {
  return std::get<Model>(parse(std::move(bytes), name, [](const TrainedModel& found) {
    require(std::holds_alternative<Model>(found), kind_of(found), ", expected ", kind_of(Model()));
  }));
}
template ImageModel parse_model_as(std::vector<std::uint8_t>, const std::string&);
template SequenceModel parse_model_as(std::vector<std::uint8_t>, const std::string&);
template PlayModel parse_model_as(std::vector<std::uint8_t>, const std::string&);

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
  return parse_model(read_file(path), path.string());
}

template <class Model>
Model read_model_as(const std::filesystem::path& path) {
  return parse_model_as<Model>(read_file(path), path.string());
}
template ImageModel read_model_as(const std::filesystem::path&);
template SequenceModel read_model_as(const std::filesystem::path&);
template PlayModel read_model_as(const std::filesystem::path&);

}  // namespace rgm
