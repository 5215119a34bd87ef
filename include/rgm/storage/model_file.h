#pragma once

#include <filesystem>

#include "rgm/storage/image_model.h"

namespace rgm {

/// Version of the file format (not of the program). Readers accept this and every earlier one.
inline constexpr int kModelFileVersion = 1;

/// Writes a model to an HDF5 file (extension .rgm), atomically: whatever happens, `path` holds either what it held before or
/// the whole new model. Equal models give equal bytes. `Error` if the file cannot be written (read-only, disk full).
void write_model(const std::filesystem::path& path, const ImageModel& model);

/// Reads a model with full validation. `Error` that names the file and what is wrong with it: not HDF5, truncated, a missing
/// or misshapen part, values out of range, or a newer format version.
ImageModel read_model(const std::filesystem::path& path);

}  // namespace rgm
