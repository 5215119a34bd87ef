#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rgm/storage/image_model.h"

namespace rgm {

/// Version of the file format (not of the program). Readers accept this and every earlier one.
inline constexpr int kModelFileVersion = 1;

/// The bytes of a model file: an HDF5 file (of version 1.8 or later), self-describing, with a checksum behind its end.
///
/// Equal models give equal bytes (with one version of HDF5). `Error` if the model is not valid. Memory: that of the file.
std::vector<std::uint8_t> encode_model(const ImageModel& model);

/// The model in the bytes of a model file, fully validated. `Error`, beginning with `name`, that says what is wrong with
/// them: not HDF5, truncated, damaged, a missing or misshapen part, values out of range, or a newer format version.
///
/// Never asks for memory beyond a small multiple of the file's size, whatever the file claims.
ImageModel parse_model(std::vector<std::uint8_t> bytes, const std::string& name);

/// Writes a model to a file (extension .rgm), atomically: whatever happens, `path` holds either what it held before or the
/// whole new model. `Error` if the model is not valid or the file cannot be written (read-only, disk full).
void write_model(const std::filesystem::path& path, const ImageModel& model);

/// Reads a model file. `Error` that names the file if it cannot be read, and as of `parse_model`.
ImageModel read_model(const std::filesystem::path& path);

}  // namespace rgm
