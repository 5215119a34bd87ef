#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "rgm/base/images.h"
#include "rgm/base/progress.h"

namespace rgm {

/// How `load_data_set` finds and reads a data set.
struct DataSetOptions {
  /// Folder of fetched data sets; empty: the usual one, see `cache_folder`.
  std::filesystem::path cache;
  int threads = 0;    ///< for decoding a folder of pictures; 0: all cores
  Progress progress;  ///< told of fetching and of decoding
};

/// An address taken apart: what is read, and which of its images are kept, as in Python's
/// `source[begin:end]`.
struct DataSetAddress {
  std::string source;
  std::optional<std::ptrdiff_t> begin, end;
};

/// Splits `SOURCE[BEGIN:END]`; either bound may be absent or, counted from the end, negative. An
/// address that does not end in such a slice is a source as it stands.
DataSetAddress parse_address(const std::string& address);

/// The images [first, second) that the slice keeps out of `count`, clipped as in Python (first =
/// second if it keeps none).
std::pair<std::size_t, std::size_t> resolve_slice(const DataSetAddress& address, std::size_t count);

/// Reads the data set at an address:
///
/// - `mnist:train`, `mnist:test`, `fashion-mnist:train`, `fashion-mnist:test`, fetched if they are
///   not in the cache;
/// - `IMAGES` or `IMAGES,LABELS`: IDX files; without LABELS, a labels file beside the images of the
///   same name with `labels-idx1` in place of `images-idx3` is taken if there is one;
/// - a folder with a sub-folder of PNG and JPEG files for each class, its name being the class's;
///   both in order of name;
/// - a folder of PNG and JPEG files, in order of name, or one such file: unlabelled.
///
/// Each may be followed by a slice: `mnist:train[:20000]`, `photos[-100:]`. If any picture in a
/// folder is RGB, the grey ones become RGB too. Hidden files and those of other names than .png,
/// .jpg and .jpeg are passed over.
///
/// Throws `Error` in one line that names the file: for what the readers of the files refuse,
/// unequal numbers of images and labels, a label out of range, pictures of unequal size, an empty
/// class, a slice that keeps no image, an unknown address. Cost: reads all of an IDX file, but only
/// those pictures of a folder that the slice keeps.
LabelledImages load_data_set(const std::string& address, const DataSetOptions& options = {});

}  // namespace rgm
