#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "folder_contents.h"
#include "frame_source.h"
#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// The digits at the start of `text`, taken off; without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto end = std::ranges::find_if_not(text, is_digit);
  std::string_view number(text.begin(), end);
  text = {end, text.end()};
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

/// Whether `a` comes before `b` where runs of digits compare as numbers; names that differ in
/// leading zeros alone are equal.
bool comes_before(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (std::isdigit(static_cast<unsigned char>(a[0])) != 0 &&
        std::isdigit(static_cast<unsigned char>(b[0])) != 0) {
      const std::string_view m = take_number(a), n = take_number(b);
      if (m != n) return m.size() != n.size() ? m.size() < n.size() : m < n;
    } else {
      if (a[0] != b[0]) return a[0] < b[0];
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

/// Whether a name ends as that of a film, for what is said of it alone.
bool has_film_name(const fs::path& path) {
  constexpr std::array<std::string_view, 16> kEndings{
      ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg",
      ".ts",  ".mts", ".wmv", ".flv", ".ogv",  ".3gp", ".gif", ".asf"};
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

class FolderSource : public FrameSource {
 public:
  FolderSource(const fs::path& folder, const Rgb& ground) : ground_(ground) {
    FolderContents contents = list_folder(folder);
    pictures_ = std::move(contents.pictures);
    notes.files = std::move(contents.left_out);
    if (pictures_.empty()) {
      const auto film = std::ranges::find_if(contents.others, has_film_name);
      require<FileError>(film == contents.others.end(), folder.string(),
                         ": expected a film or a folder of its frames, found a folder of films as ",
                         film == contents.others.end() ? "" : film->filename().string(),
                         ": name these");
      fail<FileError>(folder.string(), ": no ", kPictureFormats,
                      " file in this folder, expected at least one");
    }
    std::ranges::stable_sort(pictures_, [](const fs::path& a, const fs::path& b) {
      return comes_before(a.filename().native(), b.filename().native());
    });
    first_ = read(pictures_[0]);
    height = first_.height;
    width = first_.width;
    require_frame_size(height, width, pictures_[0].string());
    frame_count = pictures_.size();
  }

  const AVFrame* next() override {
    if (position_ == pictures_.size()) return nullptr;
    const fs::path& path = pictures_[position_];
    seconds = static_cast<double>(position_) / frames_per_second;
    end_seconds = static_cast<double>(position_ + 1) / frames_per_second;
    const Images picture = position_++ == 0 ? std::move(first_) : read(path);
    require_frame_size(picture.height, picture.width, path.string());
    frame_ = ffmpeg::make_frame(picture.channels == 3 ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8,
                                picture.height, picture.width);
    const std::size_t row_bytes = picture.width * picture.channels;
    for (std::size_t row = 0; row < picture.height; ++row)
      std::memcpy(frame_->data[0] + static_cast<std::ptrdiff_t>(row) * frame_->linesize[0],
                  picture.pixels.data() + row * row_bytes, row_bytes);
    frame_->color_range = AVCOL_RANGE_JPEG;  // grey from 0 to 255
    return frame_.get();
  }

  bool skip(std::size_t frames) override {
    position_ += std::min(frames, pictures_.size() - position_);
    return position_ < pictures_.size();
  }

 private:
  Images read(const fs::path& path) {
    PictureNotes found;
    Images picture = read_picture(path, {.shape = {}, .loading = {.ground = ground_}}, &found);
    add_notes(notes.files, found, path.string());
    return picture;
  }

  Rgb ground_;
  std::vector<fs::path> pictures_;
  Images first_;
  std::size_t position_ = 0;
  ffmpeg::Frame frame_;
};

}  // namespace

std::unique_ptr<FrameSource> open_picture_folder(const fs::path& folder, const Rgb& ground) {
  return std::make_unique<FolderSource>(folder, ground);
}

}  // namespace rgm
