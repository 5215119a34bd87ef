#include "program.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "rgm/base/error.h"
#include "terminal/interruption.h"
#include "terminal/print.h"
#include "terminal/printable.h"
#include "terminal/progress_bar.h"
#include "terminal/verb.h"
#include "verbs/verbs.h"

namespace rgm::app {

namespace {

constexpr int kFailure = 1, kBadInput = 2;
/// As shells say it of a program that SIGPIPE ended; this one did all its work nevertheless.
constexpr int kNobodyReads = 128 + SIGPIPE;

/// One line, whatever the message.
int complain(std::string message, int code) {
  for (char& c : message)
    if (c == '\n') c = ' ';
  flush_output();
  clear_progress_bar();
  std::fprintf(stderr, "rgm: error: %s\n", one_line(message).c_str());
  return code;
}

}  // namespace

int run_program(int argc, char** argv) {
  open_standard_descriptors();
  const Program program(
      "rgm",
      "Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting.");
  for (const auto add : {add_demo, add_train, add_evaluate, add_predict, add_generate, add_complete,
                         add_surprise, add_encode, add_decode, add_merge, add_convert, add_play,
                         add_bench, add_info, add_fetch, add_recipes, add_version})
    add(program.root());
  install_signal_handlers();
  try {
    program.run(argc, argv);
    flush_output();
    if (output_problem() == EPIPE) return kNobodyReads;
    if (output_problem() != 0) return complain("standard output: cannot be written", kFailure);
    return 0;
  } catch (const Interrupted&) {
    return complain("interrupted", interrupted_exit_code());
  } catch (const WriteError& error) {
    return complain(error.what(), kFailure);
  } catch (const Error& error) {
    return complain(error.what(), kBadInput);
  } catch (const std::bad_alloc&) {
    return complain("out of memory", kFailure);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailure);
  }
}

}  // namespace rgm::app
