#include "rgm/env/playthrough.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/env/checked_environment.h"

namespace rgm {
namespace {

constexpr std::string_view kFirstLine = "rgm playthrough 1";

/// Reads text a line at a time, and lines a number at a time.
class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  /// Goes on to the next line; `wanted` says for what.
  void next_line(std::string_view wanted) {
    ++number_;
    const auto end = text_.find('\n');
    if (end == text_.npos) refuse(wanted, "the end of the file: it is cut short");
    line_ = text_.substr(0, end);
    text_.remove_prefix(end + 1);
  }
  bool at_end_of_line() const { return line_.empty(); }
  bool at_end_of_text() const { return text_.empty(); }
  /// Takes `word` if it is next.
  bool take(std::string_view word) {
    if (!line_.starts_with(word)) return false;
    line_.remove_prefix(word.size());
    return true;
  }
  std::uint64_t number(std::string_view wanted, std::uint64_t most) {
    std::uint64_t result = 0;
    const auto [end, error] = std::from_chars(line_.data(), line_.data() + line_.size(), result);
    if (error != std::errc{} || result > most) refuse(wanted, line_);
    line_.remove_prefix(static_cast<std::size_t>(end - line_.data()));
    return result;
  }
  /// A whole line: a word, a space, a number.
  std::uint64_t field(std::string_view word, std::uint64_t most) {
    next_line(word);
    if (!take(word) || !take(" ")) refuse(word, line_);
    const auto result = number(word, most);
    expect_end_of_line();
    return result;
  }
  void expect_end_of_line() const {
    if (!line_.empty()) refuse("the end of the line", line_);
  }
  [[noreturn]] void refuse(std::string_view wanted, std::string_view got) const {
    constexpr std::size_t kShown = 40;
    fail<FileError>(name_, ": line ", number_, ": expected ", wanted, ", got ",
                    got.substr(0, kShown));
  }

 private:
  std::string_view text_, name_, line_;
  std::size_t number_ = 0;
};

}  // namespace

Playthrough record(Environment& environment,
                   const std::function<std::size_t(std::span<const Symbol>)>& policy,
                   std::size_t frames, std::uint64_t seed) {
  const auto world = checked(environment);
  Playthrough result{seed, world->spaces().num_modalities(), {}, {}};
  auto observation = world->reset(seed);
  for (std::size_t frame = 0;; ++frame) {
    result.observations.insert(result.observations.end(), observation.begin(), observation.end());
    if (frame == frames) return result;
    result.actions.push_back(policy(observation));
    observation = world->step(result.actions.back());
  }
}

void replay(Environment& environment, const Playthrough& playthrough) {
  auto observation = environment.reset(playthrough.seed);
  for (std::size_t frame = 0;; ++frame) {
    const auto expected = playthrough.observation(frame);
    require(observation.size() == expected.size(), "replay: frame ", frame, ": expected ",
            expected.size(), " symbols, got ", observation.size());
    for (std::size_t g = 0; g < expected.size(); ++g)
      require(observation[g] == expected[g], "replay: frame ", frame, ", modality ", g,
              ": expected symbol ", expected[g], ", got ", observation[g]);
    if (frame == playthrough.frames()) return;
    observation = environment.step(playthrough.actions[frame]);
  }
}

std::string playthrough_text(const Playthrough& playthrough) {
  std::string result(kFirstLine);
  const auto add = [&](std::string_view before, std::uint64_t number) {
    result += before;
    result += std::to_string(number);
  };
  add("\nseed ", playthrough.seed);
  add("\nmodalities ", playthrough.modalities);
  add("\nframes ", playthrough.frames());
  const auto first = playthrough.observation(0);
  for (std::size_t g = 0; g < first.size(); ++g) add(g == 0 ? "\n" : " ", first[g]);
  for (std::size_t frame = 0; frame < playthrough.frames(); ++frame) {
    add("\n", playthrough.actions[frame]);
    const auto last = playthrough.observation(frame), now = playthrough.observation(frame + 1);
    for (std::size_t g = 0; g < now.size(); ++g) {
      if (now[g] == last[g]) continue;
      add(" ", g);
      add("=", now[g]);
    }
  }
  return result + "\nend\n";
}

Playthrough parse_playthrough(std::string_view text, std::string_view name) {
  constexpr std::uint64_t kMostSymbols = std::uint64_t{1} << 30,
                          kAny = std::numeric_limits<std::uint64_t>::max();
  Parser parser(text, name);
  parser.next_line(kFirstLine);
  if (!parser.take(kFirstLine) || !parser.at_end_of_line())
    parser.refuse(kFirstLine, "something else");
  Playthrough result;
  result.seed = parser.field("seed", kAny);
  result.modalities = parser.field("modalities", kMostSymbols);
  const std::uint64_t frames = parser.field("frames", kMostSymbols);
  require<FileError>(result.modalities > 0 && (frames + 1) <= kMostSymbols / result.modalities,
                     name, ": expected 1 to ", kMostSymbols, " symbols, got ", frames + 1,
                     " observations of ", result.modalities);

  parser.next_line("the first observation");
  for (std::size_t g = 0; g < result.modalities; ++g) {
    if (g > 0 && !parser.take(" ")) parser.refuse("more symbols", "the end of the line");
    result.observations.push_back(static_cast<Symbol>(parser.number("a symbol", kMissingSymbol)));
  }
  parser.expect_end_of_line();
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    parser.next_line("another frame");
    result.actions.push_back(parser.number("an action", kAny));
    const std::size_t begin = result.observations.size();
    result.observations.resize(begin + result.modalities);
    std::copy_n(&result.observations[begin - result.modalities], result.modalities,
                &result.observations[begin]);
    while (parser.take(" ")) {
      const std::size_t g = parser.number("a modality", result.modalities - 1);
      if (!parser.take("=")) parser.refuse("modality=symbol", "no =");
      result.observations[begin + g] =
          static_cast<Symbol>(parser.number("a symbol", kMissingSymbol));
    }
    parser.expect_end_of_line();
  }
  parser.next_line("end");
  if (!parser.take("end") || !parser.at_end_of_line() || !parser.at_end_of_text())
    parser.refuse("end", "something else");
  return result;
}

void write_playthrough(const std::filesystem::path& path, const Playthrough& playthrough) {
  const auto text = playthrough_text(playthrough);
  write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Playthrough read_playthrough(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return parse_playthrough({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                           path.string());
}

}  // namespace rgm
