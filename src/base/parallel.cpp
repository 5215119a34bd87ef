#include "rgm/base/parallel.h"

#include <tbb/info.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
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

/// Threads that work on one loop at a time: the caller's and up to `concurrency` - 1 that oneTBB
/// lends, whenever it has some. Nobody waits for those that have not come.
///
/// oneTBB's own loops would do but for two things: a caller that waits in them for others' last
/// tasks cannot look meanwhile whether it is still wanted, and may begin a task of another loop.
class Crew {
 public:
  explicit Crew(int concurrency) : helpers_(concurrency - 1), arena_(concurrency) {}

  void run(std::size_t count, const std::function<void(std::size_t)>& task) {
    begin(count, task);
    work();
    finish();
  }

 private:
  void begin(std::size_t count, const std::function<void(std::size_t)>& task) {
    int calls = 0;
    {
      const std::lock_guard lock(mutex_);
      task_ = &task;
      count_ = count;
      next_ = 0;
      failed_ = false;
      calls = helpers_ - called_;
      called_ = helpers_;
    }
    try {
      for (; calls > 0; --calls) call([this] { help(); });
    } catch (...) {  // without memory for it the caller works alone
      const std::lock_guard lock(mutex_);
      called_ -= calls;
    }
  }

  template <class Body>
  void call(Body body) {
#if defined(__SANITIZE_THREAD__)
    // The thread sanitizer does not see into oneTBB and takes its hand-overs for races.
    std::thread(body).detach();
#else
    arena_.enqueue(body);
#endif
  }

  /// What a thread does that was called: it may come when that loop has ended, in the next one or
  /// when there is none.
  void help() {
    {
      const std::lock_guard lock(mutex_);
      --called_;
      if (task_ == nullptr) return;
      ++working_;
    }
    work();
    if (--working_ == 0) {
      const std::lock_guard lock(mutex_);
      idle_.notify_one();
    }
  }

  void work() {
    for (std::size_t i = next_++; i < count_ && !failed_; i = next_++) {
      try {
        const InterruptionScope scope([this] {
          if (failed_) throw Interrupted();
        });
        check_interruption();
        (*task_)(i);
      } catch (...) {
        stop(std::current_exception());
      }
    }
  }

  /// Once a task has failed, for whatever reason, the others are no longer wanted.
  void stop(const std::exception_ptr& error) {
    const std::lock_guard lock(mutex_);
    if (!failed_) error_ = error;
    failed_ = true;
  }

  /// Waits for the others' last tasks, which end soon as a rule.
  void finish() {
    using Clock = std::chrono::steady_clock;
    const auto patience = Clock::now() + std::chrono::microseconds(50);
    while (working_ != 0 && Clock::now() < patience) std::this_thread::yield();
    std::unique_lock lock(mutex_);
    while (!idle_.wait_for(lock, std::chrono::milliseconds(10), [this] { return working_ == 0; })) {
      lock.unlock();
      try {
        if (!failed_) check_interruption();
      } catch (...) {
        stop(std::current_exception());
      }
      lock.lock();
    }
    task_ = nullptr;
    if (failed_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  const int helpers_;
  tbb::task_arena arena_;
  std::mutex mutex_;
  std::condition_variable idle_;
  int called_ = 0;  ///< threads that have been called and have not come yet
  const std::function<void(std::size_t)>* task_ = nullptr;  ///< none: there is no loop
  std::size_t count_ = 0;
  std::exception_ptr error_;
  std::atomic<int> working_{0};  ///< threads beside the caller's that are in the loop
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
};

/// The crews that no loop has, by their concurrency. oneTBB 2021.8 keeps some 7 kB of each arena
/// that there ever was, so crews are lent to one loop after another; they are never destroyed, for
/// a thread may still come when the process ends.
class Crews {
 public:
  std::unique_ptr<Crew> lend(int concurrency) {
    const std::lock_guard lock(mutex_);
    auto& free = free_[concurrency];
    if (free.empty()) return std::make_unique<Crew>(concurrency);
    auto crew = std::move(free.back());
    free.pop_back();
    return crew;
  }
  void take_back(std::unique_ptr<Crew> crew, int concurrency) {
    const std::lock_guard lock(mutex_);
    free_[concurrency].push_back(std::move(crew));
  }

 private:
  std::mutex mutex_;
  std::map<int, std::vector<std::unique_ptr<Crew> > > free_;
};

Crews& crews() {
  static auto* const all = new Crews;
  return *all;
}

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
  struct Lent {
    explicit Lent(int threads) : concurrency(threads), crew(crews().lend(threads)) {}
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    ~Lent() { crews().take_back(std::move(crew), concurrency); }
    int concurrency;
    std::unique_ptr<Crew> crew;
  };
  Lent(concurrency).crew->run(count, task);
}

}  // namespace rgm
