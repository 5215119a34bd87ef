#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/model/kinds.h"
#include "rgm/model/likelihood.h"
#include "rgm/model/transition.h"

namespace rgm {

/// One modality of a level: a discrete variable with exactly one parent factor.
struct Modality {
  enum class Kind : std::uint8_t {
    kOutcome,       ///< an outcome of the codec (level 0 only); `source` is its index there
    kInitialState,  ///< the initial state of factor `source` of the level below
    kInitialPath,   ///< the path of factor `source` of the level below (present only if that has
                    ///< several)
  };
  Kind kind = Kind::kOutcome;
  std::size_t source = 0;
  std::size_t num_outcomes = 0;

  friend bool operator==(const Modality&, const Modality&) = default;
};

/// One factor of a level with the group of modalities that it generates.
///
/// Over an episode it keeps one path u and moves through states, s' ~ B[·, s, u]; each modality's
/// outcome follows the state, o_g ~ A_g[·, s]. Its initial state and path are outcomes of the level
/// above. Still images have one path, episodes of one step and no transitions.
///
/// The root has no level above: over the steps of a sequence it is a Markov chain,
/// P(s'|s) = (Σ_u B-counts[s', s, u] + κ D[s']) / (Σ_s' Σ_u B-counts[s', s, u] + κ), D the
/// distribution of its initial state and κ `Hierarchy::restart_concentration`; where both vanish
/// the state stays.
struct Factor {
  /// The group, indices into `Level::modalities`, as ordered in `likelihood`.
  std::vector<std::size_t> modalities;
  Likelihood likelihood;
  std::size_t num_paths = 1;
  Transition transition;  ///< empty if the level's episodes have one step
  /// Mean position of the group, in pixels of the prepared picture.
  double location_row = 0, location_column = 0;
  std::size_t stream = 0;  ///< 0: the leading stream; trailing ones (reward, action …) count from 1

  std::size_t num_states() const { return likelihood.num_states(); }
  friend bool operator==(const Factor&, const Factor&) = default;
};

/// One level: factors, and the modalities that they generate.
struct Level {
  std::vector<Modality> modalities;
  std::vector<Factor> factors;
  /// T_n, steps of an episode: of this level to one of the next; 1 at the last level.
  std::size_t time_scale = 1;

  friend bool operator==(const Level&, const Level&) = default;
};

/// A renormalising generative model: levels upon levels, level 0 nearest the data (method: Friston
/// et al. 2024, arXiv 2407.20292, "renormalising generative models").
///
/// Every variable has one parent, so the graph is a tree, rooted in the single factor of the last
/// level. Data only: the algorithms live in `inference`, `learning` and `structure`. Immutable
/// while it infers; copies are deep.
struct Hierarchy {
  std::vector<Level> levels;
  /// Dirichlet counts (prior included) of the root's state, [state].
  std::vector<double> initial_state_counts;
  /// κ, prior count of a jump of the root's chain to a fresh initial state.
  double restart_concentration = 0;
  /// How outcomes of level 0 go on where a cell is cut from the states; none: nothing is ever cut.
  Kinds kinds{};

  const Factor& root() const { return levels.back().factors.front(); }
  std::size_t num_modalities() const {
    return levels.empty() ? 0 : levels.front().modalities.size();
  }
  /// Number of counts that the likelihoods hold (dense ones: rows · states) and of the root's
  /// prior.
  std::size_t num_parameters() const;
  /// Steps of level 0 to one step of the root, Π T_n.
  std::size_t episode_length() const;

  /// Throws `Error` that names the level, factor and field unless the hierarchy is a tree of
  /// matching shapes with valid counts: every modality belongs to one factor, every factor below
  /// the root has one parent (of its initial state and of its path alike), outcomes match states.
  void validate() const;

  friend bool operator==(const Hierarchy&, const Hierarchy&) = default;
};

/// The same model, its likelihoods in the dense form (`Likelihood::dense`).
Hierarchy dense(Hierarchy hierarchy);

}  // namespace rgm
