#include "rgm/trained/image_model.h"

#include "rgm/base/error.h"
#include "rgm/model/counts.h"

namespace rgm {

void ImageModel::validate() const {
  provenance.validate();
  if (unfinished) unfinished->validate();
  usual.validate();
  const std::size_t classes = num_classes();
  require(!trees.empty(), "model: trees: expected at least one, got none");
  require(class_counts.size() == classes, "model: class_counts: expected ", classes, ", got ",
          class_counts.size());
  for (double c : class_counts)
    require(is_count(c) && c > 0, "model: class_counts: expected counts above 0, to ", kMaxCount,
            ", got ", c);
  if (trees.size() == 1)
    require(classes < 2 || trees[0].initial_state_counts.size() == classes,
            "model: the tree's root: expected ", classes, " states, one a class, got ",
            trees[0].initial_state_counts.size());
  else
    require(trees.size() == classes, "model: trees: expected one for each of ", classes,
            " classes, got ", trees.size());
  for (std::size_t k = 0; k < trees.size(); ++k) {
    trees[k].validate();
    require(trees[k].kinds.empty(), "model: tree ", k,
            ": expected no kinds of change, which are those of sequences");
    const auto& modalities = trees[k].levels.front().modalities;
    require(modalities.size() == codec.num_modalities(), "model: tree ", k,
            ": expected the codec's ", codec.num_modalities(), " modalities, got ",
            modalities.size());
    for (std::size_t g = 0; g < modalities.size(); ++g)
      require(modalities[g].num_outcomes == codec.num_outcomes() && modalities[g].source == g,
              "model: tree ", k, ": modality ", g, ": expected the codec's ", codec.num_outcomes(),
              " outcomes, got ", modalities[g].num_outcomes);
  }
}

}  // namespace rgm
