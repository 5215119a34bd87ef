#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "report/html.h"
#include "report/image_report_pictures.h"
#include "rgm/pipelines/image_generation.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr std::size_t kClassesSideBySide = 10;
constexpr double kTopStateSize = 92;  // CSS pixels of the longer side

/// P(state) of every factor before anything is seen, [level][factor][state], given a distribution
/// of the root's state.
using StateProbabilities = std::vector<std::vector<std::vector<double>>>;

StateProbabilities state_probabilities(const Hierarchy& tree, std::vector<double> root) {
  StateProbabilities result(tree.levels.size());
  const double total = std::accumulate(root.begin(), root.end(), 0.0);
  for (double& p : root) p /= total;
  result.back() = {std::move(root)};
  for (std::size_t n = tree.levels.size() - 1; n > 0; --n) {
    result[n - 1].resize(tree.levels[n - 1].factors.size());
    for (std::size_t f = 0; f < tree.levels[n].factors.size(); ++f) {
      const auto& factor = tree.levels[n].factors[f];
      const auto expectation = factor.likelihood.expectation();
      for (std::size_t g = 0; g < factor.modalities.size(); ++g) {
        auto& below = result[n - 1][tree.levels[n].modalities[factor.modalities[g]].source];
        for (std::size_t o = 0; o < factor.likelihood.num_outcomes(g); ++o) {
          const auto row = expectation.row(factor.likelihood.offset(g) + o);
          below.push_back(std::inner_product(row.begin(), row.end(), result[n][f].begin(), 0.0));
        }
      }
    }
  }
  return result;
}

/// Part of a picture, pixels [top, bottom) × [left, right).
struct Box {
  std::size_t top, left, bottom, right;
};

/// Where a factor has its say: its tiles' centres and a tile's spacing about them.
Box reach(const ImageModel& model, const Hierarchy& tree, std::size_t level, std::size_t factor) {
  double top = std::numeric_limits<double>::infinity(), left = top, bottom = -top, right = -top;
  std::vector<std::size_t> factors{factor};
  for (std::size_t n = level;; --n) {
    std::vector<std::size_t> below;
    for (std::size_t f : factors)
      for (std::size_t g : tree.levels[n].factors[f].modalities)
        below.push_back(tree.levels[n].modalities[g].source);
    factors = std::move(below);
    if (n == 0) break;
  }
  for (std::size_t modality : factors) {
    const auto& tile = model.codec.tiles()[model.codec.tile_of_modality()[modality]];
    top = std::min(top, tile.row);
    bottom = std::max(bottom, tile.row);
    left = std::min(left, tile.column);
    right = std::max(right, tile.column);
  }
  const auto& size = model.codec.options().preparation;
  const double margin = model.codec.options().tile_spacing;
  const auto clip = [](double x, std::size_t n) {
    return static_cast<std::size_t>(std::clamp(std::round(x), 0.0, static_cast<double>(n)));
  };
  return {clip(top - margin, size.height), clip(left - margin, size.width),
          clip(bottom + margin + 1, size.height), clip(right + margin + 1, size.width)};
}

/// As `reach`, enlarged to the size of the level's largest, so that the patches of a level are of
/// one size.
Box box_of(const ImageModel& model, const Hierarchy& tree, std::size_t level, std::size_t factor) {
  std::size_t height = 0, width = 0;
  for (std::size_t f = 0; f < tree.levels[level].factors.size(); ++f) {
    const Box box = reach(model, tree, level, f);
    height = std::max(height, box.bottom - box.top);
    width = std::max(width, box.right - box.left);
  }
  const auto& size = model.codec.options().preparation;
  Box box = reach(model, tree, level, factor);
  box.top = std::min(box.top, size.height - height);
  box.left = std::min(box.left, size.width - width);
  return {box.top, box.left, box.top + height, box.left + width};
}

Images crop(const Images& picture, const Box& box) {
  Images part{box.bottom - box.top, box.right - box.left, picture.channels, {}};
  for (std::size_t y = box.top; y < box.bottom; ++y) {
    const auto row = std::span(picture.pixels)
                         .subspan((y * picture.width + box.left) * picture.channels,
                                  part.width * picture.channels);
    part.pixels.insert(part.pixels.end(), row.begin(), row.end());
  }
  return part;
}

/// A small frame of the whole picture with the box marked.
std::string locator_svg(const ImageModel& model, const Box& box) {
  const auto& size = model.codec.options().preparation;
  return fmt::format(
      "<svg class=\"locator\" viewBox=\"0 0 {} {}\" role=\"img\"><title>rows {}–{}, columns {}–{}</title>"
      "<rect class=\"frame\" width=\"100%\" height=\"100%\"/>"
      "<rect class=\"here\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></svg>",
      size.width, size.height, box.top, box.bottom - 1, box.left, box.right - 1, box.left, box.top,
      box.right - box.left, box.bottom - box.top);
}

/// A few factors of a level at various places, away from the corners, where pictures mostly are
/// empty.
std::vector<std::size_t> places(const Level& level, const PreparationOptions& size) {
  constexpr std::array<std::array<double, 2>, 4> kWanted{
      {{0.3, 0.6}, {0.45, 0.3}, {0.6, 0.7}, {0.75, 0.45}}};
  std::vector<std::size_t> result;
  for (const auto& wanted : kWanted) {
    const auto distance = [&](const Factor& f) {
      return std::hypot(f.location_row - wanted[0] * static_cast<double>(size.height),
                        f.location_column - wanted[1] * static_cast<double>(size.width));
    };
    const auto nearest = std::ranges::min_element(level.factors, {}, distance);
    const auto f = static_cast<std::size_t>(nearest - level.factors.begin());
    if (std::ranges::find(result, f) == result.end()) result.push_back(f);
  }
  return result;
}

/// Whether two pictures of one size can be told apart at a glance.
bool differ(const Images& a, const Images& b) {
  constexpr int kLevels = 32;  // grey levels of 255
  return std::ranges::mismatch(a.pixels, b.pixels, [](int x, int y) {
           return std::abs(x - y) < kLevels;
         }).in1 != a.pixels.end();
}

/// Draws what the states section shows.
class StateGallery {
 public:
  explicit StateGallery(const ImageModel& model) : model_(model) {
    for (const auto& tree : model.trees)
      probabilities_.push_back(state_probabilities(tree, tree.initial_state_counts));
    const auto& size = model.codec.options().preparation;
    scale_ = kTopStateSize / static_cast<double>(std::max(size.height, size.width));
  }

  std::string html() const {
    const auto& levels = model_.trees.front().levels;
    std::string html;
    for (std::size_t n = 0; n < levels.size(); ++n) {
      const bool whole = levels[n].factors.size() == 1;
      std::string rows;
      if (whole)
        rows = model_.trees.size() > 1 ? whole_by_class(n) : whole_shared(n);
      else
        for (std::size_t f : places(levels[n], model_.codec.options().preparation))
          rows += place(n, f);
      html +=
          fmt::format("<h3>Level {}</h3><p class=\"note\">{}</p><div class=\"states{}\">{}</div>",
                      n, heading(n), whole ? " whole" : "", rows);
    }
    return html;
  }

 private:
  bool class_level(std::size_t level) const {
    return model_.class_at_root() && level + 1 == model_.trees.front().levels.size();
  }

  std::string heading(std::size_t level) const {
    const std::size_t groups = model_.trees.front().levels[level].factors.size();
    if (class_level(level))
      return "A state is a class: the mean of all that the model knows of it.";
    const std::string of_classes = model_.num_classes() > kClassesSideBySide
                                       ? fmt::format("the first {} classes", kClassesSideBySide)
                                       : "all classes";
    if (groups == 1)
      return model_.trees.size() > 1
                 ? "The top: a state is a whole picture. States of the trees of " + of_classes + "."
                 : "A state is a whole picture; below it the class to which it most probably belongs.";
    const std::size_t shown =
        places(model_.trees.front().levels[level], model_.codec.options().preparation).size();
    return fmt::format("{} places{}{}.", groups,
                       shown < groups ? fmt::format(", of which {} are shown", shown) : "",
                       model_.trees.size() > 1 ? "; states of the trees of " + of_classes : "");
  }

  struct Shown {
    std::size_t state;
    Images picture;
  };

  /// The most probable states, the most probable first; of those that look alike only one.
  std::vector<Shown> most_used(std::size_t tree, std::size_t level, std::size_t factor,
                               const Box& box, std::size_t count) const {
    constexpr std::size_t kCandidates = 100;
    const auto& probabilities = probabilities_[tree][level][factor];
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
    order.resize(std::min(kCandidates, order.size()));
    std::vector<Shown> shown;
    for (std::size_t s : order) {
      if (shown.size() == count) break;
      auto picture = crop(state_picture(model_, tree, level, factor, s).picture, box);
      if (std::ranges::all_of(shown,
                              [&](const Shown& other) { return differ(picture, other.picture); }))
        shown.push_back({s, std::move(picture)});
    }
    return shown;
  }

  std::string picture(std::size_t tree, std::size_t level, std::size_t factor,
                      const Shown& shown) const {
    return picture_html(
        shown.picture, scale_,
        fmt::format("{}level {}, group {}, state {}",
                    model_.trees.size() > 1 ? "class " + model_.class_names[tree] + ", " : "",
                    level, factor, shown.state));
  }

  /// One place of a level: where it is, then states, those of a class together.
  std::string place(std::size_t level, std::size_t factor) const {
    const Box box = box_of(model_, model_.trees.front(), level, factor);
    const std::size_t classes =
        model_.trees.size() > 1 ? std::min(kClassesSideBySide, model_.num_classes()) : 1;
    const double width = scale_ * static_cast<double>(box.right - box.left);
    const auto each = static_cast<std::size_t>(
        std::max(1.0, std::floor(960.0 / static_cast<double>(classes) / (width + 4))));
    std::string html;
    for (std::size_t k = 0; k < classes; ++k) {
      html += fmt::format("<figure style=\"min-width:{:.0f}px\">",
                          static_cast<double>(classes > 1 ? each : 1) * (width + 3));
      for (const auto& shown : most_used(k, level, factor, box, std::min<std::size_t>(each, 16)))
        html += picture(k, level, factor, shown);
      if (classes > 1)
        html += "<figcaption>" + escape_html(model_.class_names[k]) + "</figcaption>";
      html += "</figure>";
    }
    return "<div class=\"strip\">" + locator_svg(model_, box) + "<div>" + html + "</div></div>";
  }

  Box whole_box() const {
    const auto& size = model_.codec.options().preparation;
    return {0, 0, size.height, size.width};
  }

  /// Whole pictures in rows: the most used state of every class, then the second, and so on.
  std::string whole_by_class(std::size_t level) const {
    constexpr std::size_t kRanks = 3;
    std::string html;
    for (std::size_t k = 0; k < std::min(kClassesSideBySide, model_.num_classes()); ++k) {
      html += "<figure class=\"stack\">";
      for (const auto& shown : most_used(k, level, 0, whole_box(), kRanks))
        html += picture(k, level, 0, shown);
      html += "<figcaption>" + escape_html(model_.class_names[k]) + "</figcaption></figure>";
    }
    return html;
  }

  /// Whole pictures of a shared tree, each with its class.
  std::string whole_shared(std::size_t level) const {
    constexpr std::size_t kStates = 30;
    const auto top = model_.trees.front().root().likelihood.expectation();
    std::string html;
    for (const auto& shown :
         class_level(level) ? classes(level) : most_used(0, level, 0, whole_box(), kStates))
      html +=
          fmt::format("<figure>{}<figcaption>{}</figcaption></figure>", picture(0, level, 0, shown),
                      escape_html(class_of(level, shown.state, top)));
    return html;
  }

  std::vector<Shown> classes(std::size_t level) const {
    std::vector<Shown> shown;
    for (std::size_t k = 0; k < shown_classes(model_); ++k)
      shown.push_back({k, state_picture(model_, 0, level, 0, k).picture});
    return shown;
  }

  /// The class that a state belongs to most probably, and how probably if there is doubt. `top` is
  /// the likelihood of the states below the classes.
  std::string class_of(std::size_t level, std::size_t state, const Matrix<double>& top) const {
    if (class_level(level)) return model_.class_names[state];
    if (!class_level(level + 1)) return "";
    std::vector<double> joint(top.row(state).begin(), top.row(state).end());
    for (std::size_t k = 0; k < joint.size(); ++k)
      joint[k] *= model_.trees.front().initial_state_counts[k];
    const auto best = std::ranges::max_element(joint);
    const double share = *best / std::accumulate(joint.begin(), joint.end(), 0.0);
    const auto& name = model_.class_names[static_cast<std::size_t>(best - joint.begin())];
    return share < 0.95 ? fmt::format("{} ({})", name, percent(share, 0)) : name;
  }

  const ImageModel& model_;
  std::vector<StateProbabilities> probabilities_;  ///< [tree]
  double scale_ = 1;                               ///< CSS pixels a prepared pixel
};

}  // namespace

std::string states_section(const ReportInput& input) {
  return "<section id=\"states\"><h2>What its states look like</h2><p>A state stands for a patch of the picture: what the "
         "model expects to see there. Each level joins the patches of the one below into larger ones. Shown are the states "
         "that are used most, of those that look alike only one.</p>" +
         StateGallery(input.model).html() + "</section>";
}

}  // namespace rgm::app
