#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "handle.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/mapped_file.h"
#include "rgm/hdf5/convert.h"

namespace rgm {
namespace {

using hdf5::check;
using hdf5::Handle;

/// A file for HDF5 to write, whose name is gone as soon as HDF5 has opened it, so that nothing is
/// left whatever happens.
class NamelessFile {
 public:
  NamelessFile() : name_((std::filesystem::temp_directory_path() / "rgm-XXXXXX").string()) {
    file_ = ::mkostemp(name_.data(), O_CLOEXEC);
    const int problem = errno;
    require<FileError>(file_ >= 0, name_, ": cannot be written: ", std::strerror(problem));
  }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;
  ~NamelessFile() {
    forget_name();
    ::close(file_);
  }
  const std::string& name() const { return name_; }
  void forget_name() {
    if (!name_.empty()) ::unlink(std::exchange(name_, "").c_str());
  }
  MappedFile map() const { return MappedFile("/proc/self/fd/" + std::to_string(file_)); }

 private:
  std::string name_;
  int file_ = -1;
};

/// Properties of a new group (or file, whose root is one) with room for long texts.
Handle group_properties(hid_t kind) {
  Handle properties(H5Pcreate(kind), H5Pclose, "group");
  check(H5Pset_obj_track_times(properties, false), "group");
  check(H5Pset_attr_phase_change(properties, 0, 0), "group");  // attributes above 64 kB
  return properties;
}

/// The group that a name's dots lead to, made where it is missing, and what is left of the name.
std::pair<Handle, std::string> group_of(hid_t file, const std::string& name) {
  Handle group(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, name);
  std::size_t at = 0;
  for (std::size_t dot = 0; (dot = name.find('.', at)) != std::string::npos; at = dot + 1) {
    const std::string part = name.substr(at, dot - at);
    const Handle properties = group_properties(H5P_GROUP_CREATE);
    const bool known = H5Lexists(group, part.c_str(), H5P_DEFAULT) > 0;
    group = Handle(known ? H5Gopen2(group, part.c_str(), H5P_DEFAULT)
                         : H5Gcreate2(group, part.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT),
                   H5Gclose, name);
  }
  return {std::move(group), name.substr(at)};
}

void write_text(hid_t file, const std::string& name, const std::string& text) {
  const auto [group, last] = group_of(file, name);
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, name);
  check(H5Tset_size(type, std::max<std::size_t>(text.size(), 1)), name);
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), name);
  check(H5Tset_cset(type, H5T_CSET_UTF8), name);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
  const Handle attribute(H5Acreate2(group, last.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose, name);
  check(H5Awrite(attribute, type, text.empty() ? "" : text.data()), name);
}

template <class T>
void write_values(hid_t file, const std::string& name, const TensorFile& from, hid_t file_type,
                  hid_t memory_type) {
  const auto& array = from.arrays().find(name)->second;
  const auto [group, last] = group_of(file, name);
  const std::vector<hsize_t> shape(array.shape.begin(), array.shape.end());
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                     H5Sclose, name);
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, name);
  check(H5Pset_obj_track_times(properties, false), name);
  const Handle dataset(
      H5Dcreate2(group, last.c_str(), file_type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
      H5Dclose, name);
  const auto values = from.read<T>(name);
  check(H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), name);
}

void write_array(hid_t file, const std::string& name, const TensorFile& from, ElementType type) {
  switch (type) {
    case ElementType::kU8:
      return write_values<std::uint8_t>(file, name, from, H5T_STD_U8LE, H5T_NATIVE_UINT8);
    case ElementType::kU32:
      return write_values<std::uint32_t>(file, name, from, H5T_STD_U32LE, H5T_NATIVE_UINT32);
    case ElementType::kU64:
      return write_values<std::uint64_t>(file, name, from, H5T_STD_U64LE, H5T_NATIVE_UINT64);
    case ElementType::kF16:
    case ElementType::kF32:
      return write_values<float>(file, name, from, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT);
    default:
      return write_values<double>(file, name, from, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE);
  }
}

}  // namespace

void write_hdf5(const std::filesystem::path& path, const TensorFile& from) {
  const hdf5::Session session;
  NamelessFile made;
  {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file");
    check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "file");
    const Handle creation = group_properties(H5P_FILE_CREATE);
    Handle file(H5Fcreate(made.name().c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "file");
    made.forget_name();
    for (const auto& [name, text] : from.texts()) write_text(file, name, text);
    for (const auto& [name, array] : from.arrays()) write_array(file, name, from, array.type);
    file.close("file");
  }
  write_file(path, made.map().bytes());
}

}  // namespace rgm
