#pragma once

#include <string>
#include <vector>

namespace rgm::app {

/// A file or folder that a command line names, and the option that does.
struct FileRole {
  std::string option, path;
  bool written = false;  ///< otherwise it is read
};

/// Refuses a command line on which the verb would destroy what it reads, or one of its outputs by
/// another: no output may be the file of another option, be it by another name or through a link.
/// Devices may be.
///
/// What is read may also be named as data are: IMAGES,LABELS, with a slice behind.
void check_file_roles(const std::vector<FileRole>& files);

}  // namespace rgm::app
