#include <gtest/gtest.h>
#include <hdf5.h>

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "edited_file.h"
#include "media/media_test_support.h"
#include "rgm/storage/model_file.h"
#include "support/kept_model.h"

// Model files that HDF5 finds whole but that are not what a reader expects: each is named, none is
// believed.

namespace rgm {
namespace {

using namespace test;

const KeptFile kKept{"model_v1.rgm", [](const fs::path& path) { read_model_as<ImageModel>(path); }};

std::string error_after(const Edit& edit) { return kKept.error_after(edit); }
std::vector<std::string> datasets() { return kKept.datasets(); }
template <class T>
std::string error_with(const char* path, const char* name, const T& value) {
  return kKept.error_with(path, name, value);
}

TEST(Hdf5, FilesThatOtherProgramsChangedAreRead) {
  const TemporaryFolder folder;
  const auto path = kKept.copy_to(folder);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const std::uint64_t seed = 77;
  set(file, "/", "seed", H5T_NATIVE_UINT64, &seed);
  set(file, "/", "remark", H5T_NATIVE_UINT64, &seed);
  H5Fclose(file);
  ImageModel expected = kept_model();
  expected.provenance.seed = 77;
  const ImageModel model = read_model_as<ImageModel>(path);
  EXPECT_EQ(model.provenance, expected.provenance);
  EXPECT_TRUE(model.trees == expected.trees);
}

TEST(Hdf5, NamesAMissingDataset) {
  EXPECT_EQ(datasets().size(), 48U);
  for (const auto& path : datasets())
    expect_contains(error_after([&](hid_t file) { H5Ldelete(file, path.c_str(), H5P_DEFAULT); }),
                    path + ": missing");
}

TEST(Hdf5, NamesAMissingAttribute) {
  const std::map<std::string, std::vector<const char*>> attributes{
      {"/",
       {"format", "format_version", "program_version", "recipe", "settings", "data_set", "seed",
        "train_images", "reading"}},
      {"/codec",
       {"input_height", "input_width", "channels", "prepared_height", "prepared_width", "smoothing",
        "histogram_width", "tile_spacing", "bins", "max_modes", "mode_price", "soft_bins"}},
      {"/trees/000/levels/001", {"time_scale"}},
      {"/trees/001/levels/000/factors/001", {"num_paths", "location_row", "location_column"}}};
  for (const auto& [path, names] : attributes)
    for (const char* name : names)
      expect_contains(error_after([&where = path, name](hid_t file) {
                        H5Adelete_by_name(file, where.c_str(), name, H5P_DEFAULT);
                      }),
                      (path == "/" ? path : path + "/") + name + ": missing attribute");
}

TEST(Hdf5, NamesAMissingGroup) {
  for (const char* path : {"/codec", "/codec/tiles", "/classes", "/trees", "/trees/000",
                           "/trees/001/levels", "/trees/001/levels/000",
                           "/trees/001/levels/001/modalities", "/trees/000/levels/000/factors"})
    expect_contains(error_after([&](hid_t file) { H5Ldelete(file, path, H5P_DEFAULT); }),
                    std::string(path) + ": missing");
  // These may be missing, but then others do not fit.
  expect_contains(error_after([](hid_t file) { H5Ldelete(file, "/trees/001", H5P_DEFAULT); }),
                  "the tree's root: expected 2");
  expect_contains(error_after([](hid_t file) { H5Ldelete(file, "/codec/tiles/003", H5P_DEFAULT); }),
                  "/codec/tiles: expected 4 tiles, found 3");
  expect_contains(
      error_after([](hid_t file) { H5Ldelete(file, "/trees/000/levels/001", H5P_DEFAULT); }),
      "/trees/000: hierarchy: the last level: expected one factor, got 2");
  expect_contains(error_after([](hid_t file) {
                    H5Ldelete(file, "/trees/000/levels/000/factors/001/transition", H5P_DEFAULT);
                  }),
                  "factor 1: transition: expected one");
}

TEST(Hdf5, RefusesOtherTypesRanksAndLayouts) {
  for (const auto& path : datasets()) {
    const auto error = [&](hid_t type, const std::vector<hsize_t>& shape,
                           const std::function<void(hid_t)>& layout = {}) {
      return error_after([&](hid_t file) { replace(file, path, type, shape, layout); });
    };
    const auto expect = [&](const std::string& message, const std::string& part) {
      expect_contains(message, path + part);
    };
    const bool matrix = path.ends_with("modes") || path.ends_with("likelihood_counts") ||
                        path.ends_with("num_successors");
    std::vector<hsize_t> shape{1, 1};
    shape.resize(matrix ? 2 : 1);
    const auto allocated = [](hid_t p) { H5Pset_alloc_time(p, H5D_ALLOC_TIME_EARLY); };
    expect(error(H5T_STD_I16LE, shape, allocated), ": expected ");
    expect(error(H5T_IEEE_F64BE, shape, allocated), ": expected ");
    expect(error(H5T_IEEE_F64LE, {1, 1, 1}, allocated),
           matrix ? ": expected an array of 2 axes, found 3"
                  : ": expected an array of 1 axes, found 3");
    expect(error(H5T_IEEE_F64LE, {}, allocated), ": expected an array of");
    const auto compressed = [&](hid_t p) {
      H5Pset_chunk(p, static_cast<int>(shape.size()), shape.data());
      H5Pset_deflate(p, 1);
    };
    expect(error(H5T_IEEE_F64LE, shape, compressed),
           ": expected values that lie together, uncompressed");
    const auto external = [](hid_t p) { H5Pset_external(p, "/dev/zero", 0, H5F_UNLIMITED); };
    expect(error(H5T_IEEE_F64LE, shape, external),
           ": expected values that lie together, uncompressed");
  }
}

TEST(Hdf5, RefusesLinksToOtherPlaces) {
  const auto error = [](const std::function<void(hid_t)>& link) {
    return error_after([&](hid_t file) {
      H5Ldelete(file, "/classes", H5P_DEFAULT);
      link(file);
    });
  };
  expect_contains(error([](hid_t file) {
                    H5Lcreate_soft("/codec", file, "classes", H5P_DEFAULT, H5P_DEFAULT);
                  }),
                  "/classes: expected a part of the file, found a link to another place");
  expect_contains(
      error([](hid_t file) { H5Lcreate_soft("/none", file, "classes", H5P_DEFAULT, H5P_DEFAULT); }),
      "/classes: expected a part of the file, found a link to another place");
  expect_contains(error([](hid_t file) {
                    H5Lcreate_external("/etc/passwd", "/", file, "classes", H5P_DEFAULT,
                                       H5P_DEFAULT);
                  }),
                  "/classes: expected a part of the file, found a link to another place");
  expect_contains(error_after([](hid_t file) { replace(file, "/classes", H5T_IEEE_F64LE, {1}); }),
                  "/classes: expected a group, found something else");
  expect_contains(error_after([](hid_t file) {
                    H5Ldelete(file, "/classes/counts", H5P_DEFAULT);
                    H5Lcreate_hard(file, "/codec", file, "/classes/counts", H5P_DEFAULT,
                                   H5P_DEFAULT);
                  }),
                  "/classes/counts: expected a dataset, found something else");
}

TEST(Hdf5, BelievesNoSizeThatTheFileCannotHold) {
  const auto error = [](const char* path, hid_t type, const std::vector<hsize_t>& shape) {
    return error_after([&](hid_t file) { replace(file, path, type, shape); });
  };
  constexpr hsize_t kHuge = hsize_t{1} << 40;
  const std::string counts = "/trees/000/levels/000/factors/000/likelihood_counts";
  expect_contains(error("/classes/counts", H5T_IEEE_F64LE, {kHuge}), "more than the file can hold");
  expect_contains(error("/classes/counts", H5T_IEEE_F64LE, {100}),
                  "/classes/counts: no values are stored");
  expect_contains(error(counts.c_str(), H5T_IEEE_F64LE, {kHuge, kHuge / 8}), counts + ": ");
  expect_contains(error(counts.c_str(), H5T_IEEE_F64LE, {10, kHuge}),
                  "more than the file can hold");
  expect_contains(error(counts.c_str(), H5T_IEEE_F64LE, {1, 0}),
                  "likelihood_counts: expected more than 1 rows");
  expect_contains(error(counts.c_str(), H5T_IEEE_F64LE, {10, 0}),
                  "states: expected at least 1, got 0");
  expect_contains(
      error_after([](hid_t file) {  // the same tree a hundred times, in no more space
        for (int k = 2; k < 100; ++k) {
          const std::string name = (k < 10 ? "/trees/00" : "/trees/0") + std::to_string(k);
          H5Lcreate_hard(file, "/trees/000", file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
        }
      }),
      "more than the file can hold");
}

TEST(Hdf5, RefusesOtherAttributes) {
  const std::uint64_t number = 1;
  const float small = 1;
  expect_contains(
      error_after([&](hid_t file) { set(file, "/codec", "bins", H5T_NATIVE_FLOAT, &small); }),
      "/codec/bins: attribute: expected an unsigned integer of 64 bits, found another type");
  expect_contains(error_after([&](hid_t file) {
                    set(file, "/codec", "smoothing", H5T_NATIVE_UINT64, &number);
                  }),
                  "/codec/smoothing: attribute: expected a float of 64 bits, found another type");
  expect_contains(
      error_after([&](hid_t file) { set(file, "/", "recipe", H5T_NATIVE_UINT64, &number); }),
      "/recipe: attribute: expected text of fixed length, found another type");
  expect_contains(error_after([&](hid_t file) {
                    set(file, "/", "seed", H5T_NATIVE_UINT64, &number, H5S_NULL);
                  }),
                  "/seed: attribute: expected one value");
}

TEST(Hdf5, RefusesValuesOutOfRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  const std::string factor = "/trees/000/levels/000/factors/000";
  const auto with_first = [](const std::string& path, hid_t type, auto value) {
    return kKept.error_with_first(path, type, value);
  };
  for (double bad : {nan, infinity, -1.0}) {
    expect_contains(with_first(factor + "/likelihood_counts", H5T_NATIVE_DOUBLE, bad),
                    "/trees/000: level 0, factor 0: likelihood_counts: expected finite");
    expect_contains(with_first(factor + "/concentrations", H5T_NATIVE_DOUBLE, bad),
                    factor + ": Likelihood: modality 0");
    expect_contains(with_first(factor + "/transition/counts", H5T_NATIVE_DOUBLE, bad),
                    "count: expected a finite value");
    expect_contains(with_first("/trees/001/initial_state_counts", H5T_NATIVE_DOUBLE, bad),
                    "/trees/001: hierarchy: initial");
    expect_contains(with_first("/classes/counts", H5T_NATIVE_DOUBLE, bad),
                    "class_counts: expected finite counts above 0");
    expect_contains(
        with_first("/codec/tiles/000/ranges", H5T_NATIVE_FLOAT, static_cast<float>(bad)),
        "/codec: codec: tile 0");
  }
  expect_contains(with_first("/codec/tiles/000/modes", H5T_NATIVE_FLOAT, static_cast<float>(nan)),
                  "/codec: codec: tile 0");
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 62;
  expect_contains(with_first(factor + "/modalities", H5T_NATIVE_UINT64, kHuge),
                  factor + "/modalities: expected below 4");
  expect_contains(with_first(factor + "/transition/next_states", H5T_NATIVE_UINT64, kHuge),
                  "expected states below 3");
  expect_contains(
      with_first(factor + "/transition/next_states", H5T_NATIVE_UINT64, std::uint64_t{1}),
      "expected distinct");
  expect_contains(with_first(factor + "/transition/num_successors", H5T_NATIVE_UINT64, kHuge),
                  "next_states: expected more");
  expect_contains(
      with_first(factor + "/transition/num_successors", H5T_NATIVE_UINT64, std::uint64_t{1}),
      "next_states: expected 2, found 3");
  expect_contains(with_first("/trees/000/levels/001/modalities/source", H5T_NATIVE_UINT64, kHuge),
                  "source: expected below 2");
  expect_contains(
      with_first("/trees/000/levels/000/modalities/num_outcomes", H5T_NATIVE_UINT64, kHuge),
      "likelihood_counts: expected more than 10 rows");
}

TEST(Hdf5, RefusesAttributesOutOfRange) {
  using Number = std::uint64_t;
  const Number huge = Number{1} << 62;
  expect_contains(error_with("/", "format_version", Number{7}),
                  "a.rgm: format version 7 is newer than this program reads (3): update rgm");
  expect_contains(error_with("/", "format_version", Number{0}),
                  "format version: expected at least 1, got 0");
  expect_contains(error_with("/", "format", std::string("rgb")),
                  "not a model file: attribute format: expected rgm");
  expect_contains(error_with("/", "reading", std::string("\033[31m")), "/reading: unknown word");
  expect_contains(error_with("/codec", "input_height", huge),
                  "/codec/input size: expected 1 to 16384");
  expect_contains(error_with("/codec", "prepared_width", huge),
                  "/codec/prepared size: expected 1 to 4096");
  expect_contains(error_with("/codec", "prepared_width", Number{0}),
                  "/codec/prepared size: expected 1 to 4096, got 0");
  expect_contains(error_with("/codec", "channels", Number{2}),
                  "codec: channels: expected 1 or 3 for each of 1 frames a voxel, got 2");
  expect_contains(error_with("/codec", "soft_bins", Number{2}),
                  "/codec/soft_bins: attribute: expected 0 or 1, got 2");
  expect_contains(error_with("/codec", "bins", Number{4}),
                  "/codec: codec: bins: expected an odd number");
  for (double bad : {0.0, -1.0, 1e-300, std::numeric_limits<double>::quiet_NaN()})
    expect_contains(error_with("/codec", "tile_spacing", bad), "/codec/tiles: expected ");
  expect_contains(error_with("/trees/000/levels/000", "time_scale", Number{0}),
                  "time_scale: expected at least 1, got 0");
  expect_contains(error_with("/trees/000/levels/001/factors/000", "num_paths", huge),
                  "num_paths: expected at most 65534");
  expect_contains(error_with("/trees/000/levels/001/factors/000", "num_paths", Number{0}),
                  "num_paths: expected at least 1");
  expect_contains(error_with("/trees/000/levels/001/factors/000", "location_row",
                             std::numeric_limits<double>::infinity()),
                  "factors/000/location: expected finite values");
}

}  // namespace
}  // namespace rgm
