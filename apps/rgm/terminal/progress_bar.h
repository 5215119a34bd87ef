#pragma once

#include "rgm/base/progress.h"

namespace rgm::app {

/// A progress bar on standard error with rate and remaining time, for stages that take long;
/// nothing is drawn if standard error is no terminal. Stops the computation by `Interrupted` after
/// Ctrl-C.
Progress progress_bar();

/// Clears the bar that is on the screen, if any, so that other lines may be printed.
void clear_progress_bar();

/// From now on the first Ctrl-C asks the computation to stop at its next report; a second one ends
/// the program at once.
void install_interrupt_handler();

}  // namespace rgm::app
