#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rgm {

/// Appends the checksum of a finished HDF5 file, 8 bytes, least first. HDF5 itself ignores what
/// follows the end of a file that its header states, and cuts it off when it changes the file.
void seal(std::vector<std::uint8_t>& bytes);

/// Throws `Error` unless `bytes` begin as an HDF5 file of version 1.8 or later does, have the
/// length that its header states, and agree with the checksum if one follows.
///
/// Damage and truncation are so found before HDF5 sees them, which does not survive all of it
/// (version 1.10). A file that another program changed has no checksum.
void check_seal(std::span<const std::uint8_t> bytes);

/// The length that the header of an HDF5 file of version 1.8 or later states; at least its first 48
/// bytes must be there.
std::uint64_t stated_size(std::span<const std::uint8_t> bytes);

}  // namespace rgm
