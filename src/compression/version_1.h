#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "novelty.h"
#include "unlinked.h"

namespace rgm::detail {

/// How streams of version 1 were coded, which are read and no longer written: a group is novel as a
/// whole, and what it shows then is predicted by `Novelty`.
class Version1 : public Unlinked {
 public:
  static constexpr double kLightest = 0x1p-200;

  /// ν is `novelty`, or follows the moving average of what was novel, above that.
  Version1(std::span<const std::size_t> num_outcomes, double novelty, bool follows);

  std::vector<CodedCell> cells_of(std::size_t factor,
                                  std::span<const std::size_t> modalities) const override;
  void begin_step() override {}
  std::span<const double> predict(std::size_t modality) override {
    return novelty_.predict(modality);
  }
  void observe(std::size_t modality, const Outcomes& row) override {
    novelty_.observe(row(0, modality).token);
  }
  double cut(std::size_t cell) const override;
  void follow(std::size_t cell, double cut_share) override;
  void finish_step(const Outcomes& /*row*/) override {}
  double lightest() const override { return kLightest; }
  bool gates_evidence() const override { return false; }

 private:
  Novelty novelty_;
  double least_;
  bool follows_;
  std::vector<double> cut_;  // [factor], as far as it was asked for
};

}  // namespace rgm::detail
