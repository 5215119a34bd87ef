#include "rgm/base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {
namespace {

#if defined(__SANITIZE_THREAD__)
/// The thread sanitizer does not see into oneTBB and takes its hand-overs for races; plain threads
/// show it ours alone.
void run(std::size_t count, int concurrency, const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr first_error;
  std::mutex error_mutex;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < concurrency; ++t)
      threads.emplace_back([&] {
        try {
          for (std::size_t i = next++; i < count; i = next++) task(i);
        } catch (...) {
          next = count;
          const std::lock_guard lock(error_mutex);
          if (!first_error) first_error = std::current_exception();
        }
      });
  }
  if (first_error) std::rethrow_exception(first_error);
}
#else
void run(std::size_t count, int concurrency, const std::function<void(std::size_t)>& task) {
  tbb::task_arena arena(concurrency);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, count, std::size_t{1}, task, tbb::simple_partitioner{});
  });
}
#endif

}  // namespace

int resolve_threads(int threads) {
  require(threads >= 0, "threads: expected 0 (all cores) or more, got ", threads);
  return threads > 0 ? threads : tbb::info::default_concurrency();
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& task) {
  // More threads than cores gain nothing, and oneTBB complains of them on standard error.
  const int concurrency = std::min(resolve_threads(threads), tbb::info::default_concurrency());
  if (concurrency == 1 || count < 2) {
    for (std::size_t i = 0; i < count; ++i) {
      check_interruption();
      task(i);
    }
    return;
  }
  run(count, concurrency, [&](std::size_t i) {
    check_interruption();  // asks in the thread that called alone
    task(i);
  });
}

}  // namespace rgm
