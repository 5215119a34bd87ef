#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"

namespace rgm {

/// Reads images from an IDX file (the format of MNIST), plain or compressed by gzip, which its
/// first bytes tell.
///
/// An IDX file is a magic number (two zero bytes, the type of value, the rank), the sizes as
/// big-endian 32-bit numbers, and the values. Read are unsigned bytes (type 8) of rank 3 [image,
/// row, column] or 4 [image, row, column, channel] with 1 or 3 channels. The values must end where
/// the file ends. Throws `FileError`, which names the file, for anything else, for no image at all,
/// and for more than `kMaxFileBytes`; the memory taken is bounded by what the file really holds.
Images read_idx_images(const std::filesystem::path& path);

/// Reads labels, an IDX file of unsigned bytes of rank 1; otherwise as `read_idx_images`.
std::vector<int> read_idx_labels(const std::filesystem::path& path);

/// True if a file starts as an IDX file does, or as one compressed by gzip; of whatever kind its
/// values are. False also if it cannot be read.
bool starts_as_idx(const std::filesystem::path& path);

/// `read_idx_images` of a file in memory; `name` stands for it in error messages.
Images parse_idx_images(std::span<const std::uint8_t> bytes, const std::string& name);

/// `read_idx_labels` of a file in memory; `name` stands for it in error messages.
std::vector<int> parse_idx_labels(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace rgm
