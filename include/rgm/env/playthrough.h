#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/env/environment.h"

namespace rgm {

/// What was done in an environment and what was seen.
struct Playthrough {
  std::uint64_t seed = 0;  ///< of the reset
  std::size_t modalities = 0;
  std::vector<std::size_t> actions;  ///< one a frame
  /// [frame, modality]; one more than actions: the first is the reset's.
  std::vector<Symbol> observations;

  std::size_t frames() const { return actions.size(); }
  /// What was seen after so many actions.
  std::span<const Symbol> observation(std::size_t frame) const {
    return std::span(observations).subspan(frame * modalities, modalities);
  }
};

/// Plays so many frames from a reset with `seed`; `policy` chooses an action when it is shown an
/// observation. The environment is `checked`: `Error`, which names the step, if its spaces change,
/// an observation does not fit them, or it throws.
Playthrough record(Environment& environment,
                   const std::function<std::size_t(std::span<const Symbol>)>& policy,
                   std::size_t frames, std::uint64_t seed);

/// Takes the same actions after the same reset. `Error` at the first difference; it names the frame
/// and the modality.
void replay(Environment& environment, const Playthrough& playthrough);

/// As text: four lines of header, the first observation, then a line a frame, its action and what
/// changed ("0 17=4 18=2": left, modality 17 shows 4 now, modality 18 shows 2), and "end".
std::string playthrough_text(const Playthrough& playthrough);
/// `FileError`, which begins with `name` and tells the line, for text that is no playthrough, is
/// cut short or holds more than 2³⁰ symbols.
Playthrough parse_playthrough(std::string_view text, std::string_view name);

/// The same text in a file.
void write_playthrough(const std::filesystem::path& path, const Playthrough& playthrough);
Playthrough read_playthrough(const std::filesystem::path& path);

}  // namespace rgm
