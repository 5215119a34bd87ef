#include <cmath>
#include <cstdint>
#include <vector>

#include "parts.h"

namespace rgm::storage {
namespace {

constexpr std::size_t kMaxSpread = 1 << 16;

}  // namespace

void write_game(const OutputGroup& group, const std::string& name, const GameOptions& options) {
  group.set("name", name);
  group.set("rows", options.rows);
  group.set("columns", options.columns);
  group.set("paddle_speed", options.paddle_speed);
  group.set("random_start", options.random_start);
  group.set("spread", static_cast<double>(options.spread));
  group.set("bombs", options.bombs);
  if (options.sticky != 0) group.set("sticky", options.sticky);
}

void read_game(const InputGroup& group, std::string& name, GameOptions& options) {
  group.get("name", name);
  group.get("rows", options.rows);
  group.get("columns", options.columns);
  group.get("paddle_speed", options.paddle_speed);
  group.get("random_start", options.random_start);
  double spread = 0;
  group.get("spread", spread);
  require(spread >= -1 && spread <= kMaxSpread && spread == std::floor(spread),
          group.name("spread"), ": expected a whole number from -1 to ", kMaxSpread, ", got ",
          spread);
  options.spread = static_cast<int>(spread);
  group.get("bombs", options.bombs);
  if (!group.has_text("sticky")) return;
  group.get("sticky", options.sticky);
  require(options.sticky >= 0 && options.sticky <= 1, group.name("sticky"),
          ": expected a probability, got ", options.sticky);
}

void write_spaces(const OutputGroup& group, const EnvironmentSpaces& spaces) {
  group.set("actions", spaces.actions);
  group.set("streams", std::uint64_t{spaces.streams.size()});
  for (std::size_t i = 0; i < spaces.streams.size(); ++i) {
    const auto& stream = spaces.streams[i];
    const OutputGroup part = group.group("streams").group(i);
    part.set("name", stream.name);
    part.set("rows", stream.rows);
    part.set("columns", stream.columns);
    part.write("num_symbols",
               std::vector<std::uint32_t>(stream.num_symbols.begin(), stream.num_symbols.end()));
    part.set("symbol_names", stream.symbol_names);
  }
}

EnvironmentSpaces read_spaces(const InputGroup& group) {
  EnvironmentSpaces spaces;
  group.get("actions", spaces.actions);
  std::uint64_t count = 0;
  group.get("streams", count);
  require(count <= kMaxStreams, group.name("streams"), ": expected at most ", kMaxStreams, ", got ",
          count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& stream = spaces.streams.emplace_back();
    const InputGroup part = group.group("streams").group(i);
    part.get("name", stream.name);
    part.get("rows", stream.rows);
    part.get("columns", stream.columns);
    const auto num_symbols = part.vector<std::uint32_t>("num_symbols");
    stream.num_symbols.assign(num_symbols.begin(), num_symbols.end());
    part.get("symbol_names", stream.symbol_names);
  }
  return spaces;
}

}  // namespace rgm::storage
