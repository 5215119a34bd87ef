#include "rgm/compression/sequence_coder.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "frequencies.h"
#include "group_belief.h"
#include "growth.h"
#include "novelty.h"
#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"

namespace rgm {

using detail::Frequencies;
using detail::GroupBelief;
using detail::GroupTable;
using detail::Growth;
using detail::Novelty;

namespace {

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
    filter.emplace(tables);
  }

  /// P(state of a factor at the next step | everything before); with beliefs that start afresh, if
  /// what was pushed before is impossible.
  std::span<const double> predict_states(std::size_t factor) {
    const auto states = filter->try_predict_states(factor);
    if (!states.empty()) return states;
    filter.emplace(tables);
    return filter->predict_states(factor);
  }

  /// Beliefs start afresh after what is impossible: no other beginning explains it either.
  void push_factor(std::size_t factor, const Outcomes& row) {
    if (!std::isfinite(filter->try_push_factor(factor, row, 0))) filter.emplace(tables);
  }

  SequenceTables tables;
  std::vector<GroupTable> groups;
  std::optional<SequenceFilter> filter;
};

}  // namespace

struct SequenceCoder::State {
  State(std::vector<std::size_t> counts, const SequenceCoderOptions& settings)
      : options(settings),
        num_outcomes(std::move(counts)),
        novelty(num_outcomes),
        row(1, num_outcomes.size()) {
    require(options.novelty >= 0 && options.novelty < 1,
            "SequenceCoder: novelty: expected at least 0 and below 1, got ", options.novelty);
    for (std::size_t n : num_outcomes)
      require(n >= 1 && n <= Outcome::kMaxOutcomes,
              "SequenceCoder: outcomes of a modality: expected 1 to ", Outcome::kMaxOutcomes,
              ", got ", n);
  }

  /// One outcome, whose weights and novel likelihood are known: `code(frequencies, modality)`
  /// encodes or decodes it.
  template <class Code>
  void code_outcome(std::size_t g, std::size_t modality, const Code& code) {
    const bool knows_novelty = options.novelty > 0;
    const std::span<const double> novel =
        knows_novelty ? novelty.predict(modality) : std::span<const double>();
    belief.predict(g, novel, weights);
    frequencies.assign(weights);
    const std::size_t outcome = code(frequencies, modality);
    bits += std::log2(double{RangeShare::kTotal} / frequencies.share(outcome).size);
    belief.observe(g, outcome, knows_novelty ? novel[outcome] : 0.0);
    if (knows_novelty) novelty.observe(outcome);
    row(0, modality) = {static_cast<std::uint16_t>(outcome), 0};
  }

  template <class Code>
  void code_step(const Code& code) {
    if (model == nullptr) {
      belief.start_novel();
      for (std::size_t g = 0; g < num_outcomes.size(); ++g) code_outcome(g, g, code);
    } else {
      for (std::size_t f = 0; f < model->groups.size(); ++f) {
        const auto& group = model->groups[f];
        const double novel = growth ? novelties[f] : options.novelty;
        belief.start(group, model->predict_states(f), novel);
        for (std::size_t g = 0; g < group.modalities.size(); ++g)
          code_outcome(g, group.modalities[g].index, code);
        if (growth) follow_novelty(f);
        model->push_factor(f, row);
      }
      model->filter->finish_step();
    }
    ++steps;
    if (growth && growth->add(row, 0)) grow();
  }

  /// A moving average of how probably the group's outcomes were novel, within bounds.
  void follow_novelty(std::size_t factor) {
    constexpr double kRate = 1.0 / 16;
    const double least = std::min(options.novelty, 1 - options.novelty);
    novelties[factor] = std::clamp(
        novelties[factor] + kRate * (belief.novel_share() - novelties[factor]), least, 1 - least);
  }

  void grow() {
    model = std::make_unique<Model>(growth->grow());
    novelties.resize(model->groups.size(), 1 - options.novelty);
    const auto recent = growth->recent();
    for (std::size_t t = 0; t < recent.items(); ++t) model->filter->push(recent, t);
  }

  SequenceCoderOptions options;
  std::vector<std::size_t> num_outcomes;
  Novelty novelty;
  std::unique_ptr<Model> model;
  std::optional<Growth> growth;
  std::size_t steps = 0;
  double bits = 0;

  Outcomes row;  // the present step
  GroupBelief belief;
  Frequencies frequencies;
  std::vector<double> weights, novelties;  // [outcome]; [factor], if a model grows
};

SequenceCoder::SequenceCoder(const Hierarchy& hierarchy, const SequenceCoderOptions& options) {
  hierarchy.validate();
  state_ = std::make_unique<State>(outcomes_of(hierarchy), options);
  state_->model = std::make_unique<Model>(hierarchy);
}

SequenceCoder::SequenceCoder(std::vector<std::size_t> num_outcomes, std::vector<Location> locations,
                             const SequenceCoderOptions& options) {
  require(!num_outcomes.empty(), "SequenceCoder: expected modalities, got none");
  require(options.novelty > 0, "SequenceCoder: novelty: expected above 0 without a model, got ",
          options.novelty);
  state_ = std::make_unique<State>(std::move(num_outcomes), options);
  state_->growth.emplace(state_->num_outcomes, std::move(locations));
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
