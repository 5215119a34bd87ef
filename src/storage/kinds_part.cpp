#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "flat_arrays.h"
#include "parts.h"
#include "rgm/model/kind_contexts.h"

namespace rgm::storage {
namespace {

/// What is derived from kinds takes memory for each kind and outcome, which no size of a file
/// bounds.
constexpr std::uint64_t kMaxKindOutcomes = 2 * kMaxAllOutcomes;

/// Followers of contexts that lie one behind the other.
struct FlatFollowers {
  Indices sizes, outcomes;     // [context], [outcome that was seen]
  std::vector<double> counts;  // [outcome that was seen, kind]
  std::vector<double> totals;  // [context that has any, kind]
};

/// The cells, and the tables one behind the other.
struct FlatKinds {
  Indices cell_sizes, cell_columns;         // [cell], [column of a cell]
  Indices table_outcomes, column_tables;    // [table], [column]
  std::vector<std::uint8_t> table_ordered;  // [table]
  std::vector<double> frequencies;          // of the columns in turn, [outcome]
  FlatFollowers last;                       // of the tables in turn, [last outcome]
  Indices pair_sizes, pairs;                // [table], [context], ascending within a table
  FlatFollowers two;                        // [context]
  Indices rung_sizes;                       // [rung of memory]
  std::vector<std::uint64_t> contexts;      // [context], ascending within a rung
  FlatFollowers memory;                     // [context], as of one kind
};

/// Calls `visit(name, field)` for all arrays.
template <class Flat, class Visit>
void for_each_kinds_array(Flat& flat, Visit visit) {
  visit("cell_sizes", flat.cell_sizes);
  visit("cell_columns", flat.cell_columns);
  visit("table_outcomes", flat.table_outcomes);
  visit("table_ordered", flat.table_ordered);
  visit("column_tables", flat.column_tables);
  visit("frequencies", flat.frequencies);
  visit("last_sizes", flat.last.sizes);
  visit("last_outcomes", flat.last.outcomes);
  visit("last_counts", flat.last.counts);
  visit("last_totals", flat.last.totals);
  visit("pair_sizes", flat.pair_sizes);
  visit("pairs", flat.pairs);
  visit("two_sizes", flat.two.sizes);
  visit("two_outcomes", flat.two.outcomes);
  visit("two_counts", flat.two.counts);
  visit("two_totals", flat.two.totals);
  visit("rung_sizes", flat.rung_sizes);
  visit("contexts", flat.contexts);
  visit("memory_sizes", flat.memory.sizes);
  visit("memory_outcomes", flat.memory.outcomes);
  visit("memory_counts", flat.memory.counts);
  visit("memory_totals", flat.memory.totals);
}

template <class Options, class Visit>
void for_each_kinds_option(Options& options, Visit visit) {
  visit("number", options.number);
  visit("order", options.order);
  visit("strength", options.strength);
  visit("chain_counts", options.chain_counts);
  visit("chain_stay", options.chain_stay);
  visit("memory", options.memory);
  visit("link_stay", options.link_stay);
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

void append(FlatFollowers& flat, const Kinds::Followers& followers) {
  flat.sizes.push_back(to_index(followers.outcomes.size()));
  append(flat.outcomes, followers.outcomes);
  append(flat.counts, followers.counts);
  append(flat.totals, followers.totals);
}

FlatKinds flatten(const Kinds& kinds) {
  FlatKinds flat;
  for (const auto& cell : kinds.cells) {
    flat.cell_sizes.push_back(to_index(cell.size()));
    for (const std::size_t g : cell) flat.cell_columns.push_back(to_index(g));
  }
  for (const std::size_t t : kinds.table_of) flat.column_tables.push_back(to_index(t));
  for (const auto& counts : kinds.frequencies) append(flat.frequencies, counts);
  for (const auto& table : kinds.tables) {
    flat.table_outcomes.push_back(to_index(table.num_outcomes));
    flat.table_ordered.push_back(std::uint8_t{table.ordered});
    for (const auto& followers : table.after_last) append(flat.last, followers);
    const auto pairs = ordered_contexts(table.after_two);
    flat.pair_sizes.push_back(to_index(pairs.size()));
    for (const auto pair : pairs) {
      flat.pairs.push_back(to_index(pair));
      append(flat.two, table.after_two.at(pair));
    }
  }
  for (const auto& rung : kinds.memory) {
    const auto contexts = ordered_contexts(rung);
    flat.rung_sizes.push_back(to_index(contexts.size()));
    append(flat.contexts, contexts);
    for (const auto context : contexts) append(flat.memory, rung.at(context));
  }
  return flat;
}

/// Hands out followers, from those of the first context to those of the last.
class TakeFollowers {
 public:
  TakeFollowers(const InputGroup& group, const FlatFollowers& flat, const std::string& name,
                std::size_t kinds)
      : kinds_(kinds),
        sizes_(flat.sizes, group.name(name + "_sizes")),
        outcomes_(flat.outcomes, group.name(name + "_outcomes")),
        counts_(flat.counts, group.name(name + "_counts")),
        totals_(flat.totals, group.name(name + "_totals")) {}

  std::vector<Kinds::Followers> operator()(std::size_t contexts) {
    const auto sizes = sizes_(contexts);  // so many contexts are there, then
    std::vector<Kinds::Followers> result(contexts);
    for (std::size_t i = 0; i < contexts; ++i) {
      if (sizes[i] == 0) continue;
      const auto outcomes = outcomes_(sizes[i]);
      const auto counts = counts_(sizes[i] * kinds_), totals = totals_(kinds_);
      result[i] = {{outcomes.begin(), outcomes.end()},
                   {counts.begin(), counts.end()},
                   {totals.begin(), totals.end()}};
    }
    return result;
  }
  void require_all_taken() const {
    sizes_.require_all_taken();
    outcomes_.require_all_taken();
    counts_.require_all_taken();
    totals_.require_all_taken();
  }

 private:
  std::size_t kinds_;
  Take<std::uint32_t> sizes_, outcomes_;
  Take<double> counts_, totals_;
};

void build_cells(const InputGroup& group, const FlatKinds& flat, Kinds& kinds) {
  Take<std::uint32_t> columns(flat.cell_columns, group.name("cell_columns"));
  for (const std::size_t size : flat.cell_sizes) {
    const auto cell = columns(size);
    kinds.cells.emplace_back(cell.begin(), cell.end());
  }
  columns.require_all_taken();
}

/// The followers of contexts, which have to be ascending.
template <class Context>
void take_contexts(std::span<const Context> contexts, TakeFollowers& followers,
                   const std::string& name,
                   std::unordered_map<std::uint64_t, Kinds::Followers>& result) {
  auto taken = followers(contexts.size());
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    require(i == 0 || contexts[i - 1] < contexts[i], name, ": expected ascending, got ",
            contexts[i]);
    result.emplace(contexts[i], std::move(taken[i]));
  }
}

void build_memory(const InputGroup& group, const FlatKinds& flat, Kinds& kinds) {
  Take<std::uint64_t> contexts(flat.contexts, group.name("contexts"));
  TakeFollowers followers(group, flat.memory, "memory", 1);
  for (const std::size_t size : flat.rung_sizes)
    take_contexts(contexts(size), followers, group.name("contexts"), kinds.memory.emplace_back());
  contexts.require_all_taken();
  followers.require_all_taken();
}

void build_tables(const InputGroup& group, const FlatKinds& flat, Kinds& kinds) {
  const std::size_t tables = flat.table_outcomes.size();
  require(flat.table_ordered.size() == tables && flat.pair_sizes.size() == tables,
          group.name("table_outcomes"), ": expected as many as of the other arrays of tables");
  TakeFollowers last(group, flat.last, "last", kinds.options.number),
      two(group, flat.two, "two", kinds.options.number);
  Take<std::uint32_t> pairs(flat.pairs, group.name("pairs"));
  for (std::size_t t = 0; t < tables; ++t) {
    require(flat.table_ordered[t] <= 1, group.name("table_ordered"), ": expected 0 or 1, got ",
            int{flat.table_ordered[t]});
    auto& table = kinds.tables.emplace_back();
    table.num_outcomes = flat.table_outcomes[t];
    table.ordered = flat.table_ordered[t] == 1;
    table.after_last = last(table.num_outcomes);
    take_contexts(pairs(flat.pair_sizes[t]), two, group.name("pairs"), table.after_two);
  }
  last.require_all_taken();
  two.require_all_taken();
  pairs.require_all_taken();
}

void build_columns(const InputGroup& group, const FlatKinds& flat, Kinds& kinds) {
  Take<double> frequencies(flat.frequencies, group.name("frequencies"));
  for (const std::size_t t : flat.column_tables) {
    require(t < kinds.tables.size(), group.name("column_tables"), ": expected below ",
            kinds.tables.size(), ", got ", t);
    const std::size_t n = kinds.tables[t].num_outcomes;
    const auto counts = frequencies(n);
    kinds.table_of.push_back(t);
    kinds.frequencies.emplace_back(counts.begin(), counts.end());
  }
  frequencies.require_all_taken();
}

void check_limits(const Kinds& kinds, const std::string& name) {
  std::uint64_t outcomes = 0;
  for (const auto& counts : kinds.frequencies) outcomes += counts.size();
  check_at_most(outcomes * kinds.options.number, kMaxKindOutcomes,
                name + ": outcomes of all kinds and columns");
}

}  // namespace

void write_kinds(const OutputGroup& group, const Kinds& kinds) {
  check_limits(kinds, "kinds");
  for_each_kinds_option(kinds.options,
                        [&](const char* name, const auto& value) { group.set(name, value); });
  const FlatKinds flat = flatten(kinds);
  for_each_kinds_array(flat, WriteArray{group});
  group.write("chain", kinds.chain);
}

Kinds read_kinds(const InputGroup& group) {
  Kinds kinds;
  for_each_kinds_option(kinds.options,
                        [&](const char* name, auto& value) { group.get(name, value); });
  require(kinds.options.number >= 2 && kinds.options.number <= Kinds::kMaxKinds,
          group.name("number"), ": expected 2 to ", Kinds::kMaxKinds, ", got ",
          kinds.options.number);
  FlatKinds flat;
  for_each_kinds_array(flat, ReadArray{group});
  build_cells(group, flat, kinds);
  build_tables(group, flat, kinds);
  build_columns(group, flat, kinds);
  build_memory(group, flat, kinds);
  kinds.chain = group.matrix<double>("chain");
  check_limits(kinds, group.name());
  within(group, [&] { kinds.validate(); });
  return kinds;
}

}  // namespace rgm::storage
