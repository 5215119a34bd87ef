#include "rgm/media/data_set.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <regex>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "folder_contents.h"
#include "named_sets.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/parallel.h"
#include "rgm/media/fetch.h"
#include "rgm/media/idx.h"
#include "rgm/media/picture_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// Pictures still to be read, with the labels that they get (none if they are unlabelled).
struct PictureList {
  std::vector<fs::path> files;
  std::vector<int> labels;
  std::vector<std::string> class_names;
};

template <class T>
void keep(std::vector<T>& values, std::size_t begin, std::size_t end) {
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(end), values.end());
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(begin));
}

/// The images [first, second) that the address keeps, at least one.
std::pair<std::size_t, std::size_t> kept_images(const DataSetAddress& address, std::size_t count) {
  const auto kept = resolve_slice(address, count);
  require(kept.first < kept.second, address.source, ": the slice keeps none of its ", count,
          " images, expected at least one");
  return kept;
}

/// What the address keeps of IDX images and, unless `labels_path` is empty, of their labels.
/// `class_names` tells which labels there may be; if it is empty, classes are numbered up to the
/// largest label of the whole file, whatever the slice keeps.
LabelledImages label_images(const DataSetAddress& address, Images images,
                            const fs::path& labels_path, std::vector<std::string> class_names) {
  const std::size_t count = images.count(), size = images.pixels_per_image();
  const auto [begin, end] = kept_images(address, count);
  keep(images.pixels, begin * size, end * size);
  if (labels_path.empty()) return {std::move(images), {}, {}};

  std::vector<int> labels = read_idx_labels(labels_path);
  require<FileError>(labels.size() == count, labels_path.string(), ": ", labels.size(),
                     " labels, expected ", count, " as of images");
  if (class_names.empty())
    for (int i = 0; i <= std::ranges::max(labels); ++i) class_names.push_back(std::to_string(i));
  for (std::size_t i = 0; i < count; ++i)
    require<FileError>(std::cmp_less(labels[i], class_names.size()), labels_path.string(),
                       ": label ", labels[i], " at index ", i, ", expected 0 to ",
                       class_names.size() - 1);
  keep(labels, begin, end);
  return {std::move(images), std::move(labels), std::move(class_names)};
}

/// The labels file that belongs to an images file by its name; empty if there is none.
fs::path labels_beside(const fs::path& images_path) {
  constexpr std::string_view kImages = "images-idx3";
  std::string name = images_path.filename();
  const std::size_t at = name.rfind(kImages);
  if (at == std::string::npos) return {};
  const fs::path labels_path =
      images_path.parent_path() / name.replace(at, kImages.size(), "labels-idx1");
  std::error_code ignored;
  return fs::exists(labels_path, ignored) ? labels_path : fs::path();
}

PictureList list_pictures(const fs::path& folder) {
  FolderContents top = list_folder(folder);
  if (top.folders.empty()) {
    require<FileError>(!top.pictures.empty(), folder.string(),
                       ": no PNG or JPEG file in this folder, expected at least one");
    return {std::move(top.pictures), {}, {}};
  }
  if (!top.pictures.empty())
    fail<FileError>(folder.string(), ": both sub-folders and pictures, such as ",
                    top.pictures[0].string(), ", expected one or the other");
  PictureList list;
  for (const fs::path& class_folder : top.folders) {
    FolderContents contents = list_folder(class_folder);
    require<FileError>(contents.folders.empty(), class_folder.string(),
                       ": sub-folders in the folder of a class, expected none");
    require<FileError>(!contents.pictures.empty(), class_folder.string(),
                       ": no PNG or JPEG file of this class, expected at least one");
    list.labels.insert(list.labels.end(), contents.pictures.size(),
                       static_cast<int>(list.class_names.size()));
    list.class_names.push_back(class_folder.filename());
    std::ranges::move(contents.pictures, std::back_inserter(list.files));
  }
  return list;
}

void make_rgb(Images& images) {
  if (images.channels == 3) return;
  std::vector<std::uint8_t> pixels;
  pixels.reserve(3 * images.pixels.size());
  for (const std::uint8_t value : images.pixels) pixels.insert(pixels.end(), 3, value);
  images.pixels = std::move(pixels);
  images.channels = 3;
}

/// Reads pictures of one size; all become RGB if one is.
Images read_pictures(std::span<const fs::path> files, const DataSetOptions& options) {
  constexpr std::size_t kBatch = 256;  // decoded in parallel between two reports of progress
  Images images = read_picture(files[0]);
  const ExpectedSize size{images.height, images.width, files[0].string()};
  require<FileError>(files.size() <= kMaxFileBytes / images.pixels.size(), files[0].string(), ": ",
                     files.size(), " pictures of ", size.height, " by ", size.width,
                     " pixels, expected at most ", kMaxFileBytes, " bytes in all");
  for (std::size_t start = 1; start < files.size(); start += kBatch) {
    report(options.progress, "reading pictures", start, files.size());
    const auto batch = files.subspan(start, std::min(kBatch, files.size() - start));
    std::vector<Images> pictures(batch.size());
    parallel_for(batch.size(), options.threads,
                 [&](std::size_t i) { pictures[i] = read_picture(batch[i], size); });
    for (Images& picture : pictures) {
      if (picture.channels > images.channels) make_rgb(images);
      if (picture.channels < images.channels) make_rgb(picture);
      append(picture, images);
    }
  }
  report(options.progress, "reading pictures", files.size(), files.size());
  return images;
}

LabelledImages load_folder(const DataSetAddress& address, const DataSetOptions& options) {
  PictureList list = list_pictures(address.source);
  const auto [begin, end] = kept_images(address, list.files.size());
  keep(list.files, begin, end);
  if (!list.labels.empty()) keep(list.labels, begin, end);
  return {read_pictures(list.files, options), std::move(list.labels), std::move(list.class_names)};
}

LabelledImages load_file(const DataSetAddress& address) {
  const std::vector<std::uint8_t> bytes = read_file(address.source);
  if (!is_picture(bytes))
    return label_images(address, parse_idx_images(bytes, address.source),
                        labels_beside(address.source), {});
  kept_images(address, 1);
  return {parse_picture(bytes, address.source), {}, {}};
}

LabelledImages load_pair(const DataSetAddress& address, std::size_t comma) {
  return label_images(address, read_idx_images(address.source.substr(0, comma)),
                      address.source.substr(comma + 1), {});
}

LabelledImages load_named(const DataSetAddress& address, const DataSetOptions& options) {
  const std::size_t colon = address.source.find(':');
  const NamedSet& set = named_set(address.source.substr(0, colon));
  const std::string split = colon == std::string::npos ? "" : address.source.substr(colon + 1);
  require(split == "train" || split == "test", "data set '", address.source, "': expected ",
          set.name, ":train or ", set.name, ":test, perhaps with a slice such as [:100]");
  const fs::path folder =
      fetch_data_set(std::string(set.name), {options.cache, false, options.progress});
  const std::string prefix = split == "train" ? "train" : "t10k";
  return label_images(address, read_idx_images(folder / (prefix + "-images-idx3-ubyte")),
                      folder / (prefix + "-labels-idx1-ubyte"),
                      {set.class_names.begin(), set.class_names.end()});
}

}  // namespace

DataSetAddress parse_address(const std::string& address) {
  static const std::regex kSlice(R"(\[(-?\d*):(-?\d*)\]$)");
  std::smatch match;
  if (!std::regex_search(address, match, kSlice)) return {address, {}, {}};
  const auto bound = [&](const std::string& text) -> std::optional<std::ptrdiff_t> {
    if (text.empty()) return std::nullopt;
    std::ptrdiff_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    require(result.ec == std::errc{}, address, ": slice bound '", text,
            "', expected a whole number");
    return value;
  };
  return {match.prefix(), bound(match[1]), bound(match[2])};
}

std::pair<std::size_t, std::size_t> resolve_slice(const DataSetAddress& address,
                                                  std::size_t count) {
  const auto size = static_cast<std::ptrdiff_t>(count);
  const auto clip = [&](std::ptrdiff_t bound) {
    return std::clamp(bound < 0 ? bound + size : bound, std::ptrdiff_t{0}, size);
  };
  const std::ptrdiff_t begin = clip(address.begin.value_or(0));
  const std::ptrdiff_t end = std::max(begin, clip(address.end.value_or(size)));
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

LabelledImages load_data_set(const std::string& text, const DataSetOptions& options) {
  const DataSetAddress address = parse_address(text);
  std::error_code ignored;
  if (fs::is_directory(address.source, ignored)) return load_folder(address, options);
  if (fs::exists(address.source, ignored)) return load_file(address);
  // Two files only if their names, joined by a comma, are not the name of one.
  if (const std::size_t comma = address.source.rfind(','); comma != std::string::npos)
    return load_pair(address, comma);
  const std::vector<std::string> names = data_set_names();
  const bool named = address.source.find(':') != std::string::npos &&
                     address.source.find('/') == std::string::npos;
  require<FileError>(named || std::ranges::count(names, address.source) > 0, address.source,
                     ": no such file or folder, nor a data set such as ", names[0], ":train");
  return load_named(address, options);
}

}  // namespace rgm
