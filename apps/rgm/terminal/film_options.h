#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/film.h"
#include "terminal/options.h"

namespace rgm::app {

/// Which frames of a film are read.
struct FilmOptions {
  std::size_t first = 0, frames = 0, stride = 1;
  bool allow_truncated = false;
};

/// Adds --first, --frames, --stride, --allow-truncated.
void add_film_options(Verb verb, FilmOptions& options);

/// Adds the arguments of verbs that follow a film by a model of a sequence.
void add_model_and_film(Verb verb, std::string& model, std::string& film);
/// Adds --magnify, of a film that is written.
void add_magnify_option(Verb verb, std::size_t& magnify);

/// The film of a file, a folder of pictures or a named clip (fetched if need be), at the size that
/// a codec expects.
Film open_film(const std::string& name, std::size_t height, std::size_t width,
               const FilmOptions& options, const CommonOptions& common);

/// Refuses a film that could not be written when all the work is done, as `check_output` does a
/// file: its name has no ending of a video, or it is a folder that is not empty.
void check_film_output(const std::filesystem::path& path);

/// "3,4,7" or "0:8,20" (end excluded) as indices. `Error` that names `option` if it is neither.
std::vector<std::size_t> parse_indices(const std::string& text, const std::string& option);

}  // namespace rgm::app
