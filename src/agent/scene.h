#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/env/environment.h"

namespace rgm {

/// Shapes on a grid: sets of cells, numbered in order of first appearance; shape 0 is empty.
class Shapes {
 public:
  /// Where a shape is, and what it is wherever it is.
  struct Shape {
    std::int16_t top = 0, left = 0, bottom = 0;
    std::uint32_t form = 0;            ///< the same of shapes that differ in place alone
    std::vector<std::uint16_t> cells;  ///< ascending
  };

  Shapes(std::size_t rows, std::size_t columns);

  std::uint32_t number_of(const std::vector<std::uint16_t>& cells);
  const Shape& operator[](std::uint32_t number) const { return shapes_[number]; }
  /// The shape so many rows and columns away; none if it leaves the grid.
  std::optional<std::uint32_t> moved(std::uint32_t shape, int rows, int columns);

 private:
  std::size_t rows_, columns_;
  std::vector<Shape> shapes_;
  std::map<std::vector<std::uint16_t>, std::uint32_t> numbers_, forms_;
};

/// An observation cut into things: each modality of the streams beside pixels, reward and cost
/// ("its own body": the symbol is a place on a line), then each symbol of the pixels but the
/// background (the cells that show it), then reward and cost. A symbol that a few cells show at a
/// time, always in the same few columns, is a thing a column. A scene is a shape a thing.
class Scenes {
 public:
  using Scene = std::vector<std::uint32_t>;  ///< [thing], a shape of the thing's

  /// Things of what observations have shown, one behind the other. The background is what most
  /// cells show.
  Scenes(const EnvironmentSpaces& spaces, std::span<const Symbol> observations);

  std::size_t num_things() const { return shapes_.size(); }
  std::size_t num_own() const { return own_.size(); }  ///< things of the body: the first ones
  std::size_t reward() const { return num_things() - 2; }
  std::size_t cost() const { return num_things() - 1; }
  Shapes& shapes(std::size_t thing) { return shapes_[thing]; }
  const Shapes& shapes(std::size_t thing) const { return shapes_[thing]; }

  /// The number of what an observation shows; missing symbols are background.
  std::uint32_t number_of(std::span<const Symbol> observation);
  std::uint32_t number_of(const Scene& scene);
  const Scene& operator[](std::uint32_t number) const { return scenes_[number]; }
  bool shows(const Scene& scene, std::size_t thing) const;  ///< of reward and cost: symbol 1

 private:
  struct Hash {
    std::size_t operator()(const Scene& scene) const;
  };

  static constexpr std::uint32_t kNothing = 0xFFFFFFFF;

  std::vector<std::size_t> own_;  // their modalities
  std::size_t first_pixel_, pixels_, columns_, reward_, cost_;
  Matrix<std::uint32_t> thing_of_;  // [symbol of the pixels, column], or nothing
  std::vector<Shapes> shapes_;      // [thing]
  std::vector<Scene> scenes_;
  std::unordered_map<Scene, std::uint32_t, Hash> numbers_;
  std::vector<std::vector<std::uint16_t>> cells_;  // scratch, [thing]
};

}  // namespace rgm
