#include <gtest/gtest.h>
#include <hdf5.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "edited_file.h"
#include "rgm/storage/model_file.h"

// Sequence models that HDF5 finds whole but that are not what a reader expects: what version 2
// added.

namespace rgm {
namespace {

using namespace test;

const KeptFile kKept{"sequence_v2.rgm",
                     [](const fs::path& path) { read_model_as<SequenceModel>(path); }};
const std::string kFactor = "/tree/levels/000/factors/001", kRoot = "/tree/levels/001/factors/000";

std::string with_first(const std::string& path, hid_t type, auto value) {
  return kKept.error_with_first(path, type, value);
}

TEST(Hdf5Sequence, NamesAMissingDataset) {
  EXPECT_EQ(kKept.datasets().size(), 49U);
  for (const auto& path : kKept.datasets())
    expect_contains(
        kKept.error_after([&](hid_t file) { H5Ldelete(file, path.c_str(), H5P_DEFAULT); }),
        path + ": missing");
}

TEST(Hdf5Sequence, NamesAMissingAttribute) {
  const std::map<std::string, std::vector<const char*>> attributes{
      {"/", {"kind", "frames_per_second", "structure"}},
      {"/codec", {"basis", "frames_per_voxel", "max_fit_pictures"}},
      {"/tree", {"restart_concentration"}},
      {kFactor, {"stream"}}};
  for (const auto& [path, names] : attributes)
    for (const char* name : names)
      expect_contains(kKept.error_after([&where = path, name](hid_t file) {
        H5Adelete_by_name(file, where.c_str(), name, H5P_DEFAULT);
      }),
                      (path == "/" ? path : path + "/") + name + ": missing attribute");
}

TEST(Hdf5Sequence, NamesAMissingGroup) {
  for (const std::string path : {"/codec", "/tree", "/tree/levels"})
    expect_contains(
        kKept.error_after([&](hid_t file) { H5Ldelete(file, path.c_str(), H5P_DEFAULT); }),
        path + ": missing");
  expect_contains(kKept.error_after([](hid_t file) {
    H5Ldelete(file, (kFactor + "/sparse_counts").c_str(), H5P_DEFAULT);
  }),
                  kFactor + "/likelihood_counts: missing");
  expect_contains(kKept.error_after([](hid_t file) {
    H5Ldelete(file, (kFactor + "/transition").c_str(), H5P_DEFAULT);
  }),
                  "level 0, factor 1: transition: expected one");
}

TEST(Hdf5Sequence, RefusesOtherAttributes) {
  using Number = std::uint64_t;
  const Number huge = Number{1} << 62;
  expect_contains(kKept.error_with("/", "kind", std::string("images")),
                  "a.rgm: /kind: unknown word");
  expect_contains(kKept.error_with("/", "kind", std::string("image")),
                  "an image model, expected a sequence model");
  expect_contains(kKept.error_with("/", "format_version", Number{4}),
                  "format version 4 is newer than this program reads");
  expect_contains(kKept.error_with("/", "format_version", Number{1}),
                  "an image model, expected a sequence model");
  expect_contains(kKept.error_with("/codec", "basis", std::string("sines")),
                  "/codec/basis: unknown word");
  expect_contains(kKept.error_with("/codec", "frames_per_voxel", Number{3}),
                  "expected 1 or 3 for each of 3 frames");
  expect_contains(kKept.error_with("/codec", "frames_per_voxel", Number{0}),
                  "expected 1 or 3 for each of 0 frames");
  expect_contains(kKept.error_with("/codec", "channels", huge),
                  "/codec/channels: expected at most 3072");
  expect_contains(kKept.error_with(kFactor.c_str(), "stream", huge),
                  kFactor + "/stream: expected at most 1000");
  expect_contains(kKept.error_with("/tree/levels/000", "time_scale", huge),
                  "/time_scale: expected at most 65536");
  for (double bad :
       {-1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    expect_contains(kKept.error_with("/", "frames_per_second", bad),
                    "frames_per_second: expected a finite value");
    expect_contains(kKept.error_with("/tree", "restart_concentration", bad),
                    "restart_concentration: expected a finite");
  }
}

TEST(Hdf5Sequence, RefusesPicturesTooLargeForTheModes) {
  expect_contains(kKept.error_after([](hid_t file) {
    const std::uint64_t side = 1024;
    const double spacing = 512;
    for (const char* name : {"prepared_height", "prepared_width"})
      set(file, "/codec", name, H5T_NATIVE_UINT64, &side);
    set(file, "/codec", "tile_spacing", H5T_NATIVE_DOUBLE, &spacing);
  }),
                  "/codec/tiles: too few modes for pictures of");
}

TEST(Hdf5Sequence, RefusesForgedSparseCounts) {
  const std::string part = kRoot + "/sparse_counts";
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 62;
  for (double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1.0})
    expect_contains(with_first(part + "/counts", H5T_NATIVE_DOUBLE, bad),
                    "likelihood_counts: expected finite counts");
  for (std::uint64_t bad : {kHuge, std::uint64_t{11}})
    expect_contains(with_first(part + "/rows", H5T_NATIVE_UINT64, bad),
                    part + "/rows: state 0: expected ascending rows below 11, got");
  expect_contains(with_first(part + "/rows", H5T_NATIVE_UINT64, std::uint64_t{3}),
                  "ascending rows below 11, got 3");
  expect_contains(with_first(part + "/num_counts", H5T_NATIVE_UINT64, kHuge),
                  part + "/rows: expected more than 5");
  expect_contains(with_first(part + "/num_counts", H5T_NATIVE_UINT64, std::uint64_t{1}),
                  "rows: expected 1, found 5");
  const auto replaced = [&](const char* name, hid_t type, const std::vector<hsize_t>& shape) {
    return kKept.error_after([&](hid_t file) {
      replace(file, part + "/" + name, type, shape,
              [](hid_t p) { H5Pset_alloc_time(p, H5D_ALLOC_TIME_EARLY); });
    });
  };
  expect_contains(replaced("counts", H5T_IEEE_F64LE, {4}), part + "/counts: expected 5, found 4");
  expect_contains(replaced("num_counts", H5T_STD_U64LE, {0}), part + "/rows: expected 0, found 5");
  expect_contains(replaced("rows", H5T_STD_U64LE, {5, 1}),
                  part + "/rows: expected an array of 1 axes, found 2");
  const auto believed = [&](const char* name, hid_t type, hsize_t size) {
    return kKept.error_after([&](hid_t file) { replace(file, part + "/" + name, type, {size}); });
  };
  expect_contains(believed("num_counts", H5T_STD_U64LE, hsize_t{1} << 40),
                  "more than the file can hold");
  expect_contains(believed("rows", H5T_STD_U64LE, 100), "no values are stored");
}

TEST(Hdf5Sequence, RefusesForgedArcs) {
  const std::string part = kFactor + "/transition";
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 62;
  for (double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1.0})
    expect_contains(with_first(part + "/counts", H5T_NATIVE_DOUBLE, bad),
                    part + ": Transition::set_counts: state 0");
  expect_contains(with_first(part + "/next_states", H5T_NATIVE_UINT64, kHuge),
                  "expected states below 3");
  expect_contains(with_first(part + "/paths", H5T_NATIVE_UINT64, std::uint64_t{2}),
                  "a path below 2");
  expect_contains(with_first(part + "/num_arcs", H5T_NATIVE_UINT64, kHuge),
                  "next_states: expected more than 3");
  expect_contains(with_first(part + "/num_arcs", H5T_NATIVE_UINT64, std::uint64_t{1}),
                  "next_states: expected 2, found 3");
  expect_contains(kKept.error_after([&](hid_t file) {  // the same arc twice
    const std::vector<std::uint64_t> next{1, 1, 0}, paths{0, 0, 1};
    for (const auto& [name, values] : std::map<std::string, std::vector<std::uint64_t>>{
             {part + "/next_states", next}, {part + "/paths", paths}}) {
      const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
      H5Dwrite(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      H5Dclose(dataset);
    }
  }),
                  part + ": state 0: expected distinct arcs");
  expect_contains(kKept.error_after([&](hid_t file) {
    replace(file, part + "/paths", H5T_STD_U64LE, {2},
            [](hid_t p) { H5Pset_alloc_time(p, H5D_ALLOC_TIME_EARLY); });
  }),
                  part + ": expected as many paths and counts as next_states, found 2, 3 and 3");
}

TEST(Hdf5Sequence, RefusesOutcomesThatDoNotFit) {
  const std::string modalities = "/tree/levels/000/modalities/num_outcomes";
  expect_contains(with_first(modalities, H5T_NATIVE_UINT64, std::uint64_t{1} << 62),
                  "/tree/levels/000/factors/000/likelihood_counts: expected more than 5 rows");
  expect_contains(kKept.error_after([&](hid_t file) {
    const std::vector<std::uint64_t> outcomes{5, std::uint64_t{1} << 62, 70'000};
    const hid_t dataset = H5Dopen2(file, modalities.c_str(), H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, outcomes.data());
    H5Dclose(dataset);
  }),
                  kFactor + ": Likelihood: modality 0: expected 1 to 4294967295 outcomes");
}

}  // namespace
}  // namespace rgm
