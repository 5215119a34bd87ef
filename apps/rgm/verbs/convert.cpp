#include "rgm/hdf5/convert.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/mapped_file.h"
#include "rgm/storage/model_file.h"
#include "terminal/interruption.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/table.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string input, output;
};

bool is_hdf5(const std::string& path) {
  constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
  const MappedFile file(path);
  const auto bytes = file.bytes();
  return bytes.size() >= kSignature.size() &&
         std::ranges::equal(bytes.first(kSignature.size()), kSignature);
}

/// HDF5 runs without end on some forged files, and dies on others.
void limit_resources() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nor does it outlive the program
  constexpr rlimit kSeconds{600, 600}, kNoDump{0, 0};
  ::setrlimit(RLIMIT_CPU, &kSeconds);
  ::setrlimit(RLIMIT_CORE, &kNoDump);
}

void write_all(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) ::_exit(1);
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// `read_hdf5` in a process of its own, which alone ends if the HDF5 library crashes.
std::vector<std::uint8_t> read_apart(const std::string& path) {
  std::array<int, 2> ends{};
  require(::pipe2(ends.data(), O_CLOEXEC) == 0, "convert: no pipe");
  const pid_t child = ::fork();
  require(child >= 0, "convert: no process");
  if (child == 0) {  // a 1 and the bytes, or a 0 and what is wrong
    limit_resources();
    std::vector<std::uint8_t> answer{1};
    try {
      const auto bytes = read_hdf5(path);
      answer.insert(answer.end(), bytes.begin(), bytes.end());
    } catch (const std::exception& error) {
      answer = {0};
      answer.insert(answer.end(), error.what(), error.what() + std::strlen(error.what()));
    }
    write_all(ends[1], answer);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::vector<std::uint8_t> answer;
  std::array<std::uint8_t, 1 << 16> part{};
  for (ssize_t got = 1; got != 0 && stop_signal() == 0;) {
    got = ::read(ends[0], part.data(), part.size());
    if (got > 0) answer.insert(answer.end(), part.begin(), part.begin() + got);
    if (got < 0 && errno != EINTR) break;
  }
  if (stop_signal() != 0) ::kill(child, SIGKILL);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (stop_signal() != 0) throw Interrupted();
  require<FileError>(!WIFSIGNALED(status), path,
                     ": the HDF5 library crashed on it: it is damaged or forged");
  require(WEXITSTATUS(status) == 0 && !answer.empty(), path, ": what it holds was not handed over");
  const auto message = std::span<const std::uint8_t>(answer).subspan(1);
  if (answer.front() == 0) fail<FileError>(std::string(message.begin(), message.end()));
  return {message.begin(), message.end()};
}

void run(const Options& options) {
  check_output(options.output);
  if (is_hdf5(options.input)) {
    const auto bytes = read_apart(options.input);
    parse_model(bytes, options.input);  // nothing that is not a model becomes a model file
    write_file(options.output, bytes);
  } else {
    read_model(options.input);
    write_hdf5(options.output, TensorFile::open(options.input));
  }
  print("{}: {}\n", options.output, file_size_text(options.output));
}

}  // namespace

void add_convert(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb("convert", "A model file to HDF5, or such a file back");
  verb.add_option("input", options->input, "Model file (.rgm), or what `convert` made of one (.h5)")
      .reads_file()
      .required();
  verb.add_option("output", options->output, "File to write, of the other format")
      .writes_file()
      .required();
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
