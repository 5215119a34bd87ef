#pragma once

#include <string>

#include "rgm/codec/film_codec.h"
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
};

/// `path` is the model's, to tell people.
void generate_sequence(const SequenceModel& model, const std::string& path,
                       const FilmOutput& output, const CommonOptions& common);
void predict_sequence(const SequenceModel& model, const std::string& film,
                      const FilmOptions& options, const FilmOutput& output,
                      const CommonOptions& common);

/// The outcomes of a film under a model.
EncodedFilm encode_for(const SequenceModel& model, const std::string& name,
                       const FilmOptions& options, const CommonOptions& common);

}  // namespace rgm::app
