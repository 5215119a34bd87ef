#include <algorithm>
#include <cctype>
#include <cstring>
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

class FolderSource : public FrameSource {
 public:
  explicit FolderSource(const fs::path& folder) : pictures_(list_folder(folder).pictures) {
    require<FileError>(!pictures_.empty(), folder.string(),
                       ": no PNG or JPEG file in this folder, expected at least one");
    std::ranges::stable_sort(pictures_, [](const fs::path& a, const fs::path& b) {
      return comes_before(a.filename().native(), b.filename().native());
    });
    first_ = read_picture(pictures_[0]);
    height = first_.height;
    width = first_.width;
    require_frame_size(height, width, pictures_[0].string());
    frame_count = pictures_.size();
  }

  const AVFrame* next() override {
    if (position_ == pictures_.size()) return nullptr;
    const fs::path& path = pictures_[position_];
    const Images picture = position_++ == 0
                               ? std::move(first_)
                               : read_picture(path, {{height, width, pictures_[0].string()}});
    frame_ = ffmpeg::make_frame(picture.channels == 3 ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8, height,
                                width);
    const std::size_t row_bytes = width * picture.channels;
    for (std::size_t row = 0; row < height; ++row)
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
  std::vector<fs::path> pictures_;
  Images first_;
  std::size_t position_ = 0;
  ffmpeg::Frame frame_;
};

}  // namespace

std::unique_ptr<FrameSource> open_picture_folder(const fs::path& folder) {
  return std::make_unique<FolderSource>(folder);
}

}  // namespace rgm
