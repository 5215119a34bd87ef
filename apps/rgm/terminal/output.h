#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rgm::app {

/// The program's version, e.g. 0.1.0.
std::string program_version();

/// Most memory that the program has held so far, bytes (resident set, as the system counts it).
std::size_t peak_memory_bytes();

/// Refuses a file that could not be written when all the work is done: its folder is missing or may
/// not be written, or it is a folder itself. Nothing if the path is empty.
void check_output(const std::filesystem::path& path);

/// Writes figures to `path` as JSON, atomically; nothing if the path is empty.
void write_json(const std::string& path, const nlohmann::json& figures);

}  // namespace rgm::app
