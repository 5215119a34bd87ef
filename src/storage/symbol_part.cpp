#include <limits>
#include <utility>
#include <vector>

#include "parts.h"

namespace rgm::storage {

void write_symbols(const OutputGroup& group, const SymbolCodec& codec) {
  std::vector<std::uint32_t> sizes;
  std::vector<std::uint64_t> symbols;
  for (std::size_t c = 0; c < codec.num_columns(); ++c) {
    const auto& alphabet = codec.alphabet(c);
    sizes.push_back(static_cast<std::uint32_t>(alphabet.size()));
    symbols.insert(symbols.end(), alphabet.begin(), alphabet.end());
  }
  group.set("columns", codec.columns());
  group.write("alphabet_sizes", sizes);
  group.write("alphabets", symbols);
}

SymbolCodec read_symbols(const InputGroup& group) {
  std::vector<std::string> columns;
  group.get("columns", columns);
  const auto sizes = group.vector<std::uint32_t>("alphabet_sizes");
  const auto symbols = group.vector<std::uint64_t>("alphabets");
  std::vector<std::vector<std::int64_t>> alphabets;
  std::size_t at = 0;
  for (const std::size_t size : sizes) {
    require(size <= symbols.size() - at, group.name("alphabets"), ": expected more symbols");
    auto& alphabet = alphabets.emplace_back();
    for (const std::uint64_t symbol : std::span(symbols).subspan(at, size)) {
      require(symbol <= std::uint64_t{std::numeric_limits<std::int64_t>::max()},
              group.name("alphabets"), ": expected symbols below 2^63");
      alphabet.push_back(static_cast<std::int64_t>(symbol));
    }
    at += size;
  }
  require(at == symbols.size(), group.name("alphabets"), ": expected ", at, ", found ",
          symbols.size());
  return within(group,
                [&] { return SymbolCodec::from_parts(std::move(columns), std::move(alphabets)); });
}

}  // namespace rgm::storage
