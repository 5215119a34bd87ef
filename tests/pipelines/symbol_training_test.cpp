#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/media_test_support.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/pipelines/symbol_bitstream.h"
#include "rgm/pipelines/symbol_tasks.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"

namespace rgm {
namespace {

using test::error_of;
using test::expect_contains;

SymbolTable column(const std::vector<std::int64_t>& symbols) {
  SymbolTable table{{}, Matrix<std::int64_t>(symbols.size(), 1)};
  std::ranges::copy(symbols, table.values.values().begin());
  return table;
}

/// A tune of two voices that comes round after 12 rows; no row says by itself which comes next.
SymbolTable canon(std::size_t rows) {
  const std::vector<std::int64_t> tune{60, 62, 60, 64, 60, 62, 60, 67, 60, 62, 60, 65};
  SymbolTable table{{"upper", "lower"}, Matrix<std::int64_t>(rows, 2)};
  for (std::size_t r = 0; r < rows; ++r) {
    table.values(r, 0) = tune[r % 12];
    table.values(r, 1) = tune[(r + 4) % 12] - 12;
  }
  return table;
}

SequenceModel learnt(const SymbolTable& table,
                     const std::vector<std::string>& overrides = {"structure.min_levels=4"}) {
  return train_sequence(std::span(&table, 1), load_recipe_as<SymbolSettings>("symbols", overrides))
      .model;
}

/// ln P(table) under a model, nats.
double log_evidence(const SequenceModel& model, const SymbolTable& table) {
  double sum = 0;
  outcome_surprise(model, symbol_codec(model.front_end).encode(table),
                   [&](std::size_t, const OutcomeSurprise& s) { sum -= s.step; });
  return sum;
}

TEST(Symbols, GenerateTheLoopThatTheyLearnt) {
  const auto table = canon(60);
  const auto model = learnt(table);
  const auto generated = generate_symbols(model, 120, 3);
  EXPECT_EQ(generated.columns, table.columns);
  const auto whole = canon(240);
  // Some phase of the loop, and then the loop to the end.
  bool found = false;
  for (std::size_t phase = 0; phase < 12 && !found; ++phase) {
    found = true;
    for (std::size_t r = 0; r < 120 && found; ++r)
      found = std::ranges::equal(generated.values.row(r), whole.values.row(phase + r));
  }
  EXPECT_TRUE(found);
  EXPECT_LT(-log_evidence(model, canon(120)) / 120, 0.15);
}

TEST(Symbols, ALevelMoreRemembersTwiceAsMuch) {
  // a a b b …: what follows a depends on what came before it.
  std::vector<std::int64_t> symbols;
  for (std::size_t i = 0; i < 200; ++i) symbols.push_back(i % 4 < 2 ? 1 : 2);
  const auto table = column(symbols);
  const auto one = learnt(table, {"structure.min_levels=1", "kinds.number=0"});
  const auto two = learnt(table, {"structure.min_levels=2", "kinds.number=0"});
  ASSERT_EQ(one.tree.levels.size(), 1U);
  ASSERT_EQ(two.tree.levels.size(), 2U);
  EXPECT_NEAR(-log_evidence(one, table) / 200, std::log(2.0), 0.05);  // a chain of symbols
  EXPECT_LT(-log_evidence(two, table) / 200, 0.05);
  const auto four = learnt(table, {"structure.max_levels=4"});
  EXPECT_EQ(four.tree.levels.size(), 4U);
  EXPECT_LT(-log_evidence(four, table) / 200, 0.05);
  const auto bytes = encode_model(four);
  EXPECT_EQ(encode_model(parse_model_as<SequenceModel>(bytes, "four")), bytes);
  expect_contains(error_of([] {
                    load_recipe_as<SymbolSettings>(
                        "symbols", std::vector<std::string>{"structure.max_levels=1"});
                  }),
                  "structure.max_levels: expected 0, or at least structure.min_levels, 2, got 1");
}

TEST(Symbols, PredictWhatComesNext) {
  const auto model = learnt(canon(60));
  const auto beliefs = predict_symbols(model, canon(40), 5);
  const auto truth = canon(45);
  for (std::size_t t = 0; t < 5; ++t)
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_EQ(beliefs(t, c).symbol, truth.values(40 + t, c)) << t;
      EXPECT_GT(beliefs(t, c).probability, 0.7);
      EXPECT_GE(beliefs(t, c).entropy, 0);
      EXPECT_LT(beliefs(t, c).entropy, 1.2);
    }
}

TEST(Symbols, AKnownCycleIsPredictedFarAhead) {
  const auto cycle = [](std::size_t rows) {
    SymbolTable table{{"p", "q"}, Matrix<std::int64_t>(rows, 2)};
    for (std::size_t t = 0; t < rows; ++t) {
      table.values(t, 0) = static_cast<std::int64_t>(t % 5);
      table.values(t, 1) = static_cast<std::int64_t>(t % 3);
    }
    return table;
  };
  const auto model = learnt(cycle(200));
  const auto beliefs = predict_symbols(model, cycle(200), 100);
  const auto truth = cycle(300);
  std::size_t right = 0;
  for (std::size_t t = 0; t < 100; ++t)
    for (std::size_t c = 0; c < 2; ++c)
      right += beliefs(t, c).symbol == truth.values(200 + t, c) ? 1U : 0U;
  EXPECT_EQ(right, 200U);
}

TEST(Symbols, CompleteWhatIsMissing) {
  const auto model = learnt(canon(60));
  const auto whole = canon(48);
  auto holes = whole;
  for (const std::size_t r : {5, 6, 20, 47}) holes.values(r, 0) = SymbolTable::kMissing;
  holes.values(20, 1) = SymbolTable::kMissing;
  const auto completed = complete_symbols(model, holes);
  EXPECT_TRUE(completed.table.values == whole.values);
  EXPECT_EQ(completed.missing, 5U);
  EXPECT_NEAR(completed.log_evidence, log_evidence(model, holes), 1e-6);
  EXPECT_EQ(completed.beliefs(0, 0).probability, 1);
  EXPECT_LT(completed.beliefs(20, 0).probability, 1);
}

TEST(Symbols, MissingOnesMayBeLearntFrom) {
  auto table = canon(72);
  table.values(30, 1) = SymbolTable::kMissing;
  const auto model = learnt(table);
  EXPECT_TRUE(std::isfinite(log_evidence(model, table)));
}

TEST(Symbols, GoOnWithAModelAndKeepItsAlphabet) {
  const auto first = canon(36);
  const auto model = learnt(first);
  SequenceTrainingOptions options;
  options.extend = &model;
  options.data_set = "more";
  auto other = canon(36);
  for (auto& value : other.values.values())
    if (value == 67) value = 65;
  const auto both = train_sequence(std::span(&other, 1), symbol_settings_of(model), options).model;
  EXPECT_EQ(both.provenance.units_seen, 72U);
  EXPECT_GT(log_evidence(both, other), log_evidence(model, other));
  other.values(3, 1) = 99;
  expect_contains(
      error_of([&] { train_sequence(std::span(&other, 1), symbol_settings_of(model), options); }),
      "symbols: row 3, column \"lower\"");
  expect_contains(error_of([&] {
                    train_sequence(std::span(&first, 1),
                                   load_recipe_as<SymbolSettings>(
                                       "symbols", std::vector<std::string>{"codec.symbols=90"}),
                                   options);
                  }),
                  "codec.symbols: expected 0");
}

std::vector<std::uint8_t> encoded(const SymbolTable& table, const SequenceModel* model,
                                  SymbolBitstream* size = nullptr) {
  std::vector<std::uint8_t> bytes;
  const ByteSink sink = [&](std::span<const std::uint8_t> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  const auto result = model != nullptr ? encode_symbol_stream(*model, table, true, sink)
                                       : encode_symbol_stream(table, sink);
  EXPECT_EQ(result.bytes, bytes.size());
  EXPECT_EQ(result.rows, table.values.rows());
  if (size != nullptr) *size = result;
  return bytes;
}

struct Decoded {
  DecodedSymbols stream;
  std::vector<std::int64_t> values;
  std::vector<std::string> columns;
};

Decoded decoded(const std::vector<std::uint8_t>& bytes, const SequenceModel* model) {
  std::size_t at = 0;
  BitstreamReader reader([&](std::span<std::uint8_t> to) {
    const std::size_t count = std::min(to.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, to.begin());
    at += count;
    return count;
  });
  EXPECT_TRUE(is_symbol_stream(reader.header()));
  Decoded result;
  result.stream = decode_symbol_stream(reader, model, [&](const SymbolTable& chunk) {
    const auto all = chunk.values.values();
    result.values.insert(result.values.end(), all.begin(), all.end());
    result.columns = chunk.columns;
  });
  return result;
}

TEST(Symbols, ABitstreamGivesThemBack) {
  const auto table = canon(200);
  const auto model = learnt(canon(60));
  const std::vector<std::int64_t> truth(table.values.values().begin(), table.values.values().end());
  SymbolBitstream with_model;
  for (const auto* known : {&model, static_cast<const SequenceModel*>(nullptr)}) {
    const auto bytes = encoded(table, known, known != nullptr ? &with_model : nullptr);
    const auto back = decoded(bytes, known);
    EXPECT_TRUE(back.stream.complete) << back.stream.message;
    EXPECT_EQ(back.stream.rows, 200U);
    EXPECT_EQ(back.values, truth);
    EXPECT_EQ(back.columns, table.columns);
    const auto part = decoded({bytes.begin(), bytes.end() - 9}, known);
    EXPECT_FALSE(part.stream.complete);
    EXPECT_LT(part.stream.rows, 200U);
  }
  EXPECT_LT(with_model.bits, 60);  // it knows the loop
  expect_contains(error_of([&] { decoded(encoded(table, &model), nullptr); }),
                  "expected that model");
  auto renamed = canon(60);
  renamed.columns = {"soprano", "bass"};
  const auto other = learnt(renamed);
  expect_contains(error_of([&] { decoded(encoded(table, &model), &other); }),
                  "a model of other alphabets");
  auto holes = table;
  holes.values(7, 1) = SymbolTable::kMissing;
  expect_contains(error_of([&] { encoded(holes, &model); }),
                  "symbols: row 7, column \"lower\": is missing");
}

/// A stream of the same outcomes whose header carries something else.
std::vector<std::uint8_t> forged(const std::vector<std::uint8_t>& bytes,
                                 const std::function<void(std::vector<std::uint8_t>&)>& change) {
  std::size_t at = 0;
  BitstreamReader reader([&](std::span<std::uint8_t> to) {
    const std::size_t count = std::min(to.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, to.begin());
    at += count;
    return count;
  });
  const auto& header = reader.header();
  BitstreamOptions options;
  options.coder = header.coder;
  options.caller_header = header.caller_header;
  change(options.caller_header);
  return encode_sequence(decode_sequence(bytes).outcomes, header.num_outcomes, header.locations,
                         options);
}

TEST(Symbols, ABitstreamHoldsWhatItsHeaderSays) {
  const auto bytes = encoded(canon(100), nullptr);
  EXPECT_TRUE(decoded(forged(bytes, [](auto&) {}), nullptr).stream.complete);
  const auto more = decoded(forged(bytes, [](auto& header) { ++header[16]; }), nullptr).stream;
  EXPECT_EQ(more.rows, 100U);
  EXPECT_FALSE(more.complete);
  EXPECT_EQ(more.message, "bitstream: expected 101 rows, as its header says, got 100");
  expect_contains(
      error_of([&] { decoded(forged(bytes, [](auto& header) { header.push_back(0); }), nullptr); }),
      "bitstream: header of the data: goes on after the alphabets");
}

TEST(Symbols, ABitstreamCarriesTheLargestSymbol) {
  const auto table = column({std::numeric_limits<std::int64_t>::max(), 0, 5, 0});
  const auto back = decoded(encoded(table, nullptr), nullptr);
  EXPECT_TRUE(std::ranges::equal(back.values, table.values.values()));
}

TEST(Symbols, EncodingTellsHowFarItIsAndMayBeStopped) {
  const auto table = canon(50);
  const auto model = learnt(canon(60));
  const ByteSink nowhere = [](std::span<const std::uint8_t>) {};
  std::size_t reports = 0;
  const Progress stop = [&](std::string_view, std::size_t done, std::size_t total) {
    EXPECT_EQ(total, 50U);
    EXPECT_EQ(done, reports % 7 + 1);
    if (++reports % 7 == 0) throw Interrupted();
  };
  EXPECT_THROW(encode_symbol_stream(model, table, true, nowhere, stop), Interrupted);
  EXPECT_THROW(encode_symbol_stream(table, nowhere, stop), Interrupted);
  EXPECT_EQ(reports, 14U);
}

TEST(Symbols, AFileKeepsAllOfThem) {
  const auto model = learnt(canon(60));
  const auto bytes = encode_model(model);
  const auto again = parse_model_as<SequenceModel>(bytes, "t.rgm");
  EXPECT_TRUE(symbol_codec(again.front_end) == symbol_codec(model.front_end));
  EXPECT_TRUE(again.tree == model.tree);
  EXPECT_EQ(again.structure, model.structure);
  EXPECT_EQ(encode_model(again), bytes);
  const auto nameless = learnt(column({1, 2, 3, 1, 2, 3, 1, 2, 3}));
  const auto kept = parse_model_as<SequenceModel>(encode_model(nameless), "t.rgm");
  EXPECT_TRUE(symbol_codec(kept.front_end) == symbol_codec(nameless.front_end));
  expect_contains(error_of([&] { generate_film(model, 3, 1, {}, {}); }),
                  "expected a model of films, got one of symbols");
}

}  // namespace
}  // namespace rgm
