extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "container_end.h"
#include "frame_source.h"
#include "frame_times.h"
#include "media_input.h"
#include "ogg_pages.h"
#include "rgm/base/error.h"
#include "rgm/media/video_file.h"

namespace rgm {
namespace {

/// The containers that are looked for: all common ones of video, and none that refers to other
/// files or makes video of text.
constexpr const char* kContainers =
    "3g2,3gp,apng,asf,avi,dv,flv,gif,h264,hevc,ivf,m4v,matroska,mj2,mjpeg,mov,mp4,m4a,mpeg,mpegts,mpegvideo,nut,ogg,obu,"
    "webm,yuv4mpegpipe";

/// The decoders that a file may reach: of the many that FFmpeg has, those of formats that are in
/// use, are well kept and have been tried with damaged files for years, and of a few old ones that
/// are simple. A file names its decoder, so each of them is what a stranger may attack.
constexpr const char* kDecoders =
    "h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx-vp8,libvpx-vp9,mpeg4,mpeg1video,mpeg2video,mpegvideo,h263,h263p,h261,"
    "msmpeg4v1,msmpeg4v2,msmpeg4,wmv1,wmv2,wmv3,vc1,flv,theora,mjpeg,jpeg2000,png,apng,gif,bmp,prores,dvvideo,dnxhd,"
    "ffv1,ffvhuff,huffyuv,utvideo,rawvideo,wrapped_avframe,cinepak,msvideo1,msrle,qtrle";

/// In place of FFmpeg's way to open what a file refers to.
int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

bool is_permitted(std::string_view decoder) {
  for (std::string_view left = kDecoders; !left.empty();) {
    const std::size_t end = std::min(left.find(','), left.size());
    if (left.substr(0, end) == decoder) return true;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return false;
}

class FileSource : public FrameSource {
 public:
  FileSource(std::unique_ptr<MediaInput> input, std::string name, bool allow_damage)
      : name_(std::move(name)), allow_damage_(allow_damage), input_(std::move(input)) {
    ffmpeg::silence();
    open_container();
    open_decoder();
    // The first frame is read at once: it alone tells the true size, and that there is a frame.
    pending_ = decode();
    require<FileError>(
        pending_, name_,
        ": no frame can be read, the file is damaged, truncated or in an unknown encoding");
    open_picture();
  }

  const AVFrame* next() override {
    if (!std::exchange(pending_, false) && (ended_ || !decode())) {
      if (!std::exchange(ended_, true)) judge_end();
      return nullptr;
    }
    seconds = times_.add(frame_->best_effort_timestamp);
    notes.variable_rate = times_.vary() && !notes.damaged();  // of which gaps come, too
    return frame_.get();
  }

  double mean_of_variable_rate() override {
    for (; peek(); has_packet_ = false, av_packet_unref(packet_.get())) note_times(*packet_);
    if (!has_times_) return 0;
    std::ranges::sort(begins_);
    const auto first = std::ranges::lower_bound(begins_, first_key_);  // AV_NOPTS_VALUE is least
    FrameTimes times;
    times.begin(stream_->time_base, 1 / frames_per_second, is_open_ended_);
    std::for_each(first, begins_.end(), [&](std::int64_t begin) { times.add(begin); });
    return times.vary() ? static_cast<double>(begins_.end() - first) / times.end(end_) : 0;
  }

 private:
  void open_container() {
    AVFormatContext* format = ffmpeg::allocated(avformat_alloc_context());
    format->pb = input_->context();
    format->io_open = refuse_to_open;
    format->flags |= AVFMT_FLAG_BITEXACT;
    ffmpeg::Dictionary options;
    options.set("format_whitelist", kContainers);
    options.set("codec_whitelist", kDecoders);
    const int status = avformat_open_input(&format, nullptr, nullptr,
                                           options.entries());  // which frees it if it fails
    require<FileError>(status == 0, name_,
                       ": expected a video file, found none, or a damaged or truncated one: ",
                       ffmpeg::reason(status));
    format_.reset(format);
    is_open_ended_ = is_open_ended(format->iformat->name);
    check_claimed_sizes();
    for (unsigned i = 0; i < format->nb_streams; ++i)
      claimed_seconds_.push_back(claimed_seconds(*format->streams[i]));
    std::vector<AVDictionary*> limits(format->nb_streams, nullptr);
    for (AVDictionary*& entry : limits) av_dict_set_int(&entry, "max_pixels", kMaxVideoPixels, 0);
    const std::size_t streams =
        limits.size();  // it may find more, to which the options do not extend
    const int found = avformat_find_stream_info(format, limits.data());
    for (std::size_t i = 0; i < streams; ++i) av_dict_free(&limits[i]);
    require<FileError>(found >= 0, name_,
                       ": damaged or truncated video file: ", ffmpeg::reason(found));
    check_claimed_sizes();
  }

  /// How long the file says that a stream is, asked before FFmpeg fills in what it guesses; 0: it
  /// does not say.
  double claimed_seconds(const AVStream& stream) const {
    if (stream.duration != AV_NOPTS_VALUE)
      return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
    const bool alone = format_->nb_streams == 1 && format_->duration != AV_NOPTS_VALUE;
    return alone ? static_cast<double>(format_->duration) / AV_TIME_BASE : 0;
  }

  void check_claimed_sizes() const {
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      const AVCodecParameters& claimed = *format_->streams[i]->codecpar;
      if (claimed.codec_type == AVMEDIA_TYPE_VIDEO && (claimed.height != 0 || claimed.width != 0))
        require_frame_size(static_cast<std::size_t>(claimed.height),
                           static_cast<std::size_t>(claimed.width), name_);
    }
  }

  void open_decoder() {
    const int best = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    const bool found =
        best >= 0 && (format_->streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
    require<FileError>(found, name_, ": no stream of video in this file, expected one");
    stream_ = format_->streams[best];
    for (unsigned i = 0; i < format_->nb_streams; ++i)
      if (std::cmp_not_equal(i, best)) format_->streams[i]->discard = AVDISCARD_ALL;

    const AVCodec* decoder = avcodec_find_decoder(stream_->codecpar->codec_id);
    require<FileError>(decoder != nullptr, name_, ": video encoded as ",
                       avcodec_get_name(stream_->codecpar->codec_id),
                       ", for which there is no decoder");
    codec_.reset(ffmpeg::allocated(avcodec_alloc_context3(decoder)));
    int status = avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
    require<FileError>(is_permitted(decoder->name), name_, ": video encoded as ",
                       avcodec_get_name(stream_->codecpar->codec_id),
                       ", expected one of the usual encodings");
    codec_->thread_count = 1;
    codec_->flags |= AV_CODEC_FLAG_BITEXACT;
    codec_->max_pixels = kMaxVideoPixels;
    codec_->pkt_timebase = stream_->time_base;
    if (status >= 0) status = avcodec_open2(codec_.get(), decoder, nullptr);
    require<FileError>(status >= 0, name_, ": the decoder ", decoder->name,
                       " refuses this video: ", ffmpeg::reason(status));

    const AVRational rate = av_guess_frame_rate(format_.get(), stream_, nullptr);
    if (rate.num > 0 && rate.den > 0) frames_per_second = av_q2d(rate);
    if (std::cmp_less(best, claimed_seconds_.size()))
      seconds_ = claimed_seconds_[static_cast<std::size_t>(best)];
    const double frames = stream_->nb_frames > 0 ? static_cast<double>(stream_->nb_frames)
                                                 : seconds_ * frames_per_second;
    constexpr double kMost = 1e15;  // beyond which the file lies
    frame_count = static_cast<std::size_t>(std::clamp(std::round(frames), 0.0, kMost));
  }

  /// What the first frame tells of how all are shown.
  void open_picture() {
    require_frame_size(static_cast<std::size_t>(frame_->height),
                       static_cast<std::size_t>(frame_->width), name_);
    height = static_cast<std::size_t>(frame_->height);
    width = static_cast<std::size_t>(frame_->width);
    const AVRational aspect = av_guess_sample_aspect_ratio(format_.get(), stream_, frame_.get());
    constexpr double kMostAspect = 8;  // beyond which the file lies
    if (aspect.num > 0 && aspect.den > 0 && av_q2d(aspect) <= kMostAspect &&
        av_q2d(aspect) >= 1 / kMostAspect)
      pixel_aspect = av_q2d(aspect);
    std::array<std::int32_t, 9> matrix{};
    if (const auto bytes = ffmpeg::display_matrix(*frame_, *stream_); bytes.size() >= sizeof matrix)
      std::memcpy(matrix.data(), bytes.data(), sizeof matrix);
    orientation = orientation_of(matrix);
    notes.pixel_aspect = pixel_aspect;
    notes.quarter_turns = orientation.quarter_turns();
    notes.mirrored = orientation.mirrored();
    notes.between_quarters = orientation.between_quarters;
    const auto* alpha = av_dict_get(stream_->metadata, "alpha_mode", nullptr, 0);
    const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame_->format));
    if (alpha != nullptr && std::string_view(alpha->value) == "1" && format != nullptr &&
        (format->flags & AV_PIX_FMT_FLAG_ALPHA) == 0)
      add_note(notes.files, "its transparency is not read: it is shown as if there were none", "");
    times_.begin(stream_->time_base, 1 / frames_per_second, is_open_ended_);
  }

  /// Decodes the next frame into `frame_`; false at the end.
  bool decode() {
    while (!stopped_) {
      const int status = avcodec_receive_frame(codec_.get(), frame_.get());
      if (status == 0) {
        if (!take_frame()) continue;
        ++decoded_;
        return true;
      }
      if (status == AVERROR(EAGAIN)) {
        feed();
      } else if (status == AVERROR_EOF || !survive(AV_NOPTS_VALUE)) {
        return false;
      }
    }
    return false;
  }

  /// Whether the frame that was decoded is given: a damaged one if it is allowed.
  bool take_frame() {
    require_frame_size(static_cast<std::size_t>(frame_->height),
                       static_cast<std::size_t>(frame_->width), name_);
    const bool damaged =
        (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0;
    failures_ = 0;
    if (!damaged) return true;
    if (!is_in_step(frame_->best_effort_timestamp)) return false;
    if (is_unfinished_end() && frame_->pts == fed_->pts) return false;  // of the last packet
    ++notes.damaged_frames;
    stopped_ = !allow_damage_;
    return allow_damage_;
  }

  /// Whether what has that time must be decodable: it is not before the first key frame, where a
  /// recording may begin in the middle of what cannot be understood.
  bool is_in_step(std::int64_t time) const {
    if (!has_key_ || (is_open_ended_ && decoded_ == 0)) return false;
    return time == AV_NOPTS_VALUE || first_key_ == AV_NOPTS_VALUE || time >= first_key_;
  }

  /// Whether what is wrong with the packet that was fed last is that a stream which may end
  /// anywhere ends in it, which is no damage unless that is asked for with all else.
  bool is_unfinished_end() { return is_open_ended_ && !allow_damage_ && !peek(); }

  /// Whether `decode` goes on after what cannot be decoded, of that time: at the beginning of a
  /// recording it does, and where damage is allowed; otherwise it gives what the decoder holds.
  bool survive(std::int64_t time) {
    constexpr std::size_t kMaxFailures = 1000;
    const bool hopeless = ++failures_ > kMaxFailures && (decoded_ == 0 || is_drained_);
    if (is_in_step(time) && !is_unfinished_end()) {
      ++notes.damaged_packets;
      if (!allow_damage_) drain();
    }
    return !hopeless;
  }

  /// Reads the next packet of the video into `packet_`, unless there is one; false at the end.
  bool peek() {
    while (!has_packet_ && !at_end_) {
      const int status = av_read_frame(format_.get(), packet_.get());
      at_end_ = status < 0;
      notes.breaks_off |= at_end_ && status != AVERROR_EOF;
      if (at_end_) break;
      has_packet_ = packet_->stream_index == stream_->index;
      if (!has_packet_) av_packet_unref(packet_.get());
    }
    return has_packet_;
  }

  /// Gives the decoder the next packet, or tells it that there is none.
  void feed() {
    if (!peek()) return drain();
    has_packet_ = false;
    av_packet_unref(fed_.get());
    av_packet_move_ref(fed_.get(), packet_.get());
    const AVPacket& packet = *fed_;
    note_times(packet);
    if (packet.size == 0) return;  // a frame that was left out when it was recorded
    if (!has_key_ && (packet.flags & AV_PKT_FLAG_KEY) != 0) {
      has_key_ = true;
      first_key_ = packet.pts;
    }
    // What follows damage refers to what is missing; the decoder may give it all the same.
    if (allow_damage_ && decoded_ > 0) codec_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    // In streams other than MPEG-TS the flag only says that the file ended in the packet.
    const bool is_marked =
        (packet.flags & AV_PKT_FLAG_CORRUPT) != 0 &&
        (!is_open_ended_ || format_->iformat->name == std::string_view("mpegts"));
    if (is_marked && is_in_step(packet.pts) && !is_unfinished_end()) {
      ++notes.damaged_packets;
      if (!allow_damage_) return drain();
    }
    if (avcodec_send_packet(codec_.get(), &packet) < 0) survive(packet.pts);
  }

  /// Keeps when what is in a packet begins, and when the last one ends.
  void note_times(const AVPacket& packet) {
    const std::int64_t time = packet.pts == AV_NOPTS_VALUE ? packet.dts : packet.pts;
    if (time == AV_NOPTS_VALUE) {
      has_times_ = false;
      return;
    }
    constexpr std::uint8_t kShown = 0x10;  // of VP8, which also has pictures that are not
    const bool hidden = packet.size == 0 || (stream_->codecpar->codec_id == AV_CODEC_ID_VP8 &&
                                             (packet.data[0] & kShown) == 0);
    if (!hidden) begins_.push_back(time);
    has_times_ &= hidden || packet.pts != AV_NOPTS_VALUE;
    const std::int64_t usual = std::llround(1 / (frames_per_second * av_q2d(stream_->time_base)));
    const std::int64_t end = av_sat_add64(time, packet.duration > 0 ? packet.duration : usual);
    end_ = end_ == AV_NOPTS_VALUE ? end : std::max(end_, end);
  }

  /// Lets the decoder give the frames that it still holds.
  void drain() {
    if (std::exchange(is_drained_, true)) return;
    avcodec_send_packet(codec_.get(), nullptr);
  }

  /// What is known only when all has been read: whether that is all that there was.
  void judge_end() {
    end_seconds = times_.end(end_);
    if (stopped_) return;
    double missing = 0;
    if (seconds_ > 0 && end_ != AV_NOPTS_VALUE) {
      const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
      missing = seconds_ - (static_cast<double>(end_) - static_cast<double>(start)) *
                               av_q2d(stream_->time_base);
    }
    const bool ends_early = missing > 1.5 / frames_per_second;
    // Others may be cut behind their last frame; Ogg tells how long it is by its last page alone.
    const bool is_ogg = format_->iformat->name == std::string_view("ogg");
    const bool tells = seconds_ > 0 && !is_ogg;
    if (is_ogg) notes.damaged_packets += damaged_pages(*input_);
    notes.breaks_off |= (ends_early || !tells) && is_cut(*input_);
    notes.variable_rate &= !notes.damaged();
    if (ends_early && !notes.damaged()) notes.missing_seconds = missing;
  }

  std::string name_;
  bool allow_damage_;
  std::unique_ptr<MediaInput> input_;
  ffmpeg::InputFormat format_;
  AVStream* stream_ = nullptr;
  ffmpeg::Codec codec_;
  ffmpeg::Packet packet_{ffmpeg::allocated(av_packet_alloc())};  // the next, if `has_packet_`
  ffmpeg::Packet fed_{ffmpeg::allocated(av_packet_alloc())};     // the last that was decoded
  ffmpeg::Frame frame_{ffmpeg::allocated(av_frame_alloc())};
  std::vector<double> claimed_seconds_;  // of each stream
  double seconds_ = 0;                   // of the video as claimed
  bool is_open_ended_ = false;
  FrameTimes times_;
  // In the unit of the stream: when frames begin, when the last packet ends, and when the first key
  // frame is due.
  std::vector<std::int64_t> begins_;
  std::int64_t end_ = AV_NOPTS_VALUE, first_key_ = AV_NOPTS_VALUE;
  std::size_t decoded_ = 0, failures_ = 0;
  bool has_packet_ = false, at_end_ = false, has_key_ = false, has_times_ = true;
  bool is_drained_ = false, stopped_ = false, pending_ = false, ended_ = false;
};

}  // namespace

void require_frame_size(std::size_t height, std::size_t width, const std::string& name) {
  require(height > 0 && width > 0 && height <= kMaxVideoSide && width <= kMaxVideoSide &&
              height * width <= kMaxVideoPixels,
          name, ": frames of ", height, " by ", width, " pixels, expected sides from 1 to ",
          kMaxVideoSide, " and at most ", kMaxVideoPixels, " pixels");
}

std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& path, bool allow_damage) {
  return std::make_unique<FileSource>(open_media(path), path.string(), allow_damage);
}

std::unique_ptr<FrameSource> open_video_bytes(std::span<const std::uint8_t> bytes,
                                              const std::string& name, bool allow_damage) {
  require<FileError>(!bytes.empty(), name, ": the file is empty, expected a video");
  return std::make_unique<FileSource>(open_media(bytes), name, allow_damage);
}

}  // namespace rgm
