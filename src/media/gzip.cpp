#include "gzip.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "rgm/base/error.h"

namespace rgm {

bool is_gzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

namespace {

/// Where the member after one that ends at `end` begins, past zeros; the end of the file if there
/// is none.
std::size_t next_member(std::span<const std::uint8_t> bytes, std::size_t end,
                        const std::string& name) {
  const auto rest = bytes.subspan(end);
  const auto next = std::ranges::find_if(rest, [](std::uint8_t byte) { return byte != 0; });
  const auto start = static_cast<std::size_t>(next - rest.begin()) + end;
  require<FileError>(
      start == bytes.size() || is_gzip(bytes.subspan(start)), name, ": ", bytes.size() - end,
      " bytes follow the end of the gzip file, expected none, zeros or another gzip file");
  return start;
}

}  // namespace

std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, std::size_t at_most,
                                 const std::string& name) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  constexpr std::size_t kChunk = std::size_t{1} << 30;  // zlib counts in 32 bits
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> cleanup(&stream, inflateEnd);

  std::vector<std::uint8_t> contents;
  std::size_t consumed = 0, produced = 0;
  while (produced < at_most) {
    if (produced == contents.size())
      contents.resize(std::min(at_most, std::max<std::size_t>(2 * produced, 1 << 16)));
    const std::size_t input = std::min(bytes.size() - consumed, kChunk);
    const std::size_t output = std::min(contents.size() - produced, kChunk);
    stream.next_in = const_cast<Bytef*>(
        bytes.data() + consumed);  // zlib's type lacks a const; it does not write there
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = contents.data() + produced;
    stream.avail_out = static_cast<uInt>(output);
    const int status = inflate(&stream, Z_NO_FLUSH);
    consumed += input - stream.avail_in;
    produced += output - stream.avail_out;
    require<FileError>(status != Z_BUF_ERROR, name, ": truncated gzip file, its ", bytes.size(),
                       " bytes end too early");
    require<FileError>(status == Z_OK || status == Z_STREAM_END, name,
                       ": damaged gzip file: ", stream.msg ? stream.msg : "unknown error");
    if (status == Z_OK) continue;
    consumed = next_member(bytes, consumed, name);
    if (consumed == bytes.size()) break;
    if (inflateReset(&stream) != Z_OK) throw std::bad_alloc();
  }
  contents.resize(produced);
  return contents;
}

}  // namespace rgm
