#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace rgm::app {

/// A word as a shell must be given it.
std::string shell_word(const std::string& word);

/// What runs a verb again: the options as they were given, none that were not.
std::string command_line(const CLI::App& verb);

}  // namespace rgm::app
