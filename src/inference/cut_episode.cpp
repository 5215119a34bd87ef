#include "rgm/inference/cut_episode.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rgm {
namespace {

/// The smallest product of messages that is told from nothing.
constexpr double kSmallestProduct = 1e-200;

}  // namespace

CutEpisode::CutEpisode(const CutTables& tables) : tables_(&tables) {
  const auto& exact = tables.tables();
  for (std::size_t n = 0; n < exact.num_levels(); ++n) {
    nodes_.emplace_back(exact.steps(n) * exact.level(n).size());
    ahead_.emplace_back(exact.level(n).size());
  }
}

void CutEpisode::clear() {
  for (auto& level : nodes_)
    for (auto& message : level) message.observed = false;
}

bool CutEpisode::push(std::size_t step, const Outcomes& outcomes, std::size_t item,
                      SoftReading reading) {
  const auto& exact = tables_->tables();
  for (std::size_t f = 0; f < exact.level(0).size(); ++f) {
    auto& own = node(0, step, f);
    tables_->likelihood(f, outcomes, item, reading, own);
    if (own.observed && own.kept.empty()) return false;
  }
  for (std::size_t n = 0; n + 1 < exact.num_levels(); ++n) {
    for (std::size_t f = 0; f < exact.level(n).size(); ++f)
      if (!look_ahead(n, step, f)) return false;
    step /= exact.time_scale(n);
    for (std::size_t f = 0; f < exact.level(n + 1).size(); ++f)
      if (!collect(n + 1, step, f)) return false;
  }
  return true;
}

/// λ of the episode that holds a step, which is the last that was told.
bool CutEpisode::look_ahead(std::size_t level, std::size_t step, std::size_t factor) {
  auto& ahead = ahead_[level][factor];
  forget(level, factor, ahead);
  ahead.observed = false;
  const std::size_t start = step - step % tables_->tables().time_scale(level);
  for (std::size_t t = step + 1; t-- > start;) {
    const auto& own = node(level, t, factor);
    if (!own.observed && ahead.observed) return false;  // all that comes from what is kept matters
    if (!own.observed) continue;
    if (!multiply(level, factor, own, ahead, scratch_)) return false;
    forget(level, factor, ahead);
    std::swap(ahead, scratch_);
  }
  if (ahead.observed) sum_up(level, factor);
  return true;
}

/// to(s, u) = L(s) Σ_s' P(s' | s, u) next(s', u), scaled to its largest; false if nothing is left.
bool CutEpisode::multiply(std::size_t level, std::size_t factor, const CutMessage& own,
                          const Ahead& next, Ahead& to) {
  const auto& table = tables_->tables().level(level)[factor];
  const auto& pairs = table.pairs;
  const std::size_t states = table.num_states;
  to.values.resize(pairs.nothing().size());
  to.observed = true;
  to.left_out = own.left_out;
  to.log_scale = own.log_scale;
  double largest = 0;
  for (const auto& [s, l] : own.kept) {
    to.kept.push_back(s);
    const auto of = [&](std::size_t place) {
      return next.observed ? next.values[place] : pairs.nothing()[place];
    };
    to.values[s] = l * of(s);
    const std::size_t first = pairs.begin(s), last = pairs.begin(s + 1);
    for (std::size_t k = first; k < last; ++k)
      to.values[states + k] = next.observed && !pairs.stays(k) ? 0.0 : l * of(states + k);
    for (std::size_t i = 0; next.observed && i < table.arcs_of(s).size(); ++i) {
      const auto& move = pairs.moves()[table.arc_begin[s] + i];
      to.values[states + move.from] += l * move.probability * next.values[states + move.to];
    }
    largest = std::max(largest, to.values[s]);
    for (std::size_t k = first; k < last; ++k) largest = std::max(largest, to.values[states + k]);
  }
  if (largest < kSmallestProduct) {
    forget(level, factor, to);
    return false;
  }
  if (next.observed) {
    to.left_out = own.left_out + next.left_out + own.left_out * next.left_out;
    to.log_scale += next.log_scale;
  }
  to.left_out /= largest;
  to.log_scale += std::log(largest);
  for (const std::uint32_t s : to.kept) {
    to.values[s] /= largest;
    for (std::size_t k = pairs.begin(s); k < pairs.begin(s + 1); ++k)
      to.values[states + k] /= largest;
  }
  return true;
}

/// What all parents share: λ summed over paths, over states and over both, and what the background
/// alone can give. Here it may be subtracted from a sum, whose last digits are far below what is
/// left out.
void CutEpisode::sum_up(std::size_t level, std::size_t factor) {
  const auto& pairs = tables_->tables().level(level)[factor].pairs;
  auto& ahead = ahead_[level][factor];
  ahead.by_state.resize(pairs.num_states());
  ahead.by_path.resize(pairs.num_paths());
  ahead.total = ahead.staying = 0;
  ahead.parents = 0;
  double largest = 0;
  for (const std::uint32_t s : ahead.kept) {
    double most = ahead.values[s], sum = static_cast<double>(pairs.other_paths(s)) * most;
    for (std::size_t k = pairs.begin(s); k < pairs.begin(s + 1); ++k) {
      const double value = ahead.values[pairs.num_states() + k];
      most = std::max(most, value);
      sum += value;
      ahead.by_path[pairs.pairs()[k].path] += value - ahead.values[s];
      ahead.moving_paths.push_back(pairs.pairs()[k].path);
    }
    ahead.by_state[s] = sum;
    ahead.total += sum;
    ahead.staying += ahead.values[s];
    largest += most;
    ahead.parents += tables_->parents(level, factor, s).size();
  }
  ahead.by_background =
      std::min(1.0, tables_->largest_background(level, factor) * largest) + ahead.left_out;
}

/// Makes a message zero again, at the cost of what it keeps.
void CutEpisode::forget(std::size_t level, std::size_t factor, Ahead& ahead) {
  const auto& pairs = tables_->tables().level(level)[factor].pairs;
  for (const std::uint32_t s : ahead.kept) {
    ahead.values[s] = 0;
    if (s < ahead.by_state.size()) ahead.by_state[s] = 0;
    for (std::size_t k = pairs.begin(s); k < pairs.begin(s + 1); ++k)
      ahead.values[pairs.num_states() + k] = 0;
  }
  for (const std::uint32_t u : ahead.moving_paths) ahead.by_path[u] = 0;
  ahead.kept.clear();
  ahead.moving_paths.clear();
}

/// ℓ(p), multiplied out as in `Episode::send`.
double CutEpisode::to_parent(std::size_t level, const SequenceTables::Child& child,
                             std::size_t parent) {
  const auto& ahead = ahead_[level][child.factor];
  const double b_state = child.states.background[parent], b_path = child.paths.background[parent];
  double sum = b_state * b_path * ahead.total;
  for (const auto& [s, a] : child.states.column(parent)) sum += b_path * a * ahead.by_state[s];
  for (const auto& [u, e] : child.paths.column(parent))
    sum += b_state * e * std::max(0.0, ahead.staying + ahead.by_path[u]);
  for (const auto& [place, ae] : child.products.column(parent)) sum += ae * ahead.values[place];
  return std::min(sum, 1.0);
}

/// The parents that may be worth keeping, those of as few children as will do; returns how much
/// the others are worth at most.
double CutEpisode::choose_candidates(std::size_t level, const SequenceTables::FactorTable& table) {
  children_.clear();
  for (const auto& child : table.children)
    if (ahead_[level][child.factor].observed) children_.push_back(&child);
  const auto of = [&](const auto* child) -> const Ahead& { return ahead_[level][child->factor]; };
  std::ranges::stable_sort(children_, {}, [&](const auto* child) { return of(child).parents; });
  candidates_.clear();
  double others = 1;
  for (const auto* child : children_) {
    if (others <= tables_->smallest_kept()) {
      others *= 1 + of(child).left_out;
      continue;
    }
    others *= of(child).by_background;
    for (const std::uint32_t s : of(child).kept) {
      const auto parents = tables_->parents(level, child->factor, s);
      candidates_.insert(candidates_.end(), parents.begin(), parents.end());
    }
  }
  std::ranges::sort(candidates_);
  candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
  return candidates_.size() == table.num_states ? 0.0 : others;
}

/// What a factor's children say about one of its steps; false if nothing of that is kept.
bool CutEpisode::collect(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->tables().level(level)[factor];
  auto& own = node(level, step, factor);
  own.kept.clear();
  const double others = choose_candidates(level - 1, table);
  own.observed = !children_.empty();
  if (!own.observed) return true;
  double largest = 0, dropped = 0, lacking = 0;
  for (const std::uint32_t p : candidates_) {
    double product = 1;
    for (const auto* child : children_) {
      product *= to_parent(level - 1, *child, p);
      if (product <= tables_->smallest_kept() * largest) break;
    }
    if (product <= tables_->smallest_kept() * largest) {
      dropped = std::max(dropped, product);
      continue;
    }
    own.kept.push_back({p, product});
    largest = std::max(largest, product);
  }
  if (largest < kSmallestProduct) return false;
  own.log_scale = std::log(largest);
  for (const auto* child : children_) {
    const auto& ahead = ahead_[level - 1][child->factor];
    lacking += ahead.left_out + lacking * ahead.left_out;  // Π (1 + left out) − 1
    own.log_scale += ahead.log_scale;
  }
  std::size_t kept = 0;
  for (const auto& entry : own.kept) {
    if (entry.value > tables_->smallest_kept() * largest)
      own.kept[kept++] = {entry.state, entry.value / largest};
    else
      dropped = std::max(dropped, entry.value);
  }
  own.kept.resize(kept);
  own.left_out = std::max(others, dropped + lacking) / largest;
  return true;
}

}  // namespace rgm
