#include "ogg_pages.h"

extern "C" {
#include <libavutil/crc.h>
}

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rgm {
namespace {

// A page: "OggS", a version, flags, a time of 8 bytes, the serial number of its stream, its own
// number and checksum of 4 bytes each, how many segments there are and how long each of them is,
// and these (RFC 3533).
constexpr std::size_t kSerial = 14, kChecksum = 22, kCount = 26, kHeader = 27;
constexpr std::size_t kLargestPage = kHeader + 255 + 255 * 255;
constexpr std::string_view kName{"OggS\0", 5};

using WritableBytes = std::span<std::uint8_t>;

/// As much of a page as `bytes` begin with; empty if they begin with none that is whole.
WritableBytes page_in(WritableBytes bytes) {
  if (bytes.size() < kHeader || std::memcmp(bytes.data(), kName.data(), kName.size()) != 0)
    return {};
  const std::size_t segments = kHeader + bytes[kCount];
  if (bytes.size() < segments) return {};
  const std::size_t size = std::accumulate(
      bytes.begin() + kHeader, bytes.begin() + static_cast<std::ptrdiff_t>(segments), segments);
  return size <= bytes.size() ? bytes.first(size) : WritableBytes{};
}

/// Whether a page begins a stream of video.
bool begins_video(WritableBytes page) {
  const auto body = page.subspan(kHeader + page[kCount]);
  return std::ranges::any_of(std::array<std::string_view, 3>{"\x80theora", "OVP80", "BBCD"},
                             [&](std::string_view name) {
                               return body.size() >= name.size() &&
                                      std::memcmp(body.data(), name.data(), name.size()) == 0;
                             });
}

bool is_intact(WritableBytes page) {
  std::uint32_t told = 0;
  for (std::size_t i = 0; i < 4; ++i) told = told << 8 | page[kChecksum + i];
  std::fill_n(page.begin() + kChecksum, 4, std::uint8_t{0});
  return av_crc(av_crc_get_table(AV_CRC_32_IEEE), 0, page.data(), page.size()) == told;
}

}  // namespace

std::size_t damaged_pages(MediaInput& input) {
  std::vector<std::uint8_t> buffer(kLargestPage);
  std::optional<std::uint32_t> video;
  std::size_t damaged = 0;
  for (std::int64_t at = 0; at < input.size();) {
    const int count = input.read(at, buffer);
    if (count <= 0) break;
    const WritableBytes bytes(buffer.data(), static_cast<std::size_t>(count));
    const auto page = page_in(bytes);
    if (page.empty()) {  // on to the next one
      if (at == 0) return 0;
      const auto next = std::search(
          bytes.begin() + 1, bytes.end(), kName.begin(), kName.end(),
          [](std::uint8_t byte, char c) { return byte == static_cast<std::uint8_t>(c); });
      at += next == bytes.end() ? std::max(1, count - 4) : next - bytes.begin();
      continue;
    }
    at += static_cast<std::int64_t>(page.size());
    std::uint32_t serial = 0;
    std::memcpy(&serial, page.data() + kSerial, sizeof serial);
    if (!video && begins_video(page)) video = serial;
    damaged += video == serial && !is_intact(page) ? 1 : 0;
  }
  return damaged;
}

}  // namespace rgm
