#include "rgm/media/fetch.h"

#include <fmt/format.h>

#include <memory>

#include "progress_bar.h"
#include "verbs.h"

namespace rgm::app {

void add_fetch(CLI::App& app) {
  struct Options {
    std::string name;
    bool force = false;
    CommonOptions common;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("fetch", "Fetch a data set into the cache: mnist, fashion-mnist");
  verb->add_option("data_set", options->name, "Name of the data set")->required();
  verb->add_flag("--force", options->force, "Fetch even what the cache holds");
  add_common_options(*verb, options->common);
  add_cache_option(*verb, options->common);
  verb->callback([options] {
    const auto folder = fetch_data_set(options->name, {options->common.cache, options->force, progress_bar()});
    clear_progress_bar();
    fmt::print("{}\n", folder.string());
  });
}

}  // namespace rgm::app
