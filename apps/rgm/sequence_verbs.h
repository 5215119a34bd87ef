#pragma once

#include <string>

#include "film_options.h"
#include "verbs.h"

namespace rgm::app {

/// What `generate` and `predict` do with a model of a sequence, and options that only these have.
struct FilmOutput {
  std::string output;
  std::size_t frames = 160, magnify = 2;
  std::string variance;  ///< film of the standard deviation; empty: none
  int root_state = -1;
  bool background = false;
};

void generate_sequence(const std::string& model, const FilmOutput& output,
                       const CommonOptions& common);
void predict_sequence(const std::string& model, const std::string& film, const FilmOptions& options,
                      const FilmOutput& output, const CommonOptions& common);

}  // namespace rgm::app
