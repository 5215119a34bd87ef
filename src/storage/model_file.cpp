#include "rgm/storage/model_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "hdf5.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "seal.h"

namespace rgm {
namespace {

using hdf5::InputGroup;
using hdf5::OutputGroup;

const std::string kFormat = "rgm";
constexpr std::array<std::string_view, 2> kReadings{"likelihood", "count"};                    // SoftReading
constexpr std::array<std::string_view, 3> kKinds{"outcome", "initial_state", "initial_path"};  // Modality::Kind

/// The value of an enumeration whose word is `word`.
template <class Enum, std::size_t n>
Enum from_word(const std::string& word, const std::array<std::string_view, n>& words, const std::string& where) {
  const auto at = std::ranges::find(words, word);
  require(at != words.end(), where, ": unknown word");
  return static_cast<Enum>(at - words.begin());
}

template <class Enum, std::size_t n>
std::string to_word(Enum value, const std::array<std::string_view, n>& words) {
  return std::string(words.at(static_cast<std::size_t>(value)));
}

/// Calls `make`, whose errors then begin with the path of the group that it reads.
template <class Make>
auto within(const InputGroup& group, Make make) {
  try {
    return make();
  } catch (const Error& error) {
    fail(group.path(), ": ", error.what());
  }
}

/// Part names sort as their numbers do (up to 1000 of them).
std::string numbered(std::size_t i) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "%03zu", i);
  return name.data();
}

/// Calls `visit(name, field)` for every option of the codec, of what is written or read.
template <class Options, class Visit>
void for_each_option(Options& options, Visit visit) {
  visit("prepared_height", options.preparation.height);
  visit("prepared_width", options.preparation.width);
  visit("smoothing", options.preparation.smoothing);
  visit("histogram_width", options.preparation.histogram_width);
  visit("tile_spacing", options.tile_spacing);
  visit("bins", options.bins);
  visit("max_modes", options.max_modes);
  visit("mode_price", options.mode_price);
  visit("soft_bins", options.soft_bins);
}

template <class Origin, class Visit>
void for_each_field(Origin& provenance, Visit visit) {
  visit("program_version", provenance.program_version);
  visit("recipe", provenance.recipe);
  visit("settings", provenance.settings);
  visit("data_set", provenance.data_set);
  visit("seed", provenance.seed);
  visit("train_images", provenance.train_images);
}

void write_codec(const OutputGroup& group, const ImageCodec& codec) {
  group.set("input_height", codec.preparation().input_height());
  group.set("input_width", codec.preparation().input_width());
  group.set("channels", codec.preparation().channels());
  for_each_option(codec.options(), [&](const char* name, const auto& value) { group.set(name, value); });
  const OutputGroup tiles = group.group("tiles");
  for (std::size_t t = 0; t < codec.bases().size(); ++t) {
    const OutputGroup tile = tiles.group(numbered(t));
    tile.write("modes", codec.bases()[t].modes,
               {"mode, tile value", "1", "orthonormal singular vectors of the tile's weighted pixels"});
    tile.write("ranges", codec.bases()[t].ranges, {"mode", "grey levels", "largest absolute variate in training"});
  }
}

ImageCodec read_codec(const InputGroup& group) {
  std::uint64_t height = 0, width = 0, channels = 0;
  group.get("input_height", height);
  group.get("input_width", width);
  group.get("channels", channels);
  CodecOptions options;
  for_each_option(options, [&](const char* name, auto& value) { group.get(name, value); });

  // Tiles and resampling are derived from the options, so the file's size does not bound what they cost: this does.
  constexpr std::size_t kMaxInputSide = 1 << 14, kMaxPreparedSide = 1 << 12;
  constexpr double kMaxWork = 0x1p32;
  const auto check_axis = [&](std::size_t input, std::size_t prepared) {
    require(input > 0 && input <= kMaxInputSide, group.path("input size"), ": expected 1 to ", kMaxInputSide, ", got ",
            input);
    require(prepared > 0 && prepared <= kMaxPreparedSide, group.path("prepared size"), ": expected 1 to ", kMaxPreparedSide,
            ", got ", prepared);
    require(static_cast<double>(prepared * prepared * input) <= kMaxWork, group.path(), ": pictures of ", input,
            " prepared to ", prepared, " pixels are too large");
    return std::max(1.0, std::round(static_cast<double>(prepared) / options.tile_spacing));
  };
  const auto& prepared = options.preparation;
  const double num_tiles = check_axis(height, prepared.height) * check_axis(width, prepared.width);
  const InputGroup tiles = group.group("tiles");
  require(options.tile_spacing > 0 && num_tiles == static_cast<double>(tiles.size()), tiles.path(), ": expected ", num_tiles,
          " tiles, found ", tiles.size());
  require(num_tiles * static_cast<double>(prepared.height * prepared.width) <= kMaxWork, tiles.path(), ": too many tiles");

  std::vector<ImageCodec::TileBasis> bases;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const InputGroup tile = tiles.group(numbered(t));
    bases.push_back({tile.matrix<float>("modes"), tile.vector<float>("ranges")});
  }
  return within(group, [&] { return ImageCodec::from_parts(height, width, channels, options, std::move(bases)); });
}

void write_transition(const OutputGroup& group, const Transition& transition) {
  Matrix<std::uint64_t> num_successors(transition.num_states(), transition.num_paths());
  std::vector<std::uint64_t> next_states;
  std::vector<double> counts;
  for (std::size_t s = 0; s < transition.num_states(); ++s)
    for (std::size_t u = 0; u < transition.num_paths(); ++u)
      for (const auto& [next, count] : transition.successors(s, u)) {
        ++num_successors(s, u);
        next_states.push_back(next);
        counts.push_back(count);
      }
  group.write("num_successors", num_successors, {"state, path", "1", "how many next states each state has under each path"});
  group.write("next_states", next_states, {"successor", "1", "next states, those of each state and path in turn"});
  group.write("counts", counts, {"successor", "observations", "Dirichlet counts of the next states"});
}

Transition read_transition(const InputGroup& group) {
  const auto num_successors = group.matrix<std::uint64_t>("num_successors");
  const auto next_states = group.vector<std::uint64_t>("next_states");
  const auto counts = group.vector<double>("counts");
  require(counts.size() == next_states.size(), group.path("counts"), ": expected ", next_states.size(), ", found ",
          counts.size());
  auto transition = within(group, [&] { return Transition(num_successors.rows(), num_successors.cols()); });
  std::size_t at = 0;
  for (std::size_t s = 0; s < num_successors.rows(); ++s)
    for (std::size_t u = 0; u < num_successors.cols(); ++u) {
      require(num_successors(s, u) <= next_states.size() - at, group.path("next_states"), ": expected more than ",
              next_states.size());
      for (const std::size_t end = at + num_successors(s, u); at < end; ++at)
        within(group, [&] { transition.add(next_states[at], s, u, counts[at]); });
      require(transition.successors(s, u).size() == num_successors(s, u), group.path("next_states"), ": state ", s,
              ", path ", u, ": expected distinct next states");
    }
  require(at == next_states.size(), group.path("next_states"), ": expected ", at, ", found ", next_states.size());
  return transition;
}

void write_factor(const OutputGroup& group, const Factor& factor) {
  const auto& likelihood = factor.likelihood;
  std::vector<double> concentrations;
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g) concentrations.push_back(likelihood.concentration(g));
  group.set("num_paths", factor.num_paths);
  group.set("location_row", factor.location_row);
  group.set("location_column", factor.location_column);
  group.write("modalities", factor.modalities,
              {"modality", "1", "the group: indices of the level's modalities; their outcomes are the rows, in this order"});
  group.write("concentrations", concentrations, {"modality", "observations", "prior count of every outcome"});
  group.write("likelihood_counts", likelihood.counts(),
              {"row, state", "observations", "observed Dirichlet counts of every modality's outcomes, without the prior"});
  if (!factor.transition.empty()) write_transition(group.group("transition"), factor.transition);
}

Factor read_factor(const InputGroup& group, const Level& level) {
  Factor factor;
  group.get("num_paths", factor.num_paths);
  require(factor.num_paths <= Outcome::kMaxOutcomes, group.path("num_paths"), ": expected at most ", Outcome::kMaxOutcomes,
          ", got ", factor.num_paths);
  group.get("location_row", factor.location_row);
  group.get("location_column", factor.location_column);
  require(std::isfinite(factor.location_row) && std::isfinite(factor.location_column), group.path("location"),
          ": expected finite values, got ", factor.location_row, " and ", factor.location_column);
  factor.modalities = group.vector<std::uint64_t>("modalities");
  const auto concentrations = group.vector<double>("concentrations");
  auto counts = group.matrix<double>("likelihood_counts");
  std::vector<std::size_t> outcomes;
  std::size_t rows = 0;
  for (std::size_t g : factor.modalities) {
    require(g < level.modalities.size(), group.path("modalities"), ": expected below ", level.modalities.size(), ", got ",
            g);
    outcomes.push_back(level.modalities[g].num_outcomes);
    require(outcomes.back() <= counts.rows() - rows, group.path("likelihood_counts"), ": expected more than ", counts.rows(),
            " rows");
    rows += outcomes.back();
  }
  require(rows == counts.rows(), group.path("likelihood_counts"), ": expected ", rows, " rows, found ", counts.rows());
  factor.likelihood = within(group, [&] { return Likelihood(outcomes, concentrations, counts.cols()); });
  factor.likelihood.counts() = std::move(counts);
  if (group.has("transition")) factor.transition = read_transition(group.group("transition"));
  return factor;
}

void write_level(const OutputGroup& group, const Level& level) {
  std::vector<std::string> kinds;
  std::vector<std::uint64_t> sources, num_outcomes;
  for (const auto& modality : level.modalities) {
    kinds.push_back(to_word(modality.kind, kKinds));
    sources.push_back(modality.source);
    num_outcomes.push_back(modality.num_outcomes);
  }
  group.set("time_scale", level.time_scale);
  const OutputGroup modalities = group.group("modalities");
  modalities.write("kind", kinds,
                   {"modality", "word", "outcome (of the codec), initial_state or initial_path (of a factor below)"});
  modalities.write("source", sources, {"modality", "1", "index of the codec's modality or of the factor below"});
  modalities.write("num_outcomes", num_outcomes, {"modality", "1", "number of values it can have"});
  const OutputGroup factors = group.group("factors");
  for (std::size_t f = 0; f < level.factors.size(); ++f) write_factor(factors.group(numbered(f)), level.factors[f]);
}

Level read_level(const InputGroup& group) {
  Level level;
  group.get("time_scale", level.time_scale);
  const InputGroup modalities = group.group("modalities");
  const auto kinds = modalities.texts("kind");
  const auto sources = modalities.vector<std::uint64_t>("source");
  const auto num_outcomes = modalities.vector<std::uint64_t>("num_outcomes");
  require(sources.size() == kinds.size() && num_outcomes.size() == kinds.size(), modalities.path(),
          ": expected as many sources and num_outcomes as kinds, found ", sources.size(), ", ", num_outcomes.size(), " and ",
          kinds.size());
  for (std::size_t g = 0; g < kinds.size(); ++g)
    level.modalities.push_back(
        {from_word<Modality::Kind>(kinds[g], kKinds, modalities.path("kind")), sources[g], num_outcomes[g]});
  const InputGroup factors = group.group("factors");
  for (std::size_t f = 0; f < factors.size(); ++f) level.factors.push_back(read_factor(factors.group(numbered(f)), level));
  return level;
}

void write_tree(const OutputGroup& group, const Hierarchy& tree) {
  group.write("initial_state_counts", tree.initial_state_counts,
              {"state", "observations", "Dirichlet counts of the root's state, prior included"});
  const OutputGroup levels = group.group("levels");
  for (std::size_t n = 0; n < tree.levels.size(); ++n) write_level(levels.group(numbered(n)), tree.levels[n]);
}

Hierarchy read_tree(const InputGroup& group) {
  Hierarchy tree;
  tree.initial_state_counts = group.vector<double>("initial_state_counts");
  const InputGroup levels = group.group("levels");
  for (std::size_t n = 0; n < levels.size(); ++n) tree.levels.push_back(read_level(levels.group(numbered(n))));
  within(group, [&] { tree.validate(); });
  return tree;
}

void check_version(const InputGroup& root) {
  std::string format;
  root.get("format", format);
  require(format == kFormat, "not a model file: attribute format: expected ", kFormat);
  std::uint64_t version = 0;
  root.get("format_version", version);
  require(version <= kModelFileVersion, "format version ", version, " is newer than this program reads (", kModelFileVersion,
          "): update rgm");
  require(version > 0, "format version: expected at least 1, got 0");
}

ImageModel read_root(const InputGroup& root) {
  check_version(root);
  ImageModel model;
  for_each_field(model.provenance, [&](const char* name, auto& value) { root.get(name, value); });
  std::string reading;
  root.get("reading", reading);
  model.reading = from_word<SoftReading>(reading, kReadings, root.path("reading"));
  model.codec = read_codec(root.group("codec"));
  const InputGroup classes = root.group("classes");
  model.class_names = classes.texts("names");
  model.class_counts = classes.vector<double>("counts");
  const InputGroup trees = root.group("trees");
  for (std::size_t k = 0; k < trees.size(); ++k) model.trees.push_back(read_tree(trees.group(numbered(k))));
  model.validate();
  return model;
}

void write_root(const OutputGroup& root, const ImageModel& model) {
  root.set("format", kFormat);
  root.set("format_version", std::uint64_t{kModelFileVersion});
  for_each_field(model.provenance, [&](const char* name, const auto& value) { root.set(name, value); });
  root.set("reading", to_word(model.reading, kReadings));
  write_codec(root.group("codec"), model.codec);
  const OutputGroup classes = root.group("classes");
  classes.write("names", model.class_names, {"class", "word", "names of the classes"});
  classes.write("counts", model.class_counts, {"class", "observations", "Dirichlet counts of the classes, prior included"});
  const OutputGroup trees = root.group("trees");
  for (std::size_t k = 0; k < model.trees.size(); ++k) write_tree(trees.group(numbered(k)), model.trees[k]);
}

}  // namespace

std::vector<std::uint8_t> encode_model(const ImageModel& model) {
  model.validate();
  const hdf5::Session session;
  hdf5::OutputFile file;
  write_root(file.root(), model);
  auto bytes = file.finish();
  seal(bytes);
  return bytes;
}

ImageModel parse_model(std::vector<std::uint8_t> bytes, const std::string& name) {
  try {
    check_seal(bytes);
    const hdf5::Session session;
    hdf5::InputFile file(std::move(bytes));
    return read_root(file.root());
  } catch (const Error& error) {
    fail(name, ": ", error.what());
  }
}

void write_model(const std::filesystem::path& path, const ImageModel& model) { write_file(path, encode_model(model)); }

ImageModel read_model(const std::filesystem::path& path) { return parse_model(read_file(path), path.string()); }

}  // namespace rgm
