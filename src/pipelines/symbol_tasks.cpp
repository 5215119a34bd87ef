#include "rgm/pipelines/symbol_tasks.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {
namespace {

SymbolBelief belief_of(std::span<const double> distribution,
                       const std::vector<std::int64_t>& alphabet) {
  const auto most = std::ranges::max_element(distribution);
  SymbolBelief belief{alphabet[static_cast<std::size_t>(most - distribution.begin())], *most, 0};
  for (const double p : distribution)
    if (p > 0) belief.entropy -= p * std::log(p);
  return belief;
}

}  // namespace

SymbolTable generate_symbols(const SequenceModel& model, std::size_t rows, std::uint64_t seed,
                             const SequenceGenerationOptions& options) {
  return symbol_codec(model.front_end).decode(generate_outcomes(model, rows, seed, options));
}

Matrix<SymbolBelief> predict_symbols(const SequenceModel& model, const SymbolTable& past,
                                     std::size_t rows, const Progress& progress) {
  const auto& codec = symbol_codec(model.front_end);
  const std::size_t most = kMaxGeneratedOutcomes / 2 / codec.num_columns();
  require(rows <= most, "predict: rows: expected at most ", most, ", for which there is room, got ",
          rows);
  Matrix<SymbolBelief> result(rows, codec.num_columns());
  predict_outcomes(
      model, codec.encode(past), rows,
      [&](std::size_t t, const OutcomeDistributions& distributions) {
        for (std::size_t c = 0; c < result.cols(); ++c)
          result(t, c) = belief_of(distributions[c], codec.alphabet(c));
      },
      progress);
  return result;
}

CompletedSymbols complete_symbols(const SequenceModel& model, const SymbolTable& table,
                                  const Progress& progress) {
  const auto& codec = symbol_codec(model.front_end);
  const auto outcomes = codec.encode(table);
  CompletedSymbols result{table, Matrix<SymbolBelief>(outcomes.items(), codec.num_columns()), 0, 0};
  result.log_evidence = complete_outcomes(
      model, outcomes, false,
      [&](std::size_t t, const OutcomeDistributions& distributions) {
        for (std::size_t c = 0; c < codec.num_columns(); ++c) {
          auto& belief = result.beliefs(t, c);
          belief = {table.values(t, c), 1, 0};
          if (distributions[c].empty()) continue;
          belief = belief_of(distributions[c], codec.alphabet(c));
          result.table.values(t, c) = belief.symbol;
          ++result.missing;
        }
      },
      progress);
  return result;
}

}  // namespace rgm
