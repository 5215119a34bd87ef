#include "foresight.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "rgm/base/interruption.h"

namespace rgm {
namespace {

constexpr double kLeastProbability = 0.04;  // of a change that is expected
constexpr std::size_t kMostOutcomes = 8;
constexpr std::int16_t kNowhere = 200;
constexpr std::uint32_t kNoMove = 1U << 24U;  // and above: of shapes, that change their form

std::int16_t between(int a, int b) { return static_cast<std::int16_t>(a - b); }

/// How many rows a shape is below another, or above (negative); 0 where they overlap.
std::int16_t rows_between(const Shapes::Shape& a, const Shapes::Shape& b) {
  if (a.top > b.bottom) return between(a.top, b.bottom);
  return b.top > a.bottom ? between(a.bottom, b.top) : std::int16_t{0};
}

}  // namespace

/// Few things, so that it is cheap to tell how each stands to each.
bool Foresight::suits(const EnvironmentSpaces& spaces) {
  constexpr std::size_t kMostSymbols = 8, kMostOwn = 3, kMostPlaces = 1000;
  const auto& symbols = spaces.stream("pixels").num_symbols;
  const auto most = [](const std::vector<std::size_t>& n) { return *std::ranges::max_element(n); };
  const std::size_t own = spaces.num_modalities() - symbols.size() - 2;
  for (const auto& stream : spaces.streams)
    if (&stream != &spaces.stream("pixels") && most(stream.num_symbols) > kMostPlaces) return false;
  if (spaces.has("end")) return false;  // it knows of no end
  return most(symbols) <= kMostSymbols && own <= kMostOwn && symbols.size() <= 64 * 64;
}

/// Scenes of all states that the model knows.
void Foresight::read_states() {
  const auto& spaces = model_.spaces();
  const std::size_t window = model_.window(), modalities = spaces.num_modalities();
  const std::size_t first = window > 1 ? window - 2 : 0;
  std::vector<Symbol> shown;  // the last two frames of each new state
  for (std::size_t s = states_.size(); s < model_.num_states(); ++s) {
    const auto frames = usual_frames(model_.tree(), s);
    for (const std::size_t t : {first, window - 1})
      for (std::size_t g = 0; g < modalities; ++g) shown.push_back(frames(t, g).token);
  }
  if (!scenes_) scenes_ = std::make_unique<Scenes>(spaces, shown);
  for (std::size_t at = 0; at < shown.size(); at += 2 * modalities) {
    const auto both = std::span<const Symbol>(shown).subspan(at, 2 * modalities);
    const std::uint32_t before = scenes_->number_of(both.first(modalities));
    states_.push_back({before, scenes_->number_of(both.last(modalities)), 0});
  }
}

/// What a tree of changes may ask: of what is general first.
void Foresight::describe(const Scenes::Scene& a, const Scenes::Scene& b, std::size_t taken) {
  const auto& scenes = *scenes_;
  const std::size_t things = scenes.num_things() - 2, own = scenes.num_own();
  features_.clear();
  const auto add = [&](int value) { features_.push_back(static_cast<std::int16_t>(value)); };
  add(static_cast<int>(taken));
  for (const auto* scene : {&b, &a})
    for (const std::size_t event : {scenes.reward(), scenes.cost()})
      add(scenes.shows(*scene, event) ? 1 : 0);
  for (std::size_t k = 0; k < things; ++k) {
    const auto& was = scenes.shapes(k)[a[k]];
    const auto& is = scenes.shapes(k)[b[k]];
    const bool both = a[k] != 0 && b[k] != 0;
    if (k >= own) add(both ? between(is.top, was.top) : kNowhere);
    add(both ? between(is.left, was.left) : kNowhere);
    if (k >= own) add(b[k] == 0 ? 1 : 0);
  }
  for (std::size_t k = 0; k < things; ++k) {
    const std::uint32_t seen = b[k] != 0 ? b[k] : a[k];
    const auto& here = scenes.shapes(k)[seen];
    for (std::size_t l = 0; l < things; ++l) {
      if (l == k) continue;
      const std::uint32_t other = b[l] != 0 ? b[l] : a[l];
      const auto& there = scenes.shapes(l)[other];
      const bool both = seen != 0 && other != 0;
      if (l < k && k >= own && l >= own) add(both ? rows_between(here, there) : kNowhere);
      if (l < k) add(both ? between(here.left, there.left) : kNowhere);
      if (k >= own && l < own) continue;  // of the body's motion its own tells
      add(seen != 0 && a[l] != 0 ? between(here.left, scenes.shapes(l)[a[l]].left) : kNowhere);
    }
  }
  for (std::size_t k = 0; k < things; ++k) {
    const std::uint32_t seen = b[k] != 0 ? b[k] : a[k];
    const auto& here = scenes.shapes(k)[seen];
    if (k >= own) {
      add(seen != 0 ? here.top : kNowhere);
      add(seen != 0 ? here.bottom : kNowhere);
    }
    add(seen != 0 ? here.left : kNowhere);
    if (k >= own) add(static_cast<int>(std::min(here.form, 30'000U)));
  }
}

/// Where the body is next, and all else from there.
void Foresight::describe_own(const Scenes::Scene& now, const Scenes::Scene& next) {
  const auto& scenes = *scenes_;
  for (std::size_t i = 0; i < scenes.num_own(); ++i) {
    const int place = scenes.shapes(i)[next[i]].left;
    features_.push_back(static_cast<std::int16_t>(place));
    for (std::size_t k = scenes.num_own(); k < scenes.num_things() - 2; ++k) {
      const std::uint32_t seen = now[k];
      features_.push_back(seen != 0 ? between(scenes.shapes(k)[seen].left, place) : kNowhere);
    }
  }
}

/// Of what follows, by itself: what tells rewards and costs.
void Foresight::describe_events(const Scenes::Scene& now, const Scenes::Scene& next,
                                std::size_t taken) {
  describe(now, next, taken);
  features_[1] = features_[2] = 0;  // they are to be told
}

std::uint32_t Foresight::move_code(std::size_t thing, std::uint32_t from, std::uint32_t to) const {
  const auto& shapes = scenes_->shapes(thing);
  if (from == 0 || to == 0 || shapes[from].form != shapes[to].form) return kNoMove + to;
  return static_cast<std::uint32_t>((shapes[to].top - shapes[from].top + 128) * 256 +
                                    shapes[to].left - shapes[from].left + 128);
}

std::uint32_t Foresight::changed(std::size_t thing, std::uint32_t from,
                                 const ChangeTree::Leaf& leaf, const ChangeTree::Outcome& outcome) {
  if (!leaf.moves) return outcome.code;
  if (outcome.code >= kNoMove) return outcome.code - kNoMove;
  const auto to = scenes_->shapes(thing).moved(from, static_cast<int>(outcome.code / 256) - 128,
                                               static_cast<int>(outcome.code % 256) - 128);
  return to.value_or(from);
}

void Foresight::learn() {
  if (states_.size() > model_.num_states()) {  // they are numbered anew
    forget();
  }
  if (!suits(model_.spaces())) return;
  read_states();
  if (states_.empty()) return;
  grow_trees();
  foreseen_ = steps_ = 0;
  forget_graph();
}

std::uint32_t Foresight::body_of(std::uint32_t scene) const {
  std::uint32_t result = 0;
  for (std::size_t i = 0; i < scenes_->num_own(); ++i)
    result = result * 1024 + (*scenes_)[scene][i];
  return result;
}

void Foresight::grow_trees() {
  const std::size_t things = scenes_->num_things(), own = scenes_->num_own();
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>, double> steps;
  for (std::size_t s = 0; s < states_.size(); ++s)
    for (const auto& arc : model_.controlled().arcs(s))
      steps[{body_of(states_[s].before), body_of(states_[s].now), body_of(states_[arc.next].now),
             static_cast<std::uint32_t>(arc.path)}] += arc.count;
  std::vector<Obedience::Step> listed;
  for (const auto& [step, count] : steps)
    listed.push_back(
        {std::get<0>(step), std::get<1>(step), std::get<2>(step), std::get<3>(step), count});
  obedience_.emplace(model_.num_actions(), listed);

  struct Sample {
    Node state;
    std::uint32_t next = 0, taken = 0;
    auto operator<=>(const Sample& other) const {
      return std::tie(state.before, state.now, taken, next) <=>
             std::tie(other.state.before, other.state.now, other.taken, other.next);
    }
  };
  std::map<Sample, double> counted;
  for (std::size_t s = 0; s < states_.size(); ++s) {
    const std::size_t last = obedience_->taken(body_of(states_[s].before), body_of(states_[s].now));
    for (const auto& arc : model_.controlled().arcs(s)) {
      const std::uint32_t next = states_[arc.next].now;
      const std::size_t taken =
          obedience_->taken(body_of(states_[s].now), body_of(next), arc.path, last);
      counted[{states_[s], next, static_cast<std::uint32_t>(taken)}] += arc.count;
    }
  }
  std::vector<std::uint32_t> counts, moves(counted.size()), places(counted.size());
  for (const auto& [sample, count] : counted)
    counts.push_back(static_cast<std::uint32_t>(std::min(count, 8.0)));
  Matrix<std::int16_t> seen, follows;
  std::size_t row = 0;
  for (const auto& [sample, count] : counted) {
    const auto& was = (*scenes_)[sample.state.before];
    const auto& is = (*scenes_)[sample.state.now];
    const auto& then = (*scenes_)[sample.next];
    describe_events(is, then, sample.taken);
    if (row == 0) follows = Matrix<std::int16_t>(counted.size(), features_.size());
    std::ranges::copy(features_, follows.row(row).begin());
    describe(was, is, sample.taken);
    describe_own(is, then);
    if (row == 0) seen = Matrix<std::int16_t>(counted.size(), features_.size());
    std::ranges::copy(features_, seen.row(row++).begin());
  }
  const std::size_t basic = follows.cols();
  Matrix<std::int16_t> alone(counted.size(), basic);
  for (std::size_t i = 0; i < counted.size(); ++i)
    std::copy_n(seen.row(i).begin(), basic, alone.row(i).begin());
  trees_.clear();
  for (std::size_t k = 0; k < things; ++k) {
    check_interruption();
    row = 0;
    for (const auto& [sample, count] : counted) {
      places[row] = (*scenes_)[sample.next][k];
      const std::uint32_t is = (*scenes_)[sample.state.now][k];
      moves[row] = move_code(k, is != 0 ? is : (*scenes_)[sample.state.before][k], places[row]);
      ++row;
    }
    trees_.emplace_back(ChangeTree::Samples{k < own          ? alone
                                            : k < things - 2 ? seen
                                                             : follows,
                                            moves, places, counts});
  }
}

std::vector<Foresight::Next> Foresight::predict(std::uint32_t before, std::uint32_t now,
                                                std::size_t taken) {
  struct Branch {
    Scenes::Scene scene;
    double probability = 1;
  };
  const Scenes::Scene was = (*scenes_)[before], is = (*scenes_)[now];
  const std::size_t things = scenes_->num_things(), own = scenes_->num_own();
  const auto divide = [&](std::vector<Branch>& branches, std::size_t k) {
    const auto& leaf = trees_[k].at(features_);
    const std::uint32_t from = is[k] != 0 ? is[k] : was[k];
    for (std::size_t i = 0, whole = branches.size(); i < whole; ++i)
      for (std::size_t o = leaf.outcomes.size(); o-- > 0;) {
        const double probability = leaf.outcomes[o].probability;
        if (o > 0 && (probability < kLeastProbability || branches.size() >= kMostOutcomes))
          continue;
        if (o > 0) branches.push_back(branches[i]);
        auto& one = o > 0 ? branches.back() : branches[i];
        one.scene[k] = changed(k, from, leaf, leaf.outcomes[o]);
        one.probability *= probability;
      }
  };
  describe(was, is, taken);
  const std::size_t basic = features_.size();
  std::vector<Branch> bodies{{Scenes::Scene(things), 1}}, all;
  for (std::size_t k = 0; k < own; ++k) divide(bodies, k);
  for (const auto& body : bodies) {
    features_.resize(basic);
    describe_own(is, body.scene);
    std::vector<Branch> branches{body};
    for (std::size_t k = own; k < things - 2; ++k) divide(branches, k);
    all.insert(all.end(), branches.begin(), branches.end());
  }
  std::vector<Next> result;
  double total = 0;
  for (auto& one : all) {
    describe_events(is, one.scene, taken);
    for (const std::size_t k : {scenes_->reward(), scenes_->cost()}) {
      const auto& leaf = trees_[k].at(features_);
      one.scene[k] = changed(k, is[k], leaf, leaf.outcomes.front());
    }
    result.push_back({scenes_->number_of(one.scene), one.probability});
    total += one.probability;
  }
  for (auto& next : result) next.probability /= total;
  return result;
}

}  // namespace rgm
