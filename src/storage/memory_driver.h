#pragma once

#include <hdf5.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace rgm::hdf5 {

/// The bytes of a file. Shared, since HDF5 does not let go of every damaged file.
using Bytes = std::shared_ptr<std::vector<std::uint8_t>>;

/// Makes files that are opened or created with the access properties `access` lie in `bytes`.
/// Negative if HDF5 fails.
///
/// Two things that HDF5's own driver for files in memory lacks: every access is checked against the
/// size (HDF5 1.10 does not survive addresses near 2^64 if it may gather metadata between the file
/// and itself), and a finished file can be had without a copy (H5Fget_file_image, moreover, leaves
/// a wrong checksum behind in many versions).
herr_t set_memory_driver(hid_t access, const Bytes& bytes);

}  // namespace rgm::hdf5
