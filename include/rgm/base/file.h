#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace rgm {

/// The largest file that is read into memory, and the most that a compressed one may unfold to: 4
/// GiB.
inline constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{1} << 32;

/// The bytes of a regular file. Throws `FileError` if it is missing, unreadable, something else
/// than a file, or larger than `kMaxFileBytes`.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

/// Writes a file so that under its name there is either all of `bytes` or what was there before,
/// and nothing else is left even if the process is killed (`NewFile`).
///
/// A symbolic link is followed; a device or pipe is written to directly, for it must not be
/// replaced. Throws `FileError` if the path cannot be written, `WriteError` if writing fails.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

/// The same of the bytes of a text.
void write_text(const std::filesystem::path& path, std::string_view text);

}  // namespace rgm
