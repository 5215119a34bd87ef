#include "rgm/base/random.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

std::uint64_t split_mix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15U;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) : seed_(seed) {
  std::uint64_t x = seed;
  for (auto& word : state_) word = split_mix(x);
}

std::uint64_t Random::bits() {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::size_t Random::index(std::size_t n) {
  require(n > 0, "Random::index: n: expected at least 1, got 0");
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % n;  // reject the uneven tail
  std::uint64_t draw = bits();
  while (draw >= limit) draw = bits();
  return draw % n;
}

std::size_t Random::categorical(std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  require(total > 0 && std::isfinite(total),
          "Random::categorical: weights: expected a positive finite sum, got ", total);
  double left = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    left -= weights[i];
    if (left < 0) return i;
  }
  return last;  // rounding left a sliver: the last possible outcome
}

std::vector<std::size_t> Random::choose(std::size_t n, std::size_t k) {
  require(k <= n, "Random::choose: k: expected at most n = ", n, ", got ", k);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i < k; ++i) std::swap(order[i], order[i + index(n - i)]);
  order.resize(k);
  return order;
}

Random Random::fork(std::uint64_t stream) const {
  std::uint64_t x = seed_ ^ 0x6a09e667f3bcc909U;
  std::uint64_t mixed = split_mix(x) + stream * 0xd1342543de82ef95U;
  return Random(split_mix(mixed));
}

}  // namespace rgm
