#include <cmath>
#include <cstdio>
#include <vector>

#include "rgm/inference/tree.h"
#include "rgm/structure/renormalise.h"

// Grows a model from four items with two outcomes at four places and asks for the evidence of one
// of them.
int main() {
  rgm::Outcomes outcomes(4, 4);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t g = 0; g < 4; ++g)
      outcomes(i, g) = {static_cast<std::uint16_t>((i >> (g % 2)) & 1U), 0};
  const std::vector<rgm::Location> corners{{0, 0}, {0, 9}, {9, 0}, {9, 9}};
  const auto hierarchy = rgm::renormalise(outcomes, 2, corners);

  rgm::TreeBeliefs<double> beliefs;
  rgm::upward(rgm::TreeTables<double>(hierarchy), outcomes, std::vector<std::size_t>{2}, {},
              rgm::SoftReading::kCount, beliefs);
  std::printf("log evidence %.3f nats\n", beliefs.log_evidence.front());
  return std::isfinite(beliefs.log_evidence.front()) && beliefs.log_evidence.front() < 0 ? 0 : 1;
}
