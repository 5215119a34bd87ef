#include "terminal/command_line.h"

#include <algorithm>
#include <string_view>

namespace rgm::app {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-+=.,:/@%").find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_word(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? R"('\'')" : std::string(1, c);
  return quoted + '\'';
}

std::string command_line(const CLI::App& verb) {
  std::string words = verb.get_parent() == nullptr
                          ? verb.get_name()
                          : command_line(*verb.get_parent()) + ' ' + verb.get_name();
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

}  // namespace rgm::app
