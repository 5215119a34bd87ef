#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "figures/targets.h"
#include "rgm/base/images.h"
#include "terminal/table.h"

namespace rgm::app {

/// A figure of a page's head: a name, a value, and what it means, all HTML.
struct HeadFigure {
  std::string name, value, note;
};

/// What a page begins with, all HTML; what is empty is left out.
struct PageHead {
  std::string title;                                      ///< of the window
  std::string kicker = "Renormalising generative model";  ///< above the heading
  std::string heading = {};
  std::string headline = {}, headline_note = {};  ///< the figure that matters most; what it means
  std::string text = {};                          ///< a paragraph
  std::vector<HeadFigure> figures = {};
  std::string rest = {};
};

/// A page that needs nothing else: style, charts and pictures are inside, there are no scripts.
/// `style` is added to that of all pages; `sections` are HTML.
std::string page_html(const PageHead& head, const std::string& style, const std::string& sections,
                      std::string_view program_version);

/// Whether a file ends as the pages of this program do, of whatever version: it made them for
/// nobody to edit.
bool is_report(const std::string& path);

/// A section with a heading, a paragraph (HTML) and a body (HTML).
std::string page_section(std::string_view id, std::string_view heading, std::string_view text,
                         const std::string& body);

/// A table that scrolls within itself; cells are HTML. The first column to the left, the others to
/// the right; with `words` all to the left, and long lines break.
std::string page_table(const std::vector<std::string>& heading,
                       const std::vector<std::vector<std::string>>& rows, bool words = false);

/// The same of plain text.
std::string page_table(const Table& table, bool words = false);

/// Goals beside what was measured, as a section.
std::string targets_section(const std::vector<Target>& targets);

/// The names of a chart's lines, with their colours.
std::string legend_html(const std::vector<std::string>& names);

/// A film as a figure that plays by itself, again and again, and carries its own WebM file.
/// `panels` are written above it, side by side; `caption` below; all are escaped here. Shown
/// `scale` times as large as it is.
std::string movie_html(const Images& frames, double frames_per_second, double scale,
                       const std::vector<std::string>& panels, std::string_view caption);

/// Marks frames [first, end) by a bright bar at their lower edge.
void mark_frames(Images& frames, std::size_t first, std::size_t end);

}  // namespace rgm::app
