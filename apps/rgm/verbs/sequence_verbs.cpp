#include "verbs/sequence_verbs.h"

#include <fmt/format.h>

#include <cmath>

#include "figures/pictures.h"
#include "rgm/codec/film_codec.h"
#include "rgm/pipelines/film_tasks.h"
#include "terminal/film_writer.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"

namespace rgm::app {

void generate_sequence(const SequenceModel& model, const std::string& path,
                       const FilmOutput& output, const CommonOptions& common) {
  check_film_output(output.output);
  FilmWriter writer(output.output, film_codec(model.front_end).frames_per_second, output.magnify);
  generate_film(
      model, output.frames, common.seed, {output.background, output.root_state},
      [&](std::size_t, const Images& frames, std::span<const float>) {
        writer.write(frames, output.frames);
      },
      progress_bar());
  clear_progress_bar();
  writer.close();
  print("{}: {} frames of {}\n", output.output, grouped(writer.written()), path);
}

void predict_sequence(const SequenceModel& model, const std::string& film,
                      const FilmOptions& options, const FilmOutput& output,
                      const CommonOptions& common) {
  check_film_output(output.output);
  check_film_output(output.variance);
  const double frames_per_second = film_codec(model.front_end).frames_per_second;
  const auto past = encode_for(model, film, options, common);
  FilmWriter writer(output.output, frames_per_second, output.magnify);
  FilmWriter deviations(output.variance, frames_per_second, output.magnify);
  double total = 0;
  std::size_t values = 0;
  predict_film(
      model, past.outcomes, output.frames,
      [&](std::size_t, const Images& frames, std::span<const float> variance) {
        writer.write(frames, output.frames);
        if (!output.variance.empty())
          deviations.write(deviation_picture(variance, frames), output.frames);
        for (float v : variance) total += v;
        values += variance.size();
      },
      progress_bar());
  clear_progress_bar();
  writer.close();
  deviations.close();
  const double deviation = std::sqrt(total / static_cast<double>(values));
  print("{}: {} frames that follow the {} of {}, standard deviation {:.2f} grey levels\n",
        output.output, grouped(writer.written()), grouped(past.frames), film, deviation);
  write_json(common.json, {{"frames", writer.written()},
                           {"past_frames", past.frames},
                           {"standard_deviation", deviation}});
}

EncodedFilm encode_for(const SequenceModel& model, const std::string& name,
                       const FilmOptions& options, const CommonOptions& common) {
  const auto& codec = film_codec(model.front_end).voxels;
  const auto& preparation = codec.options().preparation;
  const auto film = open_film(name, preparation.height, preparation.width, options, common);
  auto encoded = encode_film(codec, film, common.threads, progress_bar());
  clear_progress_bar();
  return encoded;
}

}  // namespace rgm::app
