#include "rgm/pipelines/film_appearance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/error.h"
#include "tile_residuals.h"

namespace rgm {

using namespace pipelines;

namespace {

/// Tiles all of whose modalities are there, [tile].
std::vector<std::uint8_t> whole_tiles(const ImageCodec& codec, const Outcomes& outcomes,
                                      std::size_t step) {
  std::vector<std::uint8_t> result(codec.tiles().size(), 1);
  for (std::size_t g = 0; g < codec.num_modalities(); ++g)
    if (outcomes(step, g).missing()) result[codec.tile_of_modality()[g]] = 0;
  return result;
}

/// Counts what a film shows as it passes by.
void learn_film(const ImageCodec& codec, const Film& film, const Outcomes& outcomes, int threads,
                const Progress& progress, Appearance& result) {
  ResidualEnergies energies(codec);
  std::vector<std::uint8_t> whole(codec.tiles().size());
  follow_coded_film(
      codec, film, outcomes,
      [&](const CodedStep& step) {
        energies.see(step.voxel, step.decoded);
        auto both = whole_tiles(codec, outcomes, step.step);
        std::swap(both, whole);
        for (std::size_t k = 0; k < whole.size(); ++k) {
          both[k] = both[k] != 0 && whole[k] != 0 ? 1 : 0;
          if (whole[k] != 0)
            result.energies(k, Appearance::energy_class(energies.energies()[k])) += 1;
          if (both[k] != 0 && energies.has_changes())
            result.changes(k, Appearance::energy_class(energies.changes()[k])) += 1;
        }
        report(progress, "appearance", step.step + 1, outcomes.items());
      },
      threads);
}

/// How much likelier each outcome is of something foreign, whose outcomes are all as likely, than
/// by its frequency in training, nats, [modality][outcome].
std::vector<std::vector<double>> evidence_of_outcomes(const SequenceModel& model) {
  constexpr double kPrior = 0.3;
  const auto sizes = num_outcomes(model.front_end);
  std::vector<std::vector<double>> result;
  for (const std::size_t size : sizes) result.emplace_back(size, kPrior);
  const auto& level = model.tree.levels.front();
  for (const auto& factor : level.factors)
    for (std::size_t s = 0; s < factor.num_states(); ++s)
      factor.likelihood.for_each_count(s, [&](std::size_t i, std::size_t o, double count) {
        const std::size_t g = level.modalities[factor.modalities[i]].source;
        if (g < result.size()) result[g][o] += count;
      });
  for (auto& of_modality : result) {
    const double total = std::accumulate(of_modality.begin(), of_modality.end(), 0.0);
    for (double& count : of_modality)
      count = std::log(total / count / static_cast<double>(of_modality.size()));
  }
  return result;
}

}  // namespace

Appearance learn_appearance(const EncodedSequences& data, std::span<const Film> films, int threads,
                            const Progress& progress) {
  const auto& codec = film_codec(data.front_end).voxels;
  require(films.size() == data.sequences.size(), "appearance: films: expected ",
          data.sequences.size(), ", got ", films.size());
  Appearance result;
  result.energies = result.changes = Matrix<double>(codec.tiles().size(), Appearance::kEnergies);
  for (std::size_t i = 0; i < films.size(); ++i)
    learn_film(codec, films[i], data.sequences[i], threads, progress, result);
  return result;
}

void appearance_surprise(const SequenceModel& model, const Film& film, const Outcomes& outcomes,
                         const std::function<void(std::size_t, const Surprise&)>& take, int threads,
                         const Progress& progress) {
  const auto& codec = film_codec(model.front_end).voxels;
  require(model.appearance.known(), "appearance: expected a model that knows of it, got none");
  const auto of_energies = Appearance::evidence(model.appearance.energies),
             of_changes = Appearance::evidence(model.appearance.changes);
  auto of_outcomes = evidence_of_outcomes(model);
  std::vector<double> modalities(codec.tiles().size());
  for (const std::size_t tile : codec.tile_of_modality()) modalities[tile] += 1;
  for (std::size_t g = 0; g < codec.num_modalities(); ++g)
    for (double& nats : of_outcomes[g]) nats /= modalities[codec.tile_of_modality()[g]];
  ResidualEnergies energies(codec);
  std::vector<std::uint8_t> whole(codec.tiles().size());
  Surprise surprise;
  follow_coded_film(
      codec, film, outcomes,
      [&](const CodedStep& step) {
        energies.see(step.voxel, step.decoded);
        auto both = whole_tiles(codec, outcomes, step.step);
        std::swap(both, whole);
        // Before anything is seen, one tile of a picture is as likely foreign as none.
        surprise.tiles.assign(whole.size(), -std::log(static_cast<double>(whole.size())));
        for (std::size_t g = 0; g < codec.num_modalities(); ++g)
          for_each_outcome_weight(
              outcomes, step.step, g, codec.num_outcomes(), [&](std::size_t o, double weight) {
                surprise.tiles[codec.tile_of_modality()[g]] += weight * of_outcomes[g][o];
              });
        for (std::size_t k = 0; k < whole.size(); ++k) {
          double& nats = surprise.tiles[k];
          if (whole[k] != 0)
            nats += of_energies(k, Appearance::energy_class(energies.energies()[k]));
          if (both[k] != 0 && whole[k] != 0 && energies.has_changes())
            nats += of_changes(k, Appearance::energy_class(energies.changes()[k]));
          nats = std::max(nats, 0.0) + std::log1p(std::exp(-std::abs(nats)));
        }
        surprise.step = std::accumulate(surprise.tiles.begin(), surprise.tiles.end(), 0.0);
        take(step.step, surprise);
        report(progress, "appearance", step.step + 1, outcomes.items());
      },
      threads);
}

}  // namespace rgm
