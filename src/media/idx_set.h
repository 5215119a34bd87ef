#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/media/data_set.h"

namespace rgm {

/// Images of an IDX file and, unless `labels_path` is empty, their labels. Classes are called
/// `class_names`, one a label from 0 on; if there are none, they are the labels that occur.
/// `FileError` if there are not as many labels as images, or a label has no name.
DataSet label_images(Images images, const std::filesystem::path& labels_path,
                     const std::vector<std::string>& class_names = {});

/// The file of labels that belongs to a file of images by its name; empty if there is none. It is
/// looked for beside the images and, as kaggle.com packs such sets, in folders that have the names
/// of the files in them.
std::filesystem::path labels_beside(const std::filesystem::path& images_path);

}  // namespace rgm
