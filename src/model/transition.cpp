#include "rgm/model/transition.h"

#include <random>

#include "rgm/base/error.h"
#include "rgm/model/counts.h"

namespace rgm {

std::size_t Transition::KeyHash::operator()(const Key& key) const {
  // Salted, so that no file can be made whose arcs collide.
  static const std::uint64_t kSalt =
      std::uint64_t{std::random_device{}()} << 32U | std::random_device{}();
  std::uint64_t hash = key.state ^ kSalt;
  for (const std::uint64_t part : {std::uint64_t{key.next}, std::uint64_t{key.path}}) {
    hash = (hash ^ (hash >> 32U)) * 0x9E3779B97F4A7C15ULL + part;
    hash ^= hash >> 29U;
  }
  return hash * 0xBF58476D1CE4E5B9ULL;
}

Transition::Transition(std::size_t states, std::size_t paths) : paths_(paths), arcs_(states) {
  require(states > 0 && paths > 0, "Transition: expected at least 1 state and 1 path, got ", states,
          " and ", paths);
}

void Transition::grow(std::size_t states, std::size_t paths) {
  require(states >= num_states() && paths >= paths_, "Transition::grow: expected at least ",
          num_states(), " states and ", paths_, " paths, got ", states, " and ", paths);
  arcs_.resize(states);
  paths_ = paths;
}

void Transition::add(std::size_t next, std::size_t state, std::size_t path, double count) {
  require(next < num_states() && state < num_states() && path < paths_,
          "Transition::add: expected states below ", num_states(), " and a path below ", paths_,
          ", got ", state, " → ", next, " under ", path);
  require(is_count(count) && count > 0, "Transition::add: count: expected above 0 to ", kMaxCount,
          ", got ", count);
  auto& list = arcs_[state];
  const auto [at, fresh] =
      arc_of_.try_emplace({next, state, path}, static_cast<std::uint32_t>(list.size()));
  if (fresh)
    list.push_back({next, path, count});
  else
    list[at->second].count += count;
}

void Transition::set_counts(std::size_t state, const std::vector<double>& counts) {
  require(state < num_states() && counts.size() == arcs_[state].size(),
          "Transition::set_counts: state ", state, ": expected a count for each of its arcs, got ",
          counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    require(is_count(counts[i]), "Transition::set_counts: state ", state,
            ": expected counts of 0 to ", kMaxCount, ", got ", counts[i]);
    arcs_[state][i].count = counts[i];
  }
}

const std::vector<Transition::Arc>& Transition::arcs(std::size_t state) const {
  require(state < num_states(), "Transition::arcs: expected a state below ", num_states(), ", got ",
          state);
  return arcs_[state];
}

std::vector<Transition::Successor> Transition::successors(std::size_t state,
                                                          std::size_t path) const {
  require(state < num_states() && path < paths_, "Transition::successors: expected a state below ",
          num_states(), " and a path below ", paths_, ", got ", state, " and ", path);
  std::vector<Successor> result;
  for (const auto& arc : arcs_[state])
    if (arc.path == path) result.emplace_back(arc.next, arc.count);
  return result;
}

double Transition::probability(std::size_t next, std::size_t state, std::size_t path) const {
  double total = 0, count = 0;
  for (const auto& [s, n] : successors(state, path)) {
    total += n;
    if (s == next) count = n;
  }
  if (total == 0) return next == state ? 1.0 : 0.0;
  return count / total;
}

}  // namespace rgm
