#include "rgm/base/interruption.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "rgm/base/error.h"
#include "rgm/base/parallel.h"

namespace rgm {
namespace {

TEST(Interruption, IsThatOfTheInnermostScopeOfTheThread) {
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
  EXPECT_EQ(outer, 2);
  EXPECT_EQ(inner, 1);
  const InterruptionScope none{{}};
  check_interruption();
  EXPECT_EQ(outer, 2);
}

TEST(Interruption, EndsParallelLoops) {
#if defined(__SANITIZE_THREAD__)
  constexpr std::array kThreads{1};  // with plain threads nobody asks but they, who have no scope
#else
  constexpr std::array kThreads{1, 0};
#endif
  for (const int threads : kThreads) {
    std::atomic<int> done = 0;
    int asked = 0;
    const InterruptionScope scope([&] {
      if (++asked == 3) throw Interrupted();
    });
    EXPECT_THROW(parallel_for(100'000, threads, [&](std::size_t) { ++done; }), Interrupted);
    EXPECT_LT(done, 100'000);
    EXPECT_EQ(asked, 3);
  }
  std::atomic<int> done = 0;  // and later ones run
  parallel_for(100, 0, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace rgm
