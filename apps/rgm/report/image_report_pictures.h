#pragma once

#include <algorithm>
#include <string>

#include "report/image_report.h"

namespace rgm::app {

/// At most that many classes get a row of pictures of their own; more would not be looked at.
inline constexpr std::size_t kShownClasses = 20;
inline std::size_t shown_classes(const ImageModel& model) {
  return std::min(model.num_classes(), kShownClasses);
}

/// Sections of a report, as HTML: pictures drawn from the model beside real ones; what the states
/// of each level look like; the mistakes that the model was surest of.
std::string generated_section(const ReportInput& input);
std::string states_section(const ReportInput& input);
std::string mistakes_section(const ReportInput& input);

}  // namespace rgm::app
