#pragma once

#include <string>

namespace rgm::app {

/// A word as a shell must be given it.
std::string shell_word(const std::string& word);

}  // namespace rgm::app
