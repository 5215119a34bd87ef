#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rgm {

/// Runs a program, looked up in $PATH and given its arguments as they are (no shell), in `folder`
/// until it ends.
///
/// Its input is empty, its output is dropped, its messages (standard error) are kept for the error
/// message. `while_waiting` is called about ten times a second; if it throws, the program is told
/// to end and the exception goes on. Throws `Error` in one line if the program is missing or does
/// not exit with 0: its status and the line of its messages that tells most.
void run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                 const std::function<void()>& while_waiting);

}  // namespace rgm
