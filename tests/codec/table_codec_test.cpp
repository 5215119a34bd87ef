#include "rgm/codec/table_codec.h"

#include <gtest/gtest.h>

#include <vector>

#include "rgm/base/random.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

CodecOptions table_options(std::size_t bins) {
  CodecOptions options;
  options.preparation = {0, 0, 0, 0};
  options.tile_spacing = 512;
  options.max_modes = 1000;
  options.bins = bins;
  return options;
}

/// A column a modality, and bins evenly over the range: rows go there and come back.
TEST(TableCodec, ColumnsAreModalities) {
  for (const std::size_t columns : {1UL, 3UL, 500UL, 501UL, 1000UL}) {
    const auto codec = table_codec(columns, table_options(9));
    ASSERT_EQ(codec.tiles().size(), 1U);
    ASSERT_EQ(codec.num_modalities(), columns);
    Random random(1);
    std::vector<double> numbers(2 * columns);
    for (auto& number : numbers) number = -3 + 8 * random.uniform();
    const auto source = table_source(numbers.data(), 2, std::vector<ValueRange>(columns, {-3, 5}));
    const auto outcomes = codec.encode(source, 1);
    for (std::size_t i = 0; i < 2; ++i) {
      std::vector<double> bins;
      for (std::size_t c = 0; c < columns; ++c) {
        const auto o = outcomes(i, c);
        bins.push_back(o.token + o.upper_weight());
        EXPECT_NEAR(bins.back(), numbers[i * columns + c] + 3, 1e-3);  // eight bins, eight units
      }
      const auto row = table_row(codec.decode(bins), columns);
      for (std::size_t c = 0; c < columns; ++c)
        EXPECT_NEAR(row[c] / 255 * 8 - 3, numbers[i * columns + c], 2e-3);
    }
  }
}

TEST(TableCodec, VariancesAreThoseOfColumns) {
  const auto codec = table_codec(2, table_options(5));
  const auto row = table_row_variance(codec.decode_variance(std::vector<double>{4, 0}), 2);
  EXPECT_NEAR(row[0], 4 * (255.0 / 4) * (255.0 / 4), 1);  // a bin is a quarter of the range
  EXPECT_EQ(row[1], 0);
}

TEST(TableCodec, AMissingColumnIsAMissingModality) {
  const auto codec = table_codec(600, table_options(5));
  std::vector<std::uint8_t> missing(600);
  missing[0] = missing[599] = 1;
  const auto shares = codec.modalities_touching(table_mask(missing, 600));
  for (std::size_t c = 0; c < 600; ++c) EXPECT_EQ(shares[c], missing[c]);
}

TEST(TableCodec, RefusesWhatIsNoTable) {
  EXPECT_NE(error_of([] { table_codec(0, table_options(5)); }).find("1 to 1000"),
            std::string::npos);
  EXPECT_NE(error_of([] { table_codec(1001, table_options(5)); }).find("1 to 1000"),
            std::string::npos);
  auto options = table_options(5);
  options.tile_spacing = 4;
  EXPECT_NE(error_of([&] { table_codec(3, options); }).find("tile_spacing"), std::string::npos);
  const std::vector<float> numbers(4);
  EXPECT_NE(error_of([&] {
              table_source(numbers.data(), 2, {{0, 1}, {1, 1}});
            }).find("above"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
