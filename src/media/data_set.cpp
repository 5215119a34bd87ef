#include "rgm/media/data_set.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "folder_contents.h"
#include "idx_set.h"
#include "named_sets.h"
#include "picture_builder.h"
#include "picture_list.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/parallel.h"
#include "rgm/base/plain_text.h"
#include "rgm/base/split.h"
#include "rgm/media/data_set_address.h"
#include "rgm/media/fetch.h"
#include "rgm/media/idx.h"
#include "rgm/media/picture_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

constexpr std::size_t kBatch = 64;  // pictures that are read between two reports of progress

bool exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

DataSet open_file(const fs::path& file) {
  if (starts_as_idx(file)) return label_images(read_idx_images(file), labels_beside(file));
  return {.names = {file.string()}};
}

/// Refuses what people give by mistake: the folder that a set of IDX files lies in.
void require_no_idx(const fs::path& folder, const std::vector<fs::path>& files) {
  const auto is_images = [](const fs::path& file) {
    return file.filename().string().find("labels") == std::string::npos && starts_as_idx(file);
  };
  const auto found = std::ranges::find_if(files, is_images);
  if (found != files.end())
    fail<FileError>(folder.string(), ": a folder of IDX files, expected the file of images, as ",
                    found->string());
}

/// A model keeps the names of classes: what it cannot keep is refused before pictures are read.
void require_plain_names(const std::string& source, const std::vector<std::string>& class_names) {
  for (const std::string& name : class_names) {
    if (is_plain_text(name)) continue;
    std::string shown = (fs::path(source) / name).string();
    std::ranges::replace_if(
        shown, [](unsigned char c) { return c < ' '; }, '?');
    fail<FileError>(shown,
                    ": the name of a class, expected one line of UTF-8 text without control "
                    "characters; rename the folder");
  }
}

DataSet open_folder(const fs::path& folder) {
  // kaggle.com packs a file of IDX into a folder of the same name.
  const FolderContents contents = list_folder(folder);
  if (contents.folders.empty() && contents.pictures.empty() && contents.others.size() == 1 &&
      starts_as_idx(contents.others[0]))
    return open_file(contents.others[0]);
  if (contents.folders.empty() && contents.pictures.empty())
    require_no_idx(folder, contents.others);
  PictureList list = list_pictures(folder);
  return {.labels = std::move(list.labels),
          .class_names = std::move(list.class_names),
          .names = std::move(list.files),
          .notes = std::move(list.notes)};
}

DataSet open_named(const std::string& source, const DataSetOptions& options) {
  const std::size_t colon = source.find(':');
  const NamedSet& set = named_set(source.substr(0, colon));
  const std::string split = colon == std::string::npos ? "" : source.substr(colon + 1);
  require(split == "train" || split == "test", "data set '", source, "': expected ", set.name,
          ":train or ", set.name, ":test, perhaps with a slice such as [:100]");
  const fs::path folder =
      fetch_data_set(std::string(set.name), {options.cache, false, options.progress});
  const std::string prefix = split == "train" ? "train" : "t10k";
  return label_images(read_idx_images(folder / (prefix + "-images-idx3-ubyte")),
                      folder / (prefix + "-labels-idx1-ubyte"),
                      {set.class_names.begin(), set.class_names.end()});
}

/// `IMAGES,LABELS`, either of which may have commas in its name; nothing if there is no comma.
std::optional<DataSet> open_pair(const std::string& source) {
  std::size_t comma = source.rfind(',');
  if (comma == std::string::npos) return std::nullopt;
  for (std::size_t other = comma; other != std::string::npos && other > 0;
       other = source.rfind(',', other - 1))
    if (exists(source.substr(0, other)) && exists(source.substr(other + 1))) comma = other;
  return label_images(read_idx_images(source.substr(0, comma)), source.substr(comma + 1));
}

DataSet open_source(const std::string& source, const DataSetOptions& options) {
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) return open_folder(source);
  if (exists(source)) return open_file(source);
  if (auto pair = open_pair(source)) return *std::move(pair);
  const std::vector<std::string> names = data_set_names();
  const std::size_t colon = source.find(':');
  const bool named = colon < source.find('[') && colon != std::string::npos &&
                     source.find('/') == std::string::npos;
  require<FileError>(named || std::ranges::count(names, source) > 0, source,
                     ": no such file or folder, nor a data set such as ", names[0], ":train",
                     source.ends_with(']') ? "; a slice is of whole numbers, as in [:100]" : "");
  return open_named(source, options);
}

/// Calls `read(i)` for all of `count` files, in parallel.
template <class Read>
void for_each_file(std::size_t count, std::string_view stage, const DataSetOptions& options,
                   const Read& read) {
  const auto read_or_advise = [&](std::size_t i) {
    try {
      read(i);
    } catch (const FileError& error) {
      if (count == 1) throw;
      fail<FileError>(error.what(), "; remove or repair it");
    }
  };
  for (std::size_t start = 0; start < count; start += kBatch) {
    report(options.progress, stage, start, count);
    parallel_for(std::min(kBatch, count - start), options.threads,
                 [&](std::size_t i) { read_or_advise(start + i); });
  }
  report(options.progress, stage, count, count);
}

/// A picture in memory, brought to a shape as one of a file is.
Images brought_to_shape(std::span<const std::uint8_t> pixels, const PictureShape& from,
                        const PictureOptions& options, PictureNotes& notes) {
  PictureBuilder builder({.height = from.height, .width = from.width, .channels = from.channels},
                         options);
  const std::size_t row_size = from.width * from.channels;
  for (std::size_t row = 0; row < from.height; ++row) builder.add(&pixels[row * row_size]);
  return std::move(builder).finish(notes);
}

/// The median of values, the lower one of two.
std::size_t median(std::vector<std::size_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

DataSet open_data_set(const std::string& text, const DataSetOptions& options) {
  const DataSetAddress address = parse_address(text);
  DataSet set = open_source(address.source, options);
  if (options.wants_classes) require_plain_names(address.source, set.class_names);
  const std::size_t count = set.count();
  const auto [begin, end] = resolve_slice(address, count);
  require(begin < end, address.source, ": the slice keeps none of its ", count,
          " images, expected at least one");

  const bool sorted = sorted_by_class(set.labels);
  const auto forget_classes = [](DataSet& of) {
    of.labels.clear();
    of.class_names.clear();
  };
  if (!address.sliced && !(sorted && options.spread_classes)) {
    if (!options.wants_classes) forget_classes(set);
    return set;
  }
  constexpr std::uint64_t kSeed = 0;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (sorted) order = spread_by_class(set.labels, kSeed);
  auto kept = std::span(order).subspan(begin, end - begin);
  if (!options.spread_classes) std::ranges::sort(kept);
  if (sorted && address.sliced)
    add_note(
        set.notes,
        "slice of a set that is sorted by class, taken from a drawn order, always the same one",
        text);
  if (!options.wants_classes) forget_classes(set);
  DataSet result = choose(set, kept);
  add_notes(set.notes, result.notes);
  result.notes = std::move(set.notes);
  return result;
}

DataSet choose(const DataSet& set, std::span<const std::size_t> items) {
  const auto chosen = [&]<class T>(const std::vector<T>& of_all) {
    std::vector<T> result;
    result.reserve(items.size());
    if (!of_all.empty())
      for (const std::size_t i : items) result.push_back(of_all.at(i));
    return result;
  };
  DataSet result{.labels = chosen(set.labels),
                 .names = chosen(set.names),
                 .images = set.images,
                 .items = chosen(set.items)};
  std::vector<int> new_label(set.class_names.size(), -1);
  for (const int label : result.labels) new_label.at(static_cast<std::size_t>(label)) = 0;
  for (std::size_t k = 0; k < new_label.size(); ++k) {
    if (new_label[k] < 0) {
      add_note(result.notes, "classes left out, of which no picture is kept",
               text_of("class \"", set.class_names[k], '"'));
      continue;
    }
    new_label[k] = static_cast<int>(result.class_names.size());
    result.class_names.push_back(set.class_names[k]);
  }
  for (int& label : result.labels) label = new_label[static_cast<std::size_t>(label)];
  return result;
}

PictureSurvey survey(const DataSet& set, const DataSetOptions& options) {
  require(set.count() > 0, "survey: expected at least one picture, got none");
  if (set.images) {
    const PictureShape shape{set.images->height, set.images->width, set.images->channels};
    return {set.count(), shape, shape, shape};
  }
  std::vector<PictureShape> shapes(set.count());
  for_each_file(set.count(), "looking at pictures", options, [&](std::size_t i) {
    shapes[i] = read_picture_shape(set.names[i], options.loading);
  });
  std::vector<std::size_t> heights, widths;
  std::size_t channels = 1;
  for (const PictureShape& shape : shapes) {
    heights.push_back(shape.height);
    widths.push_back(shape.width);
    channels = std::max(channels, shape.channels);
  }
  return {set.count(),
          {std::ranges::min(heights), std::ranges::min(widths), channels},
          {median(heights), median(widths), channels},
          {std::ranges::max(heights), std::ranges::max(widths), channels}};
}

LoadedImages load(const DataSet& set, const PictureShape& shape, const DataSetOptions& options) {
  const std::size_t count = set.count(), size = shape.height * shape.width * shape.channels;
  require(shape.height > 0 && shape.width > 0 && (shape.channels == 1 || shape.channels == 3),
          "load: shape: expected sides above 0 and 1 or 3 channels, got ", shape.height, " by ",
          shape.width, " by ", shape.channels);
  require<FileError>(count <= kMaxFileBytes / size, count, " pictures of ", shape.height, " by ",
                     shape.width, " pixels, such as ", set.names.empty() ? "" : set.names[0],
                     ", expected at most ", kMaxFileBytes, " bytes in all");
  LoadedImages loaded;
  loaded.data = {
      {shape.height, shape.width, shape.channels, std::vector<std::uint8_t>(count * size)},
      set.labels,
      set.class_names,
      set.names};
  Images& images = loaded.data.images;
  const PictureOptions wanted{shape, options.loading};
  std::vector<PictureNotes> notes(count);
  if (set.images) {
    const PictureShape stored{set.images->height, set.images->width, set.images->channels};
    parallel_for(count, options.threads, [&](std::size_t i) {
      const auto pixels = set.images->image(set.items[i]);
      if (stored == shape)
        std::ranges::copy(pixels, images.image(i).begin());
      else
        std::ranges::copy(brought_to_shape(pixels, stored, wanted, notes[i]).pixels,
                          images.image(i).begin());
    });
  } else {
    for_each_file(count, "reading pictures", options, [&](std::size_t i) {
      std::ranges::copy(read_picture(set.names[i], wanted, &notes[i]).pixels,
                        images.image(i).begin());
    });
  }
  for (std::size_t i = 0; i < count; ++i)
    if (notes[i] != PictureNotes{})
      add_notes(loaded.notes, notes[i], set.images ? text_of("image ", i) : set.names[i]);
  return loaded;
}

LabelledImages load_data_set(const std::string& address, const DataSetOptions& options) {
  const DataSet set = open_data_set(address, options);
  const PictureSurvey found = survey(set, options);
  return load(set, found.median, options).data;
}

}  // namespace rgm
