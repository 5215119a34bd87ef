#include "terminal/verb.h"

#include <gtest/gtest.h>

#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "support/error_of.h"
#include "terminal/shell_word.h"

namespace rgm::app {
namespace {

TEST(VerbTest, WordsAreQuotedWhereAShellWouldReadThemOtherwise) {
  for (const char* plain :
       {"pong", "--set", "planning.novelty=1.5", "./my/recipe.toml", "a@b:c,d%"})
    EXPECT_EQ(shell_word(plain), plain);
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
}

TEST(VerbTest, SaysWhatWasGivenAndNothingElse) {
  const Program program("rgm", "");
  const auto verb = program.root().add_verb("demo", "").add_verb("pong", "");
  std::string recipe = "game", report = "pong.html", film;
  std::vector<std::string> sets;
  bool full = false, quick = false;
  verb.add_option("film", film, "");
  verb.add_option("--recipe", recipe, "").shows_default();
  verb.add_option("-r,--report", report, "");
  verb.add_option("--set", sets, "").one_at_a_time();
  verb.add_flag("--full", full, "");
  verb.add_flag("--quick", quick, "");
  const char* words[] = {"./rgm",  "demo",  "pong",    "my film", "--set", "a=1",
                         "--full", "--set", "b='2 3'", "-r",      "",      "--quick=false"};
  program.run(static_cast<int>(std::size(words)), words);
  EXPECT_EQ(
      verb.command_line(),
      R"(rgm demo pong 'my film' --report '' --set a=1 --set 'b='\''2 3'\''' --full --quick=false)");
}

/// A verb with an option of each kind.
struct Everything {
  Program program{"rgm", ""};
  Verb verb = program.root().add_verb("run", "");
  std::string name, recipe;
  int whole = 1;
  std::size_t count = 2;
  std::optional<std::size_t> perhaps;
  double fraction = 0.5;
  bool flag = false, ran = false;

  Everything() {
    verb.add_option("name", name, "").required();
    const auto other = verb.add_option("--recipe", recipe, "").checked_by([](const std::string& s) {
      return s.size() < 5 ? std::string() : "expected a short word, got " + s;
    });
    verb.add_option("--whole", whole, "").in_range(-1, 3);
    verb.add_option("--count", count, "").zero_or_in_range(5, 9);
    verb.add_option("--perhaps", perhaps, "").in_range(std::size_t{1}, std::size_t{9});
    const auto fraction_option = verb.add_option("--fraction", fraction, "").in_range(0.0, 1.0);
    verb.add_flag("--flag", flag, "").excludes(other).needs(fraction_option);
    verb.runs([this] { ran = true; });
  }

  void run(std::vector<const char*> words) {
    words.insert(words.begin(), {"rgm", "run"});
    program.run(static_cast<int>(words.size()), words.data());
  }
};

TEST(VerbTest, ReadsOptionsOfEveryKindAndRuns) {
  Everything all;
  all.run({"--whole", "-1", "--count", "0", "bird", "--perhaps=9", "--fraction", "1", "--flag"});
  EXPECT_TRUE(all.ran);
  EXPECT_EQ(all.name, "bird");
  EXPECT_EQ(all.whole, -1);
  EXPECT_EQ(all.count, 0U);
  EXPECT_EQ(all.perhaps, 9U);
  EXPECT_EQ(all.fraction, 1.0);
  EXPECT_TRUE(all.flag);
}

TEST(VerbTest, SaysWhatIsWrongWithTheCommandLine) {
  const auto message = [](std::vector<const char*> words) {
    return test::error_of([&] { Everything().run(words); });
  };
  EXPECT_EQ(message({}), "name is required (see rgm --help)");
  EXPECT_EQ(message({"a", "--whole", "4"}),
            "--whole: Value 4 not in range -1 to 3 (see rgm --help)");
  EXPECT_NE(message({"a", "--count", "4"}).find("not in range 5 to 9"), std::string::npos);
  for (const char* option : {"--count", "--perhaps"})
    for (const char* number : {"-5", "+5", "5.0", "0x5", "05", "18446744073709551616"})
      EXPECT_EQ(message({"a", option, number}),
                std::string(option) +
                    ": expected a whole number from 0 to 2^64 - 1, without leading zeros, got " +
                    number + " (see rgm --help)");
  EXPECT_NE(message({"a", "--fraction", "2"}).find("not in range 0"), std::string::npos);
  EXPECT_EQ(message({"a", "--recipe", "longer"}),
            "--recipe: expected a short word, got longer (see rgm --help)");
  EXPECT_EQ(message({"a", "--flag"}), "--flag requires --fraction (see rgm --help)");
  EXPECT_EQ(message({"a", "--flag", "--fraction", "1", "--recipe", "b"}),
            "--recipe excludes --flag (see rgm --help)");
}

TEST(VerbTest, RefusesOptionsThatWereGivenForNothing) {
  Everything all;
  all.run({"bird", "--count", "0"});
  EXPECT_NO_THROW(all.verb.refuse_given({"--whole", "--flag"}, "only for fish"));
  EXPECT_EQ(test::error_of([&] {
              all.verb.refuse_given({"--whole", "--count"}, "only for fish");
            }),
            "--count: only for fish");
}

TEST(VerbTest, NamesAVerbThatIsMistyped) {
  const Everything all;
  const char* words[] = {"rgm", "rum"};
  EXPECT_EQ(test::error_of([&] { all.program.run(2, words); }),
            "rum: unknown verb, did you mean run? (see rgm --help)");
  EXPECT_EQ(test::error_of([&] { all.program.run(1, words); }),
            "a verb is required (see rgm --help)");
}

}  // namespace
}  // namespace rgm::app
