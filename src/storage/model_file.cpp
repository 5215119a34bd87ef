#include "rgm/storage/model_file.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "hdf5.h"
#include "parts.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "seal.h"

namespace rgm {
namespace {

using namespace storage;

const std::string kFormat = "rgm";
constexpr std::array<std::string_view, 2> kReadings{"likelihood", "count"};     // SoftReading
constexpr std::array<std::string_view, 3> kKinds{"image", "sequence", "game"};  // ModelKind
constexpr std::array<std::string_view, 3> kKindNames{"an image model", "a sequence model",
                                                     "a game model"};

template <class Origin, class Visit>
void for_each_field(Origin& provenance, Visit visit) {
  visit("program_version", provenance.program_version);
  visit("recipe", provenance.recipe);
  visit("settings", provenance.settings);
  visit("data_set", provenance.data_set);
  visit("seed", provenance.seed);
  visit("train_images", provenance.train_images);
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

ModelKind read_kind(const InputGroup& root, std::uint64_t version) {
  if (version < 2) return ModelKind::kImage;
  std::string kind;
  root.get("kind", kind);
  return from_word<ModelKind>(kind, kKinds, root.path("kind"));
}

/// What models of every kind have. Returns the file's version.
std::uint64_t read_head(const InputGroup& root, ModelKind kind, Provenance& provenance) {
  const std::uint64_t version = read_version(root);
  const ModelKind found = read_kind(root, version);
  require(found == kind, to_word(found, kKindNames), ", expected ", to_word(kind, kKindNames));
  for_each_field(provenance, [&](const char* name, auto& value) { root.get(name, value); });
  return version;
}

void write_head(const OutputGroup& root, ModelKind kind, const Provenance& provenance) {
  root.set("format", kFormat);
  root.set("format_version", std::uint64_t{kModelFileVersion});
  root.set("kind", to_word(kind, kKinds));
  for_each_field(provenance, [&](const char* name, const auto& value) { root.set(name, value); });
}

/// How models of pictures look at them.
template <class Model>
void read_sight(const InputGroup& root, std::uint64_t version, Model& model) {
  std::string reading;
  root.get("reading", reading);
  model.reading = from_word<SoftReading>(reading, kReadings, root.path("reading"));
  model.codec = read_codec(root.group("codec"), version);
}

template <class Model>
void write_sight(const OutputGroup& root, const Model& model) {
  root.set("reading", to_word(model.reading, kReadings));
  write_codec(root.group("codec"), model.codec);
}

void write_root(const OutputGroup& root, const ImageModel& model) {
  write_head(root, ModelKind::kImage, model.provenance);
  write_sight(root, model);
  const OutputGroup classes = root.group("classes");
  classes.write("names", model.class_names, {"class", "word", "names of the classes"});
  classes.write("counts", model.class_counts,
                {"class", "observations", "Dirichlet counts of the classes, prior included"});
  const OutputGroup trees = root.group("trees");
  for (std::size_t k = 0; k < model.trees.size(); ++k)
    write_tree(trees.group(numbered(k)), model.trees[k]);
}

void read_root(const InputGroup& root, ImageModel& model) {
  const std::uint64_t version = read_head(root, ModelKind::kImage, model.provenance);
  read_sight(root, version, model);
  const InputGroup classes = root.group("classes");
  model.class_names = classes.texts("names");
  model.class_counts = classes.vector<double>("counts");
  const InputGroup trees = root.group("trees");
  for (std::size_t k = 0; k < trees.size(); ++k)
    model.trees.push_back(read_tree(trees.group(numbered(k)), version));
}

void write_root(const OutputGroup& root, const SequenceModel& model) {
  write_head(root, ModelKind::kSequence, model.provenance);
  write_sight(root, model);
  root.set("frames_per_second", model.frames_per_second);
  root.set("structure", model.structure);
  write_tree(root.group("tree"), model.tree);
}

void read_root(const InputGroup& root, SequenceModel& model) {
  const std::uint64_t version = read_head(root, ModelKind::kSequence, model.provenance);
  read_sight(root, version, model);
  root.get("frames_per_second", model.frames_per_second);
  root.get("structure", model.structure);
  model.tree = read_tree(root.group("tree"), version);
}

void write_root(const OutputGroup& root, const PlayModel& model) {
  write_head(root, ModelKind::kGame, model.provenance);
  write_game(root.group("game"), model.game, model.options);
  write_spaces(root.group("spaces"), model.spaces);
  write_tree(root.group("tree"), model.tree);
  write_transition(root.group("controlled"), model.controlled);
}

void read_root(const InputGroup& root, PlayModel& model) {
  const std::uint64_t version = read_head(root, ModelKind::kGame, model.provenance);
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
  write_root(file.root(), model);
  auto bytes = file.finish();
  seal(bytes);
  return bytes;
}

/// What `read` makes of the root of a file.
template <class Read>
auto parse(std::vector<std::uint8_t> bytes, const std::string& name, Read read) {
  try {
    check_seal(bytes);
    const hdf5::Session session;
    hdf5::InputFile file(std::move(bytes));
    return read(file.root());
  } catch (const Error& error) {
    fail(name, ": ", error.what());
  }
}

template <class Model>
Model parse_as(std::vector<std::uint8_t> bytes, const std::string& name) {
  return parse(std::move(bytes), name, [](const InputGroup& root) {
    Model model;
    read_root(root, model);
    model.validate();
    return model;
  });
}

}  // namespace

std::vector<std::uint8_t> encode_model(const ImageModel& model) { return encode(model); }
std::vector<std::uint8_t> encode_model(const SequenceModel& model) { return encode(model); }
std::vector<std::uint8_t> encode_model(const PlayModel& model) { return encode(model); }

ImageModel parse_model(std::vector<std::uint8_t> bytes, const std::string& name) {
  return parse_as<ImageModel>(std::move(bytes), name);
}
SequenceModel parse_sequence_model(std::vector<std::uint8_t> bytes, const std::string& name) {
  return parse_as<SequenceModel>(std::move(bytes), name);
}
PlayModel parse_play_model(std::vector<std::uint8_t> bytes, const std::string& name) {
  return parse_as<PlayModel>(std::move(bytes), name);
}

void write_model(const std::filesystem::path& path, const ImageModel& model) {
  write_file(path, encode_model(model));
}
void write_model(const std::filesystem::path& path, const SequenceModel& model) {
  write_file(path, encode_model(model));
}
void write_model(const std::filesystem::path& path, const PlayModel& model) {
  write_file(path, encode_model(model));
}

ImageModel read_model(const std::filesystem::path& path) {
  return parse_model(read_file(path), path.string());
}
SequenceModel read_sequence_model(const std::filesystem::path& path) {
  return parse_sequence_model(read_file(path), path.string());
}
PlayModel read_play_model(const std::filesystem::path& path) {
  return parse_play_model(read_file(path), path.string());
}

ModelKind model_kind(const std::filesystem::path& path) {
  return parse(read_file(path), path.string(),
               [](const InputGroup& root) { return read_kind(root, read_version(root)); });
}

}  // namespace rgm
