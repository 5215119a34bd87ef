#include "verbs/sequence_verbs.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "figures/pictures.h"
#include "rgm/codec/film_codec.h"
#include "rgm/pipelines/film_prediction.h"
#include "terminal/film_writer.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"

namespace rgm::app {

void generate_sequence(const SequenceModel& model, const std::string& path,
                       const FilmOutput& output, const CommonOptions& common) {
  check_film_output(output.output);
  const double rate = output.frames_per_second > 0 ? output.frames_per_second
                                                   : film_codec(model.front_end).frames_per_second;
  FilmWriter writer(output.output, rate, output.magnify);
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
  const auto past = open_for(model, film, options, common);
  const auto encoded =
      encode_film(film_codec(model.front_end).voxels, past, common.threads, progress_bar());
  clear_progress_bar();
  FilmWriter writer(output.output, frames_per_second, output.magnify);
  FilmWriter deviations(output.variance, frames_per_second, output.magnify);
  double total = 0;
  std::size_t values = 0;
  predict_film(
      model, past, encoded.outcomes, output.frames,
      [&](std::size_t, const Images& frames, std::span<const float> variance) {
        writer.write(frames, output.frames);
        if (!output.variance.empty())
          deviations.write(deviation_picture(variance, frames), output.frames);
        for (float v : variance) total += v;
        values += variance.size();
      },
      common.threads, progress_bar());
  clear_progress_bar();
  writer.close();
  deviations.close();
  const double deviation = std::sqrt(total / static_cast<double>(values));
  print("{}: {} frames that follow the {} of {}, standard deviation {:.2f} grey levels\n",
        output.output, grouped(writer.written()), grouped(encoded.frames), film, deviation);
  write_json(common.json, {{"frames", writer.written()},
                           {"past_frames", encoded.frames},
                           {"standard_deviation", deviation}});
}

Matrix<std::uint8_t> mask_of(const std::vector<std::string>& rectangles, std::size_t height,
                             std::size_t width) {
  Matrix<std::uint8_t> mask;
  if (!rectangles.empty()) mask = Matrix<std::uint8_t>(height, width);
  const auto within = [](std::size_t first, std::size_t size, std::size_t whole) {
    return first <= whole && size <= whole - first;
  };
  for (const auto& text : rectangles) {
    const auto numbers = parse_indices(text, "--mask");
    require(numbers.size() == 4 && within(numbers[0], numbers[2], height) &&
                within(numbers[1], numbers[3], width),
            "--mask: expected ROW,COLUMN,HEIGHT,WIDTH within ", height, "×", width, " pixels, got ",
            text);
    for (std::size_t y = 0; y < numbers[2]; ++y)
      for (std::size_t x = 0; x < numbers[3]; ++x) mask(numbers[0] + y, numbers[1] + x) = 1;
  }
  return mask;
}

Film open_for(const SequenceModel& model, const std::string& name, const FilmOptions& options,
              const CommonOptions& common, std::vector<double>* times) {
  const auto& codec = film_codec(model.front_end);
  const auto& size = codec.voxels.options().preparation;
  auto film = open_film(name, size.height, size.width, options, common, times);
  note_differences(film.name, shape_of(film, common), shape_of(codec), "the model");
  return film;
}

EncodedFilm encode_for(const SequenceModel& model, const std::string& name,
                       const FilmOptions& options, const CommonOptions& common,
                       std::vector<double>* times) {
  const auto film = open_for(model, name, options, common, times);
  auto encoded =
      encode_film(film_codec(model.front_end).voxels, film, common.threads, progress_bar());
  clear_progress_bar();
  return encoded;
}

SequenceSettings sized_by(SequenceSettings settings, const std::string& film,
                          const CommonOptions& common) {
  const auto& size = settings.codec.preparation;
  if (size.height > 0 && size.width > 0) return settings;
  const auto natural = open_film(film, 0, 0, {}, common);
  return sized_for(std::move(settings), natural.height, natural.width);
}

}  // namespace rgm::app
