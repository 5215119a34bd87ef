#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "bindings.h"
#include "rgm/base/interruption.h"
#include "rgm/base/progress.h"

namespace rgm::python {

/// The library's progress as a Python call `progress(stage, done, total)`, or none, at most ten
/// times a second but for the first and the last of a stage; whether or not there is one it lets
/// Python handle its signals 50 times a second, so that Ctrl-C ends a long call. Whatever Python
/// raises leaves the library as it leaves any C++ code: by the stack.
///
/// The thread that called holds no lock meanwhile (`released`). It borrows `callback`.
inline Progress progress_of(const nb::object& callback) {
  using Clock = std::chrono::steady_clock;
  struct State {
    Clock::time_point looked{}, told{};
    std::string stage{};
  };
  return [&callback, state = State()](std::string_view stage, std::size_t done,
                                      std::size_t total) mutable {
    const auto now = Clock::now();
    const bool new_stage = stage != state.stage;
    const bool tell = !callback.is_none() && (new_stage || done == total ||
                                              now - state.told > std::chrono::milliseconds(100));
    if (!tell && now - state.looked < std::chrono::milliseconds(20)) return;
    state.looked = now;
    const nb::gil_scoped_acquire lock;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!tell) return;
    state.told = now;
    if (new_stage) state.stage = stage;
    callback(nb::str(stage.data(), stage.size()), done, total);
  };
}

/// Lets Python handle its signals if this is the main thread, which alone does; 50 times a second
/// at most. Raises what Python's handlers raise: `KeyboardInterrupt` after Ctrl-C.
class SignalCheck {
 public:
  void operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_ < std::chrono::milliseconds(20)) return;
    looked_ = now;
    const nb::gil_scoped_acquire lock;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
  }

 private:
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
};

/// What `body` returns; other Python threads run meanwhile, and Ctrl-C ends it wherever it asks
/// `check_interruption`. It may touch no Python object, but through `progress_of`.
template <class Body>
decltype(auto) released(Body&& body) {
  const nb::gil_scoped_release release;
  const bool is_main = ::syscall(SYS_gettid) == ::getpid();
  const InterruptionScope scope(is_main ? std::function<void()>(SignalCheck()) : nullptr);
  return std::forward<Body>(body)();
}

}  // namespace rgm::python
