#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "terminal/progress_bar.h"
#include "verbs/verbs.h"

namespace {

constexpr int kFailure = 1, kBadInput = 2, kInterrupted = 130;

/// One line, whatever the message.
int complain(std::string message, int code) {
  for (char& c : message)
    if (c == '\n') c = ' ';
  std::fflush(stdout);
  rgm::app::clear_progress_bar();
  std::fprintf(stderr, "rgm: error: %s\n", message.c_str());
  return code;
}

/// CLI11 only says that a verb is missing where one is mistyped; this names it, and what was
/// probably meant.
void check_verbs(const CLI::App* app, int argc, char** argv) {
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* verb : app->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(verb->get_name());
      if (names.back() == argv[i]) next = verb;
    }
    if (names.empty()) return;
    const auto nearest = rgm::nearest_name(argv[i], names);
    rgm::require(next != nullptr, argv[i], ": unknown verb",
                 nearest.empty() ? "" : ", did you mean " + nearest + "?", " (see rgm --help)");
    app = next;
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace rgm::app;
  CLI::App app{
      "Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting.",
      "rgm"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help on all verbs");
  add_demo(app);
  add_train(app);
  add_evaluate(app);
  add_predict(app);
  add_generate(app);
  add_complete(app);
  add_surprise(app);
  add_encode(app);
  add_decode(app);
  add_play(app);
  add_info(app);
  add_fetch(app);
  add_recipes(app);
  add_version(app);
  install_interrupt_handler();
  try {
    check_verbs(&app, argc, argv);
    app.parse(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
      return complain("standard output: cannot be written", kFailure);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    return complain(std::string(error.what()) + " (see rgm --help)", kBadInput);
  } catch (const rgm::Interrupted&) {
    return complain("interrupted", kInterrupted);
  } catch (const rgm::Error& error) {
    return complain(error.what(), kBadInput);
  } catch (const std::bad_alloc&) {
    return complain("out of memory", kFailure);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailure);
  }
}
