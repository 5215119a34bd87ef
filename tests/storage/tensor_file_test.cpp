#include "rgm/storage/tensor_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "media/media_test_support.h"
#include "storage/tensor_header.h"

namespace rgm {
namespace {

using namespace test;

Bytes small_file() {
  TensorWriter writer;
  writer.put("format", "a text\nof two lines, \"quoted\", with a \\ and é");
  writer.put("half", std::vector<double>{1, -0.5, 65504, -0.0});
  writer.put("whole", std::vector<std::uint32_t>{1, 2, 4'000'000'000U});
  const std::vector<float> table{1, 2, 0.1F, 4, 5, 6};
  writer.put("table", std::span<const float>(table), {2, 3});
  return writer.bytes();
}

/// A file with this header, its length before it and `data` behind it.
Bytes with_header(const std::string& header, const Bytes& data = {}) {
  Bytes bytes;
  for (int shift = 0; shift < 64; shift += 8)
    bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{header.size()} >> shift));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

std::string header_of(const Bytes& file) {
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  return {file.begin() + 8, file.begin() + 8 + static_cast<std::ptrdiff_t>(length)};
}

/// The error of a file whose checksums are set right, if they have places.
std::string error(const Bytes& bytes) {
  return error_of([&] { TensorFile::in(bytes); });
}

/// The error of a small file in whose header `from` is `to`, with the checksums set right if that
/// is possible.
std::string error_with(const std::string& from, const std::string& to) {
  const auto file = small_file();
  auto header = header_of(file);
  const auto at = header.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  header.replace(at, from.size(), to);
  const Bytes data(file.begin() + 8 + static_cast<std::ptrdiff_t>(header_of(file).size()),
                   file.end());
  return error(storage::with_right_checksums(with_header(header, data)));
}

TEST(TensorFile, ReadsWhatWasWritten) {
  const auto bytes = small_file();
  const auto file = TensorFile::in(bytes);
  EXPECT_EQ(file.texts().find("format")->second,
            "a text\nof two lines, \"quoted\", with a \\ and é");
  EXPECT_EQ(file.arrays().find("half")->second.type, ElementType::kF16);
  const auto half = file.read<double>("half");
  EXPECT_EQ(half, (std::vector<double>{1, -0.5, 65504, 0}));
  EXPECT_TRUE(std::signbit(half[3]));
  EXPECT_EQ(file.read<std::uint32_t>("whole"), (std::vector<std::uint32_t>{1, 2, 4'000'000'000U}));
  EXPECT_EQ(file.arrays().find("table")->second.type, ElementType::kF32);
  EXPECT_EQ(file.arrays().find("table")->second.shape, (std::vector<std::size_t>{2, 3}));
  for (const auto& [name, array] : file.arrays())
    EXPECT_EQ((array.bytes.data() - bytes.data()) % 64, 0) << name;
}

RC_GTEST_PROP(TensorFile, KeepsEveryNumber, (const std::vector<std::uint64_t>& bits)) {
  std::vector<double> numbers;
  for (const auto b : bits) {
    const auto number = std::bit_cast<double>(b);
    if (!std::isnan(number)) numbers.push_back(number);
    numbers.push_back(static_cast<double>(static_cast<float>(b % 1000)) / 8);
    numbers.push_back(static_cast<float>(static_cast<double>(b) / 3));
  }
  const std::vector<float> floats(numbers.begin(), numbers.end());
  TensorWriter writer;
  writer.put("doubles", numbers);
  writer.put("floats", floats);
  const auto bytes = writer.bytes();
  const auto file = TensorFile::in(bytes);
  RC_ASSERT(file.read<double>("doubles") == numbers);
  RC_ASSERT(file.read<float>("floats") == floats);
}

TEST(TensorFile, KeepsFloatsInTheFewestBytes) {
  const auto type_of = [](std::vector<double> values) {
    TensorWriter writer;
    writer.put("a", values);
    const auto bytes = writer.bytes();
    return TensorFile::in(bytes).arrays().find("a")->second.type;
  };
  EXPECT_EQ(type_of({1, 2, 0.25, 0x1p-24, 65504, -INFINITY}), ElementType::kF16);
  EXPECT_EQ(type_of({65520}), ElementType::kF32);
  EXPECT_EQ(type_of({0x1p-25}), ElementType::kF32);
  EXPECT_EQ(type_of({std::numeric_limits<float>::max()}), ElementType::kF32);
  EXPECT_EQ(type_of({0.1}), ElementType::kF64);
  EXPECT_EQ(type_of({1e300}), ElementType::kF64);
}

TEST(TensorFile, ReadsAsNoOtherType) {
  const auto bytes = small_file();
  const auto file = TensorFile::in(bytes);
  expect_contains(error_of([&] { file.read<double>("none"); }), "none: missing");
  expect_contains(error_of([&] { file.read<double>("whole"); }),
                  "whole: expected values of type F64, found U32");
  expect_contains(error_of([&] { file.read<std::uint64_t>("whole"); }), "whole: expected");
  expect_contains(error_of([&] { file.read<std::uint32_t>("half"); }), "found F16");
  std::vector<float> few(2);
  expect_contains(error_of([&] { file.read_into<float>("table", few); }), "room for 6 values");
}

TEST(TensorFile, WritesNothingThatItWouldNotRead) {
  TensorWriter writer;
  for (const char* name : {"", "A", "a/b", "a-pad", "é"}) {
    expect_contains(error_of([&] { writer.put(name, "text"); }), "name");
    expect_contains(error_of([&] { writer.put(name, std::vector<double>{1}); }), "name");
  }
  const std::vector<double> values(6);
  expect_contains(error_of([&] {
                    writer.put("a", std::span<const double>(values), {2, 2});
                  }),
                  "a: expected one axis or two");
  writer.put("a", "\033[2J");
  expect_contains(error_of([&] { writer.bytes(); }), "a: expected UTF-8 text without control");
}

// Kinds of malformed safetensors, each of which a reader somewhere has been hurt by.
TEST(TensorFile, RefusesMalformedHeaders) {
  const auto kSmall = small_file();
  expect_contains(error({}), "not a model file: 0 bytes");
  expect_contains(error(Bytes(7)), "not a model file: 7 bytes");
  expect_contains(error(Bytes(8)), "not a model file: 8 bytes");
  expect_contains(error(Bytes(100, 0xFF)), "expected a header of at most");
  expect_contains(error(with_header("[]")), "expected a header in JSON");
  expect_contains(error(with_header("{}")), "seal: missing");
  const auto sealed = [](const std::string& header) {
    return error(storage::with_right_checksums(with_header(header)));
  };
  const std::string kSeal = R"("seal":"00000000")";
  expect_contains(sealed("{" + kSeal), "expected \"__metadata__\"");
  expect_contains(sealed("{\"__metadata__\":" + kSeal), "expected :{");
  expect_contains(sealed("{\"__metadata__\":{" + kSeal + "}"), "expected }");
  expect_contains(sealed("{\"__metadata__\":{" + kSeal + "}}"), "canonical form");
  expect_contains(sealed("{\"__metadata__\":{" + kSeal + ",\"a\":\"b"), "the end of a text");
  expect_contains(sealed("{\"__metadata__\":{" + kSeal + ",\"a\":1}}"), "expected \"");
  expect_contains(sealed("{\"__metadata__\":{" + kSeal + "," + kSeal + "}}"), "each text once");
  expect_contains(sealed(std::string(200, '{') + kSeal), "expected \"__metadata__\"");
  auto longer = kSmall;
  longer.push_back(0);
  expect_contains(error(longer), "bytes of arrays, found");
  auto shorter = kSmall;
  shorter.pop_back();
  expect_contains(error(shorter), "truncated: ");
  shorter.resize(40);
  expect_contains(error(shorter), "truncated: expected a header of");
  auto hdf5 = kSmall;
  std::memcpy(hdf5.data(), "\211HDF\r\n\032\n", 8);
  expect_contains(error(hdf5), "an HDF5 file, not a model file");
}

TEST(TensorFile, RefusesOtherArraysThanItsOwn) {
  const std::string half = R"("half":{"dtype":"F16","shape":[4],"data_offsets":[0,8]})";
  expect_contains(error_with(half, half + "," + half), "expected each array once");
  expect_contains(error_with("\"dtype\":\"F16\"", "\"dtype\":\"BF16\""), "dtype: expected U8");
  expect_contains(error_with("\"dtype\":\"F16\"", "\"dtype\":\"I32\""), "dtype: expected U8");
  expect_contains(error_with("[4]", "[]"), "expected a whole number");
  expect_contains(error_with("[4]", "[-4]"), "expected a whole number");
  expect_contains(error_with("[4]", "[4.0]"), "expected ]");
  expect_contains(error_with("[4]", "[1e3]"), "expected ]");
  expect_contains(error_with("[4]", "[18446744073709551616]"), "a whole number below 2^64");
  expect_contains(error_with("[4]", "[18446744073709551615]"), "more values than memory can hold");
  expect_contains(error_with("[4]", "[4294967296,4294967296]"), "more values than memory can hold");
  expect_contains(error_with("[4]", "[1,2,2]"), "expected one axis or two");
  expect_contains(error_with("[4]", "[5]"), "half: data_offsets: expected 0 and 10 bytes more");
  expect_contains(error_with("[4]", "[04]"), "expected its canonical form");
  expect_contains(error_with("[4]", "[ 4]"), "expected a whole number");
  expect_contains(error_with("[0,8]", "[8,0]"), "half: data_offsets: expected 0");
  expect_contains(error_with("[0,8]", "[0,64]"), "half: data_offsets");
  expect_contains(error_with("[64,88]", "[0,24]"), "data_offsets: expected 64");   // overlaps
  expect_contains(error_with("[64,88]", "[72,96]"), "data_offsets: expected 64");  // a hole
  expect_contains(error_with("\"half-pad\"", "\"halg-pad\""), "fills up the array before it");
  expect_contains(error_with("\"half-pad\"", "\"half-pbd\""), "expected names of a–z");
  expect_contains(error_with("\"whole\":", "\"Whole\":"), "expected names of a–z");
  expect_contains(error_with("\"whole\":", "\"a\":"), "data_offsets: expected 0");  // not sorted
  expect_contains(error_with(",\"shape\"", ", \"shape\""), "expected ,\"shape\":[");
  expect_contains(error_with("\"format\":", "\"Format\":"), "expected names of a–z");
  expect_contains(error_with("\"format\":", "\"format\": "), "expected \"");
  expect_contains(error_with("a text", "\033[2J"), "format: expected UTF-8 text without control");
  expect_contains(error_with("a text", "\xC0\xAF"), "format: expected UTF-8 text");
  expect_contains(error_with("a text", "\\u0041"), "expected its canonical form");
  expect_contains(error_with("a text", "\\a text"), "expected its canonical form");
  expect_contains(error_with("\"half\":", "\"" + std::string(201, 'a') + "\":"),
                  "expected names of a–z");
}

TEST(TensorFile, RefusesTooManyParts) {
  std::string header = R"({"__metadata__":{"seal":"00000000")";
  for (int i = 0; i < 70'000; ++i) header += ",\"" + std::to_string(i) + "\":\"\"";
  expect_contains(error(storage::with_right_checksums(with_header(header + "}}"))),
                  "expected at most 65536 texts and arrays");
}

TEST(TensorFile, NoticesDamage) {
  const auto whole = small_file();
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const int flip : {1, 0x20, 0x80}) {
      auto bytes = whole;
      bytes[i] ^= static_cast<std::uint8_t>(flip);
      error_of([&] {
        const auto file = TensorFile::in(bytes);
        file.read<double>("half");
        file.read<std::uint32_t>("whole");
        file.read<float>("table");
      });
    }
  auto bytes = whole;
  bytes[whole.size() - 2] ^= 1;
  const auto file = TensorFile::in(bytes);  // the arrays are looked at when they are read
  expect_contains(error_of([&] { file.read<std::uint32_t>("whole"); }), "whole: damaged");
  bytes = whole;
  const auto header = header_of(whole);
  bytes[8 + header.find("of two")] ^= 1;
  expect_contains(error(bytes), "damaged: the checksum is not that of the header");
}

TEST(TensorFile, ForgedChecksumsAreRight) {
  const auto whole = small_file();
  EXPECT_EQ(storage::with_right_checksums(whole), whole);
  auto bytes = whole;
  bytes[whole.size() - 2] ^= 1;
  bytes = storage::with_right_checksums(bytes);
  EXPECT_EQ(TensorFile::in(bytes).read<std::uint32_t>("whole")[2], 4'000'000'000U ^ 0x10000U);
}

TEST(TensorFile, MapsItsFile) {
  const TemporaryFolder folder;
  auto file = TensorFile::open(folder.write("a", small_file()));
  fs::remove(folder / "a");
  const auto moved = std::move(file);
  EXPECT_EQ(moved.read<std::uint32_t>("whole")[1], 2U);
  expect_contains(error_of([&] { TensorFile::open(folder / "a"); }), "a: no such file");
  expect_contains(error_of([&] { TensorFile::open(folder.path()); }), "expected a file");
  expect_contains(error_of([&] { TensorFile::open(folder.write("b", "")); }),
                  "b: not a model file: 0 bytes");
}

TEST(TensorFile, OpensALargeFileAtOnce) {
  const TemporaryFolder folder;
  {
    TensorWriter writer;
    writer.put("large", std::vector<double>(1 << 23, 0.1));
    folder.write("large", writer.bytes());
  }
  const auto start = std::chrono::steady_clock::now();
  const auto file = TensorFile::open(folder / "large");
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(file.arrays().find("large")->second.size(), 1U << 23);
  EXPECT_LT(seconds.count(), 0.02);  // reading 64 MB would take longer
}

}  // namespace
}  // namespace rgm
