#include "rgm/hdf5/convert.h"

#include <gtest/gtest.h>

#include <string>

#include "media/media_test_support.h"

namespace rgm {
namespace {

using namespace test;

TEST(Hdf5, GivesBackWhatItWasMadeOf) {
  const TemporaryFolder folder;
  for (const char* name :
       {"image.rgm", "sequence.rgm", "symbols.rgm", "play.rgm", "kinds.rgm", "annotated.rgm"}) {
    const std::string path = std::string(RGM_TEST_DATA "/storage/data/") + name;
    write_hdf5(folder / "a.h5", TensorFile::open(path));
    EXPECT_EQ(read_hdf5(folder / "a.h5"), read_file(path)) << name;
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Hdf5, KeepsLongTexts) {
  const TemporaryFolder folder;
  TensorWriter writer;
  writer.put("a.text", std::string(200'000, 'x'));
  writer.put("a.empty", "");
  const auto bytes = writer.bytes();
  write_hdf5(folder / "a.h5", TensorFile::in(bytes));
  EXPECT_EQ(read_hdf5(folder / "a.h5"), bytes);
}

TEST(Hdf5, RefusesWhatItCannotRead) {
  const TemporaryFolder folder;
  const auto error = [](const fs::path& path) { return error_of([&] { read_hdf5(path); }); };
  expect_contains(error(folder / "none"), "none: cannot be read: No such file");
  expect_contains(error(folder.write("text", "no HDF5")), "text: HDF5: ");
  write_hdf5(folder / "a.h5", TensorFile::open(RGM_TEST_DATA "/storage/data/image.rgm"));
  auto bytes = read_file(folder / "a.h5");
  bytes.resize(bytes.size() / 2);
  expect_contains(error(folder.write("half", bytes)), "half: ");
  expect_contains(error_of([&] {
                    write_hdf5(folder / "none/a.h5",
                               TensorFile::open(RGM_TEST_DATA "/storage/data/image.rgm"));
                  }),
                  "none/a.h5: cannot be written");
}

}  // namespace
}  // namespace rgm
