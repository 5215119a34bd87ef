#include "rgm/experiments/video_ablations.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/codec/film_codec.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/pipelines/sequence_training.h"

namespace rgm {
namespace {

struct Variant {
  std::string name;
  std::function<void(SequenceSettings&)> change;
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all{
      {"as it is", [](SequenceSettings&) {}},
      {"no paths", [](SequenceSettings& s) { s.structure.paths = false; }},
      {"one level", [](SequenceSettings& s) { s.structure.max_levels = 1; }},
      {"one phase", [](SequenceSettings& s) { s.structure.all_phases = false; }},
      {"states by evidence",
       [](SequenceSettings& s) {
         s.states_by_evidence = true;
         s.structure.outcome_concentration = 0.5;
       }},
  };
  return all;
}

SequenceTrainingResult learn(const Images& frames, const SequenceSettings& settings, int threads) {
  const Film film = film_of(frames);
  SequenceTrainingOptions options;
  options.threads = threads;
  return train_sequence(std::span(&film, 1), settings, options);
}

double mean_surprise(const SequenceModel& model, const Images& frames, int threads) {
  double sum = 0;
  const auto nats = surprise_of_steps(
      model, encode_film(film_codec(model.front_end).voxels, film_of(frames), threads).outcomes);
  for (double n : nats) sum += n;
  return sum / static_cast<double>(nats.size());
}

void measure_loop(const SequenceModel& model, const AblationFilms& films, int threads,
                  AblationResult& result) {
  const std::size_t per_voxel = film_codec(model.front_end).voxels.options().frames_per_voxel,
                    turn = films.period / per_voxel;
  // An odd number of steps into the film, so that episodes at one phase alone meet what they have
  // not seen.
  const std::size_t middle = (turn / 2 | 1U) * per_voxel;
  const auto again = looped(cut(films.loop, 0, films.period), middle);
  result.loop_surprise = mean_surprise(model, cut(again, middle, again.count()), threads);
  const auto known =
      encode_film(film_codec(model.front_end).voxels, film_of(films.loop), threads).outcomes;
  const auto generated =
      generate_film(model, 2 * films.period, 0, {.background = false, .root_state = 0}, {});
  result.loop_steps = generated.items();
  for (std::size_t t = 0; t < generated.items(); ++t)
    result.loop_steps_equal +=
        std::ranges::equal(generated.item(t), known.item(t % turn)) ? 1U : 0U;
}

}  // namespace

std::vector<AblationResult> ablation_experiment(const AblationFilms& films,
                                                const SequenceSettings& settings, int threads) {
  require(films.period > 0 && films.period % settings.codec.frames_per_voxel == 0 &&
              films.period < films.loop.count(),
          "ablations: period: expected whole voxels, less than the film's ", films.loop.count(),
          " frames, got ", films.period);
  std::vector<AblationResult> results;
  const double bits =
      1 / (std::numbers::ln2 * static_cast<double>(settings.codec.frames_per_voxel *
                                                   films.loop.height * films.loop.width));
  for (const auto& variant : variants()) {
    AblationResult result{variant.name};
    auto chosen = settings;
    variant.change(chosen);
    measure_loop(learn(films.loop, chosen, threads).model, films, threads, result);
    const auto trained = learn(films.learnt, chosen, threads);
    result.held_out_surprise = mean_surprise(trained.model, films.held_out, threads);
    result.learning_seconds = trained.seconds;
    result.loop_bits_per_pixel = result.loop_surprise * bits;
    result.held_out_bits_per_pixel = result.held_out_surprise * bits;
    for (const auto& level : trained.model.tree.levels)
      for (const auto& factor : level.factors) result.states += factor.num_states();
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace rgm
