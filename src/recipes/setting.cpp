#include "setting.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "rgm/recipes/prepared_size.h"

namespace rgm::detail {
namespace {

/// A limit of whole numbers with all its digits, another one as short as it can be ("1e6").
std::string text_of(double limit, bool whole) {
  if (whole) return std::to_string(static_cast<std::int64_t>(limit));
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), limit).ptr;
  std::string text(buffer.data(), end);
  if (const auto sign = text.find("e+"); sign != std::string::npos)
    text.erase(sign + 1, text[sign + 2] == '0' ? 2 : 1);
  return text;
}

std::string text_of(const Numbers& range, bool whole) {
  const std::string most = text_of(range.most, whole);
  if (range.odd) return "an odd number from " + text_of(range.least, whole) + " to " + most;
  if (range.or_zero) return "0, or " + text_of(range.least, whole) + " to " + most;
  if (range.counts) return "0, or " + text_of(kLeastCount, whole) + " to " + most;
  if (range.least > 0 && range.least <= kTiny)
    return std::string("above 0") + (std::isinf(range.most) ? ", or inf"
                                     : range.most >= kHuge  ? ""
                                                            : ", at most " + most);
  return text_of(range.least, whole) + (range.most >= kHuge ? " or more" : " to " + most);
}

}  // namespace

std::string range_text(const Setting& setting) {
  if (const auto* words = std::get_if<Words>(&setting.range)) {
    std::string text;
    for (const auto word : *words)
      text += (text.empty()            ? "\""
               : word == words->back() ? " or \""
                                       : ", \"") +
              std::string(word) + '"';
    return text;
  }
  if (std::holds_alternative<Colour>(setting.range)) return R"("white", "black" or "#rrggbb")";
  if (const auto* numbers = std::get_if<Numbers>(&setting.range))
    return text_of(*numbers, !std::holds_alternative<double*>(setting.member));
  return "a word";
}

Settings joined(std::initializer_list<Settings> parts) {
  Settings all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Settings name_setting(std::string& name) {
  return {{"name", &name, AnyWord{}, "name of the recipe, kept in the model"}};
}

Settings size_settings(PreparationOptions& preparation, const std::string& picture) {
  return {{"codec.height", &preparation.height, between(4, kMaxPreparedSide),
           "height of the prepared " + picture + ", pixels", kKept},
          {"codec.width", &preparation.width, between(4, kMaxPreparedSide),
           "width of the prepared " + picture + ", pixels", kKept}};
}

Settings size_settings(PreparationOptions& preparation, std::size_t& pixels,
                       const std::string& picture, double least) {
  const Numbers side{.least = least, .most = kMaxPreparedSide, .or_zero = true};
  return {
      {"codec.height", &preparation.height, side,
       "height of the prepared " + picture + ", pixels; 0: by the data, within codec.pixels",
       kKept},
      {"codec.width", &preparation.width, side,
       "width of the prepared " + picture + ", pixels; 0: by the data, within codec.pixels", kKept},
      {"codec.pixels", &pixels, between(16, kMaxPreparedSide * kMaxPreparedSide),
       "pixels of a prepared " + picture +
           " whose size is left to the data: of films at most, of images about"}};
}

Settings tile_settings(CodecOptions& codec) {
  return {
      {"codec.tile_spacing", &codec.tile_spacing, between(1, 512),
       "d, distance between tiles, prepared pixels", kKept},
      {"codec.bins", &codec.bins, Numbers{kMinBins, kMaxBins, true}, "nb, outcomes a modality",
       kKept},
      {"codec.max_modes", &codec.max_modes, between(1, 1000), "mm, most modes a tile", kKept},
      {"codec.mode_price", &codec.mode_price, at_least(kTiny),
       "su: a mode is kept if its normalised squared singular value exceeds 1/su", kKept},
      {"codec.outcomes", &codec.soft_bins, Words{"hard", "soft"},
       "nearest bin alone, or shared between the two nearest", kKept},
  };
}

Settings episode_settings(SequenceStructureOptions& structure) {
  return {{"structure.time_scale", &structure.time_scale, between(1, 16), "T, steps of an episode",
           kKept},
          {"structure.phases", &structure.all_phases, Words{"one", "all"},
           "episodes begin at every T-th step, or at every step"},
          {"structure.paths", &structure.paths, Words{"one", "many"},
           "a state's successors go to one path with counts, or to paths of their own"}};
}

Settings level_settings(SequenceStructureOptions& structure) {
  return {
      {"structure.max_levels", &structure.max_levels, between(0, 32),
       "levels: the top one of n has episodes of T to the power of n - 1 steps, shorter than the first sequence; above a single group they are of time alone; 0: until one group is left",
       kKept}};
}

Settings prior_settings(SequenceStructureOptions& structure) {
  return {
      {"structure.outcome_concentration", &structure.outcome_concentration, prior_count(),
       "prior counts of a column at level 0, spread over its outcomes", kKept},
      {"structure.state_concentration", &structure.state_concentration, prior_count(),
       "prior counts of an initial state's column, spread over the states"},
      {"structure.path_concentration", &structure.path_concentration, prior_count(),
       "prior counts of a path's column, spread over the paths"},
  };
}

Settings restart_setting(SequenceStructureOptions& structure) {
  return {{"structure.restart_concentration", &structure.restart_concentration, prior_count(),
           "prior count of a jump of the top level to a fresh state", kKept}};
}

Settings kinds_settings(KindsOptions& kinds) {
  return {
      {"kinds.number", &kinds.number, between(0, double{Kinds::kMaxKinds}),
       "kinds of change, by which what is new is predicted; 0: none, and nothing is", kKept},
      {"kinds.order", &kinds.order, between(1, 2),
       "an outcome is predicted from its last one or two", kKept},
      {"kinds.strength", &kinds.strength, Numbers{kTiny, kHuge},
       "prior counts of what is predicted from less of the past", kKept},
      {"kinds.chain_counts", &kinds.chain_counts, Numbers{kTiny, kHuge},
       "prior counts of the kinds that follow a kind", kKept},
      {"kinds.chain_stay", &kinds.chain_stay, between(0.01, 0.99),
       "of these, the share of the kind itself", kKept},
      {"kinds.memory", &kinds.memory, between(0, double{Kinds::kMaxMemory}),
       "rungs of memory upon the kinds, of contexts in a cell; 0: none", kKept},
      {"kinds.link_stay", &kinds.link_stay, between(0.5, 0.99999),
       "probability that a cell stays linked to its state; 0.5: links remember nothing", kKept}};
}

void check_kinds(const KindsOptions& kinds, const std::string& where) {
  require(kinds.number != 1, where, ": kinds.number: expected 0, or 2 to ", Kinds::kMaxKinds,
          ", got 1");
}

Settings passes_setting(std::size_t& passes) {
  return {{"learning.passes", &passes, between(0, 10000), "EM passes after structure learning"}};
}

Settings soft_evidence_setting(bool& likelihood_reading) {
  return {{"learning.soft_evidence", &likelihood_reading, Words{"count", "likelihood"},
           "reading of soft outcomes: shares of a count, or likelihood evidence"}};
}

}  // namespace rgm::detail
