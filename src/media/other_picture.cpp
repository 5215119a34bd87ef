#include <algorithm>
#include <array>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "ffmpeg.h"
#include "picture_container.h"
#include "picture_formats.h"
#include "rgm/base/error.h"
#include "tiff_tags.h"

namespace rgm {
namespace {

using namespace std::string_view_literals;

bool is_webp(FileBytes bytes) { return holds(bytes, "RIFF") && holds(bytes, "WEBP", 8); }
bool is_gif(FileBytes bytes) { return holds(bytes, "GIF87a") || holds(bytes, "GIF89a"); }
bool is_tiff(FileBytes bytes) { return holds(bytes, "II*\0"sv) || holds(bytes, "MM\0*"sv); }
bool is_bmp(FileBytes bytes) {
  return holds(bytes, "BM") && holds(bytes, "\0\0\0\0"sv, 6);  // reserved
}
/// Whether 32 bits of a pixel have alpha among them; otherwise 8 of them mean nothing.
bool has_alpha_mask(FileBytes bmp) {
  constexpr std::size_t kHeaderSize = 14, kCompression = 30;
  constexpr std::uint32_t kWithoutMasks = 0, kWithAlphaMask = 56;
  const FileNumbers file{bmp};
  return file(kHeaderSize, 4) >= kWithAlphaMask && file(kCompression, 4) != kWithoutMasks;
}
template <std::uint8_t... kKinds>
bool is_pnm(FileBytes bytes) {
  return bytes.size() > 2 && bytes[0] == 'P' && ((bytes[1] == kKinds) || ...) &&
         " \t\r\n#"sv.find(static_cast<char>(bytes[2])) != std::string_view::npos;
}

/// A format, the decoder that is given its files, no other, and what is around its pixels.
struct OtherFormat {
  const char* name;
  const char* decoder;
  bool (*matches)(FileBytes bytes);
  PictureContainer (*look_into)(FileBytes bytes);
};

constexpr std::array kOtherFormats{
    OtherFormat{"WebP", "webp", is_webp, look_into_webp},
    OtherFormat{"GIF", "gif", is_gif, look_into_gif},
    OtherFormat{"TIFF", "tiff", is_tiff, look_into_tiff},
    OtherFormat{"BMP", "bmp", is_bmp, nullptr},
    OtherFormat{"PBM", "pbm", is_pnm<'1', '4'>, nullptr},
    OtherFormat{"PGM", "pgm", is_pnm<'2', '5'>, nullptr},
    OtherFormat{"PPM", "ppm", is_pnm<'3', '6'>, nullptr},
    OtherFormat{"PAM", "pam", is_pnm<'7'>, nullptr},
};

const OtherFormat* find_format(FileBytes bytes) {
  const auto* format =
      std::ranges::find_if(kOtherFormats, [&](const OtherFormat& f) { return f.matches(bytes); });
  return format == kOtherFormats.end() ? nullptr : format;
}

/// A file, and what its decoder is given of it.
struct OtherFile {
  OtherFile(FileBytes file, const std::string& its_name)
      : name(its_name), format(*find_format(file)), bytes(file) {
    if (format.look_into != nullptr) container = format.look_into(file);
    if (!container.first.empty()) bytes = container.first;
    constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // what FFmpeg takes in a piece
    require<FileError>(!container.truncated && bytes.size() <= kMostBytes, name,
                       ": damaged or truncated ", format.name, " file, or one of more than ",
                       kMostBytes, " bytes");
    require<FileError>(!container.unread, name, ": a ", format.name,
                       " file of a kind that is not read, convert it to PNG");
  }

  /// How many pixels it may claim: what the limits allow, and no more for a few bytes than what
  /// takes no memory to speak of, since these formats pack a picture of one colour without end.
  std::size_t most_pixels() const {
    constexpr std::size_t kOfFewBytes = std::size_t{1} << 24, kPerByte = 1032 * 8;
    return std::min(kMaxPicturePixels, std::max(kOfFewBytes, kPerByte * bytes.size()));
  }

  const std::string& name;
  const OtherFormat& format;
  PictureContainer container;
  FileBytes bytes;
};

struct Decoded {
  ffmpeg::Frame frame{ffmpeg::allocated(av_frame_alloc())};
  bool header_alone = false;  ///< only the size and the format of pixels are known
};

/// Refuses memory for pixels, so that the decoder stops where it has read the header. Not so those
/// of palettes (GIF's are seen after they are applied), which tell by their pixels alone whether
/// they are grey.
int take_header(AVCodecContext* codec, AVFrame* frame, int flags) {
  if (frame->format == AV_PIX_FMT_PAL8 || codec->codec_id == AV_CODEC_ID_GIF)
    return avcodec_default_get_buffer2(codec, frame, flags);
  auto& decoded = *static_cast<Decoded*>(codec->opaque);
  decoded.frame->height = codec->height;
  decoded.frame->width = codec->width;
  decoded.frame->format = frame->format;
  decoded.header_alone = true;
  return AVERROR_EXIT;
}

Decoded decode(const OtherFile& file, bool header_alone) {
  ffmpeg::silence();
  const AVCodec* decoder = avcodec_find_decoder_by_name(file.format.decoder);
  require<FileError>(decoder != nullptr, file.name, ": a ", file.format.name,
                     " file, for which FFmpeg's libraries have no decoder here");
  const ffmpeg::Codec codec(ffmpeg::allocated(avcodec_alloc_context3(decoder)));
  codec->thread_count = 1;
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  codec->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
  codec->max_pixels = static_cast<std::int64_t>(file.most_pixels());
  Decoded decoded, header;
  codec->opaque = &header;
  if (header_alone) codec->get_buffer2 = take_header;

  const ffmpeg::Packet packet(ffmpeg::allocated(av_packet_alloc()));
  if (av_new_packet(packet.get(), static_cast<int>(file.bytes.size())) < 0) throw std::bad_alloc();
  std::ranges::copy(file.bytes, packet->data);
  if (file.format.matches == is_tiff) drop_other_tags({packet->data, file.bytes.size()});
  packet->flags |= AV_PKT_FLAG_KEY;
  int status = avcodec_open2(codec.get(), decoder, nullptr);
  if (status >= 0) status = avcodec_send_packet(codec.get(), packet.get());
  if (status >= 0) status = avcodec_receive_frame(codec.get(), decoded.frame.get());
  if (header.header_alone) return header;
  require<FileError>(
      status >= 0 && (decoded.frame->flags & AV_FRAME_FLAG_CORRUPT) == 0, file.name, ": this ",
      file.format.name, " file cannot be read, it is damaged, truncated, of more than ",
      codec->max_pixels,
      " pixels or of a rare kind (then convert it to PNG): ", ffmpeg::reason(status));
  return decoded;
}

/// 8 bits a channel, of grey or RGB, with alpha where there is.
AVPixelFormat plain_format(int format) {
  const AVPixFmtDescriptor& pixels = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  const bool alpha = (pixels.flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
  const bool palette = (pixels.flags & AV_PIX_FMT_FLAG_PAL) != 0;
  if (pixels.nb_components - (alpha ? 1 : 0) == 1 && !palette)
    return alpha ? AV_PIX_FMT_YA8 : AV_PIX_FMT_GRAY8;
  return alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
}

std::size_t channels_of(AVPixelFormat plain) {
  return static_cast<std::size_t>(av_pix_fmt_desc_get(plain)->nb_components);
}

const std::uint8_t* row_of(const AVFrame& frame, std::size_t y) {
  return frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
}

/// The fewest channels that hold all of an RGBA frame.
std::size_t needed_channels(const AVFrame& rgba) {
  bool alpha = false, colour = false;
  for (std::size_t y = 0; std::cmp_less(y, rgba.height); ++y) {
    const std::uint8_t* pixel = row_of(rgba, y);
    for (int x = 0; x < rgba.width; ++x, pixel += 4) {
      alpha = alpha || pixel[3] != 255;
      colour = colour || (pixel[3] != 0 && (pixel[0] != pixel[1] || pixel[0] != pixel[2]));
    }
  }
  return (colour ? 3 : 1) + (alpha ? 1 : 0);
}

/// A decoded file: its pixels of `plain_format`, unless it was read for its header alone, and what
/// is stored. They may have other channels, and be but a part of it.
struct Plain {
  Plain(const OtherFile& file, bool header_alone) : container(file.container) {
    Decoded decoded = decode(file, header_alone);
    if (decoded.frame->format == AV_PIX_FMT_BGRA && file.format.matches == is_bmp &&
        !has_alpha_mask(file.bytes))
      decoded.frame->format = AV_PIX_FMT_BGR0;
    const AVPixelFormat format = plain_format(decoded.frame->format);
    frame = std::move(decoded.frame);
    const auto height = static_cast<std::size_t>(frame->height),
               width = static_cast<std::size_t>(frame->width);
    const bool palette = frame->format == AV_PIX_FMT_PAL8 || file.format.matches == is_gif;
    stored = {height, width, channels_of(format), container.orientation};
    if (!decoded.header_alone) {
      if (frame->format != format) convert(format);
      if (palette) stored.channels = needed_channels(*frame);
    }
    if (!container.first.empty()) lay_on_canvas(file);
  }

  void convert(AVPixelFormat format) {
    ffmpeg::Frame plain = ffmpeg::make_frame(format, stored.height, stored.width);
    if (channels_of(format) <= 2) frame->color_range = AVCOL_RANGE_JPEG;  // grey from 0 to 255
    plain->color_range = AVCOL_RANGE_JPEG;
    ffmpeg::Converter().convert(*frame, *plain);
    frame = std::move(plain);
  }

  void lay_on_canvas(const OtherFile& file) {
    const Canvas& canvas = container.canvas;
    require<FileError>(canvas.height * canvas.width <= file.most_pixels() &&
                           canvas.top + stored.height <= canvas.height &&
                           canvas.left + stored.width <= canvas.width,
                       file.name, ": damaged ", file.format.name, " file, ", stored.height, " by ",
                       stored.width, " pixels on a canvas of ", canvas.height, " by ",
                       canvas.width);
    const bool covered = stored.height == canvas.height && stored.width == canvas.width;
    stored.height = canvas.height;
    stored.width = canvas.width;
    if (!covered && !stored.has_alpha()) ++stored.channels;
  }

  /// Row y of what is stored, into `row`.
  void copy_row(std::size_t y, std::vector<std::uint8_t>& row) const {
    const Canvas& canvas = container.canvas;
    row.assign(stored.width * stored.channels, 0);
    if (y < canvas.top || std::cmp_greater_equal(y - canvas.top, frame->height)) return;
    const std::size_t channels = channels_of(static_cast<AVPixelFormat>(frame->format));
    const std::size_t colours = stored.channels - (stored.has_alpha() ? 1 : 0);
    const std::uint8_t* from = row_of(*frame, y - canvas.top);
    std::uint8_t* to = row.data() + canvas.left * stored.channels;
    for (int x = 0; x < frame->width; ++x, from += channels) {
      to = std::copy_n(from, colours, to);
      if (stored.has_alpha()) *to++ = channels % 2 == 0 ? from[channels - 1] : 255;
    }
  }

  const PictureContainer& container;
  ffmpeg::Frame frame;
  StoredPicture stored;
};

}  // namespace

bool is_other_picture(FileBytes bytes) { return find_format(bytes) != nullptr; }

StoredPicture read_other_header(FileBytes bytes, const std::string& name) {
  return Plain(OtherFile(bytes, name), true).stored;
}

Images read_other(FileBytes bytes, const std::string& name, const PictureOptions& options,
                  PictureNotes& notes) {
  const OtherFile file(bytes, name);
  const Plain plain(file, false);
  notes.first_of_several = file.container.several;
  PictureBuilder builder(plain.stored, options);
  std::vector<std::uint8_t> row;
  for (std::size_t y = 0; y < plain.stored.height; ++y) {
    plain.copy_row(y, row);
    builder.add(row.data());
  }
  return std::move(builder).finish(notes);
}

}  // namespace rgm
