#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rgm {

/// True if the bytes start as a gzip file does.
bool is_gzip(std::span<const std::uint8_t> bytes);

/// The first `at_most` bytes of what a gzip file holds, or all if that is less: of all its members,
/// one after the other, as bgzip or `cat a.gz b.gz` write them, and zeros may follow each. The
/// checksum of a member is verified if its end is reached. Memory grows with what is really there.
/// Throws `Error`, which starts with `name`, if the file is damaged, truncated or followed by
/// something else.
std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, std::size_t at_most,
                                 const std::string& name);

}  // namespace rgm
