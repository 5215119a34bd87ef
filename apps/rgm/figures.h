#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "rgm/recipes/image_evaluation.h"
#include "rgm/recipes/image_training.h"

namespace rgm::app {

/// Most memory that the program has held so far, bytes (resident set, as the system counts it).
std::size_t peak_memory_bytes();

/// The figures of an evaluation, as --json files hold them; accuracies are fractions. Training
/// figures are taken from `training` if there is one, otherwise only those that the model file
/// knows are given.
nlohmann::json evaluation_figures(const ImageModel& model, const Evaluation& evaluation,
                                  const std::string& protocol, const TrainingResult* training);

/// Refuses a file that could not be written when all the work is done: its folder is missing or may
/// not be written, or it is a folder itself. Nothing if the path is empty.
void check_output(const std::filesystem::path& path);

/// Writes figures to `path` as JSON, atomically; nothing if the path is empty.
void write_json(const std::string& path, const nlohmann::json& figures);

/// The table that `evaluate` and `demo` print.
std::string evaluation_text(const ImageModel& model, const Evaluation& evaluation,
                            const std::string& protocol);

/// The table of levels that `info` and `demo` print.
std::string levels_text(const ImageModel& model);

}  // namespace rgm::app
