#include "rgm/storage/model_file.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "media/media_test_support.h"
#include "random_image_model.h"

namespace rgm {
namespace {

using namespace test;

TEST(ModelFile, ReadsWhatWasWritten) {
  const TemporaryFolder folder;
  const auto path = folder / "a.rgm";
  const bool good = rc::check([&](std::uint64_t seed) {
    Random random(seed);
    const ImageModel model = random_image_model(random);
    write_model(path, model);
    expect_equal(read_model(path), model);
    RC_ASSERT(!testing::Test::HasFailure());
  });
  EXPECT_TRUE(good);
}

}  // namespace
}  // namespace rgm
