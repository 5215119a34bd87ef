#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/model/outcomes.h"

// Extracts of what the reference implementation computed; tests/golden/README.md says from what.

namespace rgm::test {

inline std::string golden_bytes(const std::string& name) {
  std::ifstream file(RGM_TEST_DATA "/golden/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no golden file " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline nlohmann::json golden(const std::string& name) {
  return nlohmann::json::parse(golden_bytes(name + ".json"));
}

inline Images golden_images(const std::string& name, std::size_t height, std::size_t width,
                            std::size_t channels) {
  const auto bytes = golden_bytes(name + ".u8");
  return {height, width, channels, {bytes.begin(), bytes.end()}};
}

inline Matrix<double> golden_matrix(const nlohmann::json& rows) {
  Matrix<double> result(rows.size(), rows.at(0).size());
  for (std::size_t i = 0; i < result.rows(); ++i)
    for (std::size_t j = 0; j < result.cols(); ++j) result(i, j) = rows[i][j];
  return result;
}

/// Hard outcomes from one string an item, '0' standing for outcome 0.
inline Outcomes golden_outcomes(const nlohmann::json& strings) {
  Outcomes result(strings.size(), strings.at(0).get_ref<const std::string&>().size());
  for (std::size_t i = 0; i < result.items(); ++i) {
    const auto& text = strings[i].get_ref<const std::string&>();
    for (std::size_t g = 0; g < text.size(); ++g)
      result(i, g) = {static_cast<std::uint16_t>(text[g] - '0'), 0};
  }
  return result;
}

}  // namespace rgm::test
