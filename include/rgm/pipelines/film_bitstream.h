#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "rgm/base/film.h"
#include "rgm/base/progress.h"
#include "rgm/codec/film_codec.h"
#include "rgm/compression/bitstream.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/recipes/sequence_settings.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

/// How large a film became.
struct FilmBitstream {
  std::size_t frames = 0, steps = 0, bytes = 0;
  double bits = 0;         ///< −log₂ of the probability that the coder gave the outcomes
  std::size_t pixels = 0;  ///< of a prepared frame

  double bits_per_pixel() const {
    return 8.0 * static_cast<double>(bytes) / static_cast<double>(frames * pixels);
  }
};

/// Encodes a film under a model, which the decoder must have: the codec's outcomes, without loss
/// (the codec itself loses detail). `kinds`: as of `SequenceCoderOptions`. `Error` if the model's
/// outcomes are soft or the film has not the codec's size.
FilmBitstream encode_film_stream(const SequenceModel& model, const EncodedFilm& film, bool kinds,
                                 const ByteSink& sink, const Progress& progress = {});

/// Encodes a film without a model: a codec of cosines, whose ranges the stream carries, and a
/// structure that grows on both sides alike. Returns the outcomes, too. `Error` as of `fit_codec`.
FilmBitstream encode_film_stream(const Film& film, const SequenceSettings& settings,
                                 const ByteSink& sink, EncodedFilm* outcomes = nullptr,
                                 int threads = 0, const Progress& progress = {});

/// A stream that is being decoded to frames and outcomes.
struct DecodedFilm {
  std::size_t frames = 0, steps = 0;
  double frames_per_second = 0;
  bool complete = false;  ///< to its end
  std::string message;    ///< what is wrong with it otherwise
};

/// What is known before the first step.
struct FilmStreamInfo {
  std::size_t frames = 0;  ///< in all
  double frames_per_second = 0;
  bool needs_model = false;
};
/// `Error` if the header is not that of a film.
FilmStreamInfo film_stream_info(const BitstreamHeader& header);

/// Decodes a stream from its first step up to the end or the damage, some steps at a time:
/// `take_outcomes` gets the outcomes as they were, `take` the frames; either may be empty. `model`
/// unless the stream needs none. `Error` if its header is not that of a film, or the model is
/// missing or another one.
DecodedFilm decode_film_stream(BitstreamReader& reader, const SequenceModel* model,
                               const TakeStep& take,
                               const std::function<void(const Outcomes&)>& take_outcomes = {},
                               const Progress& progress = {});

}  // namespace rgm
