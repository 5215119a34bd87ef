#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/codec/film_codec.h"
#include "rgm/recipes/sequence_settings.h"
#include "rgm/trained/sequence_model.h"
#include "terminal/film_options.h"
#include "terminal/options.h"

namespace rgm::app {

/// What `generate` and `predict` do with a model of a sequence, and options that only these have.
struct FilmOutput {
  std::string output;
  std::size_t frames = 160, magnify = 2;
  std::string variance;  ///< film of the standard deviation; empty: none
  int root_state = -1;
  bool background = false;
  double frames_per_second = 0;  ///< of the film that is written; 0: as those that were learnt
};

/// `path` is the model's, to tell people.
void generate_sequence(const SequenceModel& model, const std::string& path,
                       const FilmOutput& output, const CommonOptions& common);
void predict_sequence(const SequenceModel& model, const std::string& film,
                      const FilmOptions& options, const FilmOutput& output,
                      const CommonOptions& common);

/// The pixels that rectangles ROW,COLUMN,HEIGHT,WIDTH of --mask cover, 1 where one does; nothing if
/// there are none. `Error` if one is not within the size.
Matrix<std::uint8_t> mask_of(const std::vector<std::string>& rectangles, std::size_t height,
                             std::size_t width);

/// A film in the size that a model takes, with a note where it differs from what that learnt;
/// `times` as of `open_film`.
Film open_for(const SequenceModel& model, const std::string& name, const FilmOptions& options,
              const CommonOptions& common, std::vector<double>* times = nullptr);

/// The outcomes of a film under a model; `times` as of `open_film`.
EncodedFilm encode_for(const SequenceModel& model, const std::string& name,
                       const FilmOptions& options, const CommonOptions& common,
                       std::vector<double>* times = nullptr);

/// The settings with a size that they leave open chosen by a film.
SequenceSettings sized_by(SequenceSettings settings, const std::string& film,
                          const CommonOptions& common);

}  // namespace rgm::app
