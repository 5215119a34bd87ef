#include "idx_set.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <regex>
#include <system_error>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/media/idx.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// The names that the labels of images of this name may have: train-images-idx3-ubyte.gz makes
/// train-labels-idx1-ubyte.gz, with or without .gz, and with any sign before idx.
std::vector<std::string> names_of_labels(const std::string& images) {
  static const std::regex kImages(R"((.*)images([-._]?)idx([34]?)(.*?)(\.gz)?)");
  std::smatch match;
  if (!std::regex_match(images, match, kImages)) return {};
  const std::string rank = match[3].length() > 0 ? "1" : "", end = match[5];
  std::vector<std::string> names;
  for (const std::string& sign : {match[2].str(), std::string("-"), std::string(".")})
    for (const std::string& zipped : {end, std::string(end.empty() ? ".gz" : "")})
      names.push_back(text_of(match[1].str(), "labels", sign, "idx", rank, match[4].str(), zipped));
  return names;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

}  // namespace

DataSet label_images(Images images, const fs::path& labels_path,
                     const std::vector<std::string>& class_names) {
  DataSet set;
  set.items.resize(images.count());
  std::iota(set.items.begin(), set.items.end(), std::size_t{0});
  set.images = std::make_shared<const Images>(std::move(images));
  if (labels_path.empty()) return set;

  set.labels = read_idx_labels(labels_path);
  require<FileError>(set.labels.size() == set.count(), labels_path.string(), ": ",
                     set.labels.size(), " labels, expected ", set.count(), " as of images");
  set.class_names = class_names;
  if (!class_names.empty()) {
    for (std::size_t i = 0; i < set.count(); ++i)
      require<FileError>(std::cmp_less(set.labels[i], class_names.size()), labels_path.string(),
                         ": label ", set.labels[i], " at index ", i, ", expected 0 to ",
                         class_names.size() - 1);
    return set;
  }
  std::vector<int> classes = set.labels;
  std::ranges::sort(classes);
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  for (const int label : classes) set.class_names.push_back(std::to_string(label));
  for (int& label : set.labels)
    label = static_cast<int>(std::ranges::lower_bound(classes, label) - classes.begin());
  return set;
}

fs::path labels_beside(const fs::path& images_path) {
  const fs::path folder = images_path.parent_path();
  std::vector<fs::path> folders{folder};
  for (const std::string& name : names_of_labels(folder.filename()))
    folders.push_back(folder.parent_path() / name);
  for (const std::string& name : names_of_labels(images_path.filename()))
    for (const fs::path& place : folders)
      for (const fs::path& candidate : {place / name, place / name / name})
        if (is_file(candidate)) return candidate;
  return {};
}

}  // namespace rgm
