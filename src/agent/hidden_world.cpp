#include "rgm/agent/hidden_world.h"

#include <optional>

namespace rgm {
namespace {

constexpr std::size_t kLeastTold = 10;

/// A number that hardly two pasts share (the finaliser of SplitMix64).
std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash += word + 0x9E3779B97F4A7C15U;
  hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
  hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
  return hash ^ (hash >> 31U);
}

}  // namespace

void HiddenWorldTest::step(std::size_t action, std::size_t state, std::size_t window) {
  const auto next = static_cast<std::uint32_t>(state);
  window_ = window;
  const std::size_t most = ((std::size_t{1} << (kLengths - 1)) - 1) * window + 1;
  if (!past_.empty()) {
    ++steps_;
    std::uint64_t hash = mixed(0, action);
    std::optional<std::uint32_t> shorter;
    std::size_t windows = 0;  // in the hash
    for (std::size_t length = 0; length < kLengths; ++length) {
      for (; windows < std::size_t{1} << length; ++windows) {
        if (windows * window >= past_.size()) break;
        hash = mixed(hash, past_[past_.size() - 1 - windows * window]);
      }
      if (windows < std::size_t{1} << length) break;
      auto& known = followed_[length];
      const auto at = known.find(hash);
      if (at == known.end()) {
        if (known.size() < kMostPasts) known.emplace(hash, next);
        continue;
      }
      const std::uint32_t foretold = at->second;
      at->second = next;
      if (length == 0) {
        shorter = foretold;
        ambiguous_ += foretold != next ? 1 : 0;
      } else if (shorter) {
        longer_right_[length] += foretold == next && *shorter != next ? 1 : 0;
        shorter_right_[length] += foretold != next && *shorter == next ? 1 : 0;
      }
    }
  }
  if (past_.size() >= 2 * most)
    past_.erase(past_.begin(), past_.end() - static_cast<std::ptrdiff_t>(most));
  past_.push_back(next);
}

HiddenWorld HiddenWorldTest::result() const {
  HiddenWorld result{window_, steps_, ambiguous_, 0, 0};
  for (std::size_t length = 1; length < kLengths && !result.found(); ++length) {
    const std::size_t right = longer_right_[length], wrong = shorter_right_[length];
    if (right < wrong + kLeastTold) continue;
    const std::size_t told = right - wrong;
    // Under chance the difference has a variance of right + wrong.
    if (told * told < 16 * (right + wrong)) continue;
    result.frames_that_tell = window_ << length;
    result.told = told;
  }
  return result;
}

}  // namespace rgm
