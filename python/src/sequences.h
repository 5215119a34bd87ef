#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "arrays.h"
#include "bindings.h"
#include "rgm/codec/film_codec.h"
#include "rgm/compression/bitstream.h"
#include "rgm/model/outcomes.h"
#include "rgm/pipelines/film_tasks.h"

namespace rgm::python {

using Pictures = Input<std::uint8_t, -1, -1, -1, -1>;
using Table = Input<std::int64_t, -1, -1>;
/// Of any shape.
using Bytes = nb::ndarray<const std::uint8_t, nb::c_contig, nb::device::cpu>;

/// A sequence as outcomes: of a film or of a table, and what of it is hidden.
struct EncodedSequence {
  EncodedFilm whole;     ///< all that was given; of a table its rows are the frames
  MissingParts missing;  ///< of a film
  Outcomes observed;     ///< without what is missing
};

/// Reads bytes that Python keeps meanwhile.
inline ByteSource source_of(const nb::bytes& bytes) {
  return [left = std::span(static_cast<const std::uint8_t*>(bytes.data()), bytes.size())](
             std::span<std::uint8_t> to) mutable {
    const std::size_t count = std::min(to.size(), left.size());
    std::ranges::copy(left.first(count), to.begin());
    left = left.subspan(count);
    return count;
  };
}

void bind_sequence_data(nb::module_& module);
void bind_sequence_training(nb::module_& module);
void bind_sequence_beliefs(nb::module_& module);
void bind_sequence_pictures(nb::module_& module);
void bind_sequence_symbols(nb::module_& module);

}  // namespace rgm::python
