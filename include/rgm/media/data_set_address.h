#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace rgm {

/// An address taken apart: what is read, and which of its images are kept, as in Python's
/// `source[begin:end]`.
struct DataSetAddress {
  std::string source;
  std::optional<std::ptrdiff_t> begin, end;

  /// True if there is a slice, though it may keep all.
  bool sliced = false;
};

/// Splits `SOURCE[BEGIN:END]`; either bound may be absent or, counted from the end, negative. An
/// address that does not end in such a slice is a source as it stands, and so is one that is the
/// name of a file or folder: the disk is asked.
DataSetAddress parse_address(const std::string& address);

/// The images [first, second) that the slice keeps out of `count`, clipped as in Python (first =
/// second if it keeps none).
std::pair<std::size_t, std::size_t> resolve_slice(const DataSetAddress& address, std::size_t count);

}  // namespace rgm
