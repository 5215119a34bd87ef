#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rgm/trained/trained_model.h"

namespace rgm {

/// Version of the file format (not of the program). Readers accept this and every earlier one.
inline constexpr int kModelFileVersion = 3;

/// The bytes of a model file: an HDF5 file (of version 1.8 or later), self-describing, with a
/// checksum behind its end.
///
/// Equal models give equal bytes (with one version of HDF5). `Error` if the model is not valid.
/// Memory: that of the file, and of the largest factor's counts.
std::vector<std::uint8_t> encode_model(const ImageModel& model);
std::vector<std::uint8_t> encode_model(const SequenceModel& model);
std::vector<std::uint8_t> encode_model(const PlayModel& model);

/// The model in the bytes of a model file, fully validated. `FileError`, beginning with `name`,
/// that says what is wrong with them: not HDF5, truncated, damaged, a missing or misshapen part,
/// values out of range, or a newer format version.
///
/// Never asks for memory beyond a small multiple of the file's size (and some 400 MB for tiles and
/// resampling, which depend on the pictures' size), whatever the file claims.
TrainedModel parse_model(std::vector<std::uint8_t> bytes, const std::string& name);
/// As `parse_model`, of one kind: `ImageModel`, `SequenceModel` or `PlayModel`. `Error` also if the
/// model is of another, whose parts are then not looked at.
template <class Model>
Model parse_model_as(std::vector<std::uint8_t> bytes, const std::string& name);

/// Writes a model to a file (extension .rgm), atomically: whatever happens, `path` holds either
/// what it held before or the whole new model. `Error` if the model is not valid or the file cannot
/// be written (read-only, disk full).
void write_model(const std::filesystem::path& path, const ImageModel& model);
void write_model(const std::filesystem::path& path, const SequenceModel& model);
void write_model(const std::filesystem::path& path, const PlayModel& model);

/// Reads a model file. `FileError` that names the file if it cannot be read, and as of
/// `parse_model`.
TrainedModel read_model(const std::filesystem::path& path);
/// As `read_model`, of one kind; `FileError` also as of `parse_model_as`.
template <class Model>
Model read_model_as(const std::filesystem::path& path);

}  // namespace rgm
