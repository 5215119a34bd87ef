#include "hdf5.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>

#include "seal.h"

namespace rgm::hdf5 {
namespace {

std::mutex session_mutex;

/// HDF5's innermost reason for what failed last.
std::string reason() {
  std::string text = "unknown reason";
  const auto take_first = [](unsigned, const H5E_error2_t* error, void* to) -> herr_t {
    *static_cast<std::string*>(to) = error->desc;
    return 1;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// Returns a result of HDF5 unless it says that the call failed.
template <class Result>
Result check(Result result, std::string_view what) {
  if (result < 0) fail(what, ": ", reason());
  return result;
}

/// The type of T in a file (the same on every machine) and in memory.
template <class T>
hid_t file_type() {
  if constexpr (std::same_as<T, float>) return H5T_IEEE_F32LE;
  if constexpr (std::same_as<T, double>) return H5T_IEEE_F64LE;
  if constexpr (std::same_as<T, std::uint64_t>) return H5T_STD_U64LE;
  if constexpr (std::same_as<T, std::uint8_t>) return H5T_STD_U8LE;
}
template <class T>
hid_t memory_type() {
  if constexpr (std::same_as<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::same_as<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::same_as<T, std::uint64_t>) return H5T_NATIVE_UINT64;
  if constexpr (std::same_as<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

/// Strings of up to `size` bytes, filled up with zeros.
Handle text_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "text");
  check(H5Tset_size(type, std::max<std::size_t>(size, 1)), "text");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "text");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "text");
  return type;
}

void require_no_zero_byte(const char* name, std::string_view text) {
  require(text.find('\0') == text.npos, name, ": expected text without a zero byte");
}

void write_attribute(hid_t object, const char* name, hid_t type, hid_t memory, const void* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         name);
  check(H5Awrite(attribute, memory, value), name);
}

void write_text(hid_t object, const char* name, std::string_view text) {
  require_no_zero_byte(name, text);
  const Handle type = text_type(text.size());
  write_attribute(object, name, type, type, text.empty() ? "" : text.data());
}

/// Properties of a new group (or file, whose root is one): no dates; attributes and links lie in
/// the group's header, whose checksum guards them, however many there are.
Handle group_properties(hid_t kind) {
  Handle properties(H5Pcreate(kind), H5Pclose, "group");
  check(H5Pset_obj_track_times(properties, false), "group");
  check(H5Pset_attr_phase_change(properties, 0xFFFF, 0), "group");
  check(H5Pset_link_phase_change(properties, 0xFFFF, 0), "group");
  return properties;
}

/// Access to a file in memory.
Handle access_in(const Bytes& bytes) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file");
  check(set_memory_driver(access, bytes), "file");
  check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18),
        "file");  // headers with checksums, widely read
  check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "file");
  return access;
}

Handle create_in(const Bytes& bytes) {
  const Handle access = access_in(bytes), creation = group_properties(H5P_FILE_CREATE);
  return {H5Fcreate("rgm", H5F_ACC_TRUNC, creation, access), H5Fclose, "file"};
}

Handle open_in(const Bytes& bytes) {
  const Handle access = access_in(bytes);
  return {H5Fopen("rgm", H5F_ACC_RDONLY, access), H5Fclose, "damaged"};
}

}  // namespace

Session::Session() : lock_(session_mutex) {
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Session::~Session() { H5Eset_auto2(H5E_DEFAULT, print_, print_data_); }

Handle::Handle(hid_t id, Close closer, std::string_view what)
    : id_(check(id, what)), close_(closer) {}

void Handle::close(std::string_view what) {
  check(close_(std::exchange(id_, H5I_INVALID_HID)), what);
}

OutputGroup OutputGroup::group(const std::string& name) const {
  const Handle properties = group_properties(H5P_GROUP_CREATE);
  return OutputGroup(Handle(H5Gcreate2(group_, name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT),
                            H5Gclose, name));
}

void OutputGroup::set(const char* name, std::uint64_t value) const {
  write_attribute(group_, name, file_type<std::uint64_t>(), memory_type<std::uint64_t>(), &value);
}

void OutputGroup::set(const char* name, double value) const {
  write_attribute(group_, name, file_type<double>(), memory_type<double>(), &value);
}

void OutputGroup::set(const char* name, const std::string& value) const {
  write_text(group_, name, value);
}

void OutputGroup::write(const char* name, hid_t type, hid_t memory, const void* values,
                        const std::vector<hsize_t>& shape, const Labels& labels) const {
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                     H5Sclose, name);
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, name);
  check(H5Pset_obj_track_times(properties, false), name);
  check(H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER), name);
  const Handle dataset(H5Dcreate2(group_, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                       H5Dclose, name);
  if (std::ranges::count(shape, hsize_t{0}) == 0)
    check(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name);
  write_text(dataset, "shape_names", labels.shape_names);
  write_text(dataset, "units", labels.units);
  write_text(dataset, "description", labels.description);
}

template <class T>
void OutputGroup::write(const char* name, std::span<const T> values,
                        const std::vector<hsize_t>& shape, const Labels& labels) const {
  write(name, file_type<T>(), memory_type<T>(), values.data(), shape, labels);
}
template void OutputGroup::write(const char*, std::span<const float>, const std::vector<hsize_t>&,
                                 const Labels&) const;
template void OutputGroup::write(const char*, std::span<const double>, const std::vector<hsize_t>&,
                                 const Labels&) const;
template void OutputGroup::write(const char*, std::span<const std::uint64_t>,
                                 const std::vector<hsize_t>&, const Labels&) const;
template void OutputGroup::write(const char*, std::span<const std::uint8_t>,
                                 const std::vector<hsize_t>&, const Labels&) const;

void OutputGroup::write(const char* name, const std::vector<std::string>& values,
                        const Labels& labels) const {
  std::size_t size = 1;
  for (const auto& value : values) size = std::max(size, value.size());
  std::string padded;
  for (const auto& value : values) {
    require_no_zero_byte(name, value);
    padded += value;
    padded.append(size - value.size(), '\0');
  }
  const Handle type = text_type(size);
  write(name, type, type, padded.data(), {values.size()}, labels);
}

OutputFile::OutputFile()
    : bytes_(std::make_shared<std::vector<std::uint8_t>>()), file_(create_in(bytes_)) {}

OutputGroup OutputFile::root() const {
  return OutputGroup(Handle(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose, "/"));
}

std::vector<std::uint8_t> OutputFile::finish() {
  file_.close("file");
  bytes_->resize(stated_size(*bytes_));
  return std::move(*bytes_);
}

std::size_t InputGroup::size() const {
  H5G_info_t info;
  check(H5Gget_info(group_, &info), path_);
  return info.nlinks;
}

bool InputGroup::has(const char* name) const {
  return check(H5Lexists(group_, name, H5P_DEFAULT), path(name)) > 0;
}

Handle InputGroup::open(const std::string& name, H5I_type_t kind) const {
  const std::string path = this->path(name);
  require(has(name.c_str()), path, ": missing");
  H5L_info_t link;
  check(H5Lget_info(group_, name.c_str(), &link, H5P_DEFAULT), path);
  require(link.type == H5L_TYPE_HARD, path,
          ": expected a part of the file, found a link to another place");
  Handle object(H5Oopen(group_, name.c_str(), H5P_DEFAULT), H5Oclose, path);
  require(H5Iget_type(object) == kind, path, ": expected a ",
          kind == H5I_GROUP ? "group" : "dataset", ", found something else");
  return object;
}

InputGroup InputGroup::group(const std::string& name) const {
  return {open(name, H5I_GROUP), path(name), *budget_};
}

void InputGroup::spend(const std::string& name, std::size_t elements,
                       std::size_t bytes_each) const {
  require(bytes_each > 0 && elements <= *budget_ / bytes_each, name, ": ", elements, " values of ",
          bytes_each, " bytes, more than the file can hold");
  *budget_ -= elements * bytes_each;
}

bool InputGroup::has_attribute(const char* name) const {
  return check(H5Aexists(group_, name), path(name)) > 0;
}

Handle InputGroup::open_attribute(const char* name) const {
  const std::string path = this->path(name);
  require(has_attribute(name), path, ": missing attribute");
  Handle attribute(H5Aopen(group_, name, H5P_DEFAULT), H5Aclose, path);
  const Handle space(H5Aget_space(attribute), H5Sclose, path);
  require(H5Sget_simple_extent_type(space) == H5S_SCALAR, path, ": attribute: expected one value");
  return attribute;
}

void InputGroup::get(const char* name, hid_t type, hid_t memory, void* value) const {
  const Handle attribute = open_attribute(name);
  const Handle found(H5Aget_type(attribute), H5Tclose, path(name));
  require(H5Tequal(found, type) > 0, path(name), ": attribute: expected ",
          H5Tget_class(type) == H5T_FLOAT ? "a float" : "an unsigned integer",
          " of 64 bits, found another type");
  check(H5Aread(attribute, memory, value), path(name));
}

void InputGroup::get(const char* name, std::uint64_t& value) const {
  get(name, file_type<std::uint64_t>(), memory_type<std::uint64_t>(), &value);
}

void InputGroup::get(const char* name, double& value) const {
  get(name, file_type<double>(), memory_type<double>(), &value);
}

void InputGroup::get(const char* name, bool& value) const {
  std::uint64_t number = 0;
  get(name, number);
  require(number <= 1, path(name), ": attribute: expected 0 or 1, got ", number);
  value = number == 1;
}

void InputGroup::get(const char* name, std::string& value) const {
  const Handle attribute = open_attribute(name);
  const Handle type(H5Aget_type(attribute), H5Tclose, path(name));
  require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0, path(name),
          ": attribute: expected text of fixed length, found another type");
  spend(path(name), 1, H5Tget_size(type));
  value.resize(H5Tget_size(type));
  check(H5Aread(attribute, type, value.data()), path(name));
  value.resize(std::strlen(value.c_str()));
}

Handle InputGroup::open_dataset(const char* name, hid_t type, std::span<hsize_t> shape) const {
  const std::string path = this->path(name);
  Handle dataset = open(name, H5I_DATASET);
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose, path);
  require(H5Pget_layout(properties) == H5D_CONTIGUOUS && H5Pget_external_count(properties) == 0,
          path, ": expected values that lie together, uncompressed, in the file");
  const Handle space(H5Dget_space(dataset), H5Sclose, path);
  const int rank = check(H5Sget_simple_extent_ndims(space), path);
  require(rank == static_cast<int>(shape.size()), path, ": expected an array of ", shape.size(),
          " axes, found ", rank);
  check(H5Sget_simple_extent_dims(space, shape.data(), nullptr), path);
  const Handle found(H5Dget_type(dataset), H5Tclose, path);
  if (type == H5T_C_S1)
    require(H5Tget_class(found) == H5T_STRING && H5Tis_variable_str(found) == 0, path,
            ": expected text of fixed length, found another type");
  else
    require(H5Tequal(found, type) > 0, path, ": expected ",
            H5Tget_class(type) == H5T_FLOAT ? "floats" : "unsigned integers", " of ",
            8 * H5Tget_size(type), " bits, found another type");
  const std::size_t row = shape.size() == 2 ? shape[1] : 1, budget = *budget_;
  require(row == 0 || shape[0] <= budget / row, path, ": ", shape[0], " × ", row,
          " values, more than the file can hold");
  spend(path, shape[0] * row, H5Tget_size(found));
  require(H5Dget_storage_size(dataset) == budget - *budget_, path, ": no values are stored");
  return dataset;
}

template <class T>
void InputGroup::read(const char* name, const Handle& dataset, std::span<T> values) const {
  if (!values.empty())
    check(H5Dread(dataset, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          path(name));
}

template <class T>
std::vector<T> InputGroup::vector(const char* name) const {
  std::array<hsize_t, 1> shape{};
  const Handle dataset = open_dataset(name, file_type<T>(), shape);
  std::vector<T> values(shape[0]);
  read<T>(name, dataset, values);
  return values;
}
template std::vector<double> InputGroup::vector(const char*) const;
template std::vector<float> InputGroup::vector(const char*) const;
template std::vector<std::uint64_t> InputGroup::vector(const char*) const;

template <class T>
Matrix<T> InputGroup::matrix(const char* name) const {
  std::array<hsize_t, 2> shape{};
  const Handle dataset = open_dataset(name, file_type<T>(), shape);
  Matrix<T> values(shape[0], shape[1]);
  read<T>(name, dataset, values.values());
  return values;
}
template Matrix<double> InputGroup::matrix(const char*) const;
template Matrix<float> InputGroup::matrix(const char*) const;
template Matrix<std::uint64_t> InputGroup::matrix(const char*) const;
template Matrix<std::uint8_t> InputGroup::matrix(const char*) const;

std::vector<std::string> InputGroup::texts(const char* name) const {
  std::array<hsize_t, 1> shape{};
  const Handle dataset = open_dataset(name, H5T_C_S1, shape);
  const Handle type(H5Dget_type(dataset), H5Tclose, path(name));
  const std::size_t size = H5Tget_size(type);
  std::string padded(shape[0] * size, '\0');
  if (!padded.empty())
    check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()), path(name));
  std::vector<std::string> values;
  for (std::size_t i = 0; i < shape[0]; ++i)
    values.emplace_back(std::string(padded, i * size, size).c_str());
  return values;
}

InputFile::InputFile(std::vector<std::uint8_t> bytes)
    : budget_(bytes.size()),
      file_(open_in(std::make_shared<std::vector<std::uint8_t>>(std::move(bytes)))) {}

InputGroup InputFile::root() {
  return {Handle(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose, "/"), "", budget_};
}

}  // namespace rgm::hdf5
