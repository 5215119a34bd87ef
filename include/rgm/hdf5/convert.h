#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "rgm/storage/tensor_file.h"

namespace rgm {

/// Writes what a file of texts and arrays holds as an HDF5 file (of version 1.8 or later): each "."
/// in a name begins a group, arrays are datasets, texts attributes of their group. Floats of half
/// precision become floats of 32 bits, which hold the same numbers.
///
///     rgm::write_hdf5("digits.h5", rgm::TensorFile::open("digits.rgm"));
///
/// The file appears whole or not at all. `Error` if it cannot be written.
void write_hdf5(const std::filesystem::path& path, const TensorFile& from);

/// The bytes of a file of texts and arrays that holds what an HDF5 file does: of one that
/// `write_hdf5` made, those that it was made of. `FileError`, beginning with the path, if the file
/// cannot be read or holds something else than groups, arrays of one or two axes (unsigned integers
/// of 8, 32 or 64 bits, floats of 32 or 64) and attributes of text.
///
/// The HDF5 library reads the file first, and not every version of it survives every forged file:
/// convert those of people whom you trust.
std::vector<std::uint8_t> read_hdf5(const std::filesystem::path& path);

}  // namespace rgm
