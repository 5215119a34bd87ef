#pragma once

#include <cstddef>

#include "rgm/base/matrix.h"

namespace rgm {

/// What a model of films knows of pictures beyond their outcomes: how much its codec leaves of the
/// tiles of its training films, the *residual* (prepared voxel less what its outcomes give back),
/// and how much tiles change.
///
/// An *energy* is the mean square of a tile's values by the tile's weights, grey levels squared.
/// All numbers are counts of training steps, so that those of models learnt apart add up.
struct Appearance {
  /// Classes of energies, a quarter of a nat each.
  static constexpr std::size_t kEnergies = 51;
  /// The class of an energy; what is no number counts as the largest.
  static std::size_t energy_class(double energy);

  /// How often a tile's residual had an energy, and what differed in its true picture from the last
  /// frame of the step before, [tile, class].
  Matrix<double> energies{}, changes{};

  bool known() const { return !energies.empty(); }
  std::size_t tiles() const { return energies.rows(); }

  /// How much likelier each class is of something foreign, whose energies are all as likely, than
  /// by `counts` (`energies` or `changes`), nats, [tile, class]: −ln of its frequency, less ln
  /// kEnergies. Frequencies of a tile are drawn to those over all tiles as much as a single step
  /// would: what happens elsewhere may come by. The farther a class is from all that were seen, the
  /// more it tells; what is below a tile's most frequent class a quarter, since foreign things
  /// rarely leave less. Cost O(tiles · kEnergies²).
  static Matrix<double> evidence(const Matrix<double>& counts);

  /// Adds what was learnt elsewhere of as many tiles; what is empty adds nothing. `Error` if the
  /// numbers of tiles differ.
  void add(const Appearance& other);

  /// Throws `Error` unless both parts are there or none, of finite counts.
  void validate() const;

  friend bool operator==(const Appearance&, const Appearance&) = default;
};

}  // namespace rgm
