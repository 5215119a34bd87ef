#include "targets.h"

#include <fmt/format.h>

#include "html.h"
#include "table.h"
#include "video_report_page.h"

namespace rgm::app {

std::string targets_text(const std::vector<Target>& targets) {
  Table table({"goal", "expected", "measured", ""});
  for (const auto& target : targets)
    table.add({target.name, target.goal, target.measured, target.met ? "met" : "missed"});
  return table.text();
}

std::string targets_section(const std::vector<Target>& targets) {
  std::string rows;
  for (const auto& target : targets)
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"{}\">{}</td></tr>",
                        escape_html(target.name), escape_html(target.goal),
                        escape_html(target.measured), target.met ? "met" : "missed",
                        target.met ? "met" : "missed");
  return page_section(
      "targets", "Goals and what was measured", "On the machine that made this page.",
      "<div class=\"scroll\"><table><thead><tr><th></th><th>goal</th><th>measured</th><th></th></tr></thead>"
      "<tbody>" +
          rows + "</tbody></table></div>");
}

}  // namespace rgm::app
