#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rgm/compression/sequence_coder.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/group_by_place.h"

namespace rgm {

/// Version of the bitstream (not of the program). Readers accept this and every earlier one.
inline constexpr int kBitstreamVersion = 2;

/// Takes the next bytes of a stream; it may throw.
using ByteSink = std::function<void(std::span<const std::uint8_t>)>;
/// Fills as much as there is of a buffer and returns how much that is; less than asked for: the
/// end.
using ByteSource = std::function<std::size_t(std::span<std::uint8_t>)>;

struct BitstreamOptions {
  SequenceCoderOptions coder;
  /// Steps that are checked and can be had together: at most 64, or more, up to 1,024, that have
  /// few outcomes (docs/bitstream.md). 0: as many as have 2^14 outcomes, at least 16.
  std::size_t chunk_steps = 0;
  /// What the caller wants to know before decoding (codec, size of the picture …); comes back as it
  /// is.
  std::vector<std::uint8_t> caller_header;
};

/// Writes a sequence of outcomes as a bitstream, a few steps at a time: a film needs no array.
/// docs/bitstream.md describes the format.
class BitstreamWriter {
 public:
  /// With a model, which the reader must have too. Writes the header. `Error` as of
  /// `SequenceCoder`, or if an option is out of range.
  BitstreamWriter(ByteSink sink, const Hierarchy& model, const BitstreamOptions& options = {});
  /// Without: the model grows on both sides, and the stream says all. At most 2^16 modalities with
  /// at most 2^20 outcomes together, 2^18 of them in modalities that share no table of kinds
  /// (`SequenceCoder`), or `Error`. Locations are kept as float32.
  BitstreamWriter(ByteSink sink, std::vector<std::size_t> num_outcomes,
                  std::vector<Location> locations, const BitstreamOptions& options = {});
  BitstreamWriter(BitstreamWriter&&) noexcept;
  BitstreamWriter& operator=(BitstreamWriter&&) noexcept;
  ~BitstreamWriter();  ///< without `finish` the stream stays incomplete

  /// The next step: row `item`, of hard outcomes. `Error` if there is anything else; then nothing
  /// has changed.
  void push(const Outcomes& outcomes, std::size_t item);
  /// Writes what is left and the end; nothing may be pushed any more.
  void finish();

  /// The coder: steps, and their length in bits before it was rounded to bytes.
  const SequenceCoder& coder() const;
  /// Bytes written so far, header and checksums included.
  std::size_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a bitstream says before its outcomes.
struct BitstreamHeader {
  bool grows = false;                ///< it needs no model
  std::uint64_t model_checksum = 0;  ///< else `model_checksum` of the model that it needs
  SequenceCoderOptions coder;
  std::vector<std::size_t> num_outcomes;  ///< [modality], if it grows
  std::vector<Location> locations;        ///< likewise
  std::vector<std::uint8_t> caller_header;
};

/// Reads a bitstream, a few steps at a time.
///
/// Bytes are not trusted: whatever they are, nothing is read out of bounds, and memory is taken as
/// bytes arrive (a model that grows: at most 64 MiB before the first outcomes; a chunk: 64 steps,
/// or 2^16 outcomes). What decodes agreed with its checksums.
class BitstreamReader {
 public:
  /// Reads the header. `FileError` that says what is wrong: not a bitstream, a newer version,
  /// truncated, damaged.
  explicit BitstreamReader(ByteSource source);
  BitstreamReader(BitstreamReader&&) noexcept;
  BitstreamReader& operator=(BitstreamReader&&) noexcept;
  ~BitstreamReader();

  const BitstreamHeader& header() const;
  /// Gives it the model that the stream was written with; call before `read` unless
  /// `header().grows`. `Error` if it is another one.
  void use_model(const Hierarchy& model);

  /// The next steps, those of a chunk; false at the end or where the stream is truncated or
  /// damaged: nothing more comes then.
  bool read(Outcomes& chunk);
  /// After `read` returned false: everything has been read, to the end that the writer set.
  bool complete() const;
  /// What is wrong, in one line; empty if nothing is.
  const std::string& message() const;
  /// Steps that have been read.
  std::size_t steps() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A whole sequence as a bitstream, with a model.
std::vector<std::uint8_t> encode_sequence(const Outcomes& outcomes, const Hierarchy& model,
                                          const BitstreamOptions& options = {});
/// Likewise, without.
std::vector<std::uint8_t> encode_sequence(const Outcomes& outcomes,
                                          std::vector<std::size_t> num_outcomes,
                                          std::vector<Location> locations,
                                          const BitstreamOptions& options = {});

struct DecodeResult {
  Outcomes outcomes;      ///< all steps before the damage, if there is any
  bool complete = false;  ///< to the end that the writer set
  std::string message;    ///< what is wrong; empty if nothing is
};

/// Decodes a bitstream; `model` unless it grows one. At most `max_steps` steps: what is predictable
/// takes next to no bytes, so a short stream may say a long sequence. `Error` if the header cannot
/// be read or the model is missing or another.
DecodeResult decode_sequence(std::span<const std::uint8_t> bytes, const Hierarchy* model = nullptr,
                             std::size_t max_steps = static_cast<std::size_t>(-1));

}  // namespace rgm
