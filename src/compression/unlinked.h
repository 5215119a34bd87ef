#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "rgm/learning/kinds_learning.h"
#include "rgm/model/kinds.h"
#include "rgm/model/outcomes.h"

namespace rgm::detail {

/// Modalities of a group that are cut from its states together.
struct CodedCell {
  std::size_t index = 0;
  std::vector<std::size_t> positions;  ///< in the group
};

/// All of a factor's group as one cell.
std::vector<CodedCell> whole_group(std::size_t factor, std::span<const std::size_t> modalities);

/// What outcomes are where they are cut from the states, and how probably they are: learnt from
/// what has been coded, on both sides alike.
///
/// A step is `begin_step`, of each outcome `predict` and `observe`, of each cell `cut` before its
/// outcomes and `follow` after them, then `finish_step`.
class Unlinked {
 public:
  virtual ~Unlinked() = default;

  /// The cells of a factor, whose group has these modalities, in the order in which they are coded.
  virtual std::vector<CodedCell> cells_of(std::size_t factor,
                                          std::span<const std::size_t> modalities) const = 0;
  virtual void begin_step() = 0;
  /// P*(outcome), [outcome]; until the next call.
  virtual std::span<const double> predict(std::size_t modality) = 0;
  virtual void observe(std::size_t modality, const Outcomes& row) = 0;
  /// ν, the probability that a cell is cut at this step.
  virtual double cut(std::size_t cell) const = 0;
  /// P(it was cut | its outcomes).
  virtual void follow(std::size_t cell, double cut_share) = 0;
  virtual void finish_step(const Outcomes& row) = 0;
  /// Relative weight below which a state is dropped.
  virtual double lightest() const = 0;
  /// Whether states hear of a cell only so far as it is linked.
  virtual bool gates_evidence() const = 0;
};

/// Kinds that have seen nothing, to begin a stream with. A table is shared by the modalities of
/// equally many outcomes and the same place in their cells, the 64th and later ones being one.
/// `Error` if tables have more than `most` outcomes together.
Kinds new_kinds(const std::vector<std::size_t>& num_outcomes,
                std::vector<std::vector<std::size_t>> cells, bool ordered, std::size_t most);

/// Kinds of change that go on learning, and links that remember (`Kinds`). How often cells are cut
/// and linked again is learnt, too, from all cells: P(v' | v) = (n[v, v'] + A₀ prior) / (Σ n[v, ·]
/// + A₀) of v, v' ∈ {linked, cut}, n expected counts, the prior of staying ρ.
class UnlinkedKinds : public Unlinked {
 public:
  /// `cut`: P(a cell is cut) before the first step.
  UnlinkedKinds(Kinds kinds, double cut);

  std::vector<CodedCell> cells_of(std::size_t factor,
                                  std::span<const std::size_t> modalities) const override;
  void begin_step() override;
  std::span<const double> predict(std::size_t modality) override;
  void observe(std::size_t modality, const Outcomes& row) override;
  double cut(std::size_t cell) const override;
  void follow(std::size_t cell, double cut_share) override;
  void finish_step(const Outcomes& row) override { learner_.finish_step(row, 0); }
  double lightest() const override { return 0x1p-100; }
  bool gates_evidence() const override { return true; }

 private:
  using Chain = std::array<std::array<double, 2>, 2>;  // [linked or cut, next]

  Kinds kinds_;
  KindsLearner learner_;
  std::vector<std::size_t> cell_of_, place_of_;  // [modality], its cell and place there
  std::vector<double> cut_;                      // P(cut), after the last step, [cell]
  Chain counts_{}, link_{};                      // n, and P(v' | v) at this step
  std::vector<double> probabilities_;
};

}  // namespace rgm::detail
