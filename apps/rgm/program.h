#pragma once

namespace rgm::app {

/// The program: parses its arguments, does what they say, and returns its exit code. Takes over
/// signals and standard descriptors.
int run_program(int argc, char** argv);

}  // namespace rgm::app
