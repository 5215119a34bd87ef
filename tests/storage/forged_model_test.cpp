#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "edited_file.h"
#include "rgm/storage/model_file.h"

// Model files whose every checksum is right but that are not what a reader expects: each is named,
// none is believed.

namespace rgm {
namespace {

using namespace test;

template <class Model>
KeptFile kept(const std::string& name) {
  return {name, [](std::span<const std::uint8_t> bytes) { parse_model_as<Model>(bytes, "a.rgm"); }};
}
const KeptFile kImage = kept<ImageModel>("image.rgm"),
               kSequence = kept<SequenceModel>("sequence.rgm"),
               kSymbols = kept<SequenceModel>("symbols.rgm"), kPlay = kept<PlayModel>("play.rgm"),
               kCosines = kept<SequenceModel>("cosines.rgm"),
               kCheckpoint = kept<PlayModel>("checkpoint.rgm"),
               kUsual = kept<ImageModel>("usual.rgm"), kKinds = kept<SequenceModel>("kinds.rgm"),
               kAnnotated = kept<SequenceModel>("annotated.rgm");

const double kNan = std::numeric_limits<double>::quiet_NaN(),
             kInfinity = std::numeric_limits<double>::infinity();
const std::string kHuge = "4611686018427387904", kLevel0 = "trees.0.levels.0.";

TEST(ForgedModel, NothingMayBeMissing) {
  for (const auto* file : {&kImage, &kSequence, &kSymbols, &kPlay, &kCosines, &kCheckpoint, &kUsual,
                           &kKinds, &kAnnotated}) {
    const auto parts = file->parts();
    for (const auto& [name, text] : parts.texts) {
      if (name == "learnt_from") continue;
      EXPECT_NE(file->error_without(name), "") << name;
    }
    for (const auto& [name, array] : parts.arrays) {
      if (name.starts_with("training.")) continue;  // a checkpoint may have none of these
      EXPECT_NE(file->error_without(name), "") << name;
    }
  }
  EXPECT_EQ(kImage.error_without("seed"), "a.rgm: seed: missing");
  EXPECT_EQ(kImage.error_without("codec.bins"), "a.rgm: codec.bins: missing");
  expect_contains(kSymbols.error_without("symbols.columns"), "codec.input_height: missing");
}

TEST(ForgedModel, NothingMayBeAdded) {
  for (const auto* file : {&kImage, &kSequence, &kSymbols, &kPlay, &kCosines, &kCheckpoint, &kUsual,
                           &kKinds, &kAnnotated}) {
    EXPECT_EQ(file->error_with_text("remark", "a"), "a.rgm: remark: unknown text");
    EXPECT_EQ(file->error_after(
                  [](FileParts& parts) { parts.replace("tree.more", std::vector<double>{1}); }),
              "a.rgm: tree.more: unknown array");
  }
}

TEST(ForgedModel, ArraysHaveTheirTypeAndShape) {
  for (const auto* file : {&kImage, &kSequence, &kSymbols, &kPlay, &kCosines, &kCheckpoint, &kUsual,
                           &kKinds, &kAnnotated})
    for (const auto& named : file->parts().arrays) {
      const std::string& name = named.first;
      const bool whole = named.second.values.index() <= 2;
      const auto error = file->error_after([&](FileParts& parts) {
        auto& values = parts.arrays[name].values;
        const std::size_t size = std::visit([](const auto& v) { return v.size(); }, values);
        if (whole)
          values = std::vector<double>(size, 0.1);
        else
          values = std::vector<std::uint32_t>(size, 1);
      });
      expect_contains(error, name + ": expected values of type ");
      expect_contains(file->error_after([&](FileParts& parts) {
        auto& shape = parts.arrays[name].shape;
        if (shape.size() == 1)
          shape.push_back(1);
        else
          shape = {shape[0] * shape[1]};
      }),
                      name + ": expected an array of ");
    }
}

TEST(ForgedModel, ValuesAreInRange) {
  for (const double bad : {kNan, kInfinity, -1.0, 1.7e308, 1e101}) {
    expect_contains(
        kImage.error_with_first(kLevel0 + "dense_counts", bad),
        "trees.0: level 0, factor 0: likelihood_counts: expected counts of 0 to 1e+100");
    expect_contains(
        kImage.error_with_first(kLevel0 + "member_concentrations", bad),
        "trees.0.levels.0: Likelihood: modality 0: concentration: expected 0 or 1e-100");
    expect_contains(kImage.error_with_first(kLevel0 + "arc_counts", bad), "set_counts: state 0");
    expect_contains(kImage.error_with_first("trees.1.initial_state_counts", bad),
                    "trees.1: hierarchy: initial_state_counts: expected counts");
    expect_contains(kImage.error_with_first("classes.counts", bad), "class_counts: expected");
    expect_contains(kSequence.error_with_first("tree.levels.1.sparse_counts", bad),
                    "likelihood_counts: expected counts of 0 to");
    expect_contains(kPlay.error_with_first("controlled.arc_counts", bad),
                    "controlled: Transition::set_counts: state 0");
  }
  expect_contains(kImage.error_with_first(kLevel0 + "member_concentrations", 1e-300),
                  "concentration: expected 0 or 1e-100");
  for (const double bad : {kNan, kInfinity, -1.0})
    expect_contains(kImage.error_with_first("codec.ranges", bad), "codec: codec: ranges: expected");
  for (const double bad : {kNan, kInfinity, 1e6})
    for (const char* name : {"usual.log_evidence", "usual.loss"})
      expect_contains(kUsual.error_with_first(name, bad),
                      "usual: expected quantiles that are finite");
  expect_contains(kUsual.error_with_first("usual.loss", -1), "usual: loss: expected");
  for (const double bad : {kNan, kInfinity})
    expect_contains(kImage.error_with_first("codec.modes", bad), "codec: codec: tile 0: modes");
  for (const double bad : {kNan, kInfinity, -1e7})
    expect_contains(kImage.error_with_first(kLevel0 + "factor_locations", bad),
                    "factor_locations: expected at most");
}

TEST(ForgedModel, IndicesAreInRange) {
  const double huge = 4e9;
  const auto image = [](const std::string& name, double value) {
    return kImage.error_with_first(kLevel0 + name, value);
  };
  expect_contains(image("member_modalities", huge), "member_modalities: expected below 4");
  expect_contains(image("arc_next_states", huge), "expected states below 3");
  expect_contains(image("arc_next_states", 1), "expected distinct arcs");
  expect_contains(image("arc_paths", huge), "a path below 2");
  expect_contains(image("arc_sizes", huge), "arc_next_states: expected more values");
  expect_contains(image("arc_sizes", 1), "arc_next_states: 1 values more than expected");
  expect_contains(image("modality_kinds", 3), "modality_kinds: expected 0 to 2, got 3");
  expect_contains(image("modality_outcomes", huge), "dense_counts: expected more values");
  expect_contains(image("factor_states", huge), "dense_counts: expected more values");
  expect_contains(image("factor_states", 0), "states: expected at least 1, got 0");
  expect_contains(image("factor_paths", huge), "factor_paths: expected at most");
  expect_contains(image("factor_members", huge), "member_modalities: expected more values");
  expect_contains(image("factor_sparse", 2), "factor_sparse: expected 0 or 1");
  expect_contains(image("factor_sparse", 1), "sparse_sizes: expected more values");
  expect_contains(kImage.error_with_first("trees.0.levels.1.modality_sources", huge),
                  "source: expected below 2");
  const auto root = [](const std::string& name, double value) {
    return kSequence.error_with_first("tree.levels.1." + name, value);
  };
  expect_contains(root("sparse_rows", huge), "sparse_rows: state 0: expected ascending rows below");
  expect_contains(root("sparse_rows", 3), "ascending rows below 11, got 3");
  expect_contains(root("sparse_sizes", huge), "sparse_rows: expected more values");
  expect_contains(root("sparse_sizes", 1), "sparse_rows: 4 values more than expected");
  expect_contains(kSequence.error_with_first("tree.levels.0.factor_streams", huge),
                  "factor_streams: expected at most 1000");
  expect_contains(kImage.error_with_first("codec.tile_modes", huge), "codec.modes: expected more");
  expect_contains(kImage.error_with_first("codec.tile_values", huge), "codec.modes: expected more");
  expect_contains(kImage.error_with_first("codec.tile_modes", 1), "codec");
}

TEST(ForgedModel, TextsAreWhatTheySay) {
  expect_contains(kImage.error_with_text("format_version", "8"),
                  "a.rgm: format version 8 is newer than this program reads (7): update rgm");
  expect_contains(kImage.error_with_text("format_version", "3"),
                  "format version: expected 4 to 7, got 3");
  expect_contains(kImage.error_with_text("format_version", "5"),
                  "format version: expected 4 of a file with these parts, got 5");
  expect_contains(kSequence.error_with_text("format_version", "5"), "expected 4 of a file");
  expect_contains(kUsual.error_with_text("format_version", "4"),
                  "format version: expected 5 of a file with these parts, got 4");
  expect_contains(kKinds.error_with_text("format_version", "5"),
                  "format version: expected 6 of a file with these parts, got 5");
  expect_contains(kAnnotated.error_with_text("format_version", "4"),
                  "format version: expected 7 of a file with these parts, got 4");
  expect_contains(kImage.error_with_text("annotation", "note"),
                  "format version: expected 7 of a file with these parts, got 4");
  expect_contains(kAnnotated.error_with_text("annotation", ""), "expected 4 of a file");
  expect_contains(kAnnotated.error_with_text("annotation", std::string(65537, 'x')),
                  "annotation: expected at most 65536 bytes, got 65537");
  expect_contains(kImage.error_with_text("format", "rgb"),
                  "not a model file: format: expected rgm");
  expect_contains(kImage.error_with_text("kind", "images"), "kind: unknown word");
  expect_contains(kImage.error_with_text("kind", "sequence"),
                  "a sequence model, expected an image");
  expect_contains(kImage.error_with_text("reading", "both"), "reading: unknown word");
  for (const char* bad : {"-1", "1.5", "", " 7", "07", "x", "18446744073709551616"})
    expect_contains(kImage.error_with_text("seed", bad), "seed: expected a whole number");
  for (const char* bad : {"1.50", "x", "", "1e", "0x1p3"})
    expect_contains(kImage.error_with_text("codec.smoothing", bad),
                    "codec.smoothing: expected a number in its shortest form");
  for (const char* bad : {"nan", "inf", "-1", "1e+300"})
    expect_contains(kImage.error_with_text("codec.smoothing", bad), "smoothing: expected");
  expect_contains(kImage.error_with_text("recipe", "two\nlines"), "recipe: expected one line");
  expect_contains(kImage.error_with_text("classes.names", "cat\nÄnne's dog"),
                  "classes.names: expected whole lines");
  expect_contains(kImage.error_with_text("classes.names", "cat\tdog\nÄnne's dog\n"),
                  "classes.names: expected lines without tabs");
  expect_contains(kImage.error_with_text("classes.names", "cat\n"), "trees: expected one");
  expect_contains(kImage.error_with_text("trees", kHuge), "trees: expected one, or one a class");
  expect_contains(kImage.error_with_text("codec.soft_bins", "2"), "soft_bins: expected 0 or 1");
  expect_contains(kImage.error_with_text("trees.0.levels", kHuge), "levels: expected at most 64");
  expect_contains(kImage.error_with_text("trees.0.levels.0.time_scale", kHuge),
                  "time_scale: expected at most 256");
  for (const char* bad : {"-1", "inf", "nan", "1e+101", "1e-300"})
    expect_contains(kSequence.error_with_text("tree.restart_concentration", bad),
                    "restart_concentration: expected");
  for (const char* bad : {"-1", "inf", "nan", "1e+07"})
    expect_contains(kSequence.error_with_text("frames_per_second", bad),
                    "frames_per_second: expected 0 to");
}

TEST(ForgedModel, SettingsAreThoseOfARecipe) {
  for (const auto* file : {&kImage, &kSequence, &kSymbols, &kPlay, &kCosines, &kCheckpoint, &kUsual,
                           &kKinds, &kAnnotated}) {
    expect_contains(file->error_with_text("settings", "garbage"), "settings");
    expect_contains(file->error_with_text("settings", "model = \"nothing\"\n"), "settings");
  }
  expect_contains(kSequence.error_with_text("structure", "garbage"), "settings");
  expect_contains(kSequence.error_with_text("structure", "model = \"images\"\n"), "settings");
}

TEST(ForgedModel, PicturesAreOfReasonableSize) {
  expect_contains(kImage.error_with_text("codec.input_height", kHuge),
                  "codec.input_height and input_width: expected 1 to 16384");
  expect_contains(kImage.error_with_text("codec.prepared_width", kHuge),
                  "codec.prepared_height and prepared_width: expected 1 to 8192");
  expect_contains(kImage.error_with_text("codec.prepared_width", "0"), "expected 1 to 8192, got 0");
  expect_contains(kImage.error_with_text("codec.channels", "2"), "channels: expected 1 or 3");
  expect_contains(kSequence.error_with_text("codec.channels", kHuge),
                  "codec.channels: expected at most 3072");
  expect_contains(kSequence.error_with_text("codec.frames_per_voxel", "0"),
                  "expected 1 or 3 for each of 0 frames");
  for (const char* bad : {"0", "-1", "nan", "1e-09", "1000"})
    expect_contains(kImage.error_with_text("codec.tile_spacing", bad), "codec");
  expect_contains(kSequence.error_after([](FileParts& parts) {
    parts.texts["codec.prepared_height"] = parts.texts["codec.prepared_width"] = "1024";
    parts.texts["codec.tile_spacing"] = "512";
  }),
                  "expected more modes for pictures of");
}

TEST(ForgedModel, CosinesTakeReasonableWork) {
  const auto cosines = [](const std::string& spacing, const std::string& modes,
                          const std::string& side) {
    return kSequence.error_after([&](FileParts& parts) {
      parts.texts["codec.basis"] = "cosines";
      parts.texts["codec.compact"] = "0";
      parts.texts["codec.tile_spacing"] = spacing;
      parts.texts["codec.max_modes"] = modes;
      for (const char* name : {"input_height", "input_width", "prepared_height", "prepared_width"})
        parts.texts[std::string("codec.") + name] = side;
      for (const char* name : {"tile_modes", "tile_values", "tile_fine_modes", "coarse_modes",
                               "fine_modes", "mode_scales"})
        parts.arrays.erase(std::string("codec.") + name);
    });
  };
  expect_contains(cosines("0.25", "3", "4"), "tile_spacing: expected at least 1");
  expect_contains(cosines("1000", "4096", "64"), "made orthonormal by at most");
  expect_contains(cosines("100", "16384", "128"), "made orthonormal by at most");
  expect_contains(cosines("4", "4", "8192"), "codec: ");
  expect_contains(cosines("2", "3", "4"), "codec: ranges: expected ");
}

TEST(ForgedModel, SettingsAreOfReasonableSize) {
  std::string nested = "a";
  for (int i = 0; i < 300'000; ++i) nested += ".a";
  expect_contains(kImage.error_with_text("settings", nested + "=1"), "settings: expected at most");
  nested.resize(60'001);
  expect_contains(kImage.error_with_text("settings", nested + "=1"), "lines of at most 1000 bytes");
}

TEST(ForgedModel, ManySparseRowsTakeReasonableTime) {
  const auto error = kSequence.error_after([](FileParts& parts) {
    constexpr std::size_t kModalities = 20'000, kStates = 20'000;
    const std::string level = "tree.levels.1.";
    parts.replace(level + "modality_kinds", std::vector<std::uint8_t>(kModalities, 1));
    parts.replace(level + "modality_sources", std::vector<std::uint32_t>(kModalities, 0));
    parts.replace(level + "modality_outcomes", std::vector<std::uint32_t>(kModalities, 3));
    parts.replace(level + "factor_states", std::vector<std::uint32_t>{kStates});
    parts.replace(level + "factor_members", std::vector<std::uint32_t>{kModalities});
    std::vector<std::uint32_t> members(kModalities);
    for (std::uint32_t g = 0; g < kModalities; ++g) members[g] = g;
    parts.replace(level + "member_modalities", members);
    parts.replace(level + "member_concentrations", std::vector<double>(kModalities, 1));
    parts.replace(level + "sparse_sizes", std::vector<std::uint32_t>(kStates, 1));
    parts.replace(level + "sparse_rows", std::vector<std::uint32_t>(kStates, 3 * kModalities - 1));
    parts.replace(level + "sparse_counts", std::vector<double>(kStates, 1));
  });
  expect_contains(error, "arc_sizes: expected more values");  // and at once
}

TEST(ForgedModel, OutcomesAndEpisodesAreOfReasonableSize) {
  expect_contains(kSequence.error_after([](FileParts& parts) {
    auto& outcomes = std::get<std::vector<std::uint32_t>>(
        parts.arrays.at("tree.levels.0.modality_outcomes").values);
    outcomes[2] = 4'000'000'000U;
  }),
                  "expected at most 65534 outcomes");
}

TEST(ForgedModel, SymbolsAreAscendingAndBelow2To63) {
  const auto with = [](std::vector<std::uint64_t> symbols) {
    return kSymbols.error_after(
        [&](FileParts& parts) { parts.replace("symbols.alphabets", symbols); });
  };
  expect_contains(with({62, 62, 64, 1, 4}), "column \"pitch\": expected different");
  expect_contains(with({62, 60, 64, 1, 4}), "ascending");
  expect_contains(with({60, 62, std::uint64_t{1} << 63, 1, 4}), "symbols below 2^63");
  expect_contains(with({60, 62, 64, 1}), "symbols.alphabets: expected more symbols");
  expect_contains(with({60, 62, 64, 1, 4, 5}), "symbols.alphabets: expected 5, found 6");
  expect_contains(kSymbols.error_with_text("symbols.columns", "pitch\n"),
                  "names of the columns: expected none or 2, got 1");
}

TEST(ForgedModel, KindsAreThoseOfTheirTree) {
  const double huge = 4e9;
  const auto text = [](const std::string& name, const std::string& value) {
    return kKinds.error_with_text("tree.kinds." + name, value);
  };
  const auto first = [](const std::string& name, double value) {
    return kKinds.error_with_first("tree.kinds." + name, value);
  };
  expect_contains(kKinds.error_without("tree.kinds.number"), "tree.kinds.");
  for (const std::string& bad : {std::string("0"), std::string("1"), std::string("65"), kHuge})
    expect_contains(text("number", bad), "tree.kinds.number: expected 2 to 64, got " + bad);
  expect_contains(text("number", "2"), "expected");
  expect_contains(text("number", "4"), "_counts: expected more values");
  expect_contains(text("order", "3"), "tree.kinds: kinds: order: expected 1 or 2, got 3");
  for (const char* bad : {"nan", "inf", "-1", "0"}) {
    expect_contains(text("strength", bad), "tree.kinds: kinds: strength: expected");
    expect_contains(text("chain_stay", bad), "tree.kinds: kinds: chain_stay: expected");
  }
  expect_contains(text("link_stay", "1"), "tree.kinds: kinds: link_stay: expected");
  expect_contains(first("cell_sizes", huge), "cell_columns: expected more values");
  expect_contains(first("cell_sizes", 1), "cell_columns: 1 values more than expected");
  expect_contains(first("cell_columns", huge), "tree.kinds: kinds: cell 0: column: expected below");
  expect_contains(first("cell_columns", 0), "column 0: expected in one cell, is in two");
  expect_contains(first("table_outcomes", huge), "last_sizes: expected more values");
  expect_contains(first("table_outcomes", 2), "expected");
  expect_contains(first("table_ordered", 2), "table_ordered: expected 0 or 1, got 2");
  expect_contains(first("column_tables", huge), "column_tables: expected below 2, got 4");
  expect_contains(first("column_tables", 1), "frequencies: 1 values more than expected");
  expect_contains(first("last_sizes", huge), "last_outcomes: expected more values");
  expect_contains(first("last_sizes", 1), "last_outcomes: 1 values more than expected");
  expect_contains(first("last_outcomes", huge), "expected outcomes below 3, ascending");
  expect_contains(first("last_outcomes", 2), "expected outcomes below 3, ascending");
  expect_contains(first("pair_sizes", huge), "pairs: expected more values");
  expect_contains(first("pair_sizes", 2), "expected");
  expect_contains(first("pairs", huge), "pairs: expected ascending, got 5");
  expect_contains(first("pairs", 5), "pairs: expected ascending, got 5");
  expect_contains(first("two_sizes", huge), "two_outcomes: expected more values");
  expect_contains(first("two_outcomes", huge), "expected outcomes below 3, ascending");
  expect_contains(first("rung_sizes", huge), "contexts: expected more values");
  expect_contains(first("rung_sizes", 0), "contexts: 1 values more than expected");
  expect_contains(text("memory", "1"), "tree.kinds: kinds: memory: expected 1 rungs, got 2");
  expect_contains(text("memory", "3"), "tree.kinds: kinds: memory: expected 0 to 2, got 3");
  expect_contains(first("memory_sizes", huge), "memory_outcomes: expected more values");
  expect_contains(first("memory_sizes", 0), "memory_outcomes: 1 values more than expected");
  expect_contains(first("memory_outcomes", huge), "expected outcomes below 65534, ascending");
  expect_contains(kKinds.error_after([](FileParts& parts) {
    parts.replace("tree.kinds.contexts", std::vector<std::uint64_t>{3, 2, 2});
  }),
                  "contexts: expected ascending, got 2");
  expect_contains(kKinds.error_after([](FileParts& parts) {
    parts.replace("tree.kinds.memory_sizes", std::vector<std::uint32_t>{0, 1, 1});
    parts.replace("tree.kinds.memory_outcomes", std::vector<std::uint32_t>{1, 1});
    parts.replace("tree.kinds.memory_counts", std::vector<double>{1, 1});
    parts.replace("tree.kinds.memory_totals", std::vector<double>{1, 1});
  }),
                  "memory: context 77: expected outcomes that followed, got none");
  for (const char* name : {"last_counts", "two_counts", "memory_counts", "frequencies", "chain"})
    for (const double bad : {kNan, kInfinity, -1.0, 1e101})
      expect_contains(first(name, bad), "expected counts of 0 to 1e+100, got ");
  for (const char* name : {"last_totals", "two_totals", "memory_totals"})
    expect_contains(first(name, 50), "totals: expected the sum of the counts");
  expect_contains(kKinds.error_after([](FileParts& parts) {
    parts.replace("tree.kinds.column_tables", std::vector<std::uint32_t>{0, 1, 1});
    parts.replace("tree.kinds.frequencies", std::vector<double>{1, 2, 0, 0, 1, 0, 1});
    parts.replace("tree.kinds.cell_sizes", std::vector<std::uint32_t>{3});
    parts.replace("tree.kinds.cell_columns", std::vector<std::uint32_t>{1, 0, 2});
  }),
                  "tree: kinds: expected 2 columns, got 3");
}

TEST(ForgedModel, KindsTakeReasonableMemory) {
  const auto error = kKinds.error_after([](FileParts& parts) {
    constexpr std::size_t kColumns = 40, kOutcomes = 60'000;  // 64 times that is too many
    const std::string kinds = "tree.kinds.";
    parts.texts[kinds + "number"] = "64";
    std::vector<std::uint32_t> columns(kColumns);
    for (std::uint32_t g = 0; g < kColumns; ++g) columns[g] = g;
    parts.replace(kinds + "cell_sizes", std::vector<std::uint32_t>{kColumns});
    parts.replace(kinds + "cell_columns", columns);
    parts.replace(kinds + "table_outcomes", std::vector<std::uint32_t>{kOutcomes});
    parts.replace(kinds + "table_ordered", std::vector<std::uint8_t>{0});
    parts.replace(kinds + "column_tables", std::vector<std::uint32_t>(kColumns));
    parts.replace(kinds + "frequencies", std::vector<double>(kColumns * kOutcomes));
    parts.replace(kinds + "last_sizes", std::vector<std::uint32_t>(kOutcomes));
    parts.replace(kinds + "pair_sizes", std::vector<std::uint32_t>{0});
    for (const char* name : {"last_outcomes", "last_counts", "last_totals", "pairs", "two_sizes",
                             "two_outcomes", "two_counts", "two_totals"})
      parts.arrays.erase(kinds + name);
  });
  expect_contains(error,
                  "tree.kinds: outcomes of all kinds and columns: expected at most 33554432");
}

TEST(ForgedModel, GamesAreWhatTheyShow) {
  expect_contains(kPlay.error_with_text("game.random_start", "2"), "random_start: expected 0 or 1");
  for (const char* bad : {"-2", "0.5", "1e+09", "inf", "nan"})
    expect_contains(kPlay.error_with_text("game.spread", bad),
                    "game.spread: expected a whole number from -1 to 65536");
  expect_contains(kPlay.error_with_text("game.name", "pong"), "a.rgm: ");
  expect_contains(kPlay.error_with_text("spaces.streams", "1001"),
                  "streams: expected at most 1000");
  expect_contains(kPlay.error_with_text("spaces.streams.0.rows", kHuge), "stream pixels: expected");
  expect_contains(kPlay.error_with_text("spaces.streams.1.name", "pixels"),
                  "expected different names");
  for (const double bad : {0.0, 4e9})
    expect_contains(kPlay.error_with_first("spaces.streams.0.num_symbols", bad),
                    "expected 1 to 65535 symbols");
  for (const double bad : {3.0, 4e9})
    expect_contains(kPlay.error_with_first("controlled.arc_next_states", bad),
                    "controlled: Transition::add");
  expect_contains(kPlay.error_with_first("controlled.arc_paths", 2), "a path below 2");
  expect_contains(kPlay.error_with_first("controlled.arc_sizes", 4e9),
                  "controlled: arcs: expected");
}

}  // namespace
}  // namespace rgm
