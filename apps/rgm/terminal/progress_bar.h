#pragma once

#include "rgm/base/progress.h"

namespace rgm::app {

/// A progress bar on standard error with rate and remaining time, for stages that take long;
/// nothing is drawn if standard error is no terminal. Stops the computation by `Interrupted` after
/// a signal (terminal/interruption.h).
Progress progress_bar();

/// Clears the bar that is on the screen, if any, so that other lines may be printed.
void clear_progress_bar();

}  // namespace rgm::app
