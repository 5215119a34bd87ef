#include "rgm/hdf5/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/mapped_file.h"
#include "rgm/storage/model_file.h"
#include "terminal/output.h"
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

void run(const Options& options) {
  check_output(options.output);
  if (is_hdf5(options.input)) {
    const auto bytes = read_hdf5(options.input);
    parse_model(bytes, options.input);  // nothing that is not a model becomes a model file
    write_file(options.output, bytes);
  } else {
    read_model(options.input);
    write_hdf5(options.output, TensorFile::open(options.input));
  }
  fmt::print("{}: {}\n", options.output, file_size_text(options.output));
}

}  // namespace

void add_convert(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb("convert", "A model file to HDF5, or such a file back");
  verb.add_option("input", options->input, "Model file (.rgm), or what `convert` made of one (.h5)")
      .required();
  verb.add_option("output", options->output, "File to write, of the other format").required();
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
