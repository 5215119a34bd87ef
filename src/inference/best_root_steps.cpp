#include "best_root_steps.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "logarithms.h"

namespace rgm::detail {
namespace {

/// best[s'] = max(best[s'], past + row[s']) for four states that follow each other, so that what
/// is best so far passes through registers once for all of them. Branches become masks.
void take_best_of_four(const double* rows, std::size_t states, const double* past,
                       std::uint64_t first, double* best, std::uint64_t* from) {
  const double *a = rows, *b = a + states, *c = b + states, *d = c + states;
  for (std::size_t i = 0; i < states; ++i) {
    double most = best[i];
    std::uint64_t of = from[i];
    const auto offer = [&](double value, std::uint64_t state) {
      of = value > most ? state : of;
      most = value > most ? value : most;
    };
    offer(past[0] + a[i], first);
    offer(past[1] + b[i], first + 1);
    offer(past[2] + c[i], first + 2);
    offer(past[3] + d[i], first + 3);
    best[i] = most;
    from[i] = of;
  }
}

}  // namespace

BestRootSteps::BestRootSteps(const RootChain& chain) : from_(chain.num_states()) {
  const std::size_t states = chain.num_states();
  if (chain.is_dense()) {
    log_dense_ = chain.dense();
    for (double& p : log_dense_.values()) p = std::log(p);
    return;
  }
  for (std::size_t s = 0; s < states; ++s) {
    log_restart_.push_back(std::log(chain.restart()[s]));
    log_prior_.push_back(std::log(chain.prior()[s]));
  }
  // Arcs to the same state are one way there, as is a restart that happens to lead there.
  std::vector<std::vector<std::pair<std::uint32_t, double>>> rows(states);
  chain.for_each_transition([&](std::size_t s, std::size_t next, double p) {
    for (auto& [known, sum] : rows[s])
      if (known == next) {
        sum += p;
        return;
      }
    rows[s].emplace_back(static_cast<std::uint32_t>(next), p);
  });
  for (std::size_t s = 0; s < states; ++s) {
    begin_.push_back(arcs_.size());
    for (const auto& [next, p] : rows[s])
      arcs_.push_back({next, std::log(p + chain.restart()[s] * chain.prior()[next])});
  }
  begin_.push_back(arcs_.size());
}

void BestRootSteps::step(const std::vector<double>& past, std::vector<double>& best,
                         std::span<std::uint32_t> from) {
  best.assign(past.size(), kImpossible);
  std::ranges::fill(from_, std::uint64_t{0});
  if (log_dense_.size() > 0) {
    step_densely(past, best);
  } else {
    step_along_arcs(past, best);
    restart(past, best);
  }
  for (std::size_t s = 0; s < from_.size(); ++s) from[s] = static_cast<std::uint32_t>(from_[s]);
}

void BestRootSteps::step_densely(const std::vector<double>& past, std::vector<double>& best) {
  const std::size_t states = past.size();
  std::size_t s = 0;
  for (; s + 4 <= states; s += 4)
    take_best_of_four(log_dense_.row(s).data(), states, past.data() + s, s, best.data(),
                      from_.data());
  for (; s < states; ++s)
    for (std::size_t next = 0; next < states; ++next)
      if (const double value = past[s] + log_dense_(s, next); value > best[next]) {
        best[next] = value;
        from_[next] = s;
      }
}

void BestRootSteps::step_along_arcs(const std::vector<double>& past, std::vector<double>& best) {
  for (std::size_t s = 0; s < past.size(); ++s) {
    if (past[s] == kImpossible) continue;
    for (std::size_t a = begin_[s]; a < begin_[s + 1]; ++a) {
      const double value = past[s] + arcs_[a].log_probability;
      if (value <= best[arcs_[a].next]) continue;
      best[arcs_[a].next] = value;
      from_[arcs_[a].next] = s;
    }
  }
}

void BestRootSteps::restart(const std::vector<double>& past, std::vector<double>& best) {
  double most = kImpossible;
  std::uint64_t state = 0;
  for (std::size_t s = 0; s < past.size(); ++s)
    if (const double value = past[s] + log_restart_[s]; value > most) {
      most = value;
      state = s;
    }
  if (most == kImpossible) return;
  for (std::size_t next = 0; next < best.size(); ++next) {
    const double value = most + log_prior_[next];
    if (value < best[next] || value == kImpossible || (value == best[next] && from_[next] <= state))
      continue;
    best[next] = value;
    from_[next] = state;
  }
}

}  // namespace rgm::detail
