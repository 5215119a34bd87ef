#include "terminal/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rgm::app {
namespace {

TEST(CommandLineTest, WordsAreQuotedWhereAShellWouldReadThemOtherwise) {
  for (const char* plain :
       {"pong", "--set", "planning.novelty=1.5", "./my/recipe.toml", "a@b:c,d%"})
    EXPECT_EQ(shell_word(plain), plain);
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
}

TEST(CommandLineTest, SaysWhatWasGivenAndNothingElse) {
  CLI::App app{"", "rgm"};
  auto* verb = app.add_subcommand("demo", "")->add_subcommand("pong", "");
  std::string recipe = "game", report = "pong.html", film;
  std::vector<std::string> sets;
  bool full = false, quick = false;
  verb->add_option("film", film, "");
  verb->add_option("--recipe", recipe, "")->capture_default_str();
  verb->add_option("-r,--report", report, "");
  verb->add_option("--set", sets, "")->allow_extra_args(false);
  verb->add_flag("--full", full, "");
  verb->add_flag("--quick", quick, "");
  const char* words[] = {"./rgm",  "demo",  "pong",    "my film", "--set", "a=1",
                         "--full", "--set", "b='2 3'", "-r",      "",      "--quick=false"};
  app.parse(static_cast<int>(std::size(words)), words);
  EXPECT_EQ(
      command_line(*verb),
      R"(rgm demo pong 'my film' --report '' --set a=1 --set 'b='\''2 3'\''' --full --quick=false)");
}

}  // namespace
}  // namespace rgm::app
