#include "rgm/base/parallel.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnce) {
  for (int threads : {0, 1, 2, 5})
    for (std::size_t count : {0U, 1U, 2U, 1000U}) {
      std::vector<int> visits(count);
      parallel_for(count, threads, [&](std::size_t i) { ++visits[i]; });
      EXPECT_EQ(visits, std::vector<int>(count, 1)) << threads << " threads";
    }
}

TEST(ParallelFor, RethrowsWhatATaskThrows) {
  for (int threads : {1, 2}) {
    std::atomic<int> done = 0;
    try {
      parallel_for(100, threads, [&](std::size_t i) {
        if (i == 17) fail("task ", i);
        ++done;
      });
      FAIL() << "expected an error";
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()), "task 17");
      EXPECT_LT(done, 100);
    }
  }
}

TEST(ParallelFor, MayBeNested) {
  std::atomic<int> done = 0;
  parallel_for(4, 2, [&](std::size_t) { parallel_for(5, 2, [&](std::size_t) { ++done; }); });
  EXPECT_EQ(done, 20);
}

#if !defined(__SANITIZE_THREAD__)  // whose memory grows with the threads that there were
/// What the process holds in memory, in bytes.
double resident() {
  double pages = 0, resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

TEST(ParallelFor, KeepsNoMemory) {
  const auto loops = [] {
    for (int i = 0; i < 1000; ++i)
      parallel_for(2, 2, [](std::size_t) { parallel_for(2, 2, [](std::size_t) {}); });
  };
  loops();
  const double before = resident();
  loops();
  EXPECT_LT(resident() - before, 2e6) << "3000 loops";
}
#endif

TEST(ResolveThreads, ZeroIsAllCores) {
  EXPECT_EQ(resolve_threads(3), 3);
  EXPECT_GE(resolve_threads(0), 1);
  EXPECT_THROW(resolve_threads(-1), Error);
  EXPECT_THROW(parallel_for(1, -2, [](std::size_t) {}), Error);
}

}  // namespace
}  // namespace rgm
