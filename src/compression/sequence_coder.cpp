#include "rgm/compression/sequence_coder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "frequencies.h"
#include "group_belief.h"
#include "growth.h"
#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"
#include "unlinked.h"
#include "version_1.h"

namespace rgm {

using detail::CodedCell;
using detail::Frequencies;
using detail::GroupBelief;
using detail::GroupTable;
using detail::Growth;
using detail::Unlinked;
using detail::UnlinkedKinds;

namespace {

/// Of the tables of kinds that begin from nothing: a forged header must not cost much.
constexpr std::size_t kMostOutcomes = 1 << 18;
/// P(a cell is cut) before there is a model that grows.
constexpr double kFirstCut = 0.5;

std::vector<std::size_t> outcomes_of(const Hierarchy& hierarchy) {
  std::vector<std::size_t> result(hierarchy.num_modalities());
  if (!hierarchy.levels.empty())
    for (const auto& modality : hierarchy.levels.front().modalities)
      result.at(modality.source) = modality.num_outcomes;
  return result;
}

/// A model prepared for coding, and the beliefs about the sequence so far.
struct Model {
  explicit Model(const Hierarchy& hierarchy) : tables(hierarchy) {
    for (const auto& table : tables.level(0)) groups.emplace_back(table);
    start();
  }

  void start() { filter.emplace(tables, SoftReading::kLikelihood, false); }

  /// P(state of a factor at the next step | everything before); with beliefs that start afresh, if
  /// what was pushed before is impossible.
  std::span<const double> predict_states(std::size_t factor) {
    const auto states = filter->try_predict_states(factor);
    if (!states.empty()) return states;
    start();
    return filter->predict_states(factor);
  }

  SequenceTables tables;
  std::vector<GroupTable> groups;
  std::vector<std::vector<CodedCell>> cells;  // [factor]
  std::optional<SequenceFilter> filter;
};

/// Kinds to begin with: those of the model, or ones that have seen nothing.
Kinds kinds_of(const Hierarchy& hierarchy, bool ordered) {
  if (!hierarchy.kinds.empty()) return hierarchy.kinds;
  std::vector<std::vector<std::size_t>> groups;
  const auto& level = hierarchy.levels.front();
  for (const auto& factor : level.factors) {
    auto& group = groups.emplace_back();
    for (const std::size_t g : factor.modalities) group.push_back(level.modalities[g].source);
  }
  return detail::new_kinds(outcomes_of(hierarchy), std::move(groups), ordered,
                           std::numeric_limits<std::size_t>::max());
}

/// Those of one place are a cell.
std::vector<std::vector<std::size_t>> cells_by_place(std::span<const Location> locations) {
  std::map<std::pair<double, double>, std::vector<std::size_t>> places;
  for (std::size_t g = 0; g < locations.size(); ++g)
    places[{locations[g].row, locations[g].column}].push_back(g);
  std::vector<std::vector<std::size_t>> result;
  for (auto& [place, modalities] : places) result.push_back(std::move(modalities));
  std::ranges::sort(result);
  return result;
}

}  // namespace

struct SequenceCoder::State {
  State(std::vector<std::size_t> counts, const SequenceCoderOptions& options)
      : num_outcomes(std::move(counts)), row(1, num_outcomes.size()) {
    for (std::size_t n : num_outcomes)
      require(n >= 1 && n <= Outcome::kMaxOutcomes,
              "SequenceCoder: outcomes of a modality: expected 1 to ", Outcome::kMaxOutcomes,
              ", got ", n);
    if (!options.version_1_novelty) return;
    const double novelty = *options.version_1_novelty;
    require(novelty >= 0 && novelty < 1,
            "SequenceCoder: novelty: expected at least 0 and below 1, got ", novelty);
  }

  /// One outcome, whose weights and likelihood without states are known: `code(frequencies,
  /// modality)` encodes or decodes it.
  template <class Code>
  void code_outcome(std::size_t g, std::size_t modality, const Code& code) {
    const auto alone = unlinked ? unlinked->predict(modality) : std::span<const double>();
    belief.predict(g, alone, weights);
    frequencies.assign(weights);
    const std::size_t outcome = code(frequencies, modality);
    bits += std::log2(double{RangeShare::kTotal} / frequencies.share(outcome).size);
    belief.observe(g, outcome, unlinked ? alone[outcome] : 0.0);
    row(0, modality) = {static_cast<std::uint16_t>(outcome), 0};
    if (unlinked) unlinked->observe(modality, row);
  }

  template <class Code>
  void code_group(std::size_t factor, const Code& code) {
    const auto& group = model->groups[factor];
    belief.start(group, model->predict_states(factor), lightest());
    for (const auto& cell : model->cells[factor]) {
      belief.start_cell(unlinked ? unlinked->cut(cell.index) : 0.0);
      for (const std::size_t g : cell.positions) code_outcome(g, group.modalities[g].index, code);
      if (unlinked) unlinked->follow(cell.index, belief.cut_share());
      belief.finish_cell();
    }
    if (!push(factor)) model->start();
  }

  /// False if what has been coded is impossible: no other beginning explains it either.
  bool push(std::size_t factor) {
    if (!unlinked || !unlinked->gates_evidence())
      return std::isfinite(model->filter->try_push_factor(factor, row, 0));
    belief.log_likelihood(log_likelihood);
    return std::isfinite(model->filter->try_push_factor(factor, log_likelihood));
  }

  template <class Code>
  void code_step(const Code& code) {
    if (unlinked) unlinked->begin_step();
    if (model == nullptr) {
      belief.start_without_states();
      for (const auto& cell : cells)
        for (const std::size_t g : cell.positions) code_outcome(g, g, code);
    } else {
      for (std::size_t f = 0; f < model->groups.size(); ++f) code_group(f, code);
      model->filter->finish_step();
    }
    if (unlinked) unlinked->finish_step(row);
    ++steps;
    if (growth && growth->add(row, 0)) grow();
  }

  void grow() {
    use(growth->grow());
    const auto recent = growth->recent();
    for (std::size_t t = 0; t < recent.items(); ++t) model->filter->push(recent, t);
  }

  void use(const Hierarchy& hierarchy) {
    model = std::make_unique<Model>(hierarchy);
    for (std::size_t f = 0; f < model->groups.size(); ++f) {
      std::vector<std::size_t> modalities;
      for (const auto& modality : model->groups[f].modalities) modalities.push_back(modality.index);
      model->cells.push_back(cells_of(f, modalities));
    }
  }

  double lightest() const { return unlinked ? unlinked->lightest() : detail::Version1::kLightest; }
  std::vector<CodedCell> cells_of(std::size_t factor,
                                  std::span<const std::size_t> modalities) const {
    return unlinked ? unlinked->cells_of(factor, modalities)
                    : detail::whole_group(factor, modalities);
  }

  std::vector<std::size_t> num_outcomes;
  std::unique_ptr<Unlinked> unlinked;  // none: the pure model
  std::unique_ptr<Model> model;
  std::vector<CodedCell> cells;  // before there is a model
  std::optional<Growth> growth;
  std::size_t steps = 0;
  double bits = 0;

  Outcomes row;  // the present step
  GroupBelief belief;
  Frequencies frequencies;
  std::vector<double> weights, log_likelihood;  // [outcome], [state]
};

SequenceCoder::SequenceCoder(const Hierarchy& hierarchy, const SequenceCoderOptions& options) {
  hierarchy.validate();
  state_ = std::make_unique<State>(outcomes_of(hierarchy), options);
  if (options.version_1_novelty) {
    if (*options.version_1_novelty > 0)
      state_->unlinked = std::make_unique<detail::Version1>(state_->num_outcomes,
                                                            *options.version_1_novelty, false);
  } else if (options.kinds) {
    state_->unlinked = std::make_unique<UnlinkedKinds>(kinds_of(hierarchy, options.ordered), 0.0);
  }
  state_->use(hierarchy);
}

SequenceCoder::SequenceCoder(std::vector<std::size_t> num_outcomes,
                             const std::vector<Location>& locations,
                             const SequenceCoderOptions& options) {
  require(!num_outcomes.empty(), "SequenceCoder: expected modalities, got none");
  require(options.kinds, "SequenceCoder: kinds: expected some without a model, got none");
  state_ = std::make_unique<State>(std::move(num_outcomes), options);
  auto& state = *state_;
  auto cells = cells_by_place(locations);
  state.growth.emplace(state.num_outcomes, locations);
  if (options.version_1_novelty) {
    require(*options.version_1_novelty > 0,
            "SequenceCoder: novelty: expected above 0 without a model, got 0");
    state.unlinked =
        std::make_unique<detail::Version1>(state.num_outcomes, *options.version_1_novelty, true);
  } else {
    state.unlinked = std::make_unique<UnlinkedKinds>(
        detail::new_kinds(state.num_outcomes, std::move(cells), options.ordered, kMostOutcomes),
        kFirstCut);
  }
  std::vector<std::size_t> modalities(state.num_outcomes.size());
  std::iota(modalities.begin(), modalities.end(), std::size_t{0});
  state.cells = state.cells_of(0, modalities);
}

SequenceCoder::SequenceCoder(SequenceCoder&&) noexcept = default;
SequenceCoder& SequenceCoder::operator=(SequenceCoder&&) noexcept = default;
SequenceCoder::~SequenceCoder() = default;

const std::vector<std::size_t>& SequenceCoder::num_outcomes() const { return state_->num_outcomes; }
std::size_t SequenceCoder::steps() const { return state_->steps; }
double SequenceCoder::bits() const { return state_->bits; }

void SequenceCoder::encode(const Outcomes& outcomes, std::size_t item, RangeEncoder& encoder) {
  const auto& counts = state_->num_outcomes;
  require(outcomes.modalities() == counts.size(), "SequenceCoder: outcomes: expected ",
          counts.size(), " modalities, got ", outcomes.modalities());
  require(item < outcomes.items(), "SequenceCoder: item: expected below ", outcomes.items(),
          ", got ", item);
  for (std::size_t g = 0; g < counts.size(); ++g) {
    const Outcome o = outcomes(item, g);
    require(o.share == 0 && o.token < counts[g], "SequenceCoder: item ", item, ", modality ", g,
            ": expected a hard outcome below ", counts[g]);
  }
  state_->code_step([&](const Frequencies& frequencies, std::size_t g) -> std::size_t {
    const std::size_t outcome = outcomes(item, g).token;
    encoder.encode(frequencies.share(outcome));
    return outcome;
  });
}

void SequenceCoder::decode(RangeDecoder& decoder, Outcomes& outcomes, std::size_t item) {
  state_->code_step([&](const Frequencies& frequencies, std::size_t g) {
    const std::size_t outcome = frequencies.outcome_at(decoder.position());
    decoder.consume(frequencies.share(outcome));
    outcomes(item, g) = {static_cast<std::uint16_t>(outcome), 0};
    return outcome;
  });
}

}  // namespace rgm
