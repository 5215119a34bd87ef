#include <nanobind/stl/string.h>

#include <algorithm>
#include <utility>

#include "arrays.h"
#include "calls.h"
#include "rgm/base/error.h"
#include "rgm/pipelines/symbol_bitstream.h"
#include "rgm/pipelines/symbol_tasks.h"
#include "rgm/trained/sequence_model.h"
#include "sequences.h"

namespace rgm::python {

namespace {

/// A table with the model's names of columns: arrays have none of their own.
SymbolTable table_of(const SequenceModel& model, const Table& values) {
  SymbolTable table{symbol_codec(model.front_end).columns(),
                    Matrix<std::int64_t>(values.shape(0), values.shape(1)),
                    {}};
  std::copy_n(values.data(), values.size(), table.values.data());
  return table;
}

/// Probabilities of the symbols of each column as they are told step by step, [column]: [row,
/// symbol].
class Probabilities {
 public:
  Probabilities(const SymbolCodec& codec, std::size_t rows) {
    for (std::size_t c = 0; c < codec.num_columns(); ++c)
      columns_.emplace_back(rows, codec.alphabet(c).size());
  }

  /// Of a column for which nothing is told the outcome that was observed is certain.
  void set(std::size_t row, const OutcomeDistributions& distributions, const Outcomes& observed) {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const auto to = columns_[c].row(row);
      if (distributions[c].empty())
        to[observed(row, c).token] = 1;
      else
        std::ranges::copy(distributions[c], to.begin());
    }
  }
  nb::list arrays() {
    nb::list result;
    for (auto& column : columns_) {
      const std::size_t rows = column.rows(), symbols = column.cols();
      result.append(owned(std::move(column), {rows, symbols}));
    }
    return result;
  }

 private:
  std::vector<Matrix<double>> columns_;
};

nb::object values_of(SymbolTable table) {
  const std::size_t rows = table.values.rows(), columns = table.values.cols();
  return nb::cast(owned(std::move(table.values), {rows, columns}));
}

void bind_symbol_tasks(nb::module_& module) {
  module.def(
      "encode_table",
      [](const SequenceModel& model, const Table& values) {
        EncodedSequence result;
        const auto table = table_of(model, values);
        released([&] {
          result.whole = {symbol_codec(model.front_end).encode(table), table.values.rows()};
          result.observed = result.whole.outcomes;
        });
        return result;
      },
      nb::arg("model"), nb::arg("table"));
  module.def(
      "predict_symbols",
      [](const SequenceModel& model, const EncodedSequence& past, std::size_t rows,
         const nb::object& progress) {
        const auto& codec = symbol_codec(model.front_end);
        Probabilities result(codec, rows);
        released([&] {
          predict_outcomes(
              model, past.observed, rows,
              [&](std::size_t t, const OutcomeDistributions& p) {
                result.set(t, p, past.observed);
              },
              progress_of(progress));
        });
        return result.arrays();
      },
      nb::arg("model"), nb::arg("past"), nb::arg("rows"), nb::arg("progress").none(),
      "P(symbol) of the rows that follow, [column]: [row, symbol].");
  module.def(
      "complete_symbols",
      [](const SequenceModel& model, const EncodedSequence& sequence, const nb::object& progress) {
        const auto& codec = symbol_codec(model.front_end);
        Probabilities result(codec, sequence.observed.items());
        const double log_evidence = released([&] {
          return complete_outcomes(
              model, sequence.observed, false,
              [&](std::size_t t, const OutcomeDistributions& p) {
                result.set(t, p, sequence.observed);
              },
              progress_of(progress));
        });
        return nb::make_tuple(result.arrays(), log_evidence);
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("progress").none(),
      "P(symbol | all that was observed), [column]: [row, symbol], and the log evidence.");
  module.def(
      "symbol_surprise",
      [](const SequenceModel& model, const EncodedSequence& sequence, bool cut, bool learn_on,
         const nb::object& progress) {
        std::vector<double> steps, places;
        std::size_t width = 0;
        released([&] {
          outcome_surprise(
              model, sequence.observed,
              [&](std::size_t, const OutcomeSurprise& s) {
                const auto& of_step = cut ? s.cut : s.modalities;
                double total = s.step;
                if (cut) {
                  total = 0;
                  for (const double p : s.cut) total += p;
                }
                steps.push_back(total);
                places.insert(places.end(), of_step.begin(), of_step.end());
                width = of_step.size();
              },
              progress_of(progress), learn_on);
        });
        const std::size_t rows = steps.size();
        return nb::make_tuple(owned(std::move(steps), {rows}),
                              owned(std::move(places), {rows, width}));
      },
      nb::arg("model"), nb::arg("sequence"), nb::arg("cut"), nb::arg("learn_on"),
      nb::arg("progress").none(), "Surprise of rows, and [row, column].");
  module.def(
      "sample_symbols",
      [](const SequenceModel& model, std::size_t rows, std::uint64_t seed, int root_state,
         bool background) {
        return values_of(released([&] {
          return generate_symbols(model, rows, seed, {background, root_state});
        }));
      },
      nb::arg("model"), nb::arg("rows"), nb::arg("seed"), nb::arg("root_state"),
      nb::arg("background"));
}

void bind_symbol_streams(nb::module_& module) {
  module.def(
      "encode_symbol_bits",
      [](const SequenceModel& model, const Table& values, bool kinds, const nb::object& progress) {
        std::vector<std::uint8_t> bytes;
        const auto table = table_of(model, values);
        released([&] {
          encode_symbol_stream(
              model, table, kinds,
              [&](std::span<const std::uint8_t> more) {
                bytes.insert(bytes.end(), more.begin(), more.end());
              },
              progress_of(progress));
        });
        return nb::bytes(bytes.data(), bytes.size());
      },
      nb::arg("model"), nb::arg("table"), nb::arg("kinds"), nb::arg("progress").none());
  module.def(
      "decode_symbol_bits",
      [](const SequenceModel& model, const nb::bytes& bits, std::size_t most,
         const nb::object& progress) {
        std::vector<std::int64_t> values;
        const auto result = released([&] {
          BitstreamReader reader(source_of(bits));
          require(!reader.header().grows,
                  "bits: expected a bitstream of this model, got one that needs no model");
          return decode_symbol_stream(
              reader, &model,
              [&](const SymbolTable& rows) {
                require(values.size() / rows.values.cols() + rows.values.rows() <= most,
                        "bits: expected at most ", most, " rows (max_steps), got more");
                values.insert(values.end(), rows.values.values().begin(),
                              rows.values.values().end());
              },
              progress_of(progress));
        });
        const std::size_t rows = result.rows,
                          columns = rows == 0 ? symbol_codec(model.front_end).num_columns()
                                              : values.size() / rows;
        return nb::make_tuple(owned(std::move(values), {rows, columns}), result.complete,
                              result.message);
      },
      nb::arg("model"), nb::arg("bits"), nb::arg("most"), nb::arg("progress").none());
}

}  // namespace

void bind_sequence_symbols(nb::module_& module) {
  bind_symbol_tasks(module);
  bind_symbol_streams(module);
}

}  // namespace rgm::python
