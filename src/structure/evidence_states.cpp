#include "evidence_states.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

EvidenceStates::EvidenceStates(const Likelihood& likelihood) {
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g) {
    const double concentration = likelihood.concentration(g);
    const std::size_t outcomes = likelihood.num_outcomes(g);
    require(concentration > 0, "states by evidence: modality ", g,
            ": concentration: expected above 0, got ", concentration);
    modalities_.push_back(
        {concentration, concentration * static_cast<double>(outcomes), outcomes, postings_.size()});
    postings_.resize(postings_.size() + outcomes);
    new_base_ -= std::log(static_cast<double>(outcomes));
  }
  for (std::size_t s = 0; s < likelihood.num_states(); ++s) add(likelihood.column(s), s);
}

void EvidenceStates::add(std::span<const Likelihood::Count> item, std::size_t state) {
  if (state == totals_.size()) {
    totals_.emplace_back(modalities_.size());
    base_.push_back(0);
  }
  for (const auto& share : item) add_share(share, state);
  weigh(state);
}

void EvidenceStates::add_share(const Likelihood::Count& share, std::size_t state) {
  const auto& modality = modalities_[share.modality];
  auto& postings = postings_[modality.offset + share.outcome];
  auto at = std::ranges::find(postings, state, &Posting::state);
  if (at == postings.end()) at = postings.insert(at, {static_cast<std::uint32_t>(state), 0, 0});
  at->count += share.count;
  at->gain = std::log((at->count + modality.concentration) / modality.concentration);
  totals_[state][share.modality] += share.count;
}

void EvidenceStates::weigh(std::size_t state) {
  double items = 1, sum = 0;
  for (std::size_t g = 0; g < modalities_.size(); ++g) {
    const double total = totals_[state][g];
    items = std::max(items, total);
    sum += std::log((total + modalities_[g].total_concentration) / modalities_[g].concentration);
  }
  base_[state] = std::log(items) - sum;
}

void EvidenceStates::score_modality(std::span<const Likelihood::Count> shares) {
  const auto& modality = modalities_[shares.front().modality];
  if (shares.size() == 1) {
    for (const auto& posting : postings_[modality.offset + shares.front().outcome])
      score_[posting.state] += posting.gain;
    return;
  }
  std::vector<std::uint32_t> touched;
  for (const auto& share : shares)
    for (const auto& posting : postings_[modality.offset + share.outcome]) {
      if (soft_[posting.state] == 0) touched.push_back(posting.state);
      soft_[posting.state] += share.count * posting.count;
    }
  for (const std::uint32_t state : touched) {
    score_[state] += std::log((soft_[state] + modality.concentration) / modality.concentration);
    soft_[state] = 0;
  }
}

std::size_t EvidenceStates::find(std::span<const Likelihood::Count> item, double log_price,
                                 bool may_add) {
  score_ = base_;
  soft_.assign(base_.size(), 0);
  double new_score = new_base_ + log_price;
  std::size_t g = 0;
  for (std::size_t first = 0; first <= item.size();) {
    const std::size_t next = first < item.size() ? item[first].modality : modalities_.size();
    for (; g < next; ++g) {  // not observed
      new_score += std::log(static_cast<double>(modalities_[g].num_outcomes));
      for (std::size_t s = 0; s < score_.size(); ++s)
        score_[s] += std::log((totals_[s][g] + modalities_[g].total_concentration) /
                              modalities_[g].concentration);
    }
    if (first == item.size()) break;
    std::size_t end = first;
    while (end < item.size() && item[end].modality == next) ++end;
    score_modality(item.subspan(first, end - first));
    first = end;
    ++g;
  }
  const auto best = std::ranges::max_element(score_);
  if (best == score_.end() || (may_add && new_score > *best)) return kNone;
  return static_cast<std::size_t>(best - score_.begin());
}

}  // namespace rgm
