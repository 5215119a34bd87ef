#include "unlinked.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"

namespace rgm::detail {
namespace {

constexpr std::size_t kPlaces = 64;  // in a cell that have tables of their own

/// A part of the bitstream's format: set here one by one, whatever the defaults are.
KindsOptions kinds_options() {
  KindsOptions options;
  options.number = 6;
  options.order = 2;
  options.strength = 16;
  options.chain_counts = 10;
  options.chain_stay = 0.9;
  options.memory = 0;
  options.link_stay = 0.995;
  return options;
}

}  // namespace

std::vector<CodedCell> whole_group(std::size_t factor, std::span<const std::size_t> modalities) {
  CodedCell group{factor, std::vector<std::size_t>(modalities.size())};
  std::iota(group.positions.begin(), group.positions.end(), std::size_t{0});
  return {std::move(group)};
}

Kinds new_kinds(const std::vector<std::size_t>& num_outcomes,
                std::vector<std::vector<std::size_t>> cells, bool ordered, std::size_t most) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> tables;  // by size and place
  std::size_t outcomes = 0;
  for (const auto& cell : cells)
    for (std::size_t i = 0; i < cell.size(); ++i) {
      const std::size_t n = num_outcomes[cell[i]];
      if (tables.emplace(std::pair{n, std::min(i, kPlaces - 1)}, tables.size()).second)
        outcomes += n;
    }
  require(outcomes <= most,
          "SequenceCoder: outcomes of modalities of different places in a cell or numbers of "
          "outcomes: expected at most ",
          most, " together, got ", outcomes);
  auto kinds = make_kinds(num_outcomes, std::move(cells), ordered, kinds_options());
  kinds.tables.resize(tables.size());
  for (const auto& [key, table] : tables)
    kinds.tables[table] = {key.first, ordered, std::vector<Kinds::Followers>(key.first), {}};
  for (const auto& cell : kinds.cells)
    for (std::size_t i = 0; i < cell.size(); ++i)
      kinds.table_of[cell[i]] = tables.at({num_outcomes[cell[i]], std::min(i, kPlaces - 1)});
  return kinds;
}

UnlinkedKinds::UnlinkedKinds(Kinds kinds, double cut)
    : kinds_(std::move(kinds)),
      learner_(kinds_),
      cell_of_(kinds_.table_of.size()),
      place_of_(cell_of_.size()),
      cut_(kinds_.cells.size(), cut) {
  for (std::size_t c = 0; c < kinds_.cells.size(); ++c)
    for (std::size_t i = 0; i < kinds_.cells[c].size(); ++i) {
      cell_of_[kinds_.cells[c][i]] = c;
      place_of_[kinds_.cells[c][i]] = i;
    }
}

std::vector<CodedCell> UnlinkedKinds::cells_of(std::size_t /*factor*/,
                                               std::span<const std::size_t> modalities) const {
  std::vector<CodedCell> result;
  std::map<std::size_t, std::size_t> places;  // of cells in the result
  for (std::size_t g = 0; g < modalities.size(); ++g) {
    const std::size_t cell = cell_of_[modalities[g]];
    const auto [place, is_new] = places.emplace(cell, result.size());
    if (is_new) result.push_back({cell, {}});
    result[place->second].positions.push_back(g);
  }
  for (auto& cell : result)  // what is remembered rests on what came earlier in the cell
    std::ranges::sort(cell.positions, {}, [&](std::size_t g) { return place_of_[modalities[g]]; });
  return result;
}

void UnlinkedKinds::begin_step() {
  learner_.begin_step();
  const double stay = kinds_.options.link_stay, prior = kinds_.options.chain_counts;
  for (std::size_t v = 0; v < 2; ++v) {
    const double total = counts_[v][0] + counts_[v][1] + prior;
    for (std::size_t to = 0; to < 2; ++to)
      link_[v][to] = (counts_[v][to] + prior * (v == to ? stay : 1 - stay)) / total;
  }
}

std::span<const double> UnlinkedKinds::predict(std::size_t modality) {
  learner_.filter().predict(modality, probabilities_);
  return probabilities_;
}

void UnlinkedKinds::observe(std::size_t modality, const Outcomes& row) {
  learner_.filter().push(modality, row, 0);
}

double UnlinkedKinds::cut(std::size_t cell) const {
  return (1 - cut_[cell]) * link_[0][1] + cut_[cell] * link_[1][1];
}

void UnlinkedKinds::follow(std::size_t cell, double cut_share) {
  const double cut = this->cut(cell);
  const double to_linked = (1 - cut_share) / (1 - cut), to_cut = cut_share / cut;
  counts_[0][0] += (1 - cut_[cell]) * link_[0][0] * to_linked;
  counts_[0][1] += (1 - cut_[cell]) * link_[0][1] * to_cut;
  counts_[1][0] += cut_[cell] * link_[1][0] * to_linked;
  counts_[1][1] += cut_[cell] * link_[1][1] * to_cut;
  cut_[cell] = cut_share;
}

}  // namespace rgm::detail
