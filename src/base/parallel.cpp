#include "rgm/base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <algorithm>

#include "rgm/base/error.h"

namespace rgm {

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
  tbb::task_arena arena(concurrency);
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, std::size_t{1}, task, tbb::simple_partitioner{}); });
}

}  // namespace rgm
