#include "rgm/inference/cut_filter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <type_traits>
#include <vector>

#include "inference/sequence_support.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

using test::between;

/// How a random film is made: states that each show one outcome of every modality, many of them
/// nearly the same, so that more than one of them matters.
struct FilmShape {
  std::size_t levels = 2, factors = 2, modalities = 12, states = 40, steps = 40;
  double concentration = 1e-3, restart_concentration = 0.01;
  double noise = 0.02, missing = 0;  ///< probability that an outcome is another one, or none
};

struct FilmCase {
  Hierarchy hierarchy;
  Outcomes outcomes;
};

Factor film_factor(Random& random, const FilmShape& shape, Level& level) {
  Factor factor;
  std::vector<std::size_t> outcomes;
  for (std::size_t g = 0; g < shape.modalities; ++g) {
    factor.modalities.push_back(level.modalities.size());
    level.modalities.push_back({Modality::Kind::kOutcome, level.modalities.size(), 5});
    outcomes.push_back(5);
  }
  factor.likelihood =
      Likelihood::sparse(outcomes, std::vector(outcomes.size(), shape.concentration), 0);
  std::vector<std::size_t> shown(shape.modalities);
  for (std::size_t s = 0; s < shape.states; ++s) {
    if (s % 8 == 0)
      for (auto& o : shown) o = random.index(5);
    for (std::size_t i = 0; i < 3; ++i) shown[random.index(shown.size())] = random.index(5);
    const double count = 1.0 + static_cast<double>(random.index(3));
    factor.likelihood.append_state();
    for (std::size_t g = 0; g < shown.size(); ++g) factor.likelihood.add(g, shown[g], s, count);
  }
  return factor;
}

/// A factor that generates all of a level, a child's state and path after the other.
Factor joining_factor(Random& random, const FilmShape& shape, const std::vector<Factor>& below,
                      std::size_t first, std::size_t last, Level& level) {
  Factor factor;
  std::vector<std::size_t> outcomes;
  for (std::size_t f = first; f < last; ++f)
    for (const auto kind : {Modality::Kind::kInitialState, Modality::Kind::kInitialPath}) {
      const bool path = kind == Modality::Kind::kInitialPath;
      if (path && below[f].num_paths == 1) continue;
      const std::size_t count = path ? below[f].num_paths : below[f].num_states();
      factor.modalities.push_back(level.modalities.size());
      level.modalities.push_back({kind, f, count});
      outcomes.push_back(count);
    }
  factor.likelihood =
      Likelihood::sparse(outcomes, std::vector(outcomes.size(), shape.concentration / 10), 0);
  for (std::size_t s = 0; s < shape.states; ++s) {
    factor.likelihood.append_state();
    for (std::size_t g = 0; g < outcomes.size(); ++g)
      for (std::size_t i = 0, most = between(random, 1, 2); i < most; ++i)
        factor.likelihood.add(g, random.index(outcomes[g]), s, 1);
  }
  return factor;
}

void add_arcs(Random& random, Factor& factor) {
  factor.num_paths = between(random, 1, 3);
  factor.transition = Transition(factor.num_states(), factor.num_paths);
  for (std::size_t i = 0; i < 2 * factor.num_states(); ++i)
    factor.transition.add(random.index(factor.num_states()), random.index(factor.num_states()),
                          random.index(factor.num_paths), 1 + random.uniform());
}

Hierarchy film_model(Random& random, const FilmShape& shape) {
  Hierarchy hierarchy;
  for (std::size_t n = 0; n < shape.levels; ++n) {
    const bool top = n + 1 == shape.levels;
    Level level;
    level.time_scale = top ? 1 : between(random, 1, 3);
    if (n == 0) {
      for (std::size_t f = 0; f < (top ? 1 : shape.factors); ++f)
        level.factors.push_back(film_factor(random, shape, level));
    } else {
      const auto& below = hierarchy.levels.back().factors;
      const std::size_t count = top ? 1 : (below.size() + 1) / 2, each = below.size() / count;
      for (std::size_t f = 0; f < count; ++f)
        level.factors.push_back(joining_factor(
            random, shape, below, f * each, f + 1 == count ? below.size() : (f + 1) * each, level));
    }
    for (auto& factor : level.factors) {
      if (!top) {
        add_arcs(random, factor);
        continue;
      }
      factor.transition = Transition(factor.num_states(), 1);
      for (std::size_t s = 0; s < factor.num_states(); ++s) {
        factor.transition.add((s + 1) % factor.num_states(), s, 0, 1);
        if (random.index(4) == 0) factor.transition.add(random.index(shape.states), s, 0, 1);
      }
    }
    hierarchy.levels.push_back(std::move(level));
  }
  for (std::size_t s = 0; s < shape.states; ++s)
    hierarchy.initial_state_counts.push_back(1 + random.uniform());
  hierarchy.restart_concentration = shape.restart_concentration;
  hierarchy.validate();
  return hierarchy;
}

std::size_t draw(Random& random, const Likelihood& likelihood, std::size_t g, std::size_t state) {
  std::vector<double> weights(likelihood.num_outcomes(g), 0.0);
  for (const auto& count : likelihood.column(state))
    if (count.modality == g) weights[count.outcome] = count.count;
  return random.categorical(weights);
}

/// What an episode of a factor shows from a state and a path on.
void show(Random& random, const Hierarchy& hierarchy, std::size_t level, std::size_t factor,
          std::size_t state, std::size_t step, Outcomes& outcomes) {
  const auto& at = hierarchy.levels[level].factors[factor];
  for (std::size_t g = 0; g < at.modalities.size(); ++g) {
    const auto& modality = hierarchy.levels[level].modalities[at.modalities[g]];
    if (modality.kind == Modality::Kind::kInitialPath) continue;
    std::size_t value = draw(random, at.likelihood, g, state);
    if (level == 0) {
      if (step < outcomes.items())
        outcomes(step, modality.source).token = static_cast<std::uint16_t>(value);
      continue;
    }
    const auto& below = hierarchy.levels[level - 1];
    const bool paths = g + 1 < at.modalities.size() &&
                       hierarchy.levels[level].modalities[at.modalities[g + 1]].kind ==
                           Modality::Kind::kInitialPath;
    const std::size_t path = paths ? draw(random, at.likelihood, g + 1, state) : 0;
    for (std::size_t t = 0; t < below.time_scale; ++t) {
      show(random, hierarchy, level - 1, modality.source, value, step * below.time_scale + t,
           outcomes);
      const auto next = below.factors[modality.source].transition.successors(value, path);
      if (!next.empty()) value = next[random.index(next.size())].first;
    }
  }
}

FilmCase film_case(std::uint64_t seed, const FilmShape& shape) {
  Random random(seed);
  FilmCase result{film_model(random, shape), {}};
  result.outcomes = Outcomes(shape.steps, result.hierarchy.num_modalities());
  const std::size_t length = result.hierarchy.episode_length();
  std::size_t root = random.index(shape.states);
  for (std::size_t t = 0; t * length < shape.steps; ++t) {
    show(random, result.hierarchy, shape.levels - 1, 0, root, t, result.outcomes);
    const auto& arcs = result.hierarchy.root().transition.arcs(root);
    root =
        random.index(10) == 0 ? random.index(shape.states) : arcs[random.index(arcs.size())].next;
  }
  for (std::size_t t = 0; t < shape.steps; ++t)
    for (auto& o : result.outcomes.item(t)) {
      if (random.uniform() < shape.noise) o.token = static_cast<std::uint16_t>(random.index(5));
      if (random.uniform() < shape.missing) o.token = Outcome::kMissing;
    }
  return result;
}

/// What rounding does to a logarithm of evidence.
constexpr double kRounding = 1e-9;

struct Cut {
  double left_out = 0, lacks = 0;  ///< at most, and in truth
  std::size_t exact_steps = 0;
};

/// Evidence and beliefs of each step lie within what the filter says of them.
Cut check_bounds(const FilmCase& film, double cut) {
  const SequenceTables tables(film.hierarchy);
  const CutTables cut_tables(tables, cut);
  SequenceFilter exact(tables);
  CutFilter filter(cut_tables);
  double before = 0;
  for (std::size_t t = 0; t < film.outcomes.items(); ++t) {
    const double expected = exact.push(film.outcomes, t), gain = filter.push(film.outcomes, t);
    const double after = filter.left_out(), lacks = exact.log_evidence() - filter.log_evidence();
    RC_ASSERT(lacks > -kRounding && lacks < after + kRounding);
    RC_ASSERT(expected - gain > -before - kRounding && expected - gain < after + kRounding);
    const auto& posterior = exact.root_posterior();
    std::map<std::uint32_t, CutFilter::Belief> beliefs;
    for (const auto& belief : filter.root_belief()) beliefs[belief.state] = belief;
    for (std::uint32_t s = 0; s < posterior.size(); ++s) {
      const bool kept = beliefs.contains(s);
      const double least = kept ? beliefs[s].probability * std::exp(-after) : 0.0,
                   most = kept ? beliefs[s].probability + beliefs[s].left_out
                               : filter.left_out_of_each();
      RC_ASSERT(posterior[s] > least * (1 - kRounding) - 1e-12);
      RC_ASSERT(posterior[s] < most * (1 + kRounding) + 1e-12);
    }
    before = after;
  }
  RC_ASSERT(filter.steps() == film.outcomes.items());
  return {filter.left_out(), exact.log_evidence() - filter.log_evidence(), filter.exact_steps()};
}

RC_GTEST_PROP(CutFilter, LeavesOutWhatItSays, (std::uint32_t seed)) {
  Random random(seed);
  FilmShape shape{.levels = between(random, 1, 3), .factors = between(random, 1, 4)};
  shape.concentration = random.index(2) == 0 ? 1e-3 : 1e-2;
  shape.missing = random.index(3) == 0 ? 0.05 : 0;
  shape.noise = random.index(2) == 0 ? 0 : 0.05;
  const double cut = std::pow(10.0, -1.0 - 11 * random.uniform());
  check_bounds(film_case(seed, shape), cut);
}

// A bound that is wide lets everything pass, and exact steps leave out nothing.
TEST(CutFilter, LeavesOutLittleAndIsSeldomExact) {
  for (std::uint64_t seed = 1; seed < 10; ++seed)
    for (const double cut : {1e-3, 1e-6, 1e-9}) {
      const auto film = film_case(seed, {.factors = 4, .noise = 0});
      const auto [left_out, lacks, exact_steps] = check_bounds(film, cut);
      EXPECT_LT(exact_steps, film.outcomes.items() / 2) << seed;
      EXPECT_GT(left_out, 0) << seed;
      EXPECT_LT(left_out, 1e4 * cut) << seed;
    }
}

TEST(CutFilter, DoesCut) {
  double most = 0;
  for (std::uint64_t seed = 1; seed < 10; ++seed)
    most = std::max(most, check_bounds(film_case(seed, {.factors = 4, .noise = 0}), 0.1).lacks);
  EXPECT_GT(most, 1e3 * kRounding);
}

// Whatever it is that forbids a cut: of a step, or of the model.
TEST(CutFilter, IsExactWhereItCannotCut) {
  const auto expect_exact = [](const FilmCase& film, double cut, const char* why) {
    const auto [left_out, lacks, exact_steps] = check_bounds(film, cut);
    EXPECT_EQ(exact_steps, film.outcomes.items()) << why;
    EXPECT_LT(left_out, 1e-9) << why;
    EXPECT_LT(std::abs(lacks), kRounding) << why;
  };
  expect_exact(film_case(1, {}), 0, "cut 0");
  expect_exact(film_case(2, {.restart_concentration = 0}), 1e-9, "no restarts");
  expect_exact(film_case(3, {.factors = 1, .noise = 0}), 1e-9, "one child tells too little apart");
}

TEST(CutFilter, EqualsTheExactOneWhereNearlyNothingIsCut) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto film = film_case(seed, {.levels = 2 + seed % 2, .missing = seed % 3 == 0 ? 0.1 : 0});
    EXPECT_LT(check_bounds(film, 1e-12).left_out, 1e-9) << seed;
  }
}

// Steps without any outcome: first in an episode, a whole one, at the start.
TEST(CutFilter, TakesGaps) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto film = film_case(seed, {.levels = 2 + seed % 2});
    Random random(seed);
    for (std::size_t t = 0; t < film.outcomes.items(); ++t)
      if (random.index(3) == 0 || (t > 10 && t < 25) || t < seed % 4)
        for (auto& o : film.outcomes.item(t)) o.token = Outcome::kMissing;
    check_bounds(film, 1e-6);
  }
}

void check_any_model(std::uint64_t seed) {
  const auto [hierarchy, outcomes, reading] = test::random_case(seed);
  const SequenceTables tables(hierarchy);
  const CutTables cut_tables(tables, 1e-3);
  SequenceFilter exact(tables, reading);
  CutFilter filter(cut_tables, reading);
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    try {
      exact.push(outcomes, t);
    } catch (const ImpossibleEvidence&) {
      RC_ASSERT_THROWS_AS(filter.push(outcomes, t), ImpossibleEvidence);
      return;
    }
    filter.push(outcomes, t);
    const double lacks = exact.log_evidence() - filter.log_evidence();
    RC_ASSERT(lacks > -kRounding && lacks < filter.left_out() + kRounding);
  }
}

// Soft outcomes, and models of any kind whose matches are not counted: all is scanned.
RC_GTEST_PROP(CutFilter, TakesAnyModel, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_any_model(10 * std::uint64_t{seed} + i);
}

TEST(CutFilter, NamesWhatIsWrong) {
  const auto film = film_case(1, {});
  const SequenceTables tables(film.hierarchy);
  for (const double cut : {-1.0, 1.0, std::nan("")}) EXPECT_THROW(CutTables(tables, cut), BadInput);
  const CutTables cut_tables(tables, 1e-9);
  EXPECT_THROW(CutFilter(cut_tables).push(Outcomes(1, 1), 0), BadInput);
  auto outcomes = film.outcomes;
  outcomes(0, 0).token = 5;
  EXPECT_THROW(CutFilter(cut_tables).push(outcomes, 0), BadInput);
}

// They borrow their tables.
static_assert(!std::is_constructible_v<CutTables, SequenceTables, double> &&
              !std::is_constructible_v<CutFilter, CutTables>);

}  // namespace
}  // namespace rgm
