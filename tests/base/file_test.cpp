#include "rgm/base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>
#include <string>

#include "rgm/base/error.h"

namespace rgm {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

class File : public testing::Test {
 protected:
  File() {
    std::string name = fs::temp_directory_path() / "rgm-test-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~File() override { fs::remove_all(folder_); }

  std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

TEST_F(File, ComesBackAsItWasWritten) {
  for (const Bytes& bytes : {Bytes{}, Bytes{0, 255, 10, 13}, Bytes(100000, 7)}) {
    write_file(folder_ / "a", bytes);
    EXPECT_EQ(read_file(folder_ / "a"), bytes);
  }
  write_text(folder_ / "a", "a\n\xFF");
  EXPECT_EQ(read_file(folder_ / "a"), (Bytes{'a', '\n', 0xFF}));
  EXPECT_EQ(entries(), 1);
}

TEST_F(File, IsWrittenBehindALink) {
  write_file(folder_ / "a", Bytes{1});
  fs::create_symlink("a", folder_ / "link");
  write_file(folder_ / "link", Bytes{2});
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "a"), Bytes{2});
}

TEST_F(File, IsNotReplacedIfItIsAPipe) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(
      pipe.c_str(), O_RDONLY | O_NONBLOCK);  // does not wait for the writer, nor the writer for it
  write_file(pipe, Bytes{42});
  std::uint8_t value = 0;
  EXPECT_EQ(::read(reader, &value, 1), 1);
  EXPECT_EQ(value, 42);
  EXPECT_TRUE(fs::is_fifo(pipe));
  ::close(reader);
}

TEST_F(File, RefusesToReadWhatIsNoFile) {
  EXPECT_THROW(read_file(folder_ / "absent"), FileError);
  EXPECT_THROW(read_file(folder_), FileError);
  EXPECT_THROW(read_file("/dev/zero"), FileError);
  write_file(folder_ / "a", Bytes{1});
  EXPECT_THROW(read_file(folder_ / "a" / "b"), FileError);
}

TEST_F(File, RefusesToReadMoreThanTheLimit) {
  write_file(folder_ / "a", Bytes{1});
  fs::resize_file(folder_ / "a", kMaxFileBytes + 1);  // takes no room: the rest is a hole
  try {
    read_file(folder_ / "a");
    FAIL() << "a file beyond the limit was read";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("4294967297 bytes, expected at most 4294967296"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace rgm
