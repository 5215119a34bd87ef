#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "rgm/model/outcomes.h"

namespace rgm {

/// A joint outcome written as words, so that two are the same if and only if their words are.
using JointKey = std::vector<std::uint32_t>;

/// One outcome and its probability.
struct OutcomeShare {
  std::size_t outcome = 0;
  double probability = 0;
};

/// Appends a modality's distribution, rounded: what has ⌊2p⌋ = 0 does not count. `shares` in
/// ascending order of outcomes; none of them: a missing outcome, which is the same as a missing
/// outcome only.
void append_rounded(JointKey& key, std::span<const OutcomeShare> shares);
/// Appends the rounded outcome of one item and modality.
void append_rounded(JointKey& key, const Outcomes& outcomes, std::size_t item,
                    std::size_t modality);

/// The numbers of joint outcomes: a hash table of keys (open addressing). Expected cost of a
/// look-up O(words of the key); memory the words of all keys.
class JointIndex {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// The number of a key, `kNone` if it is not known.
  std::size_t find(std::span<const std::uint32_t> key) const;
  /// The number of a key and whether it is new; then it gets `number`.
  std::pair<std::size_t, bool> try_add(std::span<const std::uint32_t> key, std::size_t number);

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::size_t offset = 0, size = 0, number = 0;
  };

  std::size_t slot_of(std::span<const std::uint32_t> key, std::uint64_t hash) const;
  void grow();

  std::vector<std::uint32_t> slots_;  // 0: empty; else an entry, counted from 1
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> words_;
};

}  // namespace rgm
