#include "frame_memory.h"

#include <algorithm>

#include "rgm/agent/game_model.h"

namespace rgm {

bool FrameMemory::any_missing(std::size_t last) const {
  const auto symbols = std::span(symbols_).last(last * modalities_);
  return std::ranges::find(symbols, kMissingSymbol) != symbols.end();
}

Outcomes FrameMemory::outcomes(std::size_t first, std::size_t count) const {
  return outcomes_of(std::span(symbols_).subspan(first * modalities_, count * modalities_),
                     modalities_);
}

std::vector<std::uint8_t> FrameMemory::events(std::size_t modality) const {
  std::vector<std::uint8_t> result;
  for (std::size_t at = modality; at < symbols_.size(); at += modalities_)
    result.push_back(symbols_[at] == 1 ? 1 : 0);
  return result;
}

void FrameMemory::begin_game(std::span<const Symbol> first) {
  if (!empty()) actions_.push_back(0);
  games_.push_back(size());
  symbols_.insert(symbols_.end(), first.begin(), first.end());
}

void FrameMemory::append(std::size_t action, std::span<const Symbol> next) {
  actions_.push_back(static_cast<std::uint8_t>(action));
  symbols_.insert(symbols_.end(), next.begin(), next.end());
}

void FrameMemory::clear() {
  symbols_.clear();
  actions_.clear();
  games_.clear();
  known_ = 0;
}

void FrameMemory::keep_last(std::size_t frames) {
  if (frames >= size()) return;
  const std::size_t gone = size() - frames;
  symbols_.erase(symbols_.begin(),
                 symbols_.begin() + static_cast<std::ptrdiff_t>(gone * modalities_));
  actions_.erase(actions_.begin(), actions_.begin() + static_cast<std::ptrdiff_t>(gone));
  for (std::size_t& game : games_) game -= std::min(game, gone);
  while (games_.size() > 1 && games_[1] == 0) games_.erase(games_.begin());
}

void FrameMemory::keep_known(std::size_t frames) {
  keep_last(frames);
  known_ = size();
}

}  // namespace rgm
