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
          group.path("spread"), ": expected a whole number from -1 to ", kMaxSpread, ", got ",
          spread);
  options.spread = static_cast<int>(spread);
  group.get("bombs", options.bombs);
}

void write_spaces(const OutputGroup& group, const EnvironmentSpaces& spaces) {
  group.write("actions", spaces.actions,
              {"action", "word", "names of the actions: the paths of `controlled`"});
  const OutputGroup streams = group.group("streams");
  for (std::size_t i = 0; i < spaces.streams.size(); ++i) {
    const auto& stream = spaces.streams[i];
    const OutputGroup part = streams.group(numbered(i));
    part.set("name", stream.name);
    part.set("rows", stream.rows);
    part.set("columns", stream.columns);
    part.write("num_symbols", stream.num_symbols,
               {"modality", "1", "number of symbols that it can show"});
    part.write("symbol_names", stream.symbol_names,
               {"symbol", "word", "of the first modality's symbols; may be empty"});
  }
}

EnvironmentSpaces read_spaces(const InputGroup& group) {
  EnvironmentSpaces spaces;
  spaces.actions = group.texts("actions");
  const InputGroup streams = group.group("streams");
  const std::size_t count = streams.size();
  require(count <= kMaxStreams, streams.path(), ": expected at most ", kMaxStreams, ", found ",
          count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& stream = spaces.streams.emplace_back();
    const InputGroup part = streams.group(numbered(i));
    part.get("name", stream.name);
    part.get("rows", stream.rows);
    part.get("columns", stream.columns);
    stream.num_symbols = part.vector<std::uint64_t>("num_symbols");
    stream.symbol_names = part.texts("symbol_names");
  }
  return spaces;
}

}  // namespace rgm::storage
