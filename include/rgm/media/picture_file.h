#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"

namespace rgm {

/// The largest picture that is read: height × width. Its sides are at most 65,535 each.
inline constexpr std::size_t kMaxPicturePixels = std::size_t{1} << 28;

/// True if the bytes start as a PNG or JPEG file does.
bool is_picture(std::span<const std::uint8_t> bytes);

/// The size that pictures of a set must have.
struct ExpectedSize {
  std::size_t height, width;
  std::string as_in;  ///< the picture that set it
};

/// Reads a PNG or JPEG file, told apart by their first bytes, as one picture of 8 bits a channel:
/// grey (1 channel) if the file is grey, otherwise RGB (3 channels).
///
/// Transparent pixels are laid on black; 16-bit values are reduced to 8. Throws `FileError`, which
/// names the file, if it is neither, damaged, truncated, too large, or not of the size that is
/// expected, which its header tells: nothing is decoded then.
Images read_picture(const std::filesystem::path& path,
                    const std::optional<ExpectedSize>& expected = {});

/// `read_picture` of a file in memory; `name` stands for it in error messages.
Images parse_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                     const std::optional<ExpectedSize>& expected = {});

/// The PNG file of a picture (images of count 1, of 1 or 3 channels). What `parse_picture` reads
/// back is the same picture.
std::vector<std::uint8_t> encode_png(const Images& picture);

/// Writes a picture as a PNG file, whole or not at all (see `write_file`).
void write_png(const std::filesystem::path& path, const Images& picture);

}  // namespace rgm
