#include <array>
#include <limits>
#include <string>
#include <vector>

#include "handle.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/hdf5/convert.h"

namespace rgm {
namespace {

using hdf5::check;
using hdf5::Handle;

constexpr int kMaxDepth = 8;  // of groups within groups

/// The text of an attribute, of fixed or of variable length.
std::string read_text(hid_t attribute, const std::string& name) {
  const Handle type(H5Aget_type(attribute), H5Tclose, name);
  const Handle space(H5Aget_space(attribute), H5Sclose, name);
  require(H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_type(space) == H5S_SCALAR, name,
          ": expected an attribute of text");
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose, name);
    check(H5Tset_size(memory, H5T_VARIABLE), name);
    check(H5Tset_cset(memory, H5Tget_cset(type)), name);
    char* text = nullptr;
    check(H5Aread(attribute, memory, &text), name);
    const std::string result = text == nullptr ? "" : text;
    H5free_memory(text);
    return result;
  }
  constexpr std::size_t kMaxText = 1 << 24;
  require(H5Tget_size(type) <= kMaxText, name, ": expected at most ", kMaxText, " bytes of text");
  std::string text(H5Tget_size(type), '\0');
  check(H5Aread(attribute, type, text.data()), name);
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

/// Collects what a file holds.
class Reader {
 public:
  explicit Reader(std::uint64_t most_bytes) : budget_(most_bytes) {}

  void read_group(hid_t group, const std::string& prefix, int depth) {
    require(depth <= kMaxDepth, prefix, ": expected groups at most ", kMaxDepth, " deep");
    read_attributes(group, prefix);
    H5G_info_t info;
    check(H5Gget_info(group, &info), "group");
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      const std::string part = link_name(group, i), name = prefix + part;
      H5L_info_t link;
      check(H5Lget_info(group, part.c_str(), &link, H5P_DEFAULT), name);
      require(link.type == H5L_TYPE_HARD, name,
              ": expected a part of the file, found a link to another place");
      const Handle object(H5Oopen(group, part.c_str(), H5P_DEFAULT), H5Oclose, name);
      if (H5Iget_type(object) == H5I_GROUP)
        read_group(object, name + ".", depth + 1);
      else
        read_array(object, name);
    }
  }

  std::vector<std::uint8_t> bytes() const { return writer_.bytes(); }

 private:
  static std::string link_name(hid_t group, hsize_t i) {
    std::array<char, 256> name{};
    const auto length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(),
                                           name.size(), H5P_DEFAULT);
    require(length >= 0 && length < std::ssize(name), "expected names of at most 255 bytes");
    return name.data();
  }

  void read_attributes(hid_t group, const std::string& prefix) {
    H5O_info_t info;
    check(H5Oget_info(group, &info), "group");
    for (hsize_t i = 0; i < info.num_attrs; ++i) {
      const Handle attribute(
          H5Aopen_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, "attribute");
      std::array<char, 256> name{};
      const auto length = H5Aget_name(attribute, name.size(), name.data());
      require(length >= 0 && length < std::ssize(name), "expected names of at most 255 bytes");
      writer_.put(prefix + name.data(), read_text(attribute, prefix + name.data()));
    }
  }

  void read_array(hid_t object, const std::string& name) {
    require(H5Iget_type(object) == H5I_DATASET, name, ": expected a group or a dataset");
    const Handle type(H5Dget_type(object), H5Tclose, name);
    const Handle space(H5Dget_space(object), H5Sclose, name);
    const int axes = H5Sget_simple_extent_ndims(space);
    require(axes == 1 || axes == 2, name, ": expected one axis or two, found ", axes);
    std::array<hsize_t, 2> shape{1, 1};
    check(H5Sget_simple_extent_dims(space, shape.data(), nullptr), name);
    const std::size_t size = H5Tget_size(type);
    require(shape[0] <= budget_ && shape[1] <= budget_ / std::max<hsize_t>(shape[0], 1) &&
                shape[0] * shape[1] * size <= budget_,
            name, ": more values than the file can hold");
    budget_ -= shape[0] * shape[1] * size;
    const std::vector<std::size_t> extents(shape.begin(), shape.begin() + axes);
    const bool whole = H5Tget_class(type) == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_NONE;
    const bool real = H5Tget_class(type) == H5T_FLOAT;
    if (whole && size == 1) return put<std::uint8_t>(object, name, extents, H5T_NATIVE_UINT8);
    if (whole && size == 4) return put<std::uint32_t>(object, name, extents, H5T_NATIVE_UINT32);
    if (whole && size == 8) return put<std::uint64_t>(object, name, extents, H5T_NATIVE_UINT64);
    if (real && size == 4) return put<float>(object, name, extents, H5T_NATIVE_FLOAT);
    if (real && size == 8) return put<double>(object, name, extents, H5T_NATIVE_DOUBLE);
    fail(name, ": expected unsigned integers of 8, 32 or 64 bits or floats of 32 or 64");
  }

  template <class T>
  void put(hid_t dataset, const std::string& name, const std::vector<std::size_t>& shape,
           hid_t memory_type) {
    std::size_t size = 1;
    for (const std::size_t n : shape) size *= n;
    std::vector<T> values(size);
    if (!values.empty())
      check(H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), name);
    writer_.put<T>(name, values, shape);
  }

  TensorWriter writer_;
  std::uint64_t budget_;
};

}  // namespace

std::vector<std::uint8_t> read_hdf5(const std::filesystem::path& path) {
  return with_prefix<FileError>(path.string(), [&] {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    require<FileError>(!problem, "cannot be read: ", problem.message());
    require<FileError>(size <= kMaxFileBytes, size, " bytes, expected at most ", kMaxFileBytes);
    const hdf5::Session session;
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "HDF5");
    const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, "HDF5");
    Reader reader(size);
    reader.read_group(root, "", 0);
    return reader.bytes();
  });
}

}  // namespace rgm
