#include "rgm/compression/bitstream.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>

#include "rgm/base/crc32.h"
#include "rgm/base/error.h"
#include "rgm/compression/model_checksum.h"
#include "rgm/learning/kinds_learning.h"
#include "rgm/structure/sequence_structure.h"
#include "support/random_clip.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

constexpr std::size_t kModalities = 16;

std::vector<std::size_t> sevens() { return std::vector<std::size_t>(kModalities, 7); }

/// The model of the kept numbers, whatever the defaults become.
SequenceStructureOptions kept_options() {
  SequenceStructureOptions options;
  options.outcome_concentration = options.state_concentration = options.path_concentration =
      options.restart_concentration = 1.0 / 16;
  return options;
}

bool begins_with(const Outcomes& whole, const Outcomes& part) {
  if (part.items() > whole.items() || (part.items() > 0 && part.modalities() != whole.modalities()))
    return false;
  for (std::size_t t = 0; t < part.items(); ++t)
    if (!std::ranges::equal(part.item(t), whole.item(t))) return false;
  return true;
}

void expect_complete(const DecodeResult& result, const Outcomes& outcomes) {
  RC_ASSERT(result.message.empty());
  RC_ASSERT(result.complete);
  RC_ASSERT(result.outcomes.items() == outcomes.items());
  RC_ASSERT(begins_with(outcomes, result.outcomes));
}

RC_GTEST_PROP(Bitstream, SequencesComeBack, (std::uint32_t seed)) {
  Random random(seed);
  const auto hierarchy = test::random_sequence_tree(random);
  const auto outcomes = test::even_clip(random, hierarchy, random.index(50));
  BitstreamOptions options;
  options.chunk_steps = random.index(65);
  options.coder.kinds = random.index(2) == 0;
  options.caller_header.assign(random.index(300), 42);
  expect_complete(decode_sequence(encode_sequence(outcomes, hierarchy, options), &hierarchy),
                  outcomes);

  const auto film = test::scene(random.index(60), kModalities, 0.1, seed);
  options.coder = {.kinds = true, .ordered = random.index(2) == 0};
  expect_complete(
      decode_sequence(encode_sequence(film, sevens(), test::places(kModalities), options)), film);
}

TEST(Bitstream, ReaderYieldsChunksAndHeader) {
  const auto film = test::scene(40, kModalities, 0.1, 1);
  std::vector<std::uint8_t> bytes;
  BitstreamOptions options;
  options.caller_header = {1, 2, 3};
  options.chunk_steps = 16;
  BitstreamWriter writer([&](auto part) { bytes.insert(bytes.end(), part.begin(), part.end()); },
                         sevens(), test::places(kModalities), options);
  for (std::size_t t = 0; t < film.items(); ++t) writer.push(film, t);
  writer.finish();
  EXPECT_EQ(writer.bytes(), bytes.size());
  EXPECT_EQ(writer.coder().steps(), 40U);
  EXPECT_THROW(writer.push(film, 0), Error);
  EXPECT_THROW(writer.finish(), Error);

  std::size_t at = 0;
  BitstreamReader reader([&](std::span<std::uint8_t> to) {
    const std::size_t count = std::min(to.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, to.begin());
    at += count;
    return count;
  });
  EXPECT_TRUE(reader.header().grows);
  EXPECT_EQ(reader.header().num_outcomes, sevens());
  EXPECT_EQ(reader.header().locations.size(), kModalities);
  EXPECT_EQ(reader.header().caller_header, options.caller_header);
  EXPECT_THROW(reader.use_model(Hierarchy{}), Error);
  std::vector<std::size_t> sizes;
  Outcomes chunk;
  while (reader.read(chunk)) sizes.push_back(chunk.items());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{16, 16, 8}));
  EXPECT_TRUE(reader.complete());
  EXPECT_FALSE(reader.read(chunk));
  EXPECT_EQ(at, bytes.size());
}

TEST(Bitstream, TruncatedStreamsDecodeUpToTheEnd) {
  const auto film = test::scene(30, kModalities, 0.1, 1);
  BitstreamOptions options;
  options.chunk_steps = 4;
  const auto bytes = encode_sequence(film, sevens(), test::places(kModalities), options);
  std::size_t most = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    try {
      const auto result = decode_sequence(std::span(bytes).first(size));
      EXPECT_FALSE(result.complete);
      EXPECT_FALSE(result.message.empty());
      EXPECT_TRUE(begins_with(film, result.outcomes));
      EXPECT_GE(result.outcomes.items(), most);
      most = result.outcomes.items();
    } catch (const Error& error) {
      EXPECT_NE(std::string_view(error.what()).find("header: truncated"), std::string_view::npos);
    }
  }
  EXPECT_EQ(most, 30U);  // all but the end
}

TEST(Bitstream, DamageIsFound) {
  const auto film = test::scene(30, kModalities, 0.1, 1);
  BitstreamOptions options;
  options.chunk_steps = 4;
  const auto bytes = encode_sequence(film, sevens(), test::places(kModalities), options);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (int bit = 0; bit < 8; bit += 3) {
      auto damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ (1U << bit));
      try {
        const auto result = decode_sequence(damaged);
        EXPECT_FALSE(result.complete) << i;
        EXPECT_NE(result.message.find("bitstream: after step "), std::string::npos);
        EXPECT_TRUE(begins_with(film, result.outcomes)) << i;
      } catch (const Error&) {
      }
    }
}

/// The bytes of a stream with the checksum of its header, which ends before `end`, made right.
void seal_header(std::vector<std::uint8_t>& bytes, std::size_t end) {
  const auto sum = crc32(std::span(bytes).first(end));
  for (std::size_t i = 0; i < 4; ++i) bytes[end + i] = static_cast<std::uint8_t>(sum >> (8 * i));
}

TEST(Bitstream, ForgedSizesAreRefused) {
  const auto bytes = encode_sequence(Outcomes(0, 1), {7}, {{0, 0}});
  constexpr std::size_t kCallerSize = 11, kModalitiesAt = 12, kEnd = 23;
  auto forged = bytes;
  for (std::size_t i = 0; i < 8; ++i)
    forged[kCallerSize + i] = 0xFF;  // a caller's header of 2^62 bytes
  EXPECT_THROW(decode_sequence(forged), FileError);
  forged = bytes;
  forged[kModalitiesAt] = 0xFF;
  forged[kModalitiesAt + 1] = 0xFF;
  forged[kModalitiesAt + 2] = 0x7F;
  EXPECT_THROW(decode_sequence(forged), FileError);
  forged = bytes;
  seal_header(forged, kEnd);
  EXPECT_EQ(forged, bytes);
  forged[8] = 3;  // a newer version
  seal_header(forged, kEnd);
  EXPECT_THROW(decode_sequence(forged), FileError);
  forged[8] = 2;
  forged[9] = 7;
  seal_header(forged, kEnd);
  EXPECT_THROW(decode_sequence(forged), FileError);
  for (const int flags : {0, 2, 4, 255}) {  // that there are not, or a growing stream without kinds
    forged = bytes;
    forged[10] = static_cast<std::uint8_t>(flags);
    seal_header(forged, kEnd);
    EXPECT_THROW(decode_sequence(forged), FileError);
  }
  forged = bytes;  // a place that is none
  forged[kEnd - 1] = 0x7F;
  forged[kEnd - 2] = 0x80;
  seal_header(forged, kEnd);
  EXPECT_THROW(decode_sequence(forged), FileError);
}

TEST(Bitstream, ModelMustBeTheSame) {
  Random random(5);
  const auto hierarchy = test::random_sequence_tree(random);
  const auto outcomes = test::clip_of_model(random, hierarchy, 10);
  const auto bytes = encode_sequence(outcomes, hierarchy);
  EXPECT_THROW(decode_sequence(bytes), Error);
  auto other = hierarchy;
  other.initial_state_counts[0] += 1e-12;
  EXPECT_THROW(decode_sequence(bytes, &other), Error);
  EXPECT_TRUE(decode_sequence(bytes, &hierarchy).complete);
  const auto part = decode_sequence(bytes, &hierarchy, 3);
  EXPECT_EQ(part.outcomes.items(), 3U);
  EXPECT_FALSE(part.complete);
}

TEST(Bitstream, Errors) {
  const auto sink = [](auto) {};
  BitstreamOptions options;
  options.chunk_steps = 1025;
  EXPECT_THROW(BitstreamWriter(sink, {7}, {{0, 0}}, options), Error);
  options.chunk_steps = 65;
  EXPECT_THROW(BitstreamWriter(sink, std::vector<std::size_t>(1025, 2), std::vector<Location>(1025),
                               options),
               Error);
  EXPECT_THROW(BitstreamWriter(sink, std::vector<std::size_t>{}, {}), Error);
  EXPECT_THROW(BitstreamWriter(sink, {7}, {{0, 1e300}}), Error);
  EXPECT_THROW(BitstreamWriter(sink, {7}, {}), Error);
  EXPECT_THROW(
      BitstreamWriter(sink, std::vector<std::size_t>(1 << 17, 2), std::vector<Location>(1 << 17)),
      Error);
  EXPECT_THROW(BitstreamWriter(sink, std::vector<std::size_t>(1 << 10, 65534),
                               std::vector<Location>(1 << 10)),
               Error);
  // Tables of kinds for 5 · 65530 outcomes: a header of a few bytes must not take that much.
  EXPECT_THROW(BitstreamWriter(sink, {65530, 65531, 65532, 65533, 65534}, std::vector<Location>(5)),
               Error);
  BitstreamWriter writer(sink, {7}, {{0, 0}});
  EXPECT_THROW(writer.push(Outcomes(1, 1), 0), Error);  // missing
  EXPECT_THROW(decode_sequence({}), FileError);
}

TEST(ModelChecksum, TellsKindsApart) {
  const std::vector films{test::scene(20, 2, 0.1, 1)};
  Hierarchy model = grow_from_sequences(films, {7, 7}, test::places(2), {});
  const auto without = model_checksum(model);
  std::set<std::uint64_t> seen{without};
  const auto differs = [&](const char* what) {
    EXPECT_TRUE(seen.insert(model_checksum(model)).second) << what;
  };
  model.kinds = make_kinds({7, 7}, {{0}, {1}}, true);
  differs("kinds");
  model.kinds.options.strength = 17;
  differs("strength");
  model.kinds.options.order = 1;
  differs("order");
  model.kinds.options.link_stay = 0.75;
  differs("link_stay");
  std::swap(model.kinds.cells[0], model.kinds.cells[1]);
  differs("cells");
  auto& table = model.kinds.tables[0];
  table.ordered = false;
  differs("ordered");
  table.after_last[3].add(4, std::vector<double>(6, 1));
  differs("after one outcome");
  for (const std::size_t pair : {5, 40, 3}) {
    table.after_two[pair].add(4, std::vector<double>(6, 1));
    differs("after two outcomes");
  }
  model.kinds.frequencies[1][2] = 1;
  differs("frequencies");
  model.kinds.chain(1, 2) = 1;
  differs("chain");
  model.kinds.options.memory = 1;
  model.kinds.memory.resize(1);
  differs("memory");
  model.kinds.memory[0][5].add(1, std::vector<double>{1});
  differs("what is remembered");
  const auto all = model_checksum(model);
  table.after_two.rehash(1000);  // in another order
  EXPECT_EQ(model_checksum(model), all);
  model.kinds = {};
  EXPECT_EQ(model_checksum(model), without);
}

// Every machine and compiler writes these bytes: what changes them needs a new `kBitstreamVersion`.
TEST(Bitstream, BytesAreTheSameEverywhere) {
  constexpr std::size_t kWide = 64;
  const auto film = test::scene(300, kWide, 0.1, 1);
  const std::vector<std::size_t> outcomes(kWide, 7);
  const auto growing = encode_sequence(film, outcomes, test::places(kWide));
  EXPECT_EQ(growing.size(), 1183U);
  EXPECT_EQ(crc32(growing), 0x8DC0DCA5U);

  const auto model =
      grow_from_sequences(std::span(&film, 1), outcomes, test::places(kWide), kept_options());
  EXPECT_EQ(model_checksum(model), 0x34D6E16B5007EEA4U);
  auto noisy = film;
  Random random(2);
  for (std::size_t t = 0; t < noisy.items(); ++t)
    for (auto& o : noisy.item(t))
      if (random.uniform() < 0.03) o.token = static_cast<std::uint16_t>(random.index(7));
  const auto with_model = encode_sequence(noisy, model);
  EXPECT_EQ(with_model.size(), 629U);
  EXPECT_EQ(crc32(with_model), 0xFF3A239CU);

  auto with_kinds = model;
  std::vector<std::vector<std::size_t>> cells(kWide / 4);  // `test::places`
  for (std::size_t g = 0; g < kWide; ++g) cells[g / 4].push_back(g);
  with_kinds.kinds = make_kinds(outcomes, cells, true, {.strength = 16});
  learn_kinds(with_kinds.kinds, std::span(&film, 1));
  const auto with_both = encode_sequence(noisy, with_kinds);
  EXPECT_EQ(with_both.size(), 628U);
  EXPECT_EQ(crc32(with_both), 0x175B3F6AU);
}

TEST(Checksum, IsThatOfZipFiles) {
  constexpr std::string_view kDigits = "123456789";
  std::vector<std::uint8_t> bytes(kDigits.begin(), kDigits.end());
  EXPECT_EQ(crc32(bytes), 0xCBF43926U);
  EXPECT_EQ(crc32(std::span(bytes).subspan(4), crc32(std::span(bytes).first(4))), 0xCBF43926U);
}

}  // namespace
}  // namespace rgm
