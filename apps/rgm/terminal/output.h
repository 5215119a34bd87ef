#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/note.h"
#include "terminal/json.h"

namespace rgm::app {

/// The program's version, three numbers with dots between them.
std::string program_version();

/// Most memory that the program has held so far, bytes (resident set, as the system counts it).
std::size_t peak_memory_bytes();

/// The size of a file, e.g. "1.4 GiB"; that of a device is unknown.
std::string file_size_text(const std::filesystem::path& path);

/// Refuses a file that could not be written when all the work is done: its folder is missing or may
/// not be written, it is a folder itself, or its name is too long. Nothing if the path is empty.
void check_output(const std::filesystem::path& path);

/// Where the checkpoints of a model go that is written to `output`: `.partial` before its
/// extension; empty: nowhere, for there is no output or it is a device.
std::filesystem::path checkpoint_path(const std::filesystem::path& output);

/// A note on standard error for each kind, after a progress bar.
void print_notes(const std::vector<Note>& notes);

/// Writes figures to `path` as JSON, atomically; nothing if the path is empty.
void write_json(const std::string& path, const Json& figures);

}  // namespace rgm::app
