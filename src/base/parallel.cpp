#include "rgm/base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// Passes a lock when made and when destroyed.
///
/// oneTBB orders the tasks of a loop after what precedes it and before what follows it, but the thread sanitizer does not
/// see into oneTBB. A lock passed alone around the loop, and shared around each task, says it the same, and puts no order
/// among the tasks, so that their races are found.
template <class Lock>
class Passage {
 public:
  explicit Passage(std::shared_mutex& mutex) : mutex_(mutex) { Lock(mutex_).unlock(); }
  ~Passage() { Lock(mutex_).unlock(); }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

 private:
  std::shared_mutex& mutex_;
};

}  // namespace

int resolve_threads(int threads) {
  require(threads >= 0, "threads: expected 0 (all cores) or more, got ", threads);
  return threads > 0 ? threads : tbb::info::default_concurrency();
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& task) {
  // More threads than cores gain nothing, and oneTBB complains of them on standard error.
  const int concurrency = std::min(resolve_threads(threads), tbb::info::default_concurrency());
  if (concurrency == 1 || count < 2) {
    for (std::size_t i = 0; i < count; ++i) task(i);
    return;
  }
  std::shared_mutex order;
  const Passage<std::unique_lock<std::shared_mutex>> loop(order);
  const auto ordered_task = [&](std::size_t i) {
    const Passage<std::shared_lock<std::shared_mutex>> one(order);
    task(i);
  };
  tbb::task_arena arena(concurrency);
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, std::size_t{1}, ordered_task, tbb::simple_partitioner{}); });
}

}  // namespace rgm
