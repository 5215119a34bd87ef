#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "calls.h"
#include "rgm/learning/rate_learning.h"
#include "rgm/math/rate_matrix.h"

// Chains in continuous time.

namespace rgm::python {

namespace {

using Table = Input<double, -1, -1>;
using Run = std::pair<Input<double, -1>, Table>;  // times [step], evidence [step, state]

Matrix<double> matrix_of(const Table& table) {
  Matrix<double> result(table.shape(0), table.shape(1));
  std::copy_n(table.data(), table.size(), result.data());
  return result;
}

std::vector<TimedEvidence> sequences_of(const std::vector<Run>& runs) {
  std::vector<TimedEvidence> result;
  for (const auto& [times, evidence] : runs)
    result.push_back(
        {.times = {times.data(), times.data() + times.size()}, .evidence = matrix_of(evidence)});
  return result;
}

auto array_of(Matrix<double> matrix) {
  const auto rows = matrix.rows(), cols = matrix.cols();
  return owned(std::move(matrix), {rows, cols});
}

auto array_of(std::vector<double> values) {
  const auto size = values.size();
  return owned(std::move(values), {size});
}

nb::dict learn(const std::vector<Run>& runs, double prior_jumps, double prior_time,
               const std::optional<Input<std::uint8_t, -1, -1> >& allowed, std::size_t passes,
               double tolerance, int threads, const nb::object& progress) {
  RateOptions options{.prior_jumps = prior_jumps,
                      .prior_time = prior_time,
                      .passes = passes,
                      .tolerance = tolerance,
                      .threads = threads};
  if (allowed) {
    options.allowed = Matrix<unsigned char>(allowed->shape(0), allowed->shape(1));
    std::copy_n(allowed->data(), allowed->size(), options.allowed.data());
  }
  const auto sequences = sequences_of(runs);
  auto [learnt, deviations] = released([&] {
    auto found = learn_rates(sequences, options, progress_of(progress));
    auto spread = log_rate_deviations(found, sequences, options, progress_of(progress));
    return std::pair(std::move(found), std::move(spread));
  });
  nb::dict result;
  result["rates"] = array_of(std::move(learnt.rates));
  result["initial"] = array_of(std::move(learnt.initial));
  result["jumps"] = array_of(std::move(learnt.statistics.jumps));
  result["time"] = array_of(std::move(learnt.statistics.time));
  result["log_evidence"] = learnt.statistics.log_evidence;
  result["log_posterior"] = learnt.log_posterior;
  result["prior_time"] = learnt.prior_time;
  result["passes"] = learnt.passes;
  result["converged"] = learnt.converged;
  result["deviations"] = array_of(std::move(deviations));
  return result;
}

}  // namespace

void bind_rates(nb::module_& module) {
  module.def("learn_rates", learn, nb::arg("runs"), nb::arg("prior_jumps"), nb::arg("prior_time"),
             nb::arg("allowed").none(), nb::arg("passes"), nb::arg("tolerance"), nb::arg("threads"),
             nb::arg("progress").none(),
             "Rates of a chain in continuous time, with the deviations of their logarithms.");
  module.def(
      "rates_log_evidence",
      [](const Table& rates, const Input<double, -1>& initial, const std::vector<Run>& runs,
         int threads) {
        const auto sequences = sequences_of(runs);
        return released([&] {
          return expected_rate_statistics(matrix_of(rates), {initial.data(), initial.size()},
                                          sequences, threads)
              .log_evidence;
        });
      },
      nb::arg("rates"), nb::arg("initial"), nb::arg("runs"), nb::arg("threads"),
      "ln P(observed), nats.");
  module.def(
      "with_diagonal", [](const Table& rates) { return array_of(with_diagonal(matrix_of(rates))); },
      nb::arg("rates"), "The rates with the diagonal that makes rows sum to zero.");
  module.def(
      "transition_probabilities",
      [](const Table& rates, double time) {
        return array_of(released([&] { return transition_probabilities(matrix_of(rates), time); }));
      },
      nb::arg("rates"), nb::arg("time"), "exp(Q t), [from, to].");
  module.def(
      "long_run",
      [](const Table& rates) {
        const auto q = matrix_of(rates);
        return nb::make_tuple(array_of(stationary_distribution(q)), array_of(net_flux(q)),
                              array_of(implied_timescales(q)));
      },
      nb::arg("rates"), "Stationary distribution, net flux and implied timescales.");
}

}  // namespace rgm::python
