#include "rgm/base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iterator>
#include <string>
#include <thread>

#include "rgm/base/error.h"
#include "rgm/base/new_file.h"

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

TEST_F(File, IsMadeWhereADanglingLinkPoints) {
  fs::create_directory(folder_ / "b");
  fs::create_symlink("b/link", folder_ / "link");
  fs::create_symlink("file", folder_ / "b" / "link");
  write_file(folder_ / "link", Bytes{2});
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "b" / "link"));
  EXPECT_EQ(read_file(folder_ / "b" / "file"), Bytes{2});
  fs::create_symlink("circle", folder_ / "circle");
  EXPECT_THROW(write_file(folder_ / "circle", Bytes{2}), FileError);
}

/// What a process that dies in the middle leaves: nothing, or, where files must have a name from
/// the beginning, one file that the next write uses again.
TEST_F(File, OfAKilledProcessLeavesNothing) {
  for (const auto name : {NewFile::Name::kWhenWhole, NewFile::Name::kHidden}) {
    for (int i = 0; i < 3; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        NewFile file(folder_ / "a", name);
        file.write(Bytes(100000, 7));
        ::raise(SIGKILL);
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      ASSERT_EQ(WTERMSIG(status), SIGKILL);
      EXPECT_EQ(entries(), name == NewFile::Name::kHidden ? 1 : 0);
    }
  }
  NewFile file(folder_ / "a", NewFile::Name::kHidden);
  file.write(Bytes{1, 2});
  EXPECT_THROW(NewFile(folder_ / "a", NewFile::Name::kHidden), FileError);  // it is being written
  file.commit();
  EXPECT_EQ(read_file(folder_ / "a"), (Bytes{1, 2}));
  EXPECT_EQ(entries(), 1);
}

TEST_F(File, TakesThePlaceOfWhatADeadProcessLeftInTheMoment) {
  write_file(folder_ / "a", Bytes{1});
  write_file(folder_ / ".a.new", Bytes{3});
  write_file(folder_ / "a", Bytes{2});
  EXPECT_EQ(read_file(folder_ / "a"), Bytes{2});
  EXPECT_EQ(entries(), 1);
}

TEST_F(File, MayBeWrittenByManyAtTheSameTime) {
  std::vector<std::thread> writers;
  for (std::uint8_t w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 25; ++i) write_file(folder_ / "a", Bytes(1000, w));
    });
  for (auto& writer : writers) writer.join();
  const auto bytes = read_file(folder_ / "a");
  EXPECT_EQ(bytes, Bytes(1000, bytes.front()));
  EXPECT_EQ(entries(), 1);
}

TEST_F(File, MayHaveTheLongestName) {
  const fs::path path = folder_ / std::string(255, 'a');
  for (std::uint8_t i = 0; i < 2; ++i) write_file(path, Bytes{i});
  EXPECT_EQ(read_file(path), Bytes{1});
  EXPECT_THROW(write_file(folder_ / std::string(256, 'a'), Bytes{1}), FileError);
}

/// The disk's end is no bad input: it has a kind of its own.
TEST_F(File, TellsAFullDiskFromABadPath) {
  write_file(folder_ / "a", Bytes{1});
  EXPECT_THROW(write_file(folder_ / "none" / "a", Bytes{1}), FileError);
  EXPECT_THROW(write_file("/dev/full", Bytes{1}), WriteError);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{6000, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(write_file(folder_ / "a", Bytes(10000, 7)), WriteError);
  EXPECT_THROW(with_prefix("film", [&] { write_file(folder_ / "a", Bytes(10000, 7)); }),
               WriteError);
  setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_EQ(read_file(folder_ / "a"), Bytes{1});
  EXPECT_EQ(entries(), 1);
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
