#pragma once

#include <functional>

namespace rgm {

/// While it lives, long computations that run in this thread ask `check` now and then, some hundred
/// times a second or more, whether they are still wanted: it throws, say `Interrupted`, if not, and
/// they end as by any error. So can be stopped, within a tenth of a second, what has no `Progress`
/// or tells it too rarely.
///
/// It belongs to the thread, as a lock does: other threads know nothing of it, but for those that
/// `parallel_for` sets to work. Scopes nest, all are asked. `check` should be cheap: a look at a
/// flag or a clock.
class InterruptionScope {
 public:
  explicit InterruptionScope(std::function<void()> check);
  InterruptionScope(const InterruptionScope&) = delete;
  InterruptionScope& operator=(const InterruptionScope&) = delete;
  ~InterruptionScope();

 private:
  friend void check_interruption();

  std::function<void()> check_;
  const InterruptionScope* outer_;
};

/// What long loops call, at most milliseconds apart: asks the scopes of this thread, if there are
/// any. `parallel_for` does between tasks. Cost: some nanoseconds and that of the checks.
void check_interruption();

}  // namespace rgm
