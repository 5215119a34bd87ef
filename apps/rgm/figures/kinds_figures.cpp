#include "figures/kinds_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "figures/levels.h"
#include "rgm/base/matrix.h"
#include "rgm/inference/kinds_filter.h"
#include "terminal/film_options.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

/// Squarings of the chain, after which no start matters.
constexpr int kSquarings = 40;

/// The distribution in which a chain, [from, to], all of whose steps are possible, remains.
std::vector<double> stationary(Matrix<double> chain) {
  const std::size_t n = chain.rows();
  for (int i = 0; i < kSquarings; ++i) {
    Matrix<double> squared(n, n);
    for (std::size_t j = 0; j < n; ++j) {
      double total = 0;
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t m = 0; m < n; ++m) squared(j, m) += chain(j, k) * chain(k, m);
      for (const double p : squared.row(j)) total += p;
      for (double& p : squared.row(j)) p /= total;
    }
    chain = std::move(squared);
  }
  const auto row = chain.row(0);
  return {row.begin(), row.end()};
}

void add_change(std::vector<KindSummary>& summaries, std::size_t last,
                const Kinds::Followers& followers) {
  for (std::size_t i = 0; i < followers.outcomes.size(); ++i) {
    const std::size_t to = followers.outcomes[i];
    const auto change = static_cast<double>(std::max(to, last) - std::min(to, last));
    for (std::size_t k = 0; k < summaries.size(); ++k) {
      const double count = followers.counts[i * summaries.size() + k];
      summaries[k].counts += count;
      summaries[k].unchanged += to == last ? count : 0;
      summaries[k].mean_change += count * change;
    }
  }
}

/// How many contexts of one outcome, and of two, have been seen.
std::pair<std::size_t, std::size_t> contexts(const Kinds& kinds) {
  std::pair<std::size_t, std::size_t> result;
  for (const auto& table : kinds.tables) {
    for (const auto& followers : table.after_last)
      result.first += followers.outcomes.empty() ? 0 : 1;
    result.second += table.after_two.size();
  }
  return result;
}

/// Change has a size where the outcomes of all tables are in order.
bool ordered(const Kinds& kinds) {
  return std::ranges::all_of(kinds.tables, &Kinds::Table::ordered);
}

}  // namespace

std::vector<KindSummary> summarise_kinds(const Kinds& kinds) {
  if (kinds.empty()) return {};
  Matrix<double> chain;
  KindTables(kinds).chain(chain);
  std::vector<KindSummary> result(kinds.options.number);
  for (const auto& table : kinds.tables)
    for (std::size_t last = 0; last < table.num_outcomes; ++last)
      add_change(result, last, table.after_last[last]);
  const auto shares = stationary(chain);
  for (std::size_t k = 0; k < result.size(); ++k) {
    result[k].share = shares[k];
    result[k].stays = chain(k, k);
    if (result[k].counts == 0) continue;
    result[k].unchanged /= result[k].counts;
    result[k].mean_change /= result[k].counts;
  }
  return result;
}

std::string kinds_text(const Kinds& kinds) {
  if (kinds.empty()) return "";
  GroupRange outcomes;
  for (const auto& table : kinds.tables) outcomes.add(table.num_outcomes);
  const auto [one, two] = contexts(kinds);
  std::string text = fmt::format(
      "  {} kinds of change in {} of {} modalities; {} of {} outcomes, {} of one outcome seen and {} of two\n",
      kinds.options.number, counted_units(kinds.cells.size(), "cells"),
      grouped(kinds.table_of.size()), counted_units(kinds.tables.size(), "tables"), outcomes.text(),
      counted_units(one, "contexts"), grouped(two));
  for (std::size_t r = 0; r < kinds.memory.size(); ++r)
    text += fmt::format("  rung {} of memory: {}\n", r + 1,
                        counted_units(kinds.memory[r].size(), "contexts"));
  text += '\n';
  Table::Row heading{"kind", "share of time", "stays", "outcomes counted", "unchanged"};
  if (ordered(kinds)) heading.emplace_back("mean change");
  Table table(heading);
  const auto summaries = summarise_kinds(kinds);
  for (std::size_t k = 0; k < summaries.size(); ++k) {
    const auto& kind = summaries[k];
    Table::Row row{fmt::format("{}{}", k, k + 1 == summaries.size() ? " (fresh draw)" : ""),
                   percent(kind.share, 1), percent(kind.stays, 1),
                   fmt::format("{:.0f}", kind.counts), percent(kind.unchanged, 1)};
    if (ordered(kinds)) row.push_back(fmt::format("{:.2f}", kind.mean_change));
    table.add(std::move(row));
  }
  return text + table.text();
}

Json kinds_figures(const Kinds& kinds) {
  if (kinds.empty()) return {{"number", 0}};
  Json list = Json::array(), tables = Json::array();
  for (const auto& kind : summarise_kinds(kinds)) {
    Json figures{{"share_of_time", kind.share},
                 {"stays", kind.stays},
                 {"outcomes_counted", kind.counts},
                 {"unchanged", kind.unchanged}};
    if (ordered(kinds)) figures["mean_change"] = kind.mean_change;
    list.push_back(figures);
  }
  for (const auto& table : kinds.tables) tables.push_back(table.num_outcomes);
  Json memory = Json::array();
  for (const auto& rung : kinds.memory) memory.push_back(rung.size());
  const auto [one, two] = contexts(kinds);
  return {{"number", kinds.options.number},
          {"cells", kinds.cells.size()},
          {"table_outcomes", tables},
          {"contexts_of_one", one},
          {"contexts_of_two", two},
          {"contexts_remembered", memory},
          {"kinds", list}};
}

}  // namespace rgm::app
