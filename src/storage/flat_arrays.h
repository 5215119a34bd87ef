#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "groups.h"
#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

// Tables of different sizes as flat arrays, one behind the other, and back.

namespace rgm::storage {

using Indices = std::vector<std::uint32_t>;

inline std::uint32_t to_index(std::size_t value) {
  require(value <= 0xFFFFFFFFU, "model file: expected numbers below 2^32, got ", value);
  return static_cast<std::uint32_t>(value);
}

inline void check_at_most(std::uint64_t value, std::uint64_t most, const std::string& where) {
  require(value <= most, where, ": expected at most ", most, ", got ", value);
}

/// Hands out the values of an array bit by bit, never more than there are.
template <class T>
class Take {
 public:
  Take(std::span<const T> values, std::string name) : rest_(values), name_(std::move(name)) {}

  std::span<const T> operator()(std::size_t count) {
    require(count <= rest_.size(), name_, ": expected more values");
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  void require_all_taken() const {
    require(rest_.empty(), name_, ": ", rest_.size(), " values more than expected");
  }

 private:
  std::span<const T> rest_;
  std::string name_;
};

/// Writes, and reads, an array of a struct of flat arrays: what visits each with its name.
struct WriteArray {
  const OutputGroup& group;
  template <class Values>
  void operator()(const char* name, const Values& values) const {
    group.write(name, values);
  }
};

struct ReadArray {
  const InputGroup& group;
  template <class T>
  void operator()(const char* name, std::vector<T>& values) const {
    values = group.vector<T>(name);
  }
  void operator()(const char* name, Matrix<double>& values) const {
    values = group.matrix<double>(name);
  }
};

}  // namespace rgm::storage
