#pragma once

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "media/media_test_support.h"

// Kept model files that are changed through HDF5, so that they are whole but not what a reader
// expects.

namespace rgm::test {

using Edit = std::function<void(hid_t file)>;

/// Puts another dataset in the place of one. `layout` sets its creation properties.
inline void replace(hid_t file, const std::string& path, hid_t type,
                    const std::vector<hsize_t>& shape,
                    const std::function<void(hid_t)>& layout = {}) {
  H5Ldelete(file, path.c_str(), H5P_DEFAULT);
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  if (layout) layout(properties);
  const hid_t dataset =
      H5Dcreate2(file, path.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  EXPECT_GE(dataset, 0);
  H5Dclose(dataset);
  H5Pclose(properties);
  H5Sclose(space);
}

/// Sets an attribute of the group at `path`, of one value or of none.
inline void set(hid_t file, const char* path, const char* name, hid_t type, const void* value,
                H5S_class_t extent = H5S_SCALAR) {
  if (H5Aexists_by_name(file, path, name, H5P_DEFAULT) > 0)
    H5Adelete_by_name(file, path, name, H5P_DEFAULT);
  const hid_t space = H5Screate(extent);
  const hid_t attribute =
      H5Acreate_by_name(file, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  EXPECT_GE(H5Awrite(attribute, type, value), 0);
  H5Aclose(attribute);
  H5Sclose(space);
}

/// A file of tests/storage/data and how it is read.
class KeptFile {
 public:
  KeptFile(std::string name, std::function<void(const fs::path&)> read)
      : name_(std::move(name)), read_(std::move(read)) {}

  fs::path path() const { return fs::path(RGM_TEST_DATA "/storage/data") / name_; }

  /// A copy that may be changed. (`write_model` waits for the disk, which would take most of the
  /// test's time.)
  fs::path copy_to(const TemporaryFolder& folder) const {
    fs::copy_file(path(), folder / "a.rgm");
    return folder / "a.rgm";
  }

  /// The paths of all datasets.
  std::vector<std::string> datasets() const {
    const TemporaryFolder folder;
    const hid_t file = H5Fopen(copy_to(folder).c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    std::vector<std::string> names;
    const auto add = [](hid_t, const char* name, const H5O_info_t* info, void* to) -> herr_t {
      if (info->type == H5O_TYPE_DATASET)
        static_cast<std::vector<std::string>*>(to)->push_back(std::string("/") + name);
      return 0;
    };
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, add, &names);
    H5Fclose(file);
    return names;
  }

  /// What reading the file says after `edit` has changed it.
  std::string error_after(const Edit& edit) const {
    const TemporaryFolder folder;
    const auto path = copy_to(folder);
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    edit(file);
    EXPECT_GE(H5Fclose(file), 0);
    return error_of([&] { read_(path); });
  }

  /// The error if an attribute is changed to another value.
  std::string error_with(const char* path, const char* name, std::uint64_t value) const {
    return error_after([&](hid_t file) { set(file, path, name, H5T_NATIVE_UINT64, &value); });
  }
  std::string error_with(const char* path, const char* name, double value) const {
    return error_after([&](hid_t file) { set(file, path, name, H5T_NATIVE_DOUBLE, &value); });
  }
  std::string error_with(const char* path, const char* name, const std::string& value) const {
    return error_after([&](hid_t file) {
      const hid_t type = H5Tcopy(H5T_C_S1);
      H5Tset_size(type, value.size());
      set(file, path, name, type, value.data());
      H5Tclose(type);
    });
  }

  /// The error if the first value of a dataset is changed to another one.
  template <class T>
  std::string error_with_first(const std::string& path, hid_t type, T value) const {
    return error_after([&](hid_t file) {
      const hid_t dataset = H5Dopen2(file, path.c_str(), H5P_DEFAULT),
                  space = H5Dget_space(dataset);
      std::vector<T> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
      H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      values.at(0) = value;
      EXPECT_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
      H5Sclose(space);
      H5Dclose(dataset);
    });
  }

 private:
  std::string name_;
  std::function<void(const fs::path&)> read_;
};

}  // namespace rgm::test
