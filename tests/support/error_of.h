#pragma once

#include <string>

#include "rgm/base/error.h"

namespace rgm::test {

/// The message of the `Error` that a call throws, empty if it throws none.
template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace rgm::test
