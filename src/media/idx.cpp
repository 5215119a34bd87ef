#include "rgm/media/idx.h"

#include <array>
#include <cstddef>
#include <fstream>

#include "gzip.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace rgm {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kMaxRank = 4;

/// The header of an IDX file; `bytes_in_all` is what header and values take together.
struct Header {
  std::vector<std::size_t> sizes;
  std::size_t bytes, bytes_in_all;
};

Header parse_header(Bytes bytes, const std::string& name) {
  constexpr int kUnsignedByte = 8;
  require<FileError>(bytes.size() >= 4, name, ": ", bytes.size(), " bytes, expected an IDX file");
  require<FileError>(bytes[0] == 0 && bytes[1] == 0, name,
                     ": expected an IDX file, which starts with two zero bytes, found ",
                     int{bytes[0]}, " and ", int{bytes[1]});
  require<FileError>(bytes[2] == kUnsignedByte, name, ": IDX values of type ", int{bytes[2]},
                     ", expected 8 (unsigned bytes)");
  const std::size_t rank = bytes[3];
  require<FileError>(rank >= 1 && rank <= kMaxRank, name, ": IDX file of rank ", rank,
                     ", expected 1 to ", kMaxRank);
  Header header{{}, 4 + 4 * rank, 0};
  require<FileError>(bytes.size() >= header.bytes, name, ": truncated in the IDX header, ",
                     bytes.size(), " bytes");

  std::size_t values = 1;
  for (std::size_t i = 4; i < header.bytes; i += 4) {
    const std::size_t size = std::size_t{bytes[i]} << 24 | std::size_t{bytes[i + 1]} << 16 |
                             std::size_t{bytes[i + 2]} << 8 | std::size_t{bytes[i + 3]};
    require<FileError>(size > 0, name,
                       ": an empty IDX file, expected at least one value in each of its ", rank,
                       " dimensions");
    // Checked at each size, since the product of all can exceed 64 bits.
    require<FileError>(size <= kMaxFileBytes / values, name, ": the IDX header claims more than ",
                       kMaxFileBytes, " values");
    values *= size;
    header.sizes.push_back(size);
  }
  header.bytes_in_all = header.bytes + values;
  return header;
}

void require_complete(const Header& header, std::size_t found, const std::string& name) {
  require<FileError>(found >= header.bytes_in_all, name, ": truncated, found ", found,
                     " bytes, the IDX header claims ", header.bytes_in_all);
  require<FileError>(found == header.bytes_in_all, name, ": the IDX file goes on after the ",
                     header.bytes_in_all, " bytes that its header claims");
}

/// Calls `read(header, values)` once the bytes, unfolded where necessary, are exactly what the
/// header claims.
template <class Read>
auto parse(Bytes bytes, const std::string& name, Read read) {
  if (!is_gzip(bytes)) {
    const Header header = parse_header(bytes, name);
    require_complete(header, bytes.size(), name);
    return read(header, bytes.subspan(header.bytes));
  }
  const Header header = parse_header(gunzip(bytes, 4 + 4 * kMaxRank, name), name);
  // One byte more than claimed is enough to tell that there is too much, however much it is.
  const std::vector<std::uint8_t> contents = gunzip(bytes, header.bytes_in_all + 1, name);
  require_complete(header, contents.size(), name);
  return read(header, Bytes(contents).subspan(header.bytes));
}

}  // namespace

Images parse_idx_images(Bytes bytes, const std::string& name) {
  return parse(bytes, name, [&](const Header& header, Bytes values) {
    const auto& sizes = header.sizes;
    require<FileError>(sizes.size() >= 3, name, ": IDX file of rank ", sizes.size(),
                       ", expected images (rank 3 or 4)");
    const std::size_t channels = sizes.size() == 4 ? sizes[3] : 1;
    require<FileError>(channels == 1 || channels == 3, name, ": images of ", channels,
                       " channels, expected 1 or 3");
    return Images{sizes[1], sizes[2], channels, {values.begin(), values.end()}};
  });
}

std::vector<int> parse_idx_labels(Bytes bytes, const std::string& name) {
  return parse(bytes, name, [&](const Header& header, Bytes values) {
    require<FileError>(header.sizes.size() == 1, name, ": IDX file of rank ", header.sizes.size(),
                       ", expected labels (rank 1)");
    return std::vector<int>(values.begin(), values.end());
  });
}

bool starts_as_idx(const std::filesystem::path& path) {
  std::array<std::uint8_t, 3> start{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(start.data()), start.size())) return false;
  constexpr std::uint8_t kFirstType = 8, kLastType = 14;  // of values
  return is_gzip(start) ||
         (start[0] == 0 && start[1] == 0 && start[2] >= kFirstType && start[2] <= kLastType);
}

Images read_idx_images(const std::filesystem::path& path) {
  return parse_idx_images(read_file(path), path.string());
}

std::vector<int> read_idx_labels(const std::filesystem::path& path) {
  return parse_idx_labels(read_file(path), path.string());
}

}  // namespace rgm
