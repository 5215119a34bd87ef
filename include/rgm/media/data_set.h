#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/note.h"
#include "rgm/base/picture_shape.h"
#include "rgm/base/progress.h"

namespace rgm {

/// How a data set is found and read.
struct DataSetOptions {
  /// Folder of fetched data sets; empty: the usual one, see `cache_folder`.
  std::filesystem::path cache;
  int threads = 0;    ///< for reading a folder of pictures; 0: all cores
  Progress progress;  ///< told of fetching and of reading
  /// How a picture of another size or aspect, or a transparent one, is read.
  PictureLoading loading{};
  /// Put a set that is sorted by class into an order in which its classes are spread evenly
  /// (`spread_by_class`, always the same one), so that whoever reads it from its beginning meets
  /// all of them; false: in the order of the files.
  bool spread_classes = true;
  /// False: classes do not matter; the set gets none, and no note tells of them.
  bool wants_classes = true;
};

/// A data set that has been found, its pictures not yet read.
struct DataSet {
  /// As of `LabelledImages`: empty, or one entry a picture; every class has a picture.
  std::vector<int> labels{};
  std::vector<std::string> class_names{};
  std::vector<std::string> names{};
  /// What was left out on the way.
  std::vector<Note> notes{};
  /// Pictures that are in memory already, and which of them are meant, [picture]; none: the
  /// pictures are the files of `names`.
  std::shared_ptr<const Images> images{};
  std::vector<std::size_t> items{};

  std::size_t count() const { return images ? items.size() : names.size(); }
};

/// Finds the data set at an address; of pictures in files only the names are read.
///
/// - `mnist:train`, `mnist:test`, `fashion-mnist:train`, `fashion-mnist:test`, fetched if they are
///   not in the cache;
/// - `IMAGES` or `IMAGES,LABELS`: IDX files, plain or compressed by gzip; without LABELS, the file
///   that lies beside the images under the same name, with `labels` and `idx1` in place of `images`
///   and `idx3`, is taken if there is one: train-images.idx3-ubyte has train-labels.idx1-ubyte. The
///   classes are the labels that occur, and are called as they are: "1" to "26";
/// - a folder with a sub-folder of pictures for each class, its name being the class's; both in
///   order of name. Folders within them are read, too;
/// - a folder of pictures, in order of name, or one picture: unlabelled.
///
/// Each may be followed by a slice: `mnist:train[:20000]`, `photos[-100:]`. Of a set that is sorted
/// by class, as a folder of classes always is, slices are taken from a drawn order with its classes
/// spread evenly, always the same one: photos[:80] and photos[80:] have no picture in common, are
/// all of them together, and both have all classes.
///
/// Hidden files are passed over. Notes tell of other files (`has_picture_name`), of links to
/// nothing and of classes of which there is no picture.
///
/// Throws `Error` in one line that names the file: for what the readers of IDX files refuse,
/// unequal numbers of images and labels, no picture at all, folders and pictures side by side, a
/// slice that keeps no image, an unknown address.
DataSet open_data_set(const std::string& address, const DataSetOptions& options = {});

/// The pictures `items` of a set, in that order. Classes of which none is left are left out; its
/// notes tell of these alone.
DataSet choose(const DataSet& set, std::span<const std::size_t> items);

/// What the headers of the pictures tell. `FileError` names a file that is no picture. Cost: some
/// kilobytes of each file.
PictureSurvey survey(const DataSet& set, const DataSetOptions& options = {});

/// Pictures, and what there is to say of them.
struct LoadedImages {
  LabelledImages data;
  std::vector<Note> notes;
};

/// Reads the pictures, each brought at once to the shape (`read_picture`): memory is that of this
/// shape. The notes are those of reading alone, of what was stretched, too. `FileError` names a
/// file that is damaged, and how many pictures are too many (`kMaxFileBytes` in all).
LoadedImages load(const DataSet& set, const PictureShape& shape,
                  const DataSetOptions& options = {});

/// The short form: the data set at an address, read in the size of its pictures if all have one,
/// otherwise in the median of their heights and of their widths. If any picture is in colour, all
/// are. `load_for_training` and `load_for_model` (experiments/image_data.h) read it in the size
/// that a model needs, and tell the notes.
LabelledImages load_data_set(const std::string& address, const DataSetOptions& options = {});

}  // namespace rgm
