#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace rgm {

/// Bad input or bad use: the message names the argument, the value found and what was expected, in
/// one line.
///
/// The library throws nothing else on purpose (besides `Interrupted` and `std::bad_alloc`); it
/// never prints, exits or aborts. The program maps it to exit code 2.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown out of a long computation when the caller's `Progress` asks it to stop (Ctrl-C in the
/// program).
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Throws `Error` with the parts streamed into one message.
template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  std::ostringstream message;
  (message << ... << parts);
  throw Error(message.str());
}

/// Throws `Error` made of `parts` unless `condition` holds. The parts are evaluated only as
/// references: keep them cheap.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    fail(parts...);
}

}  // namespace rgm
