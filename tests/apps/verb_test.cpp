#include "terminal/verb.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
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

/// A verb with a default output, one of usual names, a report, and a checkpoint.
struct Writing {
  Program program{"rgm", ""};
  Verb verb = program.root().add_verb("run", "");
  std::string model = "model.rgm", film, report = "report.html", unasked;
  bool resume = false;
  std::string written;

  Writing() {
    verb.add_option("-o,--output", model, "").writes_model().shows_default();
    verb.add_option("--film", film, "")
        .writes_file(Option::Output::kRequired, {"film.mp4", "film.csv"});
    verb.add_option("--report", report, "")
        .writes_file()
        .overwrites([](const std::string& path) {
          std::error_code ignored;
          return std::filesystem::file_size(path, ignored) == 0;
        })
        .shows_default();
    verb.add_option("--unasked", unasked, "").writes_file(Option::Output::kOptional);
    verb.add_flag("--resume", resume, "");
    verb.runs([this] { written = verb.output_or(film, "film.mp4"); });
  }

  std::string error(std::vector<const char*> words = {}) {
    words.insert(words.begin(), {"rgm", "run"});
    return test::error_of([&] { program.run(static_cast<int>(words.size()), words.data()); });
  }
};

/// Tests work in an empty folder of their own.
class DefaultOutputs : public testing::Test {
 protected:
  DefaultOutputs() {
    std::filesystem::create_directory(folder_);
    std::filesystem::current_path(folder_);
  }
  ~DefaultOutputs() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }
  static void write(const char* path, const char* text = "precious") {
    std::ofstream(path) << text;
  }

 private:
  const std::filesystem::path before_ = std::filesystem::current_path(),
                              folder_ = std::filesystem::temp_directory_path() /
                                        ("rgm_verb_test_" + std::to_string(::getpid()));
};

TEST_F(DefaultOutputs, AreWrittenWhereNothingIs) {
  Writing writing;
  EXPECT_EQ(writing.error(), "");
  EXPECT_EQ(writing.written, "film.mp4");
}

TEST_F(DefaultOutputs, AreOverwrittenByForceAlone) {
  write("model.rgm");
  const std::string problem = ": there is such a file already; expected ";
  EXPECT_EQ(Writing().error(), "model.rgm" + problem + "-o FILE, or --force to overwrite it");
  EXPECT_EQ(Writing().error({"--force"}), "");
  EXPECT_NE(Writing().error({"--force=false"}), "");
  EXPECT_EQ(Writing().error({"-o", "model.rgm"}), "");  // the user knows
  EXPECT_EQ(Writing().error({"-o", "other.rgm"}), "");
  EXPECT_NE(Writing().error({"--resume"}), "");
  write("model.partial.rgm");
  EXPECT_EQ(Writing().error({"--resume"}), "");
}

TEST_F(DefaultOutputs, OfSeveralNamesTheOneThatIsChosenCounts) {
  write("film.csv");
  EXPECT_EQ(Writing().error(), "");
  write("film.mp4");
  EXPECT_EQ(
      Writing().error(),
      "film.mp4: there is such a file already; expected --film FILE, or --force to overwrite it");
  Writing named;
  EXPECT_EQ(named.error({"--film", "film.mp4"}), "");
  EXPECT_EQ(named.written, "film.mp4");
  EXPECT_EQ(Writing().error({"--force"}), "");
}

TEST_F(DefaultOutputs, OfTheProgramsOwnMakingAreMadeAnew) {
  write("report.html", "");
  EXPECT_EQ(Writing().error(), "");
  write("report.html");
  EXPECT_NE(Writing().error().find("--report FILE, or --force"), std::string::npos);
}

TEST_F(DefaultOutputs, ForceIsKnownToVerbsThatHaveSome) {
  Everything all;
  EXPECT_NE(test::error_of([&] { all.run({"bird", "--force"}); }), "");
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
