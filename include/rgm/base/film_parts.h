#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/film.h"

namespace rgm {

struct FilmParts {
  std::vector<Film> films;
  std::size_t beside = 0;  ///< frames that are gone because they share a multiple with others
};

/// What is left of a film without some of its frames: the parts around them, each a film that opens
/// by itself. With `multiple` above 1 frames go by so many, counted from the film's beginning, all
/// that share one with a frame that is left out go, too, and every part begins at a multiple: what
/// voxels of so many frames see is then the same as in the whole film.
///
/// Reads the film once, to know how long it is. Parts that are read one after the other read it
/// once together. `Error` if a frame is beyond its end, or if nothing is left. The film is copied;
/// what it borrows must outlive its parts.
FilmParts parts_without(const Film& film, std::span<const std::size_t> frames,
                        std::size_t multiple = 1);

}  // namespace rgm
