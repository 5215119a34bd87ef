#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/model/hierarchy.h"
#include "rgm/trained/image_model.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {

/// A number that differs from group to group of a level.
struct GroupRange {
  std::size_t least = static_cast<std::size_t>(-1), most = 0;
  void add(std::size_t number);
  std::string text() const { return range_text(least, most); }
};

/// What there is on a level of one hierarchy, or of several of one shape taken together.
struct LevelSummary {
  std::string name;  ///< its number, from the lowest, and whether its states are classes
  std::size_t groups = 0, modalities = 0;
  GroupRange states, paths;
  std::size_t transitions = 0, parameters = 0;
  double counts = 0;    ///< observed
  std::string episode;  ///< frames that a state of it lasts; the highest is a chain
};

std::vector<LevelSummary> summarise_levels(std::span<const Hierarchy> trees,
                                           std::size_t frames_a_step = 1);
std::vector<LevelSummary> summarise_levels(const ImageModel& model);

/// The table of levels of a model of images.
std::string levels_text(const ImageModel& model);
/// The table of levels of a model in time, of films, symbols or games.
std::string levels_text(const Hierarchy& tree, std::size_t frames_a_step = 1,
                        std::string_view unit = "frames");

/// Levels of a model of images as figures, one list for each tree.
Json trees_figures(const ImageModel& model);
/// Levels, states, paths and transitions of a model in time as figures.
Json levels_figures(const Hierarchy& tree);

}  // namespace rgm::app
