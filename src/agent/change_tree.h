#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// What a thing does next, learnt by counting: a tree of tests of what is seen, whose leaves are
/// *kinds of change*. In each the thing either *moves by* so much wherever it is, or *goes to* a
/// place wherever it was: whichever its counts tell better.
///
/// Grown from the top: the test that leaves the fewest nats (entropy of the counts · count, of the
/// better of the two descriptions), less the nats that it takes to say which values it tests, until
/// a leaf has no doubt or none of the tests gains anything. Ties go to the earlier feature. Cost
/// O(samples · features · depth).
class ChangeTree {
 public:
  struct Outcome {
    std::uint32_t code = 0;  ///< of a move, or of a place
    double probability = 0;
  };
  struct Leaf {
    bool moves = true;
    double count = 0;
    std::vector<Outcome> outcomes;  ///< most probable first
  };
  /// Samples, one a row of `features`: the same change as a move and as a place, and how often.
  struct Samples {
    const Matrix<std::int16_t>& features;
    std::span<const std::uint32_t> moves, places, counts;
  };

  ChangeTree() : leaves_(1), nodes_(1) {}
  explicit ChangeTree(const Samples& samples);

  const Leaf& at(std::span<const std::int16_t> features) const;
  std::size_t num_leaves() const { return leaves_.size(); }

 private:
  friend class TreeGrower;
  struct Node {
    std::uint32_t feature = 0, yes = 0, no = 0;  // yes == 0: a leaf, `no` its number
    std::int16_t value = 0;
    bool equal = false;  // else: at most
  };
  std::vector<Leaf> leaves_;
  std::vector<Node> nodes_;
};

}  // namespace rgm
