#include "rgm/model/likelihood.h"

#include <algorithm>
#include <limits>

#include "rgm/model/counts.h"
#include "rgm/model/outcomes.h"

namespace rgm {

Likelihood::Likelihood(std::span<const std::size_t> outcomes,
                       std::span<const double> concentrations, std::size_t states, bool sparse)
    : sparse_(sparse), concentrations_(concentrations.begin(), concentrations.end()) {
  require(outcomes.size() == concentrations.size(),
          "Likelihood: concentrations: expected one for each of ", outcomes.size(),
          " modalities, got ", concentrations.size());
  const std::size_t most =
      sparse ? std::numeric_limits<std::uint32_t>::max() : Outcome::kMaxOutcomes;
  for (std::size_t g = 0; g < outcomes.size(); ++g) {
    require(outcomes[g] > 0 && outcomes[g] <= most, "Likelihood: modality ", g, ": expected 1 to ",
            most, " outcomes, got ", outcomes[g]);
    require(is_concentration(concentrations[g]), "Likelihood: modality ", g,
            ": concentration: expected 0 or ", kMinConcentration, " to ", kMaxCount, ", got ",
            concentrations[g]);
    offsets_.push_back(offsets_.back() + outcomes[g]);
  }
  if (sparse)
    columns_.resize(states);
  else
    counts_ = Matrix<double>(offsets_.back(), states);
}

Likelihood::Likelihood(std::span<const std::size_t> outcomes,
                       std::span<const double> concentrations, std::size_t states)
    : Likelihood(outcomes, concentrations, states, false) {
  require(states > 0, "Likelihood: states: expected at least 1, got 0");
}

Likelihood Likelihood::sparse(std::span<const std::size_t> outcomes,
                              std::span<const double> concentrations, std::size_t states) {
  return {outcomes, concentrations, states, true};
}

Likelihood Likelihood::without_counts() const {
  std::vector<std::size_t> outcomes;
  for (std::size_t g = 0; g < num_modalities(); ++g) outcomes.push_back(num_outcomes(g));
  return {outcomes, concentrations_, num_states(), sparse_};
}

Likelihood Likelihood::dense() const {
  std::vector<std::size_t> outcomes;
  for (std::size_t g = 0; g < num_modalities(); ++g) outcomes.push_back(num_outcomes(g));
  Likelihood result(outcomes, concentrations_, num_states());
  for (std::size_t s = 0; s < num_states(); ++s)
    for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      result.counts_(offsets_[g] + o, s) = count;
    });
  return result;
}

std::size_t Likelihood::num_parameters() const {
  if (!sparse_) return counts_.size();
  std::size_t total = 0;
  for (const auto& column : columns_) total += column.size();
  return total;
}

void Likelihood::add(std::size_t g, std::size_t outcome, std::size_t state, double count) {
  require(g < num_modalities() && outcome < num_outcomes(g) && state < num_states(),
          "Likelihood::add: modality ", g, ", outcome ", outcome, ", state ", state,
          ": out of range");
  if (!sparse_) {
    counts_(offsets_[g] + outcome, state) += count;
    return;
  }
  auto& column = columns_[state];
  const Count entry{static_cast<std::uint32_t>(g), static_cast<std::uint32_t>(outcome), count};
  const auto before = [](const Count& a, const Count& b) {
    return a.modality != b.modality ? a.modality < b.modality : a.outcome < b.outcome;
  };
  if (column.empty() || before(column.back(), entry)) {
    column.push_back(entry);
    return;
  }
  const auto at = std::lower_bound(column.begin(), column.end(), entry, before);
  if (at->modality == entry.modality && at->outcome == entry.outcome)
    at->count += count;
  else
    column.insert(at, entry);
}

std::size_t Likelihood::append_state() {
  require(sparse_, "Likelihood::append_state: expected the sparse form");
  columns_.emplace_back();
  return columns_.size() - 1;
}

void Likelihood::grow_outcomes(std::size_t g, std::size_t outcomes) {
  require(sparse_, "Likelihood::grow_outcomes: expected the sparse form");
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  require(g < num_modalities(), "Likelihood::grow_outcomes: modality: expected below ",
          num_modalities(), ", got ", g);
  require(outcomes >= num_outcomes(g) && outcomes <= kMost,
          "Likelihood::grow_outcomes: outcomes of modality ", g, ": expected ", num_outcomes(g),
          " as before to ", kMost, ", got ", outcomes);
  const std::size_t more = outcomes - num_outcomes(g);
  if (more == 0) return;
  for (std::size_t later = g + 1; later < offsets_.size(); ++later) offsets_[later] += more;
}

std::span<const Likelihood::Count> Likelihood::column(std::size_t state) const {
  require(sparse_, "Likelihood::column: expected the sparse form");
  require(state < num_states(), "Likelihood::column: expected a state below ", num_states(),
          ", got ", state);
  return columns_[state];
}

Matrix<double>& Likelihood::counts() {
  require(!sparse_, "Likelihood::counts: expected the dense form");
  return counts_;
}

const Matrix<double>& Likelihood::counts() const {
  require(!sparse_, "Likelihood::counts: expected the dense form");
  return counts_;
}

Matrix<double> Likelihood::expectation() const {
  Matrix<double> result = sparse_ ? Matrix<double>(num_rows(), num_states()) : counts_;
  if (sparse_)
    for (std::size_t s = 0; s < num_states(); ++s)
      for (const auto& [g, o, count] : columns_[s]) result(offsets_[g] + o, s) += count;
  std::vector<double> total(num_states());
  for (std::size_t g = 0; g < num_modalities(); ++g) {
    std::fill(total.begin(), total.end(), 0.0);
    for (std::size_t r = offsets_[g]; r < offsets_[g + 1]; ++r)
      for (std::size_t s = 0; s < total.size(); ++s) total[s] += result(r, s) += concentrations_[g];
    for (std::size_t r = offsets_[g]; r < offsets_[g + 1]; ++r)
      for (std::size_t s = 0; s < total.size(); ++s)
        result(r, s) =
            total[s] > 0 ? result(r, s) / total[s] : 1.0 / static_cast<double>(num_outcomes(g));
  }
  return result;
}

void Likelihood::validate(const char* what) const {
  const auto check = [&](double a) {
    require(is_count(a), what, ": expected counts of 0 to ", kMaxCount, ", got ", a);
  };
  for (double a : counts_.values()) check(a);
  for (const auto& column : columns_)
    for (const auto& entry : column) {
      check(entry.count);
      require(entry.modality < num_modalities() && entry.outcome < num_outcomes(entry.modality),
              what, ": expected outcomes of its modalities, got outcome ", entry.outcome,
              " of modality ", entry.modality);
    }
}

}  // namespace rgm
