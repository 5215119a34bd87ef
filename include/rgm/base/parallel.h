#pragma once

#include <cstddef>
#include <functional>

namespace rgm {

/// Runs `task(i)` for i = 0 … count − 1 on at most `threads` threads (0: all cores).
///
/// Tasks should be coarse and write to places of their own; whoever combines their results does so
/// in order of i, so that nothing depends on the number of threads. The first exception that a task
/// throws is rethrown here. Between tasks the calling thread asks `check_interruption`.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& task);

/// The number of threads that `threads` stands for: itself, or the number of cores if it is 0.
int resolve_threads(int threads);

}  // namespace rgm
