#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdint>
#include <string>

#include "edited_file.h"
#include "rgm/storage/model_file.h"

// Models of symbols that HDF5 finds whole but that are not what a reader expects.

namespace rgm {
namespace {

using namespace test;

const KeptFile kKept{"symbols_v3.rgm",
                     [](const fs::path& path) { read_model_as<SequenceModel>(path); }};

TEST(Hdf5Symbols, NamesWhatIsMissing) {
  const auto without = [](const char* path) {
    return kKept.error_after([&](hid_t file) { H5Ldelete(file, path, H5P_DEFAULT); });
  };
  expect_contains(without("/symbols"), "/codec: missing");  // neither of films nor of symbols
  expect_contains(without("/symbols/columns"), "/symbols/columns: missing");
  expect_contains(without("/symbols/alphabets"), "/symbols/alphabets: missing");
  expect_contains(without("/symbols/alphabets/000"), "/symbols/alphabets/000: missing");
  expect_contains(without("/symbols/alphabets/001"),
                  "/symbols: symbols: names of the columns: expected none or 1, got 2");
}

TEST(Hdf5Symbols, RefusesOtherAlphabets) {
  const auto with_first = [](std::uint64_t value) {
    return kKept.error_with_first<std::uint64_t>("/symbols/alphabets/000", H5T_NATIVE_UINT64,
                                                 value);
  };
  expect_contains(with_first(62), "/symbols: symbols: column \"pitch\": expected different");
  expect_contains(with_first(100), "ascending");
  expect_contains(with_first(std::uint64_t{1} << 63),
                  "/symbols/alphabets/000: expected symbols below 2^63");
  expect_contains(kKept.error_after([](hid_t file) {
    replace(file, "/symbols/alphabets/001", H5T_STD_U64LE, {1});
  }),
                  "/symbols/alphabets/001: no values are stored");
  expect_contains(kKept.error_after([](hid_t file) {
    replace(file, "/symbols/alphabets/001", H5T_STD_U64LE, {0});
  }),
                  "expected 1 to 65534 symbols, got 0");
  expect_contains(kKept.error_after([](hid_t file) {
    replace(file, "/symbols/alphabets/001", H5T_IEEE_F64LE, {2});
  }),
                  "/symbols/alphabets/001");
}

}  // namespace
}  // namespace rgm
