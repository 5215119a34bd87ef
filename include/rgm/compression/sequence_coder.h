#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "rgm/compression/range_coder.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/group_by_place.h"

namespace rgm {

/// How a sequence of outcomes is coded; encoder and decoder must be given the same.
struct SequenceCoderOptions {
  /// Cells may be cut from the states and then follow kinds of change; false: the pure model. A
  /// model that grows needs them.
  bool kinds = true;
  /// Whether outcomes are steps of a scale, for kinds that begin from nothing.
  bool ordered = true;
  /// For reading streams of version 1, which had this instead: the prior probability, in [0, 1),
  /// that a group shows something unlike all its states.
  std::optional<double> version_1_novelty{};
};

/// Codes the outcomes of a sequence one after the other, each under its exact probability given
/// everything before:
///
///     length = −log₂ P(o_0) − log₂ P(o_1 | o_0) − … = −log₂ P(outcomes)   (bits),
///
/// within rounding: the marginal likelihood of the model; no hidden state or path is sent. Encoder
/// and decoder make the same predictions from the outcomes before, on any machine
/// (docs/bitstream.md says how).
///
/// *Kinds*: with probability ν a cell is cut from the states and its outcomes follow kinds of
/// change
/// (`Kinds`), which go on learning from what is coded, and so does how often cells are cut. A model
/// brings the kinds that it has, its cells linked at first. Otherwise they begin from nothing, with
/// modalities of one place as cells, or without places those of a group, and a table for each
/// number of outcomes and place in a cell. New things then cost what they would cost without a
/// model. The pure model gives what it has never seen what little its prior counts leave.
///
/// *Impossible outcomes* cost up to 24 bits each; then beliefs start afresh, as at the beginning of
/// a sequence.
///
/// *Growing*: without a model, one is grown by `SequenceStructure` from what has been coded so far,
/// on both sides alike: after 4 steps and whenever the sequence has become an eighth longer. Only
/// what is new is added then (and two steps of the root before it, so that nothing is torn apart);
/// beliefs are warmed up with the last steps. Growing costs O(steps · modalities) in all; memory is
/// that of the model, of the kinds, which hold what followed each pair of outcomes that was met,
/// and an eighth of the sequence.
class SequenceCoder {
 public:
  /// Codes with a model, a copy of which it keeps prepared. `Error` if it is not valid, a modality
  /// has more than `Outcome::kMaxOutcomes` outcomes, or an option is out of range.
  explicit SequenceCoder(const Hierarchy& hierarchy, const SequenceCoderOptions& options = {});
  /// Codes without a model and grows one. A number of outcomes and a location for each modality.
  /// `Error` if there are none, shapes do not match, or values are out of range.
  SequenceCoder(std::vector<std::size_t> num_outcomes, const std::vector<Location>& locations,
                const SequenceCoderOptions& options = {});
  SequenceCoder(SequenceCoder&&) noexcept;
  SequenceCoder& operator=(SequenceCoder&&) noexcept;
  ~SequenceCoder();

  /// [modality]
  const std::vector<std::size_t>& num_outcomes() const;

  /// Encodes the next step: row `item`, of hard outcomes. `Error` if there is anything else, or an
  /// outcome out of range; then nothing has changed. Cost O(Σ modalities · (states of its group +
  /// outcomes · kinds)) at most, and that of filtering.
  void encode(const Outcomes& outcomes, std::size_t item, RangeEncoder& encoder);
  /// Decodes the next step into row `item`. Never fails: any bytes give some outcomes.
  void decode(RangeDecoder& decoder, Outcomes& outcomes, std::size_t item);

  /// Steps so far, and their length in bits before it was rounded to bytes.
  std::size_t steps() const;
  double bits() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rgm
