#include "rgm/env/environment.h"

#include <algorithm>

#include "rgm/base/error.h"

namespace rgm {

std::size_t EnvironmentSpaces::num_modalities() const {
  std::size_t result = 0;
  for (const auto& stream : streams) result += stream.num_symbols.size();
  return result;
}

bool EnvironmentSpaces::has(std::string_view name) const {
  return std::any_of(streams.begin(), streams.end(),
                     [&](const auto& stream) { return stream.name == name; });
}

std::size_t EnvironmentSpaces::first_modality(std::string_view name) const {
  std::size_t result = 0;
  for (const auto& stream : streams) {
    if (stream.name == name) return result;
    result += stream.num_symbols.size();
  }
  fail("environment: expected a stream named ", name, ", found none");
}

const ObservationStream& EnvironmentSpaces::stream(std::string_view name) const {
  for (const auto& stream : streams)
    if (stream.name == name) return stream;
  fail("environment: expected a stream named ", name, ", found none");
}

}  // namespace rgm
