#pragma once

#include <functional>

namespace rgm {

/// While it lives, long computations that run in this thread ask `check` now and then, some hundred
/// times a second or more, whether they are still wanted: it throws, say `Interrupted`, if not, and
/// they end as by any error. So can be stopped, within a tenth of a second, what has no `Progress`
/// or tells it too rarely.
///
/// It belongs to the thread, as a lock does: other threads know nothing of it, scopes nest, the
/// innermost counts. `check` should be cheap: a look at a flag or a clock.
class InterruptionScope {
 public:
  explicit InterruptionScope(std::function<void()> check);
  InterruptionScope(const InterruptionScope&) = delete;
  InterruptionScope& operator=(const InterruptionScope&) = delete;
  ~InterruptionScope();

 private:
  std::function<void()> check_;
  const std::function<void()>* outer_;
};

/// What long loops call, at most milliseconds apart: asks the scope of this thread, if there is
/// one. `parallel_for` does between tasks in the thread that called it. Cost: some nanoseconds and
/// that of the check.
void check_interruption();

}  // namespace rgm
