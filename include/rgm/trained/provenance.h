#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace rgm {

/// Where a model comes from: enough to make it again, bit for bit. Holds no date and no machine, so
/// that equal runs give equal files.
struct Provenance {
  std::string program_version;
  std::string recipe;  ///< name
  /// All settings as a recipe file. It is text, for this module is below that of the settings, and
  /// so a model can be read whatever becomes of them; `settings_of` alone makes settings of it.
  std::string settings;
  std::string data_set;  ///< address, e.g. mnist:train[:20000]
  std::uint64_t seed = 0;
  /// How much was learnt from, over all runs of training: images of pictures, frames of films and
  /// of games, rows of symbols.
  std::uint64_t units_seen = 0;
  /// Checksum of the model whose codec and trees learning began with (`TrainingOptions::like`); 0:
  /// it began with none. Models of one beginning can be merged.
  std::uint64_t learnt_from = 0;
  /// Text that whoever made the model keeps with it, say how its data were scaled: lines of UTF-8.
  /// Nothing here reads it, and it changes nothing that the model predicts.
  std::string annotation{};

  /// Bytes that an annotation may have.
  static constexpr std::size_t kMaxAnnotation = 65536;
  /// Throws `Error` unless the annotation is plain text (`is_plain_text`) of at most so many bytes.
  void validate() const;

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

}  // namespace rgm
