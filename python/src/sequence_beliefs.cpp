#include <nanobind/stl/vector.h>

#include <algorithm>
#include <utility>

#include "arrays.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/inference/state_beliefs.h"
#include "rgm/trained/sequence_model.h"
#include "sequences.h"

namespace rgm::python {

namespace {

using Beliefs = std::vector<std::vector<Matrix<double>>>;  // [asked for][factor]: [step, state]

Beliefs room_for(const SequenceTables& tables, const std::vector<std::size_t>& levels,
                 std::size_t steps) {
  Beliefs result;
  for (const std::size_t n : levels) {
    require(n < tables.num_levels(), "levels: expected below ", tables.num_levels(), ", got ", n);
    auto& factors = result.emplace_back();
    for (const auto& factor : tables.level(n)) factors.emplace_back(steps, factor.num_states);
  }
  return result;
}

/// Steps as rows: a state of each factor of each level, [level]: [step, factor].
nb::list rows_of(const std::vector<std::vector<std::vector<std::size_t>>>& levels) {
  nb::list result;
  for (const auto& steps : levels) {
    const std::size_t factors = steps.empty() ? 0 : steps.front().size();
    std::vector<std::int64_t> rows;
    for (const auto& step : steps)
      for (const std::size_t value : step) rows.push_back(static_cast<std::int64_t>(value));
    result.append(owned(std::move(rows), {steps.size(), factors}));
  }
  return result;
}

}  // namespace

void bind_sequence_beliefs(nb::module_& module) {
  module.def(
      "sequence_evidence",
      [](const SequenceModel& model, const EncodedSequence& sequence, const nb::object& progress) {
        return released([&] {
          const auto tell = progress_of(progress);
          const SequenceTables tables(model.tree);
          SequenceFilter filter(tables, model.reading);
          for (std::size_t t = 0; t < sequence.observed.items(); ++t) {
            filter.push(sequence.observed, t);
            report(tell, "filtering", t + 1, sequence.observed.items());
          }
          return filter.log_evidence();
        });
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("progress").none(),
      "ln P(what was observed), nats.");
  module.def(
      "sequence_beliefs",
      [](const SequenceModel& model, const EncodedSequence& sequence, bool smoothed,
         const std::vector<std::size_t>& levels, const nb::object& progress) {
        Beliefs beliefs;
        released([&] {
          const auto tell = progress_of(progress);
          const SequenceTables tables(model.tree);
          const std::size_t steps = sequence.observed.items();
          beliefs = room_for(tables, levels, steps);
          state_beliefs(
              tables, sequence.observed, smoothed ? BeliefsGiven::kSequence : BeliefsGiven::kPast,
              model.reading, [&](std::size_t t, const StateBeliefs& now) {
                for (std::size_t i = 0; i < levels.size(); ++i)
                  for (std::size_t f = 0; f < beliefs[i].size(); ++f)
                    std::ranges::copy(now.states(levels[i], f), beliefs[i][f].row(t).begin());
                report(tell, smoothed ? "smoothing" : "filtering", t + 1, steps);
              });
        });
        nb::list result;
        for (auto& level : beliefs) {
          nb::list factors;
          for (auto& matrix : level) {
            const std::size_t steps = matrix.rows(), states = matrix.cols();
            factors.append(owned(std::move(matrix), {steps, states}));
          }
          result.append(factors);
        }
        return result;
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("smoothed"), nb::arg("levels"),
      nb::arg("progress").none(), "Posteriors of states, [level][factor]: [step, state].");
  module.def(
      "sequence_states",
      [](const SequenceModel& model, const EncodedSequence& sequence) {
        const auto best = released([&] {
          const SequenceTables tables(model.tree);
          return most_probable_states(tables, sequence.observed, model.reading);
        });
        return nb::make_tuple(rows_of(best.states), rows_of(best.paths), best.log_probability);
      },
      nb::arg("model"), nb::arg("sequence"),
      "The most probable states and paths, [level]: [step, factor], and ln P(these, outcomes).");
}

}  // namespace rgm::python
