#include "rgm/inference/root_chain.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <utility>

#include "logarithms.h"

namespace rgm {
namespace {

using detail::kImpossible;

/// The smallest sum of a product whose values are taken as they come: what underflows below 1e-308
/// is then less than 1e-208 of it.
constexpr double kSmallestSum = 1e-100;
/// The smallest value of a message that is taken as it comes: of what was lost before, less than
/// 1e-208, it is 1e28 times as much.
constexpr double kSmallestValue = 1e-180;

/// Share of all pairs above which arcs lie as a matrix.
constexpr double kDense = 0.1;

using Vector = Eigen::Map<Eigen::ArrayXd>;
using ConstVector = Eigen::Map<const Eigen::ArrayXd>;

Vector view(std::vector<double>& v) { return {v.data(), static_cast<Eigen::Index>(v.size())}; }
ConstVector view(std::span<const double> v) {
  return {v.data(), static_cast<Eigen::Index>(v.size())};
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
Eigen::Map<const RowMajor> view(const Matrix<double>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

bool has_small(const std::vector<double>& values) {
  std::size_t small = 0;  // counted, not searched for: that is vectorised
  for (double v : values) small += v < kSmallestValue ? 1U : 0U;
  return small > 0;
}

/// to[next] += from[s] · probability, along the arcs of all states. What lies where is told apart
/// from what is written, so that it stays in registers.
void scatter(std::span<const std::size_t> begin, std::span<const std::uint32_t> next,
             std::span<const double> probability, std::span<const double> from,
             std::span<double> to) {
  double* const __restrict sums = to.data();
  for (std::size_t s = 0; s + 1 < begin.size(); ++s) {
    const double p = from[s];
    const std::size_t end = begin[s + 1];
    if (p > 0)
      for (std::size_t a = begin[s]; a < end; ++a) sums[next[a]] += p * probability[a];
  }
}

/// to[s] = Σ probability · from[next] along the arcs of s.
void gather(std::span<const std::size_t> begin, std::span<const std::uint32_t> next,
            std::span<const double> probability, std::span<const double> from,
            std::span<double> to) {
  double* const __restrict sums = to.data();
  for (std::size_t s = 0; s + 1 < begin.size(); ++s) {
    double sum = 0;
    const std::size_t end = begin[s + 1];
    for (std::size_t a = begin[s]; a < end; ++a) sum += probability[a] * from[next[a]];
    sums[s] = sum;
  }
}

/// Sums of exponentials, one a state: the largest terms first, then all relative to these.
class LogSums {
 public:
  explicit LogSums(std::size_t states) : largest_(states, kImpossible), sums_(states, 0.0) {}

  void see(std::size_t s, double term) { largest_[s] = std::max(largest_[s], term); }
  void add(std::size_t s, double term) {
    if (term == kImpossible) return;
    sums_[s] += term == largest_[s] ? 1.0 : std::exp(term - largest_[s]);
  }
  double log(std::size_t s) const {
    return sums_[s] == 1 ? largest_[s] : largest_[s] + std::log(sums_[s]);
  }

 private:
  std::vector<double> largest_, sums_;
};

/// ln Σ_s weight(s) exp(logs(s)).
double log_sum(const std::vector<double>& weights, const std::vector<double>& logs) {
  LogSums sum(1);
  for (std::size_t s = 0; s < logs.size(); ++s)
    if (weights[s] > 0) sum.see(0, std::log(weights[s]) + logs[s]);
  for (std::size_t s = 0; s < logs.size(); ++s)
    if (weights[s] > 0) sum.add(0, std::log(weights[s]) + logs[s]);
  return sum.log(0);
}

}  // namespace

double RootProduct::multiply(std::initializer_list<RootFactor> factors) {
  factors_.clear();
  bool lost = false;
  for (const auto& factor : factors) {
    if (factor.values.empty()) continue;
    factors_.push_back(factor);
    lost = lost || factor.lost;
  }
  has_logs_ = in_logs_ = false;
  values_.assign(factors_.front().values.begin(), factors_.front().values.end());
  auto product = view(values_);
  if (!lost) {
    for (std::size_t i = 1; i < factors_.size(); ++i) product *= view(factors_[i].values);
    const double total = detail::sum_of(values_);
    if (total >= kSmallestSum) {
      product /= total;
      return log_total_ = std::log(total);
    }
  }
  const double largest = log_factors();
  in_logs_ = has_logs_ = true;
  if (largest == kImpossible) {
    product = 0;
    return log_total_ = kImpossible;
  }
  for (std::size_t s = 0; s < values_.size(); ++s) values_[s] = logs_[s] - largest;
  detail::exponentiate_all(values_);
  const double total = detail::sum_of(values_);
  product /= total;
  log_total_ = largest + std::log(total);
  for (double& l : logs_) l -= log_total_;
  return log_total_;
}

const std::vector<double>& RootProduct::logs() {
  if (has_logs_) return logs_;
  log_factors();
  for (double& l : logs_) l -= log_total_;
  has_logs_ = true;
  return logs_;
}

double RootProduct::log_factors() {
  logs_.assign(values_.size(), 0.0);
  for (const auto& factor : factors_)
    for (std::size_t s = 0; s < logs_.size(); ++s) {
      if (!factor.logs.empty())
        logs_[s] += factor.logs[s];
      else
        logs_[s] += factor.values[s] == 0 ? kImpossible : std::log(factor.values[s]);
    }
  return *std::ranges::max_element(logs_);
}

RootChain::RootChain(std::vector<double> prior, std::vector<double> restart,
                     std::span<const std::size_t> begin, std::vector<std::uint32_t> next,
                     std::vector<double> probability)
    : prior_(std::move(prior)),
      restart_(std::move(restart)),
      restarts_(std::ranges::any_of(restart_, [](double r) { return r > 0; })),
      begin_(begin.begin(), begin.end()),
      next_(std::move(next)),
      probability_(std::move(probability)) {
  for (std::size_t s = 0; s < num_states(); ++s) {
    double gone = restart_[s];
    for (std::size_t a = begin_.empty() ? 0 : begin_[s]; !begin_.empty() && a < begin_[s + 1]; ++a)
      gone += probability_[a];
    if (gone == 0) staying_.push_back(static_cast<std::uint32_t>(s));
  }
  const auto pairs = static_cast<double>(num_states()) * static_cast<double>(num_states());
  if (static_cast<double>(next_.size()) > kDense * pairs) make_dense();
}

void RootChain::make_dense() {
  Matrix<double> matrix(num_states(), num_states());
  for_each_transition([&](std::size_t s, std::size_t next, double p) { matrix(s, next) += p; });
  for (std::size_t s = 0; s < num_states(); ++s)
    for (std::size_t next = 0; next < num_states(); ++next)
      matrix(s, next) += restart_[s] * prior_[next];
  dense_ = std::move(matrix);
  begin_ = {};
  next_ = {};
  probability_ = {};
  staying_ = {};
}

void RootChain::advance(RootProduct& from, RootMessage& to) const {
  const auto& past = from.values();
  to.logs.clear();
  if (is_dense()) {
    to.values.resize(num_states());
    view(to.values).matrix().noalias() =
        view(dense_).transpose() * view(std::span<const double>(past)).matrix();
  } else {
    to.values.assign(num_states(), 0.0);
    scatter(begin_, next_, probability_, past, to.values);
    for (const std::uint32_t s : staying_) to.values[s] += past[s];
    if (restarts_) {
      const double restarted = detail::sum_of_products(past, restart_);
      for (std::size_t s = 0; s < to.values.size(); ++s) to.values[s] += restarted * prior_[s];
    }
  }
  if (has_small(to.values)) step_in_logs<true>(from.logs(), to);
}

void RootChain::retreat(RootProduct& from, RootMessage& to) const {
  const auto& ahead = from.values();
  to.logs.clear();
  to.values.resize(num_states());
  if (is_dense()) {
    view(to.values).matrix().noalias() =
        view(dense_) * view(std::span<const double>(ahead)).matrix();
  } else {
    if (begin_.empty()) std::ranges::fill(to.values, 0.0);
    gather(begin_, next_, probability_, ahead, to.values);
    for (const std::uint32_t s : staying_) to.values[s] += ahead[s];
    if (restarts_) {
      const double fresh = detail::sum_of_products(ahead, prior_);
      for (std::size_t s = 0; s < to.values.size(); ++s) to.values[s] += fresh * restart_[s];
    }
  }
  if (has_small(to.values)) step_in_logs<false>(from.logs(), to);
}

/// The same step once more for those states of `to` whose value may have been lost, as logarithms
///
///     ln to(t) = ln Σ_f P exp(from(f)),
///
/// f and t the present and the next state, or backwards the next and the present one. Each sum is
/// taken relative to its own largest term, so that it has full precision however small it is. Where
/// nothing turns out to be lost, since all that is small is 0, the values remain the message.
template <bool kForwards>
void RootChain::step_in_logs(const std::vector<double>& from, RootMessage& to) const {
  LogSums sums(num_states());
  const auto small = [&](std::size_t s) { return to.values[s] < kSmallestValue; };
  const auto visit_terms = [&](auto visit) {
    for_each_transition([&](std::size_t s, std::size_t next, double p) {
      const std::size_t f = kForwards ? s : next, t = kForwards ? next : s;
      if (small(t) && from[f] > kImpossible) visit(t, (p == 1 ? 0.0 : std::log(p)) + from[f]);
    });
    if (is_dense() || !restarts_) return;
    const auto& leaving = kForwards ? restart_ : prior_;
    const auto& entering = kForwards ? prior_ : restart_;
    const double through = log_sum(leaving, from);
    for (std::size_t t = 0; t < num_states(); ++t)
      if (small(t) && entering[t] > 0) visit(t, through + std::log(entering[t]));
  };
  visit_terms([&](std::size_t t, double term) { sums.see(t, term); });
  visit_terms([&](std::size_t t, double term) { sums.add(t, term); });
  bool lost = false;
  to.logs.resize(num_states());
  for (std::size_t t = 0; t < num_states(); ++t) {
    to.logs[t] = small(t) ? sums.log(t) : std::log(to.values[t]);
    lost = lost || (small(t) && to.logs[t] > kImpossible);
  }
  if (!lost) to.logs.clear();
}

}  // namespace rgm
