#pragma once

#include <termios.h>

#include <string>

namespace rgm::app {

// Ctrl-C (SIGINT), SIGTERM and SIGHUP ask the program to stop. The first one is a request that the
// computation finds at its next report; where that does not come within some seconds, or where a
// second signal comes, whichever it is, the program ends at once. That leaves nothing behind, for
// files appear whole or not at all, and the terminal is as it was.

/// From now on. A SIGHUP that is ignored when the program starts (nohup) stays ignored.
void install_signal_handlers();

/// The signal that asked to stop; 0: none.
int stop_signal();

/// The request was found: what is left to do may take its time.
void answer_stop_signal();

/// What the program exits with when it is interrupted: 128 and the signal's number, as shells say
/// it of a program that it ended.
int interrupted_exit_code();

/// The terminal's settings to be restored if a signal ends the program.
class TerminalSettings {
 public:
  explicit TerminalSettings(const termios& original);
  ~TerminalSettings();  ///< restores them
  TerminalSettings(const TerminalSettings&) = delete;
  TerminalSettings& operator=(const TerminalSettings&) = delete;
};

/// A line that is also printed if a signal ends the program; empty: none.
void set_last_words(const std::string& line);

/// Opens /dev/null on those of the descriptors 0, 1 and 2 that are closed: otherwise the next file
/// that is opened gets their number, and what is printed.
void open_standard_descriptors();

}  // namespace rgm::app
