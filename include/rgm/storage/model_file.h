#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "rgm/trained/trained_model.h"

namespace rgm {

/// Version of the file format (not of the program), and the oldest that is still read. A model is
/// written as the oldest version that holds it: as version 7 if it is annotated, as version 6 if it
/// has kinds of change or knows appearance, as version 5 if it knows usual pictures, else as
/// version 4.
inline constexpr int kModelFileVersion = 7, kOldestModelFileVersion = 4;

/// The bytes of a model file (docs/model_file.md): texts and arrays as a `TensorFile` has them,
/// which safetensors' readers open, too.
///
/// Equal models give equal bytes, on every machine. `Error` if the model is not valid. Memory:
/// twice that of the file.
std::vector<std::uint8_t> encode_model(const ImageModel& model);
std::vector<std::uint8_t> encode_model(const SequenceModel& model);
std::vector<std::uint8_t> encode_model(const PlayModel& model);

/// The model in the bytes of a model file. Everything that it says is checked before it is used:
/// checksums, names, shapes, numbers and their sums, settings, texts. `FileError`, beginning with
/// `name`, that says what is wrong: no model file, truncated, damaged, a part that is missing,
/// misshapen or unknown, values out of range, or another format version.
///
/// Never takes more memory than some ten times the file's size (twenty if it is nothing but tiny
/// factors), whatever the file claims, but for what is derived from the size of its pictures (tiles
/// and cosines, by the codec's limits some 3 GB at most).
TrainedModel parse_model(std::span<const std::uint8_t> bytes, const std::string& name);
/// As `parse_model`, of one kind: `ImageModel`, `SequenceModel` or `PlayModel`. `Error` also if the
/// model is of another, whose parts are then not looked at.
template <class Model>
Model parse_model_as(std::span<const std::uint8_t> bytes, const std::string& name);

/// Writes a model to a file (extension .rgm), atomically: whatever happens, `path` holds either
/// what it held before or the whole new model. `Error` if the model is not valid or the file cannot
/// be written (read-only, disk full).
void write_model(const std::filesystem::path& path, const ImageModel& model);
void write_model(const std::filesystem::path& path, const SequenceModel& model);
void write_model(const std::filesystem::path& path, const PlayModel& model);

/// Reads a model file, which is mapped; what the model holds is a copy. `FileError` that names the
/// file if it cannot be read, and as of `parse_model`.
TrainedModel read_model(const std::filesystem::path& path);
/// As `read_model`, of one kind; `FileError` also as of `parse_model_as`.
template <class Model>
Model read_model_as(const std::filesystem::path& path);

}  // namespace rgm
