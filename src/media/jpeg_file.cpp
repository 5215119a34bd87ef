// jpeglib.h needs the declarations of stdio.h.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <csetjmp>
#include <vector>

#include "exif_orientation.h"
#include "picture_formats.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

/// libjpeg's error handler with a way out of its C code, and the message that goes with it.
struct JpegErrors {
  jpeg_error_mgr handler;  // first, so that a pointer to it is one to this struct
  std::jmp_buf way_out;
  char message[JMSG_LENGTH_MAX];
  bool repaired;
};

[[noreturn]] void leave_jpeg(j_common_ptr jpeg) {
  auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
  jpeg->err->format_message(jpeg, errors->message);
  std::longjmp(errors->way_out, 1);
}

/// Whether what has been read of a file whose end is missing may be all of its pixels: the last
/// scan has begun. If it breaks off, libjpeg will say so (`JWRN_HIT_MARKER`).
bool is_in_last_scan(const jpeg_decompress_struct& jpeg) {
  if (jpeg.input_scan_number == 0 || jpeg.arith_code)
    return false;  // nobody says so of arithmetic codes
  if (jpeg.coef_bits == nullptr)
    return jpeg.comps_in_scan == jpeg.num_components ||
           jpeg.input_scan_number >= jpeg.num_components;
  for (int component = 0; component < jpeg.num_components; ++component)
    for (const int missing_bits : jpeg.coef_bits[component])
      if (missing_bits != 0) return false;
  return true;
}

/// Warnings (level −1) tell of what libjpeg paints over. Some of them need not mean that a pixel is
/// lost, which nobody can know for sure; traces (0 and above) are of no interest.
void judge_warning(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:        // an unknown transform: YCCK or YCbCr is assumed
    case JWRN_BOGUS_PROGRESSION:  // scans in another order than they should be
    case JWRN_JFIF_MAJOR:         // a version that is not 1
    case JWRN_NOT_SEQUENTIAL:     // parameters of a progressive scan in a sequential one
      break;
    case JWRN_EXTRANEOUS_DATA:  // bytes before a marker, which are skipped
      // Before the end they may be of no use; before anything else they are lost pixels.
      if (jpeg->err->msg_parm.i[1] == JPEG_EOI) break;
      leave_jpeg(jpeg);
    case JWRN_JPEG_EOF:  // no end marker: libjpeg goes on as if it were there
      if (is_in_last_scan(*reinterpret_cast<j_decompress_ptr>(jpeg))) break;
      [[fallthrough]];
    default:
      leave_jpeg(jpeg);
  }
  reinterpret_cast<JpegErrors*>(jpeg->err)->repaired = true;
}

/// An ordinary progressive file has about ten scans; each of thousands of empty ones would cost a
/// pass over the picture.
void leave_after_many_scans(j_common_ptr jpeg) {
  constexpr int kMaxScans = 100;
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMaxScans) return;
  std::snprintf(reinterpret_cast<JpegErrors*>(jpeg->err)->message, JMSG_LENGTH_MAX,
                "more than %d scans", kMaxScans);
  std::longjmp(reinterpret_cast<JpegErrors*>(jpeg->err)->way_out, 1);
}

class JpegFile {
 public:
  JpegFile(FileBytes bytes, const std::string& name) : name_(name), file_size_(bytes.size()) {
    jpeg_.err = jpeg_std_error(&errors_.handler);
    errors_.handler.error_exit = leave_jpeg;
    errors_.handler.emit_message = judge_warning;
    progress_.progress_monitor = leave_after_many_scans;
    try {
      guarded([&] {
        constexpr unsigned kMostOfMarker = 0xffff;
        jpeg_create_decompress(&jpeg_);
        jpeg_save_markers(&jpeg_, kExif, kMostOfMarker);
        jpeg_mem_src(&jpeg_, bytes.data(), bytes.size());
        jpeg_read_header(&jpeg_, TRUE);
      });
    } catch (...) {
      jpeg_destroy_decompress(&jpeg_);
      throw;
    }
  }
  ~JpegFile() { jpeg_destroy_decompress(&jpeg_); }
  JpegFile(const JpegFile&) = delete;
  JpegFile& operator=(const JpegFile&) = delete;

  StoredPicture header() const {
    StoredPicture stored{jpeg_.image_height, jpeg_.image_width,
                         jpeg_.num_components == 1 ? 1U : 3U};
    for (auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      const FileBytes data(marker->data, marker->data_length);
      if (marker->marker != kExif || !holds(data, "Exif")) continue;
      stored.orientation = exif_orientation(data);
      break;
    }
    require_picture_size(stored, file_size_, name_);
    return stored;
  }

  Images read(const PictureOptions& options, PictureNotes& notes) {
    StoredPicture stored = header();
    const bool inks = jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
    for (const std::size_t factor : {2, 4, 8})
      if (static_cast<double>(factor) <= reduction(stored, options)) stored.reduction = factor;
    guarded([&] {
      jpeg_.progress = &progress_;
      jpeg_.out_color_space = inks ? JCS_CMYK : jpeg_.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
      jpeg_.scale_num = 1;
      jpeg_.scale_denom = static_cast<unsigned>(stored.reduction);
      jpeg_start_decompress(&jpeg_);
    });
    PictureBuilder builder(stored, options);
    std::vector<std::uint8_t> row(jpeg_.output_width *
                                  static_cast<std::size_t>(jpeg_.output_components));
    for (std::size_t y = 0; y < stored.decoded_height(); ++y) {
      guarded([&] {
        JSAMPROW rows = row.data();
        jpeg_read_scanlines(&jpeg_, &rows, 1);
      });
      if (inks) mix_inks(row);
      builder.add(row.data());
    }
    guarded([&] { jpeg_finish_decompress(&jpeg_); });
    notes.repaired = errors_.repaired;
    return std::move(builder).finish(notes);
  }

 private:
  static constexpr int kExif = JPEG_APP0 + 1;

  /// Runs `step`, which calls libjpeg and makes no object that needs a destructor; throws
  /// `FileError` if libjpeg gives up.
  template <class Step>
  void guarded(const Step& step) {
    if (setjmp(errors_.way_out) != 0) {
      const int code = errors_.handler.msg_code;
      const bool unread = code == JERR_BAD_PRECISION || code == JERR_SOF_UNSUPPORTED ||
                          code == JERR_CONVERSION_NOTIMPL || code == JERR_ARITH_NOTIMPL;
      fail<FileError>(
          name_, unread ? ": a JPEG file of a kind that is not read: " : ": damaged JPEG file: ",
          errors_.message);
    }
    step();
  }

  /// CMYK to RGB in place. Adobe's programs, and all that follow them, store how much of each ink
  /// is not there.
  void mix_inks(std::vector<std::uint8_t>& row) const {
    const unsigned flip = jpeg_.saw_Adobe_marker ? 0 : 255;
    for (std::size_t from = 0, to = 0; from < row.size(); from += 4) {
      const unsigned not_black = row[from + 3] ^ flip;
      for (std::size_t c = 0; c < 3; ++c)
        row[to++] = static_cast<std::uint8_t>(((row[from + c] ^ flip) * not_black + 127) / 255);
    }
  }

  const std::string& name_;
  std::size_t file_size_;
  JpegErrors errors_{};
  jpeg_decompress_struct jpeg_{};
  jpeg_progress_mgr progress_{};
};

}  // namespace

bool is_jpeg(FileBytes bytes) { return holds(bytes, "\xff\xd8\xff"); }

StoredPicture read_jpeg_header(FileBytes bytes, const std::string& name) {
  return JpegFile(bytes, name).header();
}

Images read_jpeg(FileBytes bytes, const std::string& name, const PictureOptions& options,
                 PictureNotes& notes) {
  return JpegFile(bytes, name).read(options, notes);
}

}  // namespace rgm
