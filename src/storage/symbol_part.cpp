#include <limits>
#include <utility>
#include <vector>

#include "parts.h"

namespace rgm::storage {

void write_symbols(const OutputGroup& group, const SymbolCodec& codec) {
  group.write("columns", codec.columns(),
              {"column", "word", "names of the columns; none if they have no names"});
  const OutputGroup alphabets = group.group("alphabets");
  for (std::size_t c = 0; c < codec.num_columns(); ++c) {
    const auto& alphabet = codec.alphabet(c);
    alphabets.write(numbered(c).c_str(),
                    std::vector<std::uint64_t>(alphabet.begin(), alphabet.end()),
                    {"outcome", "symbol", "the symbol that each outcome stands for, ascending"});
  }
}

SymbolCodec read_symbols(const InputGroup& group) {
  const InputGroup parts = group.group("alphabets");
  std::vector<std::vector<std::int64_t>> alphabets;
  for (std::size_t c = 0; c < parts.size(); ++c) {
    auto& alphabet = alphabets.emplace_back();
    for (const std::uint64_t symbol : parts.vector<std::uint64_t>(numbered(c).c_str())) {
      require<FileError>(symbol <= std::uint64_t{std::numeric_limits<std::int64_t>::max()},
                         parts.path(numbered(c)), ": expected symbols below 2^63");
      alphabet.push_back(static_cast<std::int64_t>(symbol));
    }
  }
  return within(
      group, [&] { return SymbolCodec::from_parts(group.texts("columns"), std::move(alphabets)); });
}

}  // namespace rgm::storage
