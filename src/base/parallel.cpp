#include "rgm/base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
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
/// The arenas that no loop is using, by their concurrency. oneTBB 2021.8 keeps some 7 kB of each
/// that there ever was, so they are lent to one loop after another. One is in use by one loop
/// alone: in an arena that is shared, a thread that waits for its loop may begin a task of another.
class Arenas {
 public:
  std::unique_ptr<tbb::task_arena> lend(int concurrency) {
    const std::lock_guard lock(mutex_);
    auto& free = free_[concurrency];
    if (free.empty()) return std::make_unique<tbb::task_arena>(concurrency);
    auto arena = std::move(free.back());
    free.pop_back();
    return arena;
  }
  void take_back(std::unique_ptr<tbb::task_arena> arena, int concurrency) {
    const std::lock_guard lock(mutex_);
    free_[concurrency].push_back(std::move(arena));
  }

 private:
  std::mutex mutex_;
  std::map<int, std::vector<std::unique_ptr<tbb::task_arena> > > free_;
};

/// Those of the process; never destroyed, for a thread may still run when it ends.
Arenas& arenas() {
  static auto* const all = new Arenas;
  return *all;
}

void run(std::size_t count, int concurrency, const std::function<void(std::size_t)>& task) {
  struct Lent {
    explicit Lent(int threads) : concurrency(threads), arena(arenas().lend(threads)) {}
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    ~Lent() { arenas().take_back(std::move(arena), concurrency); }
    int concurrency;
    std::unique_ptr<tbb::task_arena> arena;
  };
  const Lent lent(concurrency);
  lent.arena->execute([&] {
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
  // Once a task has failed, for whatever reason, the others are no longer wanted.
  std::atomic<bool> failed{false};
  std::exception_ptr first_error;
  const auto guarded = [&](std::size_t i) {
    try {
      const InterruptionScope scope([&failed] {
        if (failed) throw Interrupted();
      });
      check_interruption();
      task(i);
    } catch (...) {
      if (!failed.exchange(true)) first_error = std::current_exception();
      throw;
    }
  };
  try {
    run(count, concurrency, guarded);
  } catch (...) {
    if (first_error) std::rethrow_exception(first_error);
    throw;
  }
}

}  // namespace rgm
