#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/codec/film_codec.h"
#include "rgm/media/video_file.h"
#include "terminal/options.h"

namespace rgm::app {

/// Which frames of a film are read.
struct FilmOptions {
  std::size_t first = 0, frames = 0, stride = 1;
  double frames_per_second = 0;  ///< 0: frames are taken one by one
  bool allow_truncated = false;
  bool can_be_chosen = false;  ///< these are options of the verb
  std::string ground{};   ///< under transparent pixels; empty: white, or what a clip is made for
  bool has_notes = true;  ///< what was found in it is told

  /// The film's own number of the frame that is read as `frame`.
  std::size_t of_film(std::size_t frame) const { return first + frame * stride; }
};

/// Adds --first, --frames, --stride, --fps, --ground, --allow-truncated.
void add_film_options(Verb verb, FilmOptions& options);

/// Adds the arguments of verbs that follow a film by a model of a sequence.
void add_model_and_film(Verb verb, std::string& model, std::string& film);
/// Adds --magnify, of a film that is written.
void add_magnify_option(Verb verb, std::size_t& magnify);

/// Adds --fps, of a film that is written and not read; 0: that of the model.
void add_rate_option(Verb verb, double& frames_per_second);

/// The film of a file, a folder of pictures or a named clip (fetched if need be), at the size that
/// a codec expects; sides of 0 as for `VideoOptions`. What whoever asks for it should know of it is
/// noted when it has been read for the first time. `times`, if given, gets the second at which each
/// frame of a reading begins, and must outlive the film.
Film open_film(const std::string& name, std::size_t height, std::size_t width,
               const FilmOptions& options, const CommonOptions& common,
               std::vector<double>* times = nullptr);

/// What should be alike in films that are put together, or given to a model.
struct FilmShape {
  double aspect = 0;             ///< width over height as it is shown
  double frames_per_second = 0;  ///< 0: not known, since a folder of pictures does not tell
};
FilmShape shape_of(const Film& film, const CommonOptions& common);
FilmShape shape_of(const FilmCodec& codec);

/// Notes where a film is of another aspect or rate than what it is put together with, `whose`:
/// it is stretched, or its steps last otherwise.
void note_differences(const std::string& film, const FilmShape& its, const FilmShape& other,
                      const std::string& whose);

/// "1 frame", "2 frames" by the plural, "1 row of 3 columns" if more follows.
std::string counted_units(std::size_t n, std::string plural);

/// What to say of a film: a line a kind, in the words of the program.
std::vector<std::string> film_notes(const VideoNotes& notes);

/// Refuses a film that could not be written when all the work is done, as `check_output` does a
/// file: its name has no ending of a video, or it is a folder that is not empty.
void check_film_output(const std::filesystem::path& path);

/// "3,4,7" or "0:8,20" (end excluded) as indices. `Error` that names `option` if it is neither.
std::vector<std::size_t> parse_indices(const std::string& text, const std::string& option);

}  // namespace rgm::app
