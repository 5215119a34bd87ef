#include <algorithm>
#include <array>
#include <string_view>

#include "picture_formats.h"

namespace rgm {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes;
  std::size_t at;
  std::string_view what;
};

constexpr auto kFilm = "a film, which is learnt as a sequence"sv;
constexpr auto kConvert = ", to be converted to PNG or JPEG first"sv;
constexpr auto kHeic = "a HEIC picture"sv;
constexpr auto kAvif = "an AVIF picture"sv;
constexpr auto kJpeg2000 = "a JPEG 2000 picture"sv;
constexpr auto kJpegXl = "a JPEG XL picture"sv;
constexpr auto kBigTiff = "a BigTIFF picture"sv;
constexpr auto kSvg = "an SVG drawing"sv;
constexpr auto kHtml = "a page of HTML, which a server may have sent instead of a picture"sv;

/// The first that matches tells.
constexpr std::array kSignatures{
    Signature{"ftyphei", 4, kHeic},
    Signature{"ftyphev", 4, kHeic},
    Signature{"ftypmif1", 4, kHeic},
    Signature{"ftypmsf1", 4, kHeic},
    Signature{"ftypavi", 4, kAvif},
    Signature{"ftypcrx", 4, "a camera's raw picture"},
    Signature{"ftyp", 4, kFilm},
    Signature{"moov", 4, kFilm},
    Signature{"mdat", 4, kFilm},
    Signature{"\x1a\x45\xdf\xa3", 0, kFilm},  // Matroska, WebM
    Signature{"AVI ", 8, kFilm},
    Signature{"OggS", 0, kFilm},
    Signature{"FLV\1", 0, kFilm},
    Signature{"\x30\x26\xb2\x75", 0, kFilm},  // ASF, WMV
    Signature{"\0\0\1\xba"sv, 0, kFilm},      // MPEG
    Signature{"\0\0\1\xb3"sv, 0, kFilm},
    Signature{"YUV4MPEG2", 0, kFilm},
    Signature{"DKIF", 0, kFilm},
    Signature{"\0\0\0\x0cjP  "sv, 0, kJpeg2000},
    Signature{"\xff\x4f\xff\x51", 0, kJpeg2000},
    Signature{"\0\0\0\x0cJXL "sv, 0, kJpegXl},
    Signature{"\xff\x0a", 0, kJpegXl},
    Signature{"II+\0"sv, 0, kBigTiff},
    Signature{"MM\0+"sv, 0, kBigTiff},
    Signature{"8BPS", 0, "a Photoshop picture"},
    Signature{"gimp xcf", 0, "a GIMP picture"},
    Signature{"\0\0\1\0"sv, 0, "an icon"},
    Signature{"\x76\x2f\x31\x01", 0, "an OpenEXR picture"},
    Signature{"DICM", 128, "a DICOM picture"},
    Signature{"%PDF", 0, "a PDF document"},
    Signature{"<svg", 0, kSvg},
    Signature{"<!DOCTYPE html", 0, kHtml},
    Signature{"<!doctype html", 0, kHtml},
    Signature{"<html", 0, kHtml},
    Signature{"version https://git-lfs", 0, "a pointer of Git LFS, by which the file is fetched"},
    Signature{"PK\3\4", 0, "a zip archive, to be unpacked first"},
};

/// MPEG-TS has no more of a signature than a byte every 188.
bool is_transport_stream(FileBytes bytes) {
  constexpr std::size_t kPacket = 188, kPackets = 3;
  constexpr std::uint8_t kSync = 0x47;
  if (bytes.size() < kPackets * kPacket) return false;
  for (std::size_t i = 0; i < kPackets; ++i)
    if (bytes[i * kPacket] != kSync) return false;
  return true;
}

bool is_svg(FileBytes bytes) {
  constexpr std::size_t kLookedAt = 1024;
  const FileBytes start = bytes.first(std::min(bytes.size(), kLookedAt));
  return (holds(start, "<?xml") || holds(start, "<!--") || holds(start, "\xef\xbb\xbf<")) &&
         std::string(start.begin(), start.end()).find("<svg") != std::string::npos;
}

}  // namespace

std::string foreign_format(FileBytes bytes) {
  if (bytes.empty()) return "nothing, the file is empty";
  const auto* found = std::ranges::find_if(
      kSignatures, [&](const Signature& s) { return holds(bytes, s.bytes, s.at); });
  std::string_view what;
  if (found != kSignatures.end()) what = found->what;
  if (is_svg(bytes)) what = kSvg;
  if (is_transport_stream(bytes)) what = kFilm;
  // Where it is not said what to do.
  const bool advised = what.empty() || what.find(", ") != std::string_view::npos;
  return std::string(what).append(advised ? "" : kConvert);
}

}  // namespace rgm
