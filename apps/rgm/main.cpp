#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "progress_bar.h"
#include "rgm/base/error.h"
#include "verbs.h"

namespace {

constexpr int kFailure = 1, kBadInput = 2, kInterrupted = 130;

/// One line, whatever the message.
int complain(std::string message, int code) {
  for (char& c : message)
    if (c == '\n') c = ' ';
  std::fflush(stdout);
  std::fprintf(stderr, "rgm: error: %s\n", message.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace rgm::app;
  CLI::App app{"Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting.",
               "rgm"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help on all verbs");
  add_demo(app);
  add_train(app);
  add_evaluate(app);
  add_predict(app);
  add_generate(app);
  add_info(app);
  add_fetch(app);
  add_recipes(app);
  add_version(app);
  install_interrupt_handler();
  try {
    app.parse(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) return complain("standard output: cannot be written", kFailure);
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
