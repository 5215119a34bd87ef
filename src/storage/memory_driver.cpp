#include "memory_driver.h"

#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h>  // since HDF5 1.14
#endif

namespace rgm::hdf5 {
namespace {

/// An open file: what HDF5 knows of it, its bytes, and how many of them HDF5 has given away.
struct File : H5FD_t {
  explicit File(Bytes its_bytes) : H5FD_t{}, bytes(std::move(its_bytes)) {}

  Bytes bytes;
  haddr_t end_of_allocation = 0;
};

H5FD_t* open_file(const char*, unsigned, hid_t access, haddr_t) {
  const auto* bytes = static_cast<const Bytes* const*>(H5Pget_driver_info(access));
  if (bytes == nullptr) return nullptr;
  return new (std::nothrow) File(**bytes);
}

herr_t close_file(H5FD_t* file) {
  delete static_cast<File*>(file);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

haddr_t end_of_allocation(const H5FD_t* file, H5FD_mem_t) {
  return static_cast<const File*>(file)->end_of_allocation;
}

herr_t set_end_of_allocation(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  static_cast<File*>(file)->end_of_allocation = end;
  return 0;
}

haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t) {
  return static_cast<const File*>(file)->bytes->size();
}

herr_t read_bytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* to) {
  const auto& bytes = *static_cast<File*>(file)->bytes;
  if (address > bytes.size() || size > bytes.size() - address) return -1;
  std::memcpy(to, bytes.data() + address, size);
  return 0;
}

herr_t write_bytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                   const void* from) {
  auto& bytes = *static_cast<File*>(file)->bytes;
  try {
    if (bytes.size() < address + size) bytes.resize(address + size);
  } catch (const std::exception&) {
    return -1;
  }
  std::memcpy(bytes.data() + address, from, size);
  return 0;
}

H5FD_class_t driver_class() {
  H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
  driver.version = H5FD_CLASS_VERSION;
  driver.value = 603;  // any that HDF5 and others do not use
#endif
  driver.name = "rgm_memory";
  driver.maxaddr = haddr_t{1} << 62;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(const Bytes*);
  driver.open = open_file;
  driver.close = close_file;
  driver.query = query;
  driver.get_eoa = end_of_allocation;
  driver.set_eoa = set_end_of_allocation;
  driver.get_eof = end_of_file;
  driver.read = read_bytes;
  driver.write = write_bytes;
  constexpr H5FD_mem_t kMap[] = H5FD_FLMAP_DICHOTOMY;
  static_assert(sizeof(kMap) == sizeof(driver.fl_map));
  std::memcpy(driver.fl_map, kMap, sizeof(kMap));
  return driver;
}

}  // namespace

herr_t set_memory_driver(hid_t access, const Bytes& bytes) {
  static const H5FD_class_t driver = driver_class();
  const hid_t id = H5FDregister(&driver);
  if (id < 0) return -1;
  const Bytes* const info = &bytes;
  const herr_t result = H5Pset_driver(access, id, &info);
  H5FDunregister(id);  // the properties, and the files opened by them, keep it
  return result;
}

}  // namespace rgm::hdf5
