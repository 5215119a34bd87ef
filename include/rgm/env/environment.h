#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/base/images.h"

namespace rgm {

/// One symbol of an observation, of those that its modality has; `kMissingSymbol`: nothing was
/// observed.
using Symbol = std::uint16_t;
inline constexpr Symbol kMissingSymbol = 0xFFFF;

/// Frames of a game, as far as games are counted: what happens is reported per so many.
inline constexpr std::size_t kFramesPerGame = 256;

/// Modalities that are observed together: what the eyes see, or a reward.
struct ObservationStream {
  std::string name;  ///< "pixels", "reward", "cost", "action", or one of the environment's own
  std::vector<std::size_t> num_symbols;  ///< one a modality
  /// Of a grid, [row, column], if the modalities are one; else 0.
  std::size_t rows = 0, columns = 0;
  /// For people: of the first modality's symbols; may be empty.
  std::vector<std::string> symbol_names;

  friend bool operator==(const ObservationStream&, const ObservationStream&) = default;
};

/// What an environment shows and which actions it knows. An observation holds the streams'
/// modalities one after the other.
///
/// By convention *pixels* leads; *reward* and *cost* have one modality of two symbols, 1 where
/// there is some; *action* tells what the last actions have brought about (where the paddle is:
/// proprioception).
struct EnvironmentSpaces {
  std::vector<ObservationStream> streams;
  std::vector<std::string> actions;  ///< names of the actions

  std::size_t num_modalities() const;
  bool has(std::string_view stream) const;
  /// The first modality of a stream in an observation. `Error` if there is no such stream.
  std::size_t first_modality(std::string_view stream) const;
  const ObservationStream& stream(std::string_view name) const;

  friend bool operator==(const EnvironmentSpaces&, const EnvironmentSpaces&) = default;
};

/// A world to act in, one frame a step. Knows nothing of inference; derive from it to plug in a
/// world of your own.
///
/// Same seed and same actions, same observations. An observation stays valid until the next call of
/// `reset` or `step`.
class Environment {
 public:
  virtual ~Environment() = default;

  /// Never changes.
  virtual const EnvironmentSpaces& spaces() const = 0;
  /// Begins anew; all chance from here on follows from `seed`. Returns the first observation.
  virtual std::span<const Symbol> reset(std::uint64_t seed) = 0;
  /// Acts for a frame and returns what is observed then. `Error` if there is no such action.
  virtual std::span<const Symbol> step(std::size_t action) = 0;
  /// The present frame as one picture, grey or in colour; an empty one if there is nothing to show.
  virtual Images render() const = 0;

  /// How many variations (rgm/env/variations.h) it holds: by this number each next one draws its
  /// own chance. An environment around another one passes on that one's.
  virtual std::uint64_t num_variations() const { return 0; }
};

}  // namespace rgm
