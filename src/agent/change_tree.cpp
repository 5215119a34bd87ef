#include "change_tree.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/interruption.h"

namespace rgm {
namespace {

double n_log_n(double n) { return n > 0 ? n * std::log(n) : 0; }

/// Codes of some samples as classes 0, 1, …
struct Classes {
  std::vector<std::uint32_t> codes;  // [class]
  std::vector<std::uint32_t> of;     // [sample of the node]

  Classes(std::span<const std::uint32_t> all, std::span<const std::uint32_t> samples) {
    for (const std::uint32_t i : samples) codes.push_back(all[i]);
    std::ranges::sort(codes);
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    for (const std::uint32_t i : samples)
      of.push_back(
          static_cast<std::uint32_t>(std::ranges::lower_bound(codes, all[i]) - codes.begin()));
  }
};

}  // namespace

/// Grows the nodes of a tree.
class TreeGrower {
 public:
  TreeGrower(ChangeTree& tree, const ChangeTree::Samples& samples)
      : tree_(tree), samples_(samples) {
    std::size_t total = 0;
    for (const auto count : samples.counts) total += count;
    for (std::size_t n = 0; n <= total; ++n) n_log_n_.push_back(n_log_n(static_cast<double>(n)));
  }

  std::uint32_t grow(std::vector<std::uint32_t> of, std::size_t depth) {
    constexpr std::size_t kDeepest = 64;
    const auto node = static_cast<std::uint32_t>(tree_.nodes_.size());
    tree_.nodes_.emplace_back();
    const Classes moves(samples_.moves, of), places(samples_.places, of);
    const bool certain = moves.codes.size() == 1 || places.codes.size() == 1;
    Test best;
    if (!certain && depth < kDeepest) best = best_test(of, moves, places);
    if (best.gain <= 0) {
      tree_.nodes_[node].no = static_cast<std::uint32_t>(tree_.leaves_.size());
      tree_.leaves_.push_back(leaf(of, moves, places));
      return node;
    }
    std::vector<std::uint32_t> yes, no;
    for (const std::uint32_t i : of) {
      const std::int16_t value = samples_.features(i, best.feature);
      (best.equal ? value == best.value : value <= best.value) ? yes.push_back(i) : no.push_back(i);
    }
    of = {};
    const std::uint32_t first = grow(std::move(yes), depth + 1),
                        second = grow(std::move(no), depth + 1);
    tree_.nodes_[node] = {static_cast<std::uint32_t>(best.feature), first, second, best.value,
                          best.equal};
    return node;
  }

 private:
  struct Test {
    double gain = 0;
    std::size_t feature = 0;
    std::int16_t value = 0;
    bool equal = false;
  };

  /// Counts of one description by the values of a feature, and the nats that parts of them take.
  struct Histogram {
    std::size_t classes = 0;
    std::vector<std::uint32_t> counts, all, below;  // [value, class], [class], [class]

    void begin(std::size_t values, std::size_t of_classes) {
      classes = of_classes;
      counts.assign(values * classes, 0);
      all.assign(classes, 0);
      below.assign(classes, 0);
    }
  };

  Test best_test(std::span<const std::uint32_t> of, const Classes& moves, const Classes& places) {
    double total = 0;
    for (const auto i : of) total += samples_.counts[i];
    const double now = std::min(doubt(of, moves), doubt(of, places));
    Test best;
    for (std::size_t f = 0; f < samples_.features.cols(); ++f) {
      check_interruption();
      std::int16_t least = 32767, most = -32768;
      for (const auto i : of) {
        least = std::min(least, samples_.features(i, f));
        most = std::max(most, samples_.features(i, f));
      }
      if (least == most) continue;
      const auto values = static_cast<std::size_t>(most - least) + 1;
      in_all_.assign(values, 0);
      by_move_.begin(values, moves.codes.size());
      by_place_.begin(values, places.codes.size());
      for (std::size_t n = 0; n < of.size(); ++n) {
        const auto value = static_cast<std::size_t>(samples_.features(of[n], f) - least);
        const std::uint32_t count = samples_.counts[of[n]];
        in_all_[value] += count;
        by_move_.counts[value * by_move_.classes + moves.of[n]] += count;
        by_move_.all[moves.of[n]] += count;
        by_place_.counts[value * by_place_.classes + places.of[n]] += count;
        by_place_.all[places.of[n]] += count;
      }
      const auto distinct = static_cast<double>(
          std::ranges::count_if(in_all_, [](std::uint32_t count) { return count > 0; }));
      // A test of a feature that takes many values says more, and needs more evidence.
      const double price = distinct > 2 ? kPrice * std::log(2 * (distinct - 1)) : 0;
      std::uint32_t below = 0;
      for (std::size_t v = 0; v < values; ++v) {
        if (in_all_[v] == 0) continue;
        below += in_all_[v];
        add_below(by_move_, v);
        add_below(by_place_, v);
        const auto consider = [&](bool equal, double left) {
          const double gain = now - left - price;
          if (gain > best.gain + 1e-9)
            best = {gain, f, static_cast<std::int16_t>(least + static_cast<int>(v)), equal};
        };
        if (static_cast<double>(below) < total) consider(false, left_below(below, total));
        if (distinct > 2) consider(true, left_equal(v, total));
      }
    }
    if (best.gain < kLeastGain) best.gain = 0;
    return best;
  }

  static void add_below(Histogram& h, std::size_t value) {
    for (std::size_t c = 0; c < h.classes; ++c) h.below[c] += h.counts[value * h.classes + c];
  }
  /// What both sides of a test cost, each by the better of both readings; `part(histogram, class)`
  /// is how many of a class are on its first side, `first` how many in all.
  template <class Part>
  double left(std::size_t first, double total, const Part& part) const {
    double least[2]{};
    const Histogram* both[]{&by_move_, &by_place_};
    for (int side = 0; side < 2; ++side) {
      double nats[2]{};
      for (int d = 0; d < 2; ++d) {
        const auto& h = *both[d];
        nats[d] = n_log_n_[side == 0 ? first : static_cast<std::size_t>(total) - first];
        for (std::size_t c = 0; c < h.classes; ++c)
          nats[d] -= n_log_n_[side == 0 ? part(h, c) : h.all[c] - part(h, c)];
      }
      least[side] = std::min(nats[0], nats[1]);
    }
    return least[0] + least[1];
  }
  double left_below(std::uint32_t below, double total) const {
    return left(below, total, [](const Histogram& h, std::size_t c) { return h.below[c]; });
  }
  double left_equal(std::size_t value, double total) const {
    return left(in_all_[value], total, [value](const Histogram& h, std::size_t c) {
      return h.counts[value * h.classes + c];
    });
  }

  double doubt(std::span<const std::uint32_t> of, const Classes& classes) const {
    std::vector<std::size_t> counts(classes.codes.size());
    std::size_t total = 0;
    for (std::size_t n = 0; n < of.size(); ++n) {
      counts[classes.of[n]] += samples_.counts[of[n]];
      total += samples_.counts[of[n]];
    }
    double result = n_log_n_[total];
    for (const std::size_t count : counts) result -= n_log_n_[count];
    return result;
  }

  ChangeTree::Leaf leaf(std::span<const std::uint32_t> of, const Classes& moves,
                        const Classes& places) const {
    ChangeTree::Leaf result;
    result.moves = doubt(of, moves) <= doubt(of, places);
    const auto& classes = result.moves ? moves : places;
    std::vector<double> counts(classes.codes.size());
    for (std::size_t n = 0; n < of.size(); ++n) counts[classes.of[n]] += samples_.counts[of[n]];
    result.count = std::accumulate(counts.begin(), counts.end(), 0.0);
    for (std::size_t c = 0; c < counts.size(); ++c)
      result.outcomes.push_back({classes.codes[c], counts[c] / result.count});
    std::ranges::stable_sort(result.outcomes, std::greater{}, &ChangeTree::Outcome::probability);
    return result;
  }

  static constexpr double kPrice = 0.5, kLeastGain = 4;

  ChangeTree& tree_;
  const ChangeTree::Samples& samples_;
  std::vector<double> n_log_n_;  // [count]
  Histogram by_move_, by_place_;
  std::vector<std::uint32_t> in_all_;  // [value]
};

ChangeTree::ChangeTree(const Samples& samples) {
  if (samples.moves.empty()) {
    *this = ChangeTree();
    return;
  }
  std::vector<std::uint32_t> all(samples.moves.size());
  std::iota(all.begin(), all.end(), 0U);
  TreeGrower(*this, samples).grow(std::move(all), 0);
}

const ChangeTree::Leaf& ChangeTree::at(std::span<const std::int16_t> features) const {
  const Node* node = nodes_.data();
  while (node->yes != 0) {
    const std::int16_t value = features[node->feature];
    const bool yes = node->equal ? value == node->value : value <= node->value;
    node = &nodes_[yes ? node->yes : node->no];
  }
  return leaves_[node->no];
}

}  // namespace rgm
