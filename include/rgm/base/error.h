#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "rgm/base/text.h"

namespace rgm {

/// What the library throws on purpose, besides `Interrupted` and `std::bad_alloc`: the message
/// names, in one line, the argument, the value found and what was expected. Its kinds say what
/// there is to mend. The library never prints, exits or aborts; the program maps it to exit code 2
/// (`WriteError`: 1).
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument, an option or a call was not what was expected.
class BadInput : public Error {
 public:
  using Error::Error;
};

/// A file cannot be read, written or fetched, or does not hold what its format says: what depends
/// on the file system, or on what a file contains.
class FileError : public Error {
 public:
  using Error::Error;
};

/// A file could not be written although nothing is wrong with what was asked for: the disk is full,
/// or failed. The program exits with 1, as when memory runs out.
class WriteError : public FileError {
 public:
  using FileError::FileError;
};

/// What was observed cannot be, under the model: its probability is 0.
class ImpossibleEvidence : public Error {
 public:
  using Error::Error;
};

/// Thrown out of a long computation when the caller's `Progress` asks it to stop (Ctrl-C in the
/// program, which then exits with 130). No `Error`, since nothing is wrong: whoever handles errors
/// lets it pass.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Throws `BadInput`, or the kind of error that is named first, as in `fail<FileError>(…)`, with
/// the parts streamed into one message.
template <class Kind = BadInput, class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw Kind(text_of(parts...));
}

/// The same unless `condition` holds. The parts are evaluated only as references: keep them cheap.
template <class Kind = BadInput, class... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    fail<Kind>(parts...);
}

/// What `body` returns; the messages of its errors then begin with `prefix` and a colon. They keep
/// their kind, or become of the kind that is named first: `with_prefix<FileError>(name, …)` where
/// whatever is wrong is wrong with a file.
template <class Kind = Error, class Body>
decltype(auto) with_prefix(std::string_view prefix, Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    if (dynamic_cast<const WriteError*>(&error) != nullptr)
      fail<WriteError>(prefix, ": ", error.what());
    if constexpr (std::is_same_v<Kind, Error>) {
      if (dynamic_cast<const FileError*>(&error) != nullptr)
        fail<FileError>(prefix, ": ", error.what());
      if (dynamic_cast<const ImpossibleEvidence*>(&error) != nullptr)
        fail<ImpossibleEvidence>(prefix, ": ", error.what());
      fail<BadInput>(prefix, ": ", error.what());
    } else {
      fail<Kind>(prefix, ": ", error.what());
    }
  }
}

}  // namespace rgm
