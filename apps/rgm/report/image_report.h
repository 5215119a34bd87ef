#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/trained/image_model.h"

namespace rgm::app {

/// The result under another protocol, told in one row.
struct ProtocolRow {
  std::string name;
  double accuracy = 0, standard_error = 0;  ///< fractions
  std::size_t images = 0;                   ///< tested
};

/// What a report is made of. The referenced objects must live until it is written.
struct ReportInput {
  const ImageModel& model;       ///< has classes
  const Evaluation& evaluation;  ///< of `model` on `test`
  const LabelledImages& test;
  std::string test_name;  ///< address of the test data; that of the training data is in the model
  std::string protocol;   ///< what was and what was not seen before testing, a sentence or two
  std::vector<ProtocolRow> others = {};      ///< results under other protocols
  const TrainingResult* training = nullptr;  ///< timings and curve, if the model was just trained
  std::size_t peak_memory_bytes = 0;         ///< 0: not told
  std::uint64_t seed = 0;    ///< of the pictures that the report draws from the model
  std::string command = {};  ///< lines that make the model and this report again
};

/// The report as one HTML page that needs nothing else: style, charts and pictures are inside,
/// there are no scripts. Reads well on a telephone and in the dark. Everything that comes from data
/// is escaped.
std::string report_html(const ReportInput& input);

/// Writes `report_html` to a file, atomically. `Error` if it cannot be written.
void write_report(const std::filesystem::path& path, const ReportInput& input);

}  // namespace rgm::app
