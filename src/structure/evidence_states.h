#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/model/likelihood.h"

namespace rgm {

/// Finds the state of a factor that gives an item most evidence (method 3.4). With a_gk[o] the
/// counts of state k and n_gk their sum, K_g and α_g outcomes and concentration, an item of
/// outcomes q has the predictive probability
///
///     p(q | k) = Π_g (Σ_o q_g(o) a_gk[o] + α_g) / (n_gk + K_g α_g)
///
/// over the modalities that were observed; n_k, the items of a state, is the largest n_gk.
class EvidenceStates {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// Of the states that there are. `Error` unless all concentrations are above 0.
  explicit EvidenceStates(const Likelihood& likelihood);

  /// The state with the largest ln p(q | k) + ln n_k, the first of equals; `kNone` if there is none
  /// or if a new one is better: there may be another (`may_add`) and ln p(q | new) + `log_price` is
  /// larger, p(q | new) = Π_g 1/K_g. The item's shares are in order of modalities, which sum to one
  /// each. Cost O(states + states that know the outcomes).
  std::size_t find(std::span<const Likelihood::Count> item, double log_price, bool may_add);
  /// Counts an item; a state that is not known yet is the next new one.
  void add(std::span<const Likelihood::Count> item, std::size_t state);

 private:
  /// A state that has counts of an outcome.
  struct Posting {
    std::uint32_t state = 0;
    double count = 0, gain = 0;  ///< gain: ln((count + α) / α)
  };
  struct Modality {
    double concentration = 0, total_concentration = 0;
    std::size_t num_outcomes = 0, offset = 0;
  };

  void add_share(const Likelihood::Count& share, std::size_t state);
  void weigh(std::size_t state);
  void score_modality(std::span<const Likelihood::Count> shares);

  std::vector<Modality> modalities_;
  std::vector<std::vector<Posting>> postings_;  // [outcome of a modality]
  std::vector<std::vector<double>> totals_;     // [state][modality]: n_gk
  std::vector<double> base_;          // [state]: ln n_k − Σ_g ln((n_gk + K_g α_g) / α_g)
  double new_base_ = 0;               // −Σ_g ln K_g
  std::vector<double> score_, soft_;  // work space
};

}  // namespace rgm
