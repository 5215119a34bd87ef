#include "rgm/pomdp/pomdp.h"

#include <cmath>
#include <span>

#include "rgm/base/error.h"

namespace rgm {
namespace {

void validate_columns(const Matrix<double>& counts, std::size_t states, const char* what,
                      std::size_t index) {
  require(counts.rows() > 0 && counts.cols() == states, "Pomdp: ", what, " ", index,
          ": expected a column a state (", states, "), got ", counts.rows(), " × ", counts.cols());
  for (std::size_t s = 0; s < states; ++s) {
    double total = 0;
    for (std::size_t o = 0; o < counts.rows(); ++o) {
      require(std::isfinite(counts(o, s)) && counts(o, s) >= 0, "Pomdp: ", what, " ", index,
              ", state ", s, ": expected finite counts of at least 0, got ", counts(o, s));
      total += counts(o, s);
    }
    require(total > 0, "Pomdp: ", what, " ", index, ", state ", s,
            ": expected a count above 0, got none");
  }
}

void validate_preferences(std::span<const double> preferences, std::size_t size, const char* what) {
  require(preferences.empty() || preferences.size() == size, "Pomdp: ", what, ": expected ", size,
          " or none, got ", preferences.size());
  for (const double c : preferences)
    require(std::isfinite(c), "Pomdp: ", what, ": expected finite values, got ", c);
}

}  // namespace

void Pomdp::validate() const {
  const std::size_t states = num_states();
  require(states > 0 && num_controls() > 0, "Pomdp: expected at least 1 state and 1 control, got ",
          states, " and ", num_controls());
  for (std::size_t g = 0; g < modalities.size(); ++g) {
    validate_columns(modalities[g].likelihood_counts, states, "likelihood_counts of modality", g);
    validate_preferences(modalities[g].preferences, modalities[g].likelihood_counts.rows(),
                         "preferences");
  }
  for (std::size_t u = 0; u < num_controls(); ++u) {
    require(transition_counts[u].rows() == states, "Pomdp: transition_counts of control ", u,
            ": expected ", states, " next states, got ", transition_counts[u].rows());
    validate_columns(transition_counts[u], states, "transition_counts of control", u);
  }
  double total = 0;
  for (const double d : initial_state) {
    require(std::isfinite(d) && d >= 0,
            "Pomdp: initial_state: expected finite values of at least 0, got ", d);
    total += d;
  }
  require(total > 0, "Pomdp: initial_state: expected a value above 0, got none");
  validate_preferences(final_state_preferences, states, "final_state_preferences");
}

}  // namespace rgm
