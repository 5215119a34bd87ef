#include "rgm/model/kinds.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/model/counts.h"
#include "rgm/model/outcomes.h"

namespace rgm {
namespace {

/// Totals are sums in another order than that of the outcomes.
constexpr double kRounding = 1e-6;

constexpr double kLeast = 1e-6, kMost = 1e12;  // of strengths

void validate_options(const KindsOptions& options) {
  const auto positive = [](double value, const char* name) {
    require(value >= kLeast && value <= kMost, "kinds: ", name, ": expected ", kLeast, " to ",
            kMost, ", got ", value);
  };
  require(options.number == 0 || (options.number >= 2 && options.number <= Kinds::kMaxKinds),
          "kinds: number: expected 0, or 2 to ", Kinds::kMaxKinds, ", got ", options.number);
  require(options.order == 1 || options.order == 2, "kinds: order: expected 1 or 2, got ",
          options.order);
  require(options.memory <= Kinds::kMaxMemory, "kinds: memory: expected 0 to ", Kinds::kMaxMemory,
          ", got ", options.memory);
  positive(options.strength, "strength");
  positive(options.chain_counts, "chain_counts");
  require(options.chain_stay > 0 && options.chain_stay < 1,
          "kinds: chain_stay: expected above 0 and below 1, got ", options.chain_stay);
  require(options.link_stay >= 0.5 && options.link_stay < 1,
          "kinds: link_stay: expected at least 0.5 and below 1, got ", options.link_stay);
}

void validate_counts(std::span<const double> counts, const char* name) {
  for (const double count : counts)
    require(is_count(count), "kinds: ", name, ": expected counts of 0 to ", kMaxCount, ", got ",
            count);
}

void validate_followers(const Kinds::Followers& followers, std::size_t num_outcomes,
                        std::size_t kinds) {
  require(followers.counts.size() == followers.outcomes.size() * kinds &&
              followers.totals.size() == (followers.outcomes.empty() ? 0 : kinds),
          "kinds: table: expected ", kinds, " counts an outcome that was seen");
  for (std::size_t i = 0; i < followers.outcomes.size(); ++i)
    require(followers.outcomes[i] < num_outcomes &&
                (i == 0 || followers.outcomes[i - 1] < followers.outcomes[i]),
            "kinds: table: expected outcomes below ", num_outcomes, ", ascending");
  validate_counts(followers.counts, "table");
  validate_counts(followers.totals, "table");
  for (std::size_t k = 0; k < followers.totals.size(); ++k) {
    double sum = 0;
    for (std::size_t i = k; i < followers.counts.size(); i += kinds) sum += followers.counts[i];
    require(std::abs(sum - followers.totals[k]) <= kRounding * sum,
            "kinds: table: totals: expected the sum of the counts, ", sum, ", got ",
            followers.totals[k]);
  }
}

void validate_table(const Kinds::Table& table, std::size_t kinds) {
  require(table.num_outcomes >= 1 && table.num_outcomes <= Outcome::kMaxOutcomes,
          "kinds: table: outcomes: expected 1 to ", Outcome::kMaxOutcomes, ", got ",
          table.num_outcomes);
  require(table.after_last.size() == table.num_outcomes, "kinds: table: expected ",
          table.num_outcomes, " contexts, got ", table.after_last.size());
  for (const auto& followers : table.after_last)
    validate_followers(followers, table.num_outcomes, kinds);
  for (const auto& [pair, followers] : table.after_two) {
    require(pair < table.pair(table.num_outcomes, 0), "kinds: table: pair: expected below ",
            table.num_outcomes, " squared, got ", pair);
    validate_followers(followers, table.num_outcomes, kinds);
  }
}

void validate_cells(const std::vector<std::vector<std::size_t>>& cells, std::size_t columns) {
  std::vector<int> cells_of(columns);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    require(!cells[c].empty(), "kinds: cell ", c, ": expected columns, got none");
    for (const std::size_t g : cells[c]) {
      require(g < columns, "kinds: cell ", c, ": column: expected below ", columns, ", got ", g);
      require(cells_of[g]++ == 0, "kinds: cell ", c, ": column ", g,
              ": expected in one cell, is in two");
    }
  }
  for (std::size_t g = 0; g < columns; ++g)
    require(cells_of[g] == 1, "kinds: column ", g, ": expected in a cell, is in none");
}

}  // namespace

std::span<const double> Kinds::Followers::of(std::size_t outcome) const {
  const auto found = std::ranges::lower_bound(outcomes, outcome);
  if (found == outcomes.end() || *found != outcome) return {};
  const auto i = static_cast<std::size_t>(found - outcomes.begin());
  return std::span(counts).subspan(i * totals.size(), totals.size());
}

void Kinds::Followers::add(std::size_t outcome, std::span<const double> weights) {
  const std::size_t kinds = weights.size();
  totals.resize(kinds);
  const auto found = std::ranges::lower_bound(outcomes, outcome);
  const auto i = static_cast<std::size_t>(found - outcomes.begin());
  if (found == outcomes.end() || *found != outcome) {
    outcomes.insert(found, static_cast<std::uint32_t>(outcome));
    counts.insert(counts.begin() + static_cast<std::ptrdiff_t>(i * kinds), kinds, 0.0);
  }
  for (std::size_t k = 0; k < kinds; ++k) {
    counts[i * kinds + k] += weights[k];
    totals[k] += weights[k];
  }
}

void Kinds::validate() const {
  validate_options(options);
  if (empty()) {
    require(*this == Kinds{},
            "kinds: number: expected above 0 where there is anything else, got 0");
    return;
  }
  validate_cells(cells, table_of.size());
  require(frequencies.size() == table_of.size(), "kinds: frequencies: expected ", table_of.size(),
          " columns, got ", frequencies.size());
  for (const auto& table : tables) validate_table(table, options.number);
  std::vector<bool> used(tables.size());
  for (std::size_t g = 0; g < table_of.size(); ++g) {
    require(table_of[g] < tables.size(), "kinds: column ", g, ": table: expected below ",
            tables.size(), ", got ", table_of[g]);
    require(frequencies[g].size() == tables[table_of[g]].num_outcomes, "kinds: column ", g,
            ": frequencies: expected ", tables[table_of[g]].num_outcomes, ", got ",
            frequencies[g].size());
    validate_counts(frequencies[g], "frequencies");
    used[table_of[g]] = true;
  }
  require(std::ranges::find(used, false) == used.end(),
          "kinds: tables: expected those of a column each, got one of none");
  require(chain.rows() == options.number && chain.cols() == options.number,
          "kinds: chain: expected ", options.number, " rows and columns, got ", chain.rows(),
          " and ", chain.cols());
  validate_counts(chain.values(), "chain");
  require(memory.size() == options.memory, "kinds: memory: expected ", options.memory,
          " rungs, got ", memory.size());
  for (const auto& rung : memory)
    for (const auto& [context, followers] : rung) {
      require(!followers.outcomes.empty(), "kinds: memory: context ", context,
              ": expected outcomes that followed, got none");
      validate_followers(followers, Outcome::kMaxOutcomes, 1);
    }
}

Kinds make_kinds(const std::vector<std::size_t>& num_outcomes,
                 std::vector<std::vector<std::size_t>> cells, bool ordered,
                 const KindsOptions& options) {
  validate_options(options);
  Kinds result;
  if (options.number == 0) return result;
  result.options = options;
  result.cells = std::move(cells);
  result.chain = Matrix<double>(options.number, options.number);
  result.memory.resize(options.memory);
  for (const std::size_t n : num_outcomes) {
    const auto found = std::ranges::find(result.tables, n, &Kinds::Table::num_outcomes);
    result.table_of.push_back(static_cast<std::size_t>(found - result.tables.begin()));
    result.frequencies.emplace_back(n);
    if (found == result.tables.end())
      result.tables.push_back({n, ordered, std::vector<Kinds::Followers>(n), {}});
  }
  result.validate();
  return result;
}

}  // namespace rgm
