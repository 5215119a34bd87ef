#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
class Option;
}  // namespace CLI

namespace rgm::app {

class OptionFiles;

/// An option, a flag or a positional argument of a verb, to be described further. A handle: the
/// program keeps what it stands for.
class Option {
 public:
  /// The verb does not run without it.
  Option required() const;
  /// Help shows the value that the variable has now.
  Option shows_default() const;
  /// Each --option takes one value, rather than all words that follow; it may come several times.
  Option one_at_a_time() const;
  /// Refuses values outside [low, high]; help tells the range.
  Option in_range(int low, int high) const;
  Option in_range(std::size_t low, std::size_t high) const;
  Option in_range(double low, double high) const;  ///< nor what is no number (nan)
  /// As `in_range`, but 0 is permitted, too.
  Option zero_or_in_range(std::size_t low, std::size_t high) const;
  /// Refuses a text of which `problem` has something to say.
  Option checked_by(std::string (*problem)(const std::string& text)) const;
  /// Its values name what the verb reads: files, folders, or data such as IMAGES,LABELS[:100]. The
  /// verb does not run if one of them is also what it writes.
  Option reads_file() const;
  /// The same of models; what is clearly none is refused with what it is (`expect_model`).
  Option reads_model() const;
  enum class Output { kRequired, kOptional };
  /// Its value names a file or folder that the verb writes; it may be empty, which means none, if
  /// that is optional. `usual` are the names that the verb chooses from by `output_or` if the
  /// option is not given.
  ///
  /// A verb with usual names or a default has --force, too: without it no file is overwritten that
  /// the user did not name.
  Option writes_file(Output output = Output::kRequired,
                     std::initializer_list<const char*> usual = {}) const;
  /// The default may be overwritten all the same where it is what the program itself made for
  /// nobody to change: `ours` tells.
  Option overwrites(bool (*ours)(const std::string& path)) const;
  /// The same of a model that is trained, beside which lie checkpoints.
  Option writes_model(Output output = Output::kRequired) const;

  /// Cannot be given without `other`.
  Option needs(Option other) const;
  /// Cannot be given with `other`.
  Option excludes(Option other) const;

 private:
  friend class Verb;
  Option(CLI::Option* option, OptionFiles* files) : option_(option), files_(files) {}

  CLI::Option* option_;
  OptionFiles* files_;
};

/// A verb of the program: its options, its own verbs, and what it does. A handle: the program keeps
/// what it stands for. Variables that options are written to must live until the verb has run.
class Verb {
 public:
  /// A verb of this verb.
  Verb add_verb(const std::string& name, const std::string& description) const;
  /// One of its verbs must be given.
  void needs_verb() const;

  /// Names are as in "-o,--output"; one without dashes is positional.
  Option add_option(const std::string& names, std::string& value, const std::string& help) const;
  Option add_option(const std::string& names, std::vector<std::string>& values,
                    const std::string& help) const;
  Option add_option(const std::string& names, int& value, const std::string& help) const;
  /// A whole number in digits alone.
  Option add_option(const std::string& names, std::size_t& value, const std::string& help) const;
  Option add_option(const std::string& names, std::optional<std::size_t>& value,
                    const std::string& help) const;
  Option add_option(const std::string& names, double& value, const std::string& help) const;
  /// True if it is given; a name with ! before it makes it false.
  Option add_flag(const std::string& names, bool& value, const std::string& help) const;

  /// A flag that prints `text` and a line end in place of anything else.
  void add_text_flag(const std::string& names, const std::string& text,
                     const std::string& help) const;
  /// `BadInput` if one of these options was given, which begins with its name and goes on with
  /// `reason`.
  void refuse_given(std::initializer_list<const char*> options, std::string_view reason) const;

  /// The output that was given or, if that is empty, the `usual` one.
  ///
  /// `FileError` if that exists and --force was not given; so ask before the work.
  std::string output_or(const std::string& given, const std::string& usual) const;

  /// Called when the command line has been read, if the verb is in it, and if no output would
  /// destroy an input or another output (`check_file_roles`), or is a default that exists already,
  /// without --force. To --resume, from a checkpoint that is there, is to have agreed before. Comes
  /// behind all options.
  void runs(std::function<void()> action) const;

  /// What runs the verb again: the options as they were given, none that were not.
  std::string command_line() const;

 private:
  friend class Program;
  Verb(CLI::App* app, OptionFiles* files) : app_(app), files_(files) {}

  CLI::App* app_;
  OptionFiles* files_;
};

/// The program as a whole, the root of all verbs.
class Program {
 public:
  Program(const std::string& name, const std::string& description);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  Verb root() const { return {app_, files_}; }

  /// Reads the command line and runs its verb, or prints help. What the verb throws goes through;
  /// `BadInput` if the command line is not understood.
  void run(int argc, const char* const* argv) const;

 private:
  CLI::App* app_;
  OptionFiles* files_;
};

}  // namespace rgm::app
