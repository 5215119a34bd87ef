#pragma once

namespace rgm {

/// A position in the plane, in pixels of the prepared picture.
struct Location {
  double row = 0, column = 0;
};

}  // namespace rgm
