#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "frame_source.h"
#include "media_input.h"
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
  FileSource(std::unique_ptr<MediaInput> input, std::string name)
      : name_(std::move(name)), input_(std::move(input)) {
    ffmpeg::silence();
    open_container();
    open_decoder();
    // The first frame is read at once: it alone tells the true size, and that there is a frame.
    pending_ = decode();
    require<FileError>(
        pending_, name_,
        ": no frame can be read, the file is damaged, truncated or in an unknown encoding");
  }

  const AVFrame* next() override {
    return std::exchange(pending_, false) || decode() ? frame_.get() : nullptr;
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

  /// Decodes the next frame into `frame_`; false at the end.
  bool decode() {
    while (true) {
      const int status = avcodec_receive_frame(codec_.get(), frame_.get());
      if (status == 0) return check_frame(), true;
      if (status == AVERROR(EAGAIN)) {
        feed();
      } else if (status == AVERROR_EOF || !continue_after_damage()) {
        truncated |= ends_early();
        return false;
      }
    }
  }

  /// Whether the last packet ends more than a frame before the time that the file claims.
  bool ends_early() const { return seconds_ > 0 && end_ + 1.5 / frames_per_second < seconds_; }

  void check_frame() {
    const auto rows = static_cast<std::size_t>(frame_->height),
               columns = static_cast<std::size_t>(frame_->width);
    if (decoded_ == 0) {
      require_frame_size(rows, columns, name_);
      height = rows;
      width = columns;
    }
    require<FileError>(rows == height && columns == width, name_, ": frame ", decoded_, " is of ",
                       rows, " by ", columns, " pixels, expected ", height, " by ", width,
                       " as the first");
    ++decoded_;
  }

  /// Gives the decoder the next packet, or tells it that there is none.
  void feed() {
    const int status = av_read_frame(format_.get(), packet_.get());
    if (status < 0) {
      if (status != AVERROR_EOF) truncated = true;
      drain();
      return;
    }
    struct Unref {
      AVPacket* packet;
      ~Unref() { av_packet_unref(packet); }
    } unref{packet_.get()};
    if (packet_->stream_index != stream_->index) return;
    note_time();
    if (packet_->size == 0) return;  // a frame that was left out when it was recorded
    if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) {
      truncated = true;
      drain();
    } else if (avcodec_send_packet(codec_.get(), packet_.get()) < 0) {
      continue_after_damage();
    }
  }

  void note_time() {
    const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
    const std::int64_t time = packet_->pts == AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
    if (time == AV_NOPTS_VALUE) return;
    const double unit = av_q2d(stream_->time_base);
    const double duration = packet_->duration > 0 ? static_cast<double>(packet_->duration) * unit
                                                  : 1 / frames_per_second;
    end_ =
        std::max(end_, (static_cast<double>(time) - static_cast<double>(start)) * unit + duration);
  }

  /// Lets the decoder give the frames that it still holds.
  void drain() {
    draining_ = true;
    avcodec_send_packet(codec_.get(), nullptr);
  }

  /// Whether `decode` goes on after a packet that cannot be decoded. Before the first frame it
  /// does, since a recording may start anywhere; later it ends there.
  bool continue_after_damage() {
    constexpr std::size_t kMaxFailures = 1000;
    if (draining_) return false;
    if (decoded_ == 0 && ++failures_ < kMaxFailures) return true;
    truncated = true;
    drain();
    return true;
  }

  std::string name_;
  std::unique_ptr<MediaInput> input_;
  ffmpeg::InputFormat format_;
  AVStream* stream_ = nullptr;
  ffmpeg::Codec codec_;
  ffmpeg::Packet packet_{ffmpeg::allocated(av_packet_alloc())};
  ffmpeg::Frame frame_{ffmpeg::allocated(av_frame_alloc())};
  std::vector<double> claimed_seconds_;  // of each stream
  double seconds_ = 0, end_ = 0;         // of the video as claimed; of the last packet
  std::size_t decoded_ = 0, failures_ = 0;
  bool draining_ = false, pending_ = false;
};

}  // namespace

void require_frame_size(std::size_t height, std::size_t width, const std::string& name) {
  require(height > 0 && width > 0 && height <= kMaxVideoSide && width <= kMaxVideoSide &&
              height * width <= kMaxVideoPixels,
          name, ": frames of ", height, " by ", width, " pixels, expected sides from 1 to ",
          kMaxVideoSide, " and at most ", kMaxVideoPixels, " pixels");
}

std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& path) {
  return std::make_unique<FileSource>(open_media(path), path.string());
}

std::unique_ptr<FrameSource> open_video_bytes(std::span<const std::uint8_t> bytes,
                                              const std::string& name) {
  require<FileError>(!bytes.empty(), name, ": the file is empty, expected a video");
  return std::make_unique<FileSource>(open_media(bytes), name);
}

}  // namespace rgm
