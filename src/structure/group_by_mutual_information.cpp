#include "rgm/structure/group_by_mutual_information.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "joint_index.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/parallel.h"

namespace rgm {
namespace {

constexpr double kLeastInformation = 1e-12;
constexpr std::size_t kDenseTable = 1U << 16U;

/// Symbols numbered from 0 in order of first appearance.
struct Row {
  std::vector<std::uint32_t> symbols;
  std::size_t different = 0;
};

Row renumbered(std::span<const std::uint32_t> symbols) {
  Row row;
  std::unordered_map<std::uint32_t, std::uint32_t> number;
  for (const std::uint32_t symbol : symbols)
    row.symbols.push_back(
        number.try_emplace(symbol, static_cast<std::uint32_t>(number.size())).first->second);
  row.different = number.size();
  return row;
}

/// Σ n ln n over the counts of a histogram.
double sum_n_ln_n(std::span<const std::uint32_t> counts) {
  double sum = 0;
  for (const std::uint32_t n : counts)
    if (n > 1) sum += n * std::log(n);
  return sum;
}

double sum_n_ln_n(const Row& row) {
  std::vector<std::uint32_t> counts(row.different);
  for (const std::uint32_t symbol : row.symbols) ++counts[symbol];
  return sum_n_ln_n(counts);
}

double joint_sum_n_ln_n(const Row& a, const Row& b) {
  std::vector<std::uint32_t> counts;
  if (a.different * b.different <= kDenseTable) {
    counts.resize(a.different * b.different);
    for (std::size_t t = 0; t < a.symbols.size(); ++t)
      ++counts[a.symbols[t] * b.different + b.symbols[t]];
  } else {
    std::vector<std::uint64_t> pairs(a.symbols.size());
    for (std::size_t t = 0; t < pairs.size(); ++t)
      pairs[t] = std::uint64_t{a.symbols[t]} << 32U | b.symbols[t];
    std::ranges::sort(pairs);
    for (std::size_t t = 0; t < pairs.size(); ++t) {
      if (t == 0 || pairs[t] != pairs[t - 1]) counts.push_back(0);
      ++counts.back();
    }
  }
  return sum_n_ln_n(counts);
}

/// I = ln N + (Σ n_ab ln n_ab − Σ n_a ln n_a − Σ n_b ln n_b) / N.
double information(double steps, double joint, double a, double b) {
  const double result = std::log(steps) + (joint - a - b) / steps;
  return result < kLeastInformation ? 0 : result;
}

bool neighbours(const InformationGrouping& options, std::size_t a, std::size_t b) {
  if (std::isinf(options.neighbour_distance)) return true;
  const auto &p = options.locations[a], &q = options.locations[b];
  return std::hypot(p.row - q.row, p.column - q.column) <= options.neighbour_distance;
}

Eigen::MatrixXd information_matrix(const Matrix<std::uint32_t>& symbols,
                                   const InformationGrouping& options) {
  std::vector<Row> rows;
  std::vector<double> sums;
  for (std::size_t p = 0; p < symbols.rows(); ++p) {
    rows.push_back(renumbered(symbols.row(p)));
    sums.push_back(sum_n_ln_n(rows.back()));
  }
  const auto steps = static_cast<double>(symbols.cols());
  const auto size = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
  parallel_for(rows.size(), 0, [&](std::size_t a) {
    if (rows[a].different < 2) return;
    for (std::size_t b = a; b < rows.size(); ++b) {
      if (rows[b].different < 2 || !neighbours(options, a, b)) continue;
      const double joint = a == b ? sums[a] : joint_sum_n_ln_n(rows[a], rows[b]);
      result(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) =
          information(steps, joint, sums[a], sums[b]);
    }
  });
  return result.selfadjointView<Eigen::Upper>();
}

/// Places that are connected by mutual information, in order of loading on its principal
/// eigenvector.
struct Part {
  double eigenvalue = 0;
  std::size_t first = 0;  ///< the smallest of the places
  std::vector<std::size_t> places;
  std::size_t loaded = 0;  ///< so many of them have a loading above e⁻¹⁶
};

Part make_part(const Eigen::MatrixXd& all, std::vector<std::size_t> places) {
  std::ranges::sort(places);
  const std::vector<Eigen::Index> index(places.begin(), places.end());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(all(index, index));
  const auto last = static_cast<Eigen::Index>(places.size()) - 1;
  const Eigen::VectorXd loading = solver.eigenvectors().col(last).cwiseAbs();
  Part part{solver.eigenvalues()(last), places.front(), {}, 0};
  // Loadings that differ in rounding alone are equal.
  std::vector<std::pair<long long, std::size_t>> order;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double value = loading(static_cast<Eigen::Index>(i));
    order.emplace_back(-std::llround(value * 0x1p30), places[i]);
    part.loaded += value > std::exp(-16) ? 1 : 0;
  }
  std::ranges::sort(order);
  for (const auto& [value, place] : order) part.places.push_back(place);
  return part;
}

/// Adds the connected parts of `places`.
void split(const Eigen::MatrixXd& all, std::vector<std::size_t> places, std::vector<Part>& parts) {
  while (!places.empty()) {
    std::vector<std::size_t> connected{places.back()};
    places.pop_back();
    for (std::size_t i = 0; i < connected.size(); ++i) {
      check_interruption();
      const auto with = std::stable_partition(places.begin(), places.end(), [&](std::size_t p) {
        return all(static_cast<Eigen::Index>(connected[i]), static_cast<Eigen::Index>(p)) <= 0;
      });
      connected.insert(connected.end(), with, places.end());
      places.erase(with, places.end());
    }
    parts.push_back(make_part(all, std::move(connected)));
  }
}

/// Takes the part of the largest eigenvalue; of equal ones that of the first place.
Part take_largest(std::vector<Part>& parts) {
  std::ranges::sort(parts, {}, &Part::first);
  check_interruption();
  std::size_t best = 0;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i].eigenvalue > parts[best].eigenvalue * (1 + 1e-9)) best = i;
  Part part = std::move(parts[best]);
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best));
  return part;
}

}  // namespace

Matrix<std::uint32_t> place_symbols(const Outcomes& sequence, std::span<const std::size_t> members,
                                    std::size_t modalities_per_place) {
  require(modalities_per_place >= 1 && members.size() % modalities_per_place == 0,
          "place_symbols: modalities_per_place: expected a divisor of ", members.size(), ", got ",
          modalities_per_place);
  Matrix<std::uint32_t> result(members.size() / modalities_per_place, sequence.items());
  JointKey key;
  for (std::size_t p = 0; p < result.rows(); ++p) {
    JointIndex known;
    std::size_t count = 0;
    for (std::size_t t = 0; t < sequence.items(); ++t) {
      key.clear();
      for (std::size_t m = 0; m < modalities_per_place; ++m)
        append_rounded(key, sequence, t, members[p * modalities_per_place + m]);
      const auto [symbol, is_new] = known.try_add(key, count);
      count += is_new ? 1 : 0;
      result(p, t) = static_cast<std::uint32_t>(symbol);
    }
  }
  return result;
}

double information_between(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  require(a.size() == b.size(), "information_between: expected rows of one length, got ", a.size(),
          " and ", b.size());
  if (a.empty()) return 0;
  const Row p = renumbered(a), q = renumbered(b);
  return information(static_cast<double>(a.size()), joint_sum_n_ln_n(p, q), sum_n_ln_n(p),
                     sum_n_ln_n(q));
}

std::vector<std::vector<std::size_t>> group_by_mutual_information(
    const Matrix<std::uint32_t>& symbols, const InformationGrouping& options) {
  require(symbols.rows() > 0,
          "group_by_mutual_information: symbols: expected at least one place, got none");
  require(options.group_size >= 1,
          "group_by_mutual_information: group_size: expected at least 1, got 0");
  require(std::isinf(options.neighbour_distance) || options.locations.size() == symbols.rows(),
          "group_by_mutual_information: locations: expected one for each of ", symbols.rows(),
          " places, got ", options.locations.size());
  const Eigen::MatrixXd all = information_matrix(symbols, options);
  std::vector<std::size_t> changing, constant;
  for (std::size_t p = 0; p < symbols.rows(); ++p)
    (all(static_cast<Eigen::Index>(p), static_cast<Eigen::Index>(p)) > 0 ? changing : constant)
        .push_back(p);

  std::vector<std::vector<std::size_t>> groups;
  std::vector<Part> parts;
  split(all, std::move(changing), parts);
  while (!parts.empty()) {
    Part part = take_largest(parts);
    const auto size = static_cast<std::ptrdiff_t>(std::min(options.group_size, part.loaded));
    groups.emplace_back(part.places.begin(), part.places.begin() + size);
    split(all, {part.places.begin() + size, part.places.end()}, parts);
  }
  for (const std::size_t p : constant) groups.push_back({p});
  return groups;
}

}  // namespace rgm
