#include "rgm/pipelines/merge_models.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "rgm/base/error.h"
#include "rgm/compression/model_checksum.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/structure/merge.h"
#include "same_training.h"

namespace rgm {
namespace {

template <class Model>
void check_finished(const Model& into, const Model& from) {
  require(!into.unfinished && !from.unfinished,
          "merge: expected models whose training is finished, got a checkpoint");
}

template <class Codec>
void check_same_codec(const Codec& expected, const Codec& got) {
  with_prefix(
      "merge: expected models that were learnt with one codec (learn the second like the first)",
      [&] { check_same_outcomes(expected, got); });
}

/// A model merged with itself would count its data twice. Only what is equal in all is refused:
/// names alone do not tell, since data learnt on several machines may well have one name.
void check_learnt_apart(bool equal, const Provenance& into, const Provenance& from) {
  Provenance other = from;
  other.annotation = into.annotation;  // which says nothing of the data
  require(!equal || into != other, "merge: ", into.data_set.empty() ? "data" : into.data_set,
          ": learnt in both; expected models learnt apart");
}

Provenance joined(const Provenance& into, const Provenance& from) {
  Provenance result = into;
  result.data_set += (into.data_set.empty() || from.data_set.empty() ? "" : ", ") + from.data_set;
  result.units_seen += from.units_seen;
  return result;
}

void check_learnt_once(const SequenceGrowth& growth) {
  require(std::isinf(growth.structure.new_state_concentration),
          "merge: expected states that are distinct joint outcomes, got states by evidence, which "
          "depend on what came before");
  require(growth.passes == 0, "merge: expected counts of structure learning alone, got ",
          growth.passes, " EM passes, which depend on all data at once");
}

void check_learnt_once(const ImageSettings& settings) {
  require(!settings.online,
          "merge: expected learning by EM, got learning online, which depends on the order of the "
          "images");
  require(settings.contrastive_passes == 0, "merge: expected no contrastive passes, got ",
          settings.contrastive_passes);
  require(settings.passes == 1, "merge: expected one EM pass, whose counts add up, got ",
          settings.passes);
}

/// Adds the counts of a tree to those of another of the same shape.
void add_counts(Hierarchy& into, const Hierarchy& from, const std::string& where) {
  require(into.levels.size() == from.levels.size(), where, ": expected ", into.levels.size(),
          " levels, got ", from.levels.size());
  for (std::size_t n = 0; n < into.levels.size(); ++n) {
    auto& level = into.levels[n];
    const auto& other = from.levels[n];
    require(level.modalities == other.modalities && level.factors.size() == other.factors.size(),
            where, ": level ", n, ": expected the same groups in both");
    for (std::size_t f = 0; f < level.factors.size(); ++f) {
      auto& likelihood = level.factors[f].likelihood;
      const auto& more = other.factors[f].likelihood;
      require(level.factors[f].modalities == other.factors[f].modalities &&
                  likelihood.num_states() == more.num_states(),
              where, ": level ", n, ", factor ", f,
              ": expected the same groups and states in both");
      for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
        require(
            likelihood.concentration(g) > 0 && likelihood.concentration(g) == more.concentration(g),
            where, ": level ", n, ", factor ", f,
            ": expected the same concentration above 0 in both");
      for (std::size_t s = 0; s < more.num_states(); ++s)
        more.for_each_count(
            s, [&](std::size_t g, std::size_t o, double count) { likelihood.add(g, o, s, count); });
    }
  }
  auto& root = into.initial_state_counts;
  const double prior = 1 / static_cast<double>(root.size());  // in both, wanted once
  for (std::size_t s = 0; s < root.size(); ++s)
    root[s] += std::max(0.0, from.initial_state_counts[s] - prior);
}

}  // namespace

SequenceModel merge_models(const SequenceModel& into, const SequenceModel& from) {
  into.validate();
  from.validate();
  check_finished(into, from);
  check_same_codec(into.front_end, from.front_end);
  require(into.reading == from.reading, "merge: expected the same reading of soft outcomes");
  check_same_settings(into.structure, from.structure, "merge: settings");
  bool paths = true;
  if (!into.structure.empty()) {
    const auto growth = std::holds_alternative<FilmCodec>(into.front_end)
                            ? growth_of(settings_of(into))
                            : growth_of(symbol_settings_of(into));
    check_learnt_once(growth);
    paths = growth.structure.paths;
  }
  check_learnt_apart(into.tree == from.tree, into.provenance, from.provenance);
  SequenceModel result = into;
  result.tree = merge(into.tree, from.tree, paths);
  result.appearance.add(from.appearance);
  result.provenance = joined(into.provenance, from.provenance);
  return result;
}

ImageModel merge_models(const ImageModel& into, const ImageModel& from) {
  into.validate();
  from.validate();
  check_finished(into, from);
  check_same_codec(into.codec, from.codec);
  require(into.class_names == from.class_names, "merge: expected the same classes in both");
  require(into.reading == from.reading, "merge: expected the same reading of soft outcomes");
  check_same_settings(into.provenance.settings, from.provenance.settings, "merge: settings");
  require(into.provenance.learnt_from != 0 &&
              into.provenance.learnt_from == from.provenance.learnt_from,
          "merge: expected models that were learnt from one beginning (learn both like a third), "
          "got states that were found apart and do not correspond");
  check_learnt_once(
      parse_recipe_as<ImageSettings>(into.provenance.settings, "the model's settings"));
  check_learnt_apart(into.trees == from.trees, into.provenance, from.provenance);
  ImageModel result = into;
  require(into.trees.size() == from.trees.size(), "merge: expected ", into.trees.size(),
          " trees, got ", from.trees.size());
  for (std::size_t k = 0; k < result.trees.size(); ++k)
    add_counts(result.trees[k], from.trees[k], "merge: tree " + std::to_string(k));
  for (std::size_t k = 0; k < result.class_counts.size(); ++k)
    result.class_counts[k] += from.class_counts[k];
  result.provenance = joined(into.provenance, from.provenance);
  result.usual = {};  // what the merged model says of pictures neither knows
  return result;
}

std::uint64_t image_model_checksum(const ImageModel& model) {
  std::uint64_t sum = 0xCBF29CE484222325;  // FNV-1a, of the trees' checksums
  for (const auto& tree : model.trees) sum = (sum ^ model_checksum(tree)) * 0x100000001B3;
  return sum == 0 ? 1 : sum;
}

}  // namespace rgm
