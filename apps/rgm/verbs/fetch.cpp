#include "rgm/media/fetch.h"

#include <fmt/format.h>

#include <memory>

#include "rgm/media/clips.h"
#include "terminal/progress_bar.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string name;
  bool force = false;
  CommonOptions common;
};

void run(const Options& options) {
  const FetchOptions fetch{options.common.cache, options.force, progress_bar()};
  const auto path = is_clip_name(options.name) ? fetch_clip(options.name, fetch)
                                               : fetch_data_set(options.name, fetch);
  clear_progress_bar();
  fmt::print("{}\n", path.string());
}

}  // namespace

void add_fetch(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb(
      "fetch",
      "Fetch a data set or a clip into the cache: mnist, fashion-mnist, opencv:vtest, flame, …");
  verb.add_option("data_set", options->name, "Name of the data set or clip").required();
  verb.add_flag("--force", options->force, "Fetch even what the cache holds");
  add_common_options(verb, options->common);
  add_cache_option(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
