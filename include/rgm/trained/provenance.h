#pragma once

#include <cstdint>
#include <string>

namespace rgm {

/// Where a model comes from: enough to make it again, bit for bit. Holds no date and no machine, so
/// that equal runs give equal files.
struct Provenance {
  std::string program_version;
  std::string recipe;    ///< name
  std::string settings;  ///< all settings as TOML text
  std::string data_set;  ///< address, e.g. mnist:train[:20000]
  std::uint64_t seed = 0;
  std::uint64_t train_images = 0;

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

}  // namespace rgm
