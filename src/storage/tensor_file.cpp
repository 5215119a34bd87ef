#include "rgm/storage/tensor_file.h"

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>
#include <utility>

#include "rgm/base/crc32.h"
#include "rgm/base/error.h"
#include "tensor_header.h"

namespace rgm {
namespace {

using storage::Header;
using storage::kAlignment;
using storage::kArraySums;
using storage::kHeaderSum;
using storage::kPadding;
using Half = Eigen::half;

static_assert(std::endian::native == std::endian::little, "files are read as they lie in memory");

/// Calls `visit` with a value of the type in memory of a file's values.
template <class Visit>
decltype(auto) with_type(ElementType type, Visit visit) {
  switch (type) {
    case ElementType::kU8:
      return visit(std::uint8_t{});
    case ElementType::kU32:
      return visit(std::uint32_t{});
    case ElementType::kU64:
      return visit(std::uint64_t{});
    case ElementType::kF16:
      return visit(Half{});
    case ElementType::kF32:
      return visit(float{});
    default:
      return visit(double{});
  }
}

template <class T>
constexpr ElementType type_of() {
  if constexpr (std::same_as<T, std::uint8_t>) return ElementType::kU8;
  if constexpr (std::same_as<T, std::uint32_t>) return ElementType::kU32;
  if constexpr (std::same_as<T, std::uint64_t>) return ElementType::kU64;
  if constexpr (std::same_as<T, Half>) return ElementType::kF16;
  if constexpr (std::same_as<T, float>) return ElementType::kF32;
  if constexpr (std::same_as<T, double>) return ElementType::kF64;
}

/// A value as another type; a half by way of a float.
template <class To, class From>
To converted(From value) {
  if constexpr (std::same_as<From, Half>)
    return static_cast<To>(static_cast<float>(value));
  else if constexpr (std::same_as<To, Half>)
    return Half(static_cast<float>(value));
  else
    return static_cast<To>(value);
}

/// Whether a value survives being kept as a `To`, its sign included.
template <class To, std::floating_point From>
bool survives(From value) {
  if constexpr (!std::same_as<To, double>)
    if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) return false;
  const From back = converted<From>(converted<To>(value));
  return back == value && std::signbit(back) == std::signbit(value);
}

/// The type that values are kept as: of floats the narrowest that holds all of them exactly.
template <class T>
ElementType narrowest(std::span<const T> values) {
  if constexpr (std::floating_point<T>) {
    const auto all = [&](auto survive) { return std::ranges::all_of(values, survive); };
    if (all([](T v) { return survives<Half>(v); })) return ElementType::kF16;
    if (all([](T v) { return survives<float>(v); })) return ElementType::kF32;
  }
  return type_of<T>();
}

/// Copies values of a file, which may lie at any address.
template <class From, class To>
void convert(std::span<const std::uint8_t> bytes, std::span<To> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    From value;
    std::memcpy(static_cast<void*>(&value), bytes.data() + i * sizeof(From), sizeof(From));
    values[i] = converted<To>(value);
  }
}

}  // namespace

std::size_t size_of(ElementType type) {
  return with_type(type, [](auto value) { return sizeof value; });
}

TensorFile TensorFile::in(std::span<const std::uint8_t> bytes) {
  auto [header, size] = storage::parse_header(bytes);
  TensorFile file;
  const auto sums = header.texts.find(kArraySums);
  require<FileError>(sums != header.texts.end(), "header: ", kArraySums, ": missing");
  std::string_view rest = sums->second;
  for (auto& [name, array] : header.arrays) {
    const auto data = bytes.subspan(size + array.begin, array.end - array.begin);
    if (name.ends_with(kPadding)) {
      require<FileError>(std::ranges::count(data, 0) == std::ssize(data), name, ": expected zeros");
      continue;
    }
    std::uint32_t crc = 0;
    const auto digits = rest.substr(0, 8);
    for (const char c : digits)
      crc = crc << 4U | static_cast<std::uint32_t>(c >= 'a' ? c - 'a' + 10 : c - '0');
    require<FileError>(storage::to_hex(crc) == digits, "header: ", kArraySums,
                       ": expected eight hexadecimal digits an array");
    rest.remove_prefix(8);
    file.arrays_.emplace(name, Array{array.type, std::move(array.shape), data, crc});
  }
  require<FileError>(rest.empty(), "header: ", kArraySums, ": more digits than arrays");
  header.texts.erase(sums);
  header.texts.erase(header.texts.find(kHeaderSum));
  file.texts_ = std::move(header.texts);
  return file;
}

TensorFile TensorFile::open(const std::filesystem::path& path) {
  MappedFile mapped(path);
  auto file = with_prefix<FileError>(path.string(), [&] { return in(mapped.bytes()); });
  file.mapped_ = std::move(mapped);
  return file;
}

template <class T>
void TensorFile::read_into(std::string_view name, std::span<T> values) const {
  const auto found = arrays_.find(name);
  require<FileError>(found != arrays_.end(), name, ": missing");
  const Array& array = found->second;
  require(values.size() == array.size(), name, ": expected room for ", array.size(), " values");
  require<FileError>(crc32(array.bytes) == array.crc, name,
                     ": damaged: the checksum is not that of the array");
  with_type(array.type, [&](auto from) {
    using From = decltype(from);
    constexpr bool kFits = std::integral<From>
                               ? std::same_as<From, T>
                               : std::floating_point<T> && sizeof(From) <= sizeof(T);
    if constexpr (kFits)
      convert<From>(array.bytes, values);
    else
      fail<FileError>(name, ": expected values of type ", storage::name_of(type_of<T>()),
                      ", found ", storage::name_of(array.type));
  });
}

template <class T>
std::vector<T> TensorFile::read(std::string_view name) const {
  const auto found = arrays_.find(name);
  require<FileError>(found != arrays_.end(), name, ": missing");
  std::vector<T> values(found->second.size());
  read_into(name, std::span(values));
  return values;
}

void TensorWriter::put(const std::string& name, std::string_view text) {
  require(storage::is_name(name), "a text's name: expected a–z, 0–9, \"_\" and \".\", got ", name);
  texts_.insert_or_assign(name, std::string(text));
}

template <class T>
void TensorWriter::put(const std::string& name, std::span<const T> values,
                       std::vector<std::size_t> shape) {
  require(storage::is_name(name), "an array's name: expected a–z, 0–9, \"_\" and \".\", got ",
          name);
  std::size_t size = 1;
  for (const std::size_t n : shape) size *= n;
  require((shape.size() == 1 || shape.size() == 2) && size == values.size(), name,
          ": expected one axis or two of ", values.size(), " values together");
  Entry entry{narrowest(values), std::move(shape), {}};
  with_type(entry.type, [&](auto to) {
    using To = decltype(to);
    entry.bytes.resize(values.size() * sizeof(To));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const To value = converted<To>(values[i]);
      std::memcpy(entry.bytes.data() + i * sizeof(To), static_cast<const void*>(&value),
                  sizeof(To));
    }
  });
  entries_.insert_or_assign(name, std::move(entry));
}

std::vector<std::uint8_t> TensorWriter::bytes() const {
  Header header{texts_, {}};
  std::string sums;
  std::size_t end = 0;
  for (const auto& [name, entry] : entries_) {
    if (const std::size_t over = end % kAlignment; over > 0) {
      const std::string before = header.arrays.rbegin()->first;
      header.arrays[before + std::string(kPadding)] = {
          ElementType::kU8, {kAlignment - over}, end, end + kAlignment - over};
      end += kAlignment - over;
    }
    header.arrays[name] = {entry.type, entry.shape, end, end + entry.bytes.size()};
    end += entry.bytes.size();
    sums += storage::to_hex(crc32(entry.bytes));
  }
  header.texts.insert_or_assign(std::string(kArraySums), sums);
  header.texts.insert_or_assign(std::string(kHeaderSum), std::string());
  const std::string start = storage::to_bytes(header);
  require(start.size() <= storage::kMaxHeaderBytes, "the header of the file: ", start.size(),
          " bytes, expected at most ", storage::kMaxHeaderBytes);
  std::vector<std::uint8_t> bytes(start.begin(), start.end());
  bytes.reserve(start.size() + end);
  for (const auto& [name, entry] : entries_) {
    bytes.resize(start.size() + header.arrays.find(name)->second.begin);
    bytes.insert(bytes.end(), entry.bytes.begin(), entry.bytes.end());
  }
  const TensorFile check = TensorFile::in(bytes);  // whatever is wrong shows before it is kept
  return bytes;
}

template std::vector<std::uint8_t> TensorFile::read(std::string_view) const;
template std::vector<std::uint32_t> TensorFile::read(std::string_view) const;
template std::vector<std::uint64_t> TensorFile::read(std::string_view) const;
template std::vector<float> TensorFile::read(std::string_view) const;
template std::vector<double> TensorFile::read(std::string_view) const;
template void TensorFile::read_into(std::string_view, std::span<std::uint8_t>) const;
template void TensorFile::read_into(std::string_view, std::span<std::uint32_t>) const;
template void TensorFile::read_into(std::string_view, std::span<std::uint64_t>) const;
template void TensorFile::read_into(std::string_view, std::span<float>) const;
template void TensorFile::read_into(std::string_view, std::span<double>) const;
template void TensorWriter::put(const std::string&, std::span<const std::uint8_t>,
                                std::vector<std::size_t>);
template void TensorWriter::put(const std::string&, std::span<const std::uint32_t>,
                                std::vector<std::size_t>);
template void TensorWriter::put(const std::string&, std::span<const std::uint64_t>,
                                std::vector<std::size_t>);
template void TensorWriter::put(const std::string&, std::span<const float>,
                                std::vector<std::size_t>);
template void TensorWriter::put(const std::string&, std::span<const double>,
                                std::vector<std::size_t>);

}  // namespace rgm
