#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "report/html.h"
#include "report/style.h"
#include "rgm/media/video_file.h"

namespace rgm::app {
namespace {

constexpr std::string_view kFooter = "<footer>rgm ", kEnd = "</footer></body></html>\n";

std::string header_html(const PageHead& head) {
  std::string html =
      fmt::format("<header><p class=\"kicker\">{}</p><h1>{}</h1>", head.kicker, head.heading);
  if (!head.headline.empty())
    html += fmt::format("<p class=\"headline\"><b>{}</b><span>{}</span></p>", head.headline,
                        head.headline_note);
  if (!head.text.empty()) html += "<p>" + head.text + "</p>";
  if (!head.figures.empty()) {
    html += "<dl class=\"tiles\">";
    for (const auto& [name, value, note] : head.figures)
      html += fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", name, value, note);
    html += "</dl>";
  }
  return html + head.rest + "</header>";
}

}  // namespace

std::string page_html(const PageHead& head, const std::string& style, const std::string& sections,
                      std::string_view program_version) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title><style>{}{}</style>"
      "</head><body>{}{}{}{}{}",
      head.title, kReportStyle, style, header_html(head), sections, kFooter,
      escape_html(program_version), kEnd);
}

bool is_report(const std::string& path) {
  constexpr std::streamoff kLongest = 200;  // with the version between them
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return false;
  file.seekg(std::max<std::streamoff>(file.tellg() - kLongest, 0));
  const std::string end{std::istreambuf_iterator<char>(file), {}};
  return end.find(kFooter) != std::string::npos && end.ends_with(kEnd);
}

std::string page_section(std::string_view id, std::string_view heading, std::string_view text,
                         const std::string& body) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2><p>{}</p>{}</section>", id, heading, text,
                     body);
}

std::string page_table(const std::vector<std::string>& heading,
                       const std::vector<std::vector<std::string>>& rows, bool words) {
  std::string html =
      fmt::format("<div class=\"scroll\"><table{}><thead><tr>", words ? " class=\"words\"" : "");
  for (const auto& cell : heading) html += "<th>" + cell + "</th>";
  html += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    html += "<tr>";
    for (const auto& cell : row) html += "<td>" + cell + "</td>";
    html += "</tr>";
  }
  return html + "</tbody></table></div>";
}

std::string page_table(const Table& table, bool words) {
  auto rows = table.rows();
  for (auto& row : rows)
    for (auto& cell : row) cell = escape_html(cell);
  return page_table(rows.front(), {rows.begin() + 1, rows.end()}, words);
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

std::string legend_html(const std::vector<std::string>& names) {
  std::string html;
  for (std::size_t i = 0; i < names.size(); ++i)
    html += fmt::format(
        "<span><svg viewBox=\"0 0 22 10\"><line class=\"line{}\" x1=\"0\" x2=\"22\" y1=\"5\" y2=\"5\"/></svg>{}</span>",
        i, escape_html(names[i]));
  return "<div class=\"legend\">" + html + "</div>";
}

std::string movie_html(const Images& frames, double frames_per_second, double scale,
                       const std::vector<std::string>& panels, std::string_view caption) {
  constexpr std::size_t kMostBytes = 300'000;
  VideoWriterOptions options;
  options.frames_per_second = frames_per_second > 0 ? frames_per_second : 25;
  options.codec = "libvpx-vp9";
  std::vector<std::uint8_t> bytes;
  for (const int crf : {28, 38, 48, 58}) {  // until it is small enough
    options.crf = crf;
    bytes = encode_video(frames, options);
    if (bytes.size() <= kMostBytes) break;
  }
  std::string names;
  for (const auto& panel : panels) names += "<span>" + escape_html(panel) + "</span>";
  const double width = scale * static_cast<double>(frames.width),
               height = scale * static_cast<double>(frames.height);
  return fmt::format(
      "<figure style=\"width:{0:.0f}px\"><div class=\"panels\">{1}</div><video width=\"{0:.0f}\" height=\"{2:.0f}\" "
      "autoplay "
      "loop muted playsinline controls aria-label=\"{3}\" src=\"data:video/webm;base64,{4}\"></video>"
      "<figcaption>{3}</figcaption></figure>",
      width, names, height, escape_html(caption), base64(bytes));
}

void mark_frames(Images& frames, std::size_t first, std::size_t end) {
  const std::size_t row = frames.width * frames.channels,
                    thick = std::max<std::size_t>(2, frames.height / 32);
  for (std::size_t i = first; i < std::min(end, frames.count()); ++i)
    std::ranges::fill(frames.image(i).last(std::min(thick, frames.height) * row),
                      std::uint8_t{255});
}

}  // namespace rgm::app
