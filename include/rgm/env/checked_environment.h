#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "rgm/env/environment.h"

namespace rgm {

/// `Error` unless the spaces make sense: streams of different names and of at least one modality,
/// grids of rows × columns of them, 1 to 65,535 symbols a modality, at least one action.
void check_spaces(const EnvironmentSpaces& spaces);

/// `Error` unless an observation has a symbol for each modality, one of that modality's or
/// `kMissingSymbol`; it names the step (0: the reset), the modality, what was expected and what was
/// found. Cost: a comparison a modality.
void check_observation(const EnvironmentSpaces& spaces, std::span<const Symbol> observation,
                       std::size_t step);

/// `Error` unless a picture is empty or as many values as its height, width and 1 or 3 channels
/// say; it names the step.
void check_picture(const Images& picture, std::size_t step);

/// Somebody else's environment, held to its word: spaces that make sense and never change,
/// observations that fit them, actions that exist, pictures that are whole; what else it throws
/// becomes an `Error` that names the step. For environments that are not trusted.
std::unique_ptr<Environment> checked(std::unique_ptr<Environment> environment);
/// The same around one that stays the caller's and must outlive it.
std::unique_ptr<Environment> checked(Environment& environment);

}  // namespace rgm
