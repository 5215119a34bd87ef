#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "joint_index.h"
#include "path_index.h"
#include "rgm/model/hierarchy.h"

namespace rgm {

/// A hierarchy that grows: new states, paths and counts are appended, and what is there never
/// moves. Beside it, what finds states and paths again: joint outcome → state, (state, next state)
/// → path.
///
/// A state above level 0 is a joint outcome of the initial state and path of every child. The path
/// belongs to it also while a child has one path and hence no path modality yet; when a child gets
/// its second path, the modality appears, and what was seen before counts as path 0.
class GrowingHierarchy {
 public:
  /// Prior counts of a column, spread evenly over its outcomes (they are spread anew when outcomes
  /// are added).
  struct Concentrations {
    double state = 0, path = 0;
  };
  /// A factor of the level below in a factor's group.
  struct Child {
    std::size_t factor = 0;
    std::size_t state_modality = kNone,
                path_modality = kNone;  ///< as the parent's likelihood counts them
  };
  /// Members of the group of a new factor: outcomes of the codec at level 0, above it factors of
  /// the level below.
  struct Group {
    std::vector<std::size_t> members;
    double location_row = 0, location_column = 0;
    std::size_t stream = 0;
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  explicit GrowingHierarchy(Concentrations concentrations) : concentrations_(concentrations) {}
  /// Goes on with a hierarchy: dense likelihoods become sparse, and joint outcomes are found from
  /// the columns, rounded.
  GrowingHierarchy(const Hierarchy& hierarchy, Concentrations concentrations);

  const Hierarchy& hierarchy() const { return hierarchy_; }
  Hierarchy& hierarchy() { return hierarchy_; }
  /// Whether a level is the last, has one factor and no episodes: one of episodes awaits a level
  /// above.
  bool is_root(std::size_t level) const;
  /// Visits of a state of the root.
  double occupancy(std::size_t state) const { return occupancy_[state]; }
  /// The joint outcome that most of a state's counts are of.
  JointKey usual_joint_outcome(std::size_t level, std::size_t factor, std::size_t state) const;
  const std::vector<Child>& children(std::size_t level, std::size_t factor) const {
    return index_[level][factor].children;
  }

  /// Level 0 of outcomes, `num_outcomes[g]` and `concentrations[g]` (of each outcome) for each.
  void add_level(std::span<const std::size_t> num_outcomes, std::span<const double> concentrations,
                 std::span<const Group> groups, std::size_t time_scale);
  /// A level above, of the factors of the last one, which must be complete (`announce`).
  void add_level(std::span<const Group> groups, std::size_t time_scale);

  /// The state of a joint outcome; a new state, without counts, if it is not known.
  std::size_t find_or_add_state(std::size_t level, std::size_t factor,
                                std::span<const std::uint32_t> key);
  std::size_t add_state(std::size_t level, std::size_t factor);
  /// The state of a joint outcome, the path that leads from a state to the next; `kNone` if it is
  /// not known.
  std::size_t find_state(std::size_t level, std::size_t factor,
                         std::span<const std::uint32_t> key) const {
    return index_[level][factor].states.find(key);
  }
  std::size_t find_path(std::size_t level, std::size_t factor, std::size_t state,
                        std::size_t next) const {
    return index_[level][factor].paths.find(state, next);
  }
  /// Adds to the count of a child's initial state, or of its initial path, under a state of its
  /// parent.
  void count_state(std::size_t level, std::size_t factor, std::size_t state, const Child& child,
                   std::size_t child_state, double count);
  void count_path(std::size_t level, std::size_t factor, std::size_t state, const Child& child,
                  std::size_t child_path, double count);
  /// The path of an episode (`PathIndex::add`).
  std::size_t add_episode(std::size_t level, std::size_t factor,
                          std::span<const std::uint32_t> episode, double count, bool one_path);
  /// Remembers that an episode begins (`PathIndex::begin`); needed if episodes have more than two
  /// steps.
  void begin_episode(std::size_t level, std::size_t factor, std::size_t state, std::size_t path);
  /// Adds to the occupancy of a state of the root.
  void occupy(std::size_t state, double count);

  /// To be called when a level's states and paths have grown: transitions get the new states, and
  /// the modalities of the level above the new outcomes; a path modality appears where there are
  /// several paths now.
  void announce(std::size_t level);
  /// To be called at the end of every change: the root's initial state counts are its occupancy
  /// plus one, spread evenly.
  void finish();

 private:
  struct FactorIndex {
    JointIndex states;
    PathIndex paths;
    std::vector<Child> children;  // above level 0
  };

  void index_children(std::size_t level);
  void index_episodes(std::size_t level);
  void add_path_modality(std::size_t level, std::size_t factor, Child& child);
  void grow_modality(Level& level, Factor& parent, std::size_t modality, std::size_t outcomes,
                     double concentration);

  Concentrations concentrations_;
  Hierarchy hierarchy_;
  std::vector<std::vector<FactorIndex>> index_;  // [level][factor]
  std::vector<double> occupancy_;                // [state of the root]
  std::vector<std::size_t> occupied_;            // states whose occupancy has changed
};

}  // namespace rgm
