#include "terminal/file_roles.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace rgm::app {
namespace {

namespace fs = std::filesystem;

class FileRoles : public testing::Test {
 protected:
  FileRoles() {
    std::string name = fs::temp_directory_path() / "rgm-test-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    write_text(folder_ / "a", "a");
    fs::create_symlink("a", folder_ / "link");
    fs::create_hard_link(folder_ / "a", folder_ / "hard");
    fs::create_symlink("new", folder_ / "dangling");
    fs::create_directory_symlink(".", folder_ / "here");
  }
  ~FileRoles() override { fs::remove_all(folder_); }

  bool allowed(const std::string& read, const std::string& written) const {
    return passes({{"model", folder_ / read}, {"--output", folder_ / written, true}});
  }
  bool both_allowed(const std::string& a, const std::string& b) const {
    return passes({{"--output", folder_ / a, true}, {"--json", folder_ / b, true}});
  }
  static bool passes(const std::vector<FileRole>& files) {
    try {
      check_file_roles(files);
      return true;
    } catch (const BadInput&) {
      return false;
    }
  }

  fs::path folder_;
};

TEST_F(FileRoles, AnInputIsNoOutputWhateverItIsCalled) {
  for (const char* name : {"a", "./a", "link", "hard", "here/a", "here/link"})
    EXPECT_FALSE(allowed("a", name)) << name;
  for (const char* name : {"a,b", "a[:3]"}) EXPECT_FALSE(allowed(name, "a"));
  EXPECT_FALSE(
      passes({{"data", "b," + (folder_ / "a[3:]").string()}, {"-o", folder_ / "a", true}}));
  EXPECT_TRUE(allowed("a", "b"));
  EXPECT_TRUE(allowed("absent", "absent"));  // there is nothing to destroy
}

TEST_F(FileRoles, OutputsAreFilesOfTheirOwn) {
  for (const char* name : {"new", "./new", "dangling", "here/new", "new/"})
    EXPECT_FALSE(both_allowed("new", name)) << name;
  EXPECT_TRUE(both_allowed("new", "newer"));
  EXPECT_TRUE(passes({{"--output", "/dev/null", true}, {"--json", "/dev/null", true}}));
  EXPECT_TRUE(passes({{"data", folder_ / "a"}, {"--test", folder_ / "a"}}));  // read twice
}

}  // namespace
}  // namespace rgm::app
