#pragma once

#include <nanobind/ndarray.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "bindings.h"

namespace rgm::python {

/// Arrays as they come in: on the processor, C-contiguous, read only, nothing copied. The Python
/// part sees to type, shape and layout before, and says what was wrong.
template <class T, std::ptrdiff_t... Shape>
using Input = nb::ndarray<const T, nb::shape<Shape...>, nb::c_contig, nb::device::cpu>;

/// An array of NumPy that owns `values` (a container with contiguous `data()`), without a copy.
template <class Container>
auto owned(Container&& values, std::initializer_list<std::size_t> shape) {
  using Held = std::remove_cvref_t<Container>;
  using T = std::remove_cvref_t<decltype(*values.data())>;
  auto* held = new Held(std::forward<Container>(values));
  const nb::capsule owner(held, [](void* p) noexcept { delete static_cast<Held*>(p); });
  return nb::ndarray<nb::numpy, T>(held->data(), shape.size(), shape.begin(), owner);
}

}  // namespace rgm::python
