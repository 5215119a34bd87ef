#include "rgm/base/interruption.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "rgm/base/error.h"
#include "rgm/base/parallel.h"

namespace rgm {
namespace {

TEST(Interruption, IsAskedOfAllScopesOfTheThread) {
  check_interruption();
  int outer = 0, inner = 0;
  const InterruptionScope scope([&] { ++outer; });
  check_interruption();
  {
    const InterruptionScope within([&] { ++inner; });
    check_interruption();
    std::thread(check_interruption).join();  // has none
  }
  check_interruption();
  EXPECT_EQ(outer, 3);
  EXPECT_EQ(inner, 1);
  const InterruptionScope none{{}};
  check_interruption();
  EXPECT_EQ(outer, 4);
}

TEST(Interruption, EndsParallelLoops) {
  for (const int threads : {1, 0}) {
    std::atomic<int> done = 0;
    int asked = 0;
    const InterruptionScope scope([&] {
      if (++asked == 3) throw Interrupted();
    });
    EXPECT_THROW(parallel_for(100'000, threads, [&](std::size_t) { ++done; }), Interrupted);
    EXPECT_LT(done, 100'000);
    EXPECT_EQ(asked, 3);
  }
  // What the others are doing ends, too.
  EXPECT_THROW(parallel_for(2, 2,
                            [&](std::size_t i) {
                              if (i == 0) throw std::invalid_argument("first");
                              for (;;) check_interruption();
                            }),
               std::invalid_argument);
  std::atomic<int> done = 0;  // and later ones run
  parallel_for(100, 0, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 100);
}

TEST(Interruption, IsAskedByWhoWaitsForTheLastTaskOfAnother) {
  if (resolve_threads(0) < 2) GTEST_SKIP() << "one core: nobody waits for another";
  const auto caller = std::this_thread::get_id();
  std::atomic<bool> begun = false;
  const auto task = [&](std::size_t) {
    if (std::this_thread::get_id() == caller) {  // ends once the other is at work
      const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (!begun && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
      ASSERT_TRUE(begun);
    } else {
      begun = true;
      for (;;) check_interruption();
    }
  };
  int asked = 0;
  const InterruptionScope scope([&] {
    if (++asked == 5) throw Interrupted();
  });
  EXPECT_THROW(parallel_for(2, 2, task), Interrupted);
}

}  // namespace
}  // namespace rgm
