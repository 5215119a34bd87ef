#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace rgm {

/// How a long computation tells its caller how far it is: stage (a few words), steps done, steps in
/// all.
///
/// Called on the thread that started the computation, a few times a second at most that it matters;
/// may throw `Interrupted` to stop it. An empty function is allowed and means silence.
using Progress = std::function<void(std::string_view stage, std::size_t done, std::size_t total)>;

inline void report(const Progress& progress, std::string_view stage, std::size_t done,
                   std::size_t total) {
  if (progress) progress(stage, done, total);
}

}  // namespace rgm
