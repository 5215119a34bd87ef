#include <gtest/gtest.h>
#include <hdf5.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "edited_file.h"
#include "rgm/storage/model_file.h"

// Models of games that HDF5 finds whole but that are not what a reader expects: what version 3
// added.

namespace rgm {
namespace {

using namespace test;

const KeptFile kKept{"play_v3.rgm", [](const fs::path& path) { read_model_as<PlayModel>(path); }};
constexpr std::uint64_t kHuge = std::uint64_t{1} << 62;

TEST(Hdf5Play, NamesAMissingDataset) {
  for (const auto& path : kKept.datasets())
    expect_contains(
        kKept.error_after([&](hid_t file) { H5Ldelete(file, path.c_str(), H5P_DEFAULT); }),
        path + ": missing");
}

TEST(Hdf5Play, NamesAMissingAttribute) {
  const std::map<std::string, std::vector<const char*>> attributes{
      {"/game", {"name", "rows", "columns", "paddle_speed", "random_start", "spread", "bombs"}},
      {"/spaces/streams/001", {"name", "rows", "columns"}}};
  for (const auto& [path, names] : attributes)
    for (const char* name : names)
      expect_contains(kKept.error_after([&where = path, name](hid_t file) {
        H5Adelete_by_name(file, where.c_str(), name, H5P_DEFAULT);
      }),
                      path + "/" + name + ": missing attribute");
}

TEST(Hdf5Play, NamesAMissingGroup) {
  for (const std::string path : {"/game", "/spaces", "/spaces/streams", "/tree", "/controlled"})
    expect_contains(
        kKept.error_after([&](hid_t file) { H5Ldelete(file, path.c_str(), H5P_DEFAULT); }),
        path + ": missing");
  expect_contains(
      kKept.error_after([](hid_t file) { H5Ldelete(file, "/spaces/streams/000", H5P_DEFAULT); }),
      "/spaces/streams/000: missing");
}

TEST(Hdf5Play, RefusesOtherAttributes) {
  expect_contains(kKept.error_with("/", "kind", std::string("image")),
                  "an image model, expected a game model");
  expect_contains(kKept.error_with("/", "kind", std::string("sequence")),
                  "a sequence model, expected a game model");
  expect_contains(kKept.error_with("/game", "random_start", kHuge),
                  "/game/random_start: attribute: expected 0 or 1");
  for (double bad : {-2.0, 0.5, 1e9, std::numeric_limits<double>::infinity(),
                     std::numeric_limits<double>::quiet_NaN()})
    expect_contains(kKept.error_with("/game", "spread", bad),
                    "/game/spread: expected a whole number from -1 to 65536");
  expect_contains(kKept.error_with("/spaces/streams/000", "rows", kHuge),
                  "stream pixels: expected");
  expect_contains(kKept.error_with("/spaces/streams/001", "name", std::string("pixels")),
                  "expected different names");
}

TEST(Hdf5Play, RefusesForgedSpaces) {
  const auto with_first = [](const std::string& path, std::uint64_t value) {
    return kKept.error_with_first(path, H5T_NATIVE_UINT64, value);
  };
  expect_contains(with_first("/spaces/streams/000/num_symbols", kHuge),
                  "expected 1 to 65535 symbols");
  expect_contains(with_first("/spaces/streams/000/num_symbols", 0), "expected 1 to 65535 symbols");
  expect_contains(with_first("/spaces/streams/003/num_symbols", 5),
                  "expected the environment's 5 outcomes, got 4");
  expect_contains(kKept.error_after([](hid_t file) {
    for (int i = 4; i < 1002; ++i)
      H5Gclose(H5Gcreate2(file, ("/spaces/streams/x" + std::to_string(i)).c_str(), H5P_DEFAULT,
                          H5P_DEFAULT, H5P_DEFAULT));
  }),
                  "/spaces/streams: expected at most 1000, found 1002");
}

TEST(Hdf5Play, RefusesForgedSteps) {
  for (double bad :
       {-1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    expect_contains(kKept.error_with_first("/controlled/counts", H5T_NATIVE_DOUBLE, bad),
                    "/controlled: Transition::set_counts: state 0");
  for (std::uint64_t bad : {kHuge, std::uint64_t{3}})
    expect_contains(kKept.error_with_first("/controlled/next_states", H5T_NATIVE_UINT64, bad),
                    "expected states below 3");
  for (std::uint64_t bad : {kHuge, std::uint64_t{2}})
    expect_contains(kKept.error_with_first("/controlled/paths", H5T_NATIVE_UINT64, bad),
                    "a path below 2");
  expect_contains(kKept.error_with_first("/controlled/num_arcs", H5T_NATIVE_UINT64, kHuge),
                  "/controlled/next_states: expected more than 3");
  expect_contains(kKept.error_after([](hid_t file) {
    replace(file, "/controlled/num_arcs", H5T_STD_U64LE, {hsize_t{1} << 40});
  }),
                  "more than the file can hold");
}

}  // namespace
}  // namespace rgm
