#include "rgm/media/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "rgm/media/clips.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string name;
  bool force = false;
  CommonOptions common;
};

std::vector<std::string> known_names() {
  auto names = data_set_names();
  for (auto& clip : clip_names()) names.push_back(std::move(clip));
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

void run(const Options& options) {
  const auto known = known_names();
  const auto nearest = nearest_name(options.name, known);
  require(std::ranges::find(known, options.name) != known.end(), "data set or clip '", options.name,
          "': unknown, expected one of ", listed(known),
          nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
  const FetchOptions fetch{options.common.cache, options.force, progress_bar()};
  const auto path = is_clip_name(options.name) ? fetch_clip(options.name, fetch)
                                               : fetch_data_set(options.name, fetch);
  clear_progress_bar();
  print("{}\n", path.string());
}

}  // namespace

void add_fetch(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb("fetch", "Fetch a data set or a clip into the cache");
  verb.add_option("name", options->name, "Data set or clip: " + listed(known_names())).required();
  verb.add_flag("--force", options->force, "Fetch even what the cache holds");
  add_cache_option(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
