#include "terminal/verb.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "terminal/data_kind.h"
#include "terminal/file_roles.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/shell_word.h"

// The only file that knows CLI11, whose headers take long to compile.
namespace rgm::app {

constexpr const char* kForce = "--force";

/// Which options of all verbs name files, and what they are to the verb.
class OptionFiles {
 public:
  struct Role {
    bool written = false, required = false, with_checkpoints = false;
    std::vector<std::string> usual;
    bool (*ours)(const std::string& path) = nullptr;
    bool model = false;
  };

  void add(const CLI::Option* option, Role role) { roles_[option] = std::move(role); }
  void overwrites(const CLI::Option* option, bool (*ours)(const std::string& path)) {
    roles_[option].ours = ours;
  }

  /// Whether the verb writes files that nobody need name.
  bool writes_unasked(const CLI::App& verb) const {
    return std::ranges::any_of(verb.get_options(), [&](const CLI::Option* option) {
      const Role* role = role_of(option);
      return role != nullptr && role->written &&
             !(role->usual.empty() && option->get_default_str().empty());
    });
  }

  /// Refuses what is no model where one is read.
  void check_models(const CLI::App& verb) const {
    for (const CLI::Option* option : verb.get_options())
      if (const Role* role = role_of(option); role != nullptr && role->model)
        for (const auto& name : option->results()) expect_model(name);
  }

  /// Refuses to overwrite a default.
  void check_defaults(const CLI::App& verb) const {
    for (const CLI::Option* option : verb.get_options()) {
      const Role* role = role_of(option);
      const auto& path = option->get_default_str();
      if (role == nullptr || !role->written || path.empty() || !option->empty()) continue;
      std::error_code ignored;
      if (role->with_checkpoints && is_given(verb, "--resume") &&
          std::filesystem::exists(checkpoint_path(path), ignored))
        continue;
      if (role->ours == nullptr || !role->ours(path)) check_new(verb, *option, path);
    }
  }

  /// Refuses to overwrite a name that an option chooses from.
  void check_usual(const CLI::App& verb, const std::string& path) const {
    for (const CLI::Option* option : verb.get_options())
      if (const Role* role = role_of(option);
          role != nullptr && std::ranges::find(role->usual, path) != role->usual.end())
        check_new(verb, *option, path);
  }

  /// The files that the command line names for a verb, and those that it writes unasked.
  std::vector<FileRole> of(const CLI::App& verb) const {
    std::vector<FileRole> files;
    for (const CLI::Option* option : verb.get_options()) {
      const Role* role = role_of(option);
      if (role == nullptr) continue;
      std::vector<std::string> values = option->results();
      if (values.empty() && !option->get_default_str().empty())
        values = {option->get_default_str()};
      else if (values.empty())
        values = role->usual;
      for (const auto& value : values) {
        require(!value.empty() || !role->required, option->get_name(),
                ": expected the name of a file, got an empty text");
        if (value.empty()) continue;
        files.push_back({option->get_name(), value, role->written});
        if (role->with_checkpoints)
          if (const auto path = checkpoint_path(value); !path.empty())
            files.push_back({option->get_name() + ": the checkpoint", path.string(), true});
      }
    }
    return files;
  }

 private:
  const Role* role_of(const CLI::Option* option) const {
    const auto found = roles_.find(option);
    return found == roles_.end() ? nullptr : &found->second;
  }
  static bool is_given(const CLI::App& verb, const char* flag) {
    const CLI::Option* option = verb.get_option_no_throw(flag);
    return option != nullptr && !option->empty() && option->as<bool>();
  }
  static void check_new(const CLI::App& verb, const CLI::Option& option, const std::string& path) {
    std::error_code ignored;
    const auto& short_names = option.get_snames();
    require<FileError>(is_given(verb, kForce) || !std::filesystem::exists(path, ignored), path,
                       ": there is such a file already; expected ",
                       short_names.empty() ? option.get_name() : '-' + short_names.front(),
                       " FILE, or ", kForce, " to overwrite it");
  }

  std::map<const CLI::Option*, Role> roles_;
};

namespace {

/// CLI11 only says that a verb is missing where one is mistyped; this names it, and what was
/// probably meant.
void check_verbs(const CLI::App* app, int argc, const char* const* argv) {
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* verb : app->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(verb->get_name());
      if (names.back() == argv[i]) next = verb;
    }
    if (names.empty()) return;
    const auto nearest = nearest_name(argv[i], names);
    require(next != nullptr, argv[i], ": unknown verb",
            nearest.empty() ? "" : ", did you mean " + nearest + "?", " (see rgm --help)");
    app = next;
  }
}

/// CLI11 lets negative numbers wrap round, cuts large ones off and reads 010 as 8.
std::string whole_number_problem(const std::string& text) {
  std::size_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  const bool read = result.ec == std::errc{} && result.ptr == end;
  return read && (text.size() == 1 || text.front() != '0')
             ? ""
             : "expected a whole number from 0 to 2^64 - 1, without leading zeros, got " + text;
}

std::string command_line_of(const CLI::App& verb) {
  std::string words = verb.get_parent() == nullptr
                          ? verb.get_name()
                          : command_line_of(*verb.get_parent()) + ' ' + verb.get_name();
  for (const CLI::Option* option : verb.get_options()) {
    const bool flag = option->get_items_expected_max() == 0, positional = !option->nonpositional();
    for (const auto& word : option->results()) {
      if (!positional) words += ' ' + option->get_name();
      if (flag && word != "true") words += '=' + word;
      if (!flag) words += ' ' + shell_word(word);
    }
  }
  return words;
}

}  // namespace

Option Option::required() const { return {option_->required(), files_}; }

Option Option::shows_default() const { return {option_->capture_default_str(), files_}; }

Option Option::one_at_a_time() const { return {option_->allow_extra_args(false), files_}; }

Option Option::in_range(int low, int high) const {
  return {option_->check(CLI::Range(low, high)), files_};
}

Option Option::in_range(std::size_t low, std::size_t high) const {
  return {option_->check(CLI::Range(low, high)), files_};
}

Option Option::in_range(double low, double high) const {
  const auto is_number = [](std::string& text) {  // comparisons let one pass that is none
    return text.find_first_of("nN") == std::string::npos ? "" : "expected a number, got " + text;
  };
  option_->check(CLI::Validator(is_number, ""));
  return {option_->check(CLI::Range(low, high)), files_};
}

Option Option::zero_or_in_range(std::size_t low, std::size_t high) const {
  return {option_->check(CLI::Range(low, high) | CLI::IsMember({0})), files_};
}

Option Option::checked_by(std::string (*problem)(const std::string& text)) const {
  return {option_->check(CLI::Validator(problem, "")), files_};
}

Option Option::reads_file() const {
  files_->add(option_, {});
  return *this;
}

Option Option::reads_model() const {
  OptionFiles::Role role;
  role.model = true;
  files_->add(option_, role);
  return *this;
}

Option Option::writes_file(Output output, std::initializer_list<const char*> usual) const {
  files_->add(option_, {true, output == Output::kRequired, false, {usual.begin(), usual.end()}});
  return *this;
}

Option Option::overwrites(bool (*ours)(const std::string& path)) const {
  files_->overwrites(option_, ours);
  return *this;
}

Option Option::writes_model(Output output) const {
  files_->add(option_, {true, output == Output::kRequired, true, {}});
  return *this;
}

Option Option::needs(Option other) const { return {option_->needs(other.option_), files_}; }

Option Option::excludes(Option other) const { return {option_->excludes(other.option_), files_}; }

Verb Verb::add_verb(const std::string& name, const std::string& description) const {
  return {app_->add_subcommand(name, description)->group("Verbs"), files_};
}

void Verb::needs_verb() const { app_->require_subcommand(1); }

Option Verb::add_option(const std::string& names, std::string& value,
                        const std::string& help) const {
  return {app_->add_option(names, value, help), files_};
}

Option Verb::add_option(const std::string& names, std::vector<std::string>& values,
                        const std::string& help) const {
  return {app_->add_option(names, values, help), files_};
}

Option Verb::add_option(const std::string& names, int& value, const std::string& help) const {
  return {app_->add_option(names, value, help), files_};
}

Option Verb::add_option(const std::string& names, std::size_t& value,
                        const std::string& help) const {
  return Option(app_->add_option(names, value, help), files_).checked_by(whole_number_problem);
}

Option Verb::add_option(const std::string& names, std::optional<std::size_t>& value,
                        const std::string& help) const {
  return Option(app_->add_option(names, value, help), files_).checked_by(whole_number_problem);
}

Option Verb::add_option(const std::string& names, double& value, const std::string& help) const {
  return {app_->add_option(names, value, help), files_};
}

Option Verb::add_flag(const std::string& names, bool& value, const std::string& help) const {
  return {app_->add_flag(names, value, help), files_};
}

void Verb::add_text_flag(const std::string& names, const std::string& text,
                         const std::string& help) const {
  app_->set_version_flag(names, text, help);
}

void Verb::refuse_given(std::initializer_list<const char*> options, std::string_view reason) const {
  for (const char* option : options) require(app_->count(option) == 0, option, ": ", reason);
}

void Verb::runs(std::function<void()> action) const {
  const std::string about = "Overwrite what is there under a name that was not given";
  if (files_->writes_unasked(*app_)) app_->add_flag(kForce, about);
  app_->callback([app = app_, files = files_, does = std::move(action)] {
    check_file_roles(files->of(*app));
    files->check_models(*app);
    files->check_defaults(*app);
    does();
  });
}

std::string Verb::output_or(const std::string& given, const std::string& usual) const {
  if (!given.empty()) return given;
  files_->check_usual(*app_, usual);
  return usual;
}

std::string Verb::command_line() const { return command_line_of(*app_); }

Program::Program(const std::string& name, const std::string& description)
    : app_(new CLI::App(description, name)), files_(new OptionFiles) {
  app_->require_subcommand(1);
  app_->get_formatter()->label("SUBCOMMAND", "VERB");
  app_->set_help_all_flag("--help-all", "Help on all verbs");
}

Program::~Program() {
  delete app_;
  delete files_;
}

void Program::run(int argc, const char* const* argv) const {
  check_verbs(app_, argc, argv);
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const std::string_view problem = error.what();
    if (error.get_exit_code() != 0)
      fail(problem == "A subcommand is required" ? "a verb is required" : problem,
           " (see rgm --help)");
    std::ostringstream text;  // the help, or the text that was asked for
    app_->exit(error, text, text);
    print("{}", Lines{text.str()});
  }
}

}  // namespace rgm::app
