#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "rgm/base/film.h"
#include "rgm/base/progress.h"
#include "rgm/model/outcomes.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/trained/appearance.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

/// What films show beyond their outcomes: reads each once more. `data` is what the films were
/// encoded to. Tiles with missing modalities are left out. The same for any number of threads;
/// films' counts add up.
Appearance learn_appearance(const EncodedSequences& data, std::span<const Film> films,
                            int threads = 0, const Progress& progress = {});

/// How unusual the look of every step of a film is, nats: of each tile ln(1 + odds), the odds that
/// it shows something foreign, whose energies and outcomes are all as likely, rather than what
/// training was like; and the sum over tiles. What is usual thus counts next to nothing, however
/// many tiles it fills. The odds are 1 to the number of tiles before anything is seen; energies of
/// the residual and of the change since the last frame before tell `Appearance::evidence`,
/// outcomes, which depend on each other and so count as one, the mean of theirs. For what a model
/// was never shown, in films that are new to it: what is foreign may be well foretold, but looks
/// and moves otherwise. Of a tile with a missing modality only the other outcomes count. `Error` if
/// the model knows nothing of appearance.
void appearance_surprise(const SequenceModel& model, const Film& film, const Outcomes& outcomes,
                         const std::function<void(std::size_t step, const Surprise&)>& take,
                         int threads = 0, const Progress& progress = {});

}  // namespace rgm
