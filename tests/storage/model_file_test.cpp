#include "rgm/storage/model_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <functional>
#include <thread>
#include <variant>

#include "media/media_test_support.h"
#include "storage/tensor_header.h"
#include "support/kept_model.h"
#include "support/kept_play.h"
#include "support/kept_sequence.h"
#include "support/kept_symbols.h"
#include "support/random_image_model.h"
#include "support/random_play_model.h"
#include "support/random_sequence_model.h"

namespace rgm {
namespace {

using namespace test;

const std::string kData = RGM_TEST_DATA "/storage/data/";
const std::string kKeptFile = kData + "image.rgm";

/// The kept film with cosines in place of singular vectors.
SequenceModel kept_cosines() {
  SequenceModel model = kept_sequence();
  const auto& film = film_codec(model.front_end);
  CodecOptions options = film.voxels.options();
  options.basis = CodecBasis::kCosines;
  options.compact = false;
  options.max_modes = 2;
  options.tile_spacing = 4;
  model.front_end = FilmCodec{ImageCodec::from_parts(4, 4, 6, options, {}, {1.5F, 0.5F}), 12.5};
  return model;
}

/// The kept game as a checkpoint of training.
PlayModel kept_checkpoint() {
  PlayModel model = kept_play();
  model.unfinished = TrainingState{7, 0, 0, 0, {}, {0, 1, 1}, {0.1, -1.0 / 7}};
  return model;
}

/// The kept model of images that also knows usual pictures, which needs version 5.
ImageModel kept_with_usual() {
  ImageModel model = kept_model();
  for (std::size_t q = 0; q < UsualPictures::kQuantiles; ++q) {  // exact, whatever the compiler
    model.usual.log_evidence.push_back(0.25 * static_cast<double>(q) - 40.5);
    model.usual.loss.push_back(0.0625 * static_cast<double>(q * q));
  }
  return model;
}

/// The kept symbols with kinds of change, which need version 6.
SequenceModel kept_kinds() {
  SequenceModel model = kept_symbols();
  auto& kinds = model.tree.kinds;
  kinds = make_kinds({3, 2}, {{1, 0}}, false,
                     {.number = 3, .strength = 4.5, .memory = 2, .link_stay = 0.75});
  auto& table = kinds.tables[0];
  table.after_last[0].add(1, std::vector<double>{0.5, 0.25, 0});
  table.after_last[0].add(2, std::vector<double>{1.0 / 3, 0, 1});
  for (const std::size_t pair : {7, 2, 5})  // not in order
    table.after_two[pair].add(pair % 3, std::vector<double>{1, 0.1 * static_cast<double>(pair), 0});
  kinds.tables[1].after_last[1].add(1, std::vector<double>{2, 0, 0.125});
  for (const std::uint64_t context : {~std::uint64_t{0}, std::uint64_t{1} << 40U})
    kinds.memory[1][context].add(context % 2, std::vector<double>{1.25});
  kinds.memory[0][77].add(2, std::vector<double>{3});
  kinds.frequencies = {{1, 2, 0}, {0, 1.5}};
  kinds.chain(1, 2) = 0.7;
  return model;
}

/// The kept symbols with a note, which needs version 7.
SequenceModel kept_annotated() {
  SequenceModel model = kept_symbols();
  model.provenance.annotation = "{\n\t\"scale\": 255, \"of\": \"Töne\\\"}\n";
  return model;
}

/// What `action` returns in a process of its own, which it may change as it likes; false if a check
/// in it fails.
bool in_child(const std::function<bool()>& action) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(action() && !testing::Test::HasFailure() ? 0 : 1);
  int status = -1;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

RC_GTEST_PROP(ModelFile, ReadsWhatWasWritten, (std::uint64_t seed)) {
  Random random(seed);
  const ImageModel model = random_image_model(random);
  const Bytes bytes = encode_model(model);
  const ImageModel read = parse_model_as<ImageModel>(bytes, "model");
  expect_equal(read, model);
  RC_ASSERT(encode_model(read) == bytes);
  RC_ASSERT(!testing::Test::HasFailure());
}

RC_GTEST_PROP(ModelFile, ReadsTheSequenceModelThatWasWritten, (std::uint64_t seed)) {
  Random random(seed);
  const SequenceModel model = random_sequence_model(random);
  const Bytes bytes = encode_model(model);
  const SequenceModel read = parse_model_as<SequenceModel>(bytes, "model");
  expect_equal(read, model);
  RC_ASSERT(encode_model(read) == bytes);
  RC_ASSERT(!testing::Test::HasFailure());
}

RC_GTEST_PROP(ModelFile, ReadsTheGameModelThatWasWritten, (std::uint64_t seed)) {
  Random random(seed);
  const PlayModel model = random_play_model(random);
  const Bytes bytes = encode_model(model);
  const PlayModel read = parse_model_as<PlayModel>(bytes, "model");
  expect_equal(read, model);
  RC_ASSERT(encode_model(read) == bytes);
  RC_ASSERT(!testing::Test::HasFailure());
}

TEST(ModelFile, KeepsEveryBitOfACount) {
  ImageModel model = kept_model();
  auto counts = model.trees[0].levels[0].factors[0].likelihood.counts().values();
  for (std::size_t i = 0; i < counts.size(); ++i)
    counts[i] = std::ldexp(1.0 / 3, static_cast<int>(i * 60 % 1400) - 1074);
  expect_equal(parse_model_as<ImageModel>(encode_model(model), "model"), model);
}

TEST(ModelFile, KeepsHowFarTrainingHadCome) {
  ImageModel images = kept_model();
  EXPECT_FALSE(parse_model_as<ImageModel>(encode_model(images), "model").unfinished);
  images.unfinished = TrainingState{~std::uint64_t{0}, 2, 1, 30, {-1.0 / 3, -0.25}, {}, {}};
  EXPECT_EQ(parse_model_as<ImageModel>(encode_model(images), "model").unfinished,
            images.unfinished);
  PlayModel play = kept_play();
  play.unfinished = TrainingState{7, 0, 0, 0, {}, {0, 1, 1}, {0.1, -1.0 / 7}};
  EXPECT_EQ(parse_model_as<PlayModel>(encode_model(play), "model").unfinished, play.unfinished);

  images.unfinished->passes = 3;
  expect_contains(error_of([&] { encode_model(images); }), "expected one for each of 3 passes");
  images.unfinished->passes = 2;
  images.unfinished->log_evidence[0] = std::nan("");
  expect_contains(error_of([&] { encode_model(images); }), "training: expected finite values");
  play.unfinished->actions[0] = 200;
  expect_contains(error_of([&] { encode_model(play); }), "training: action: expected below");
}

TEST(ModelFile, KeepsLongTextAndManyParts) {
  ImageModel model = kept_model();
  model.provenance.settings = "model = \"images\"\n";
  for (int line = 0; line < 600; ++line)
    model.provenance.settings += "# " + std::string(100, 'x') + '\n';
  model.class_names.assign(1001, "class");
  model.class_counts.assign(1001, 1);
  model.trees.resize(1001, model.trees[1]);
  expect_equal(parse_model_as<ImageModel>(encode_model(model), "model"), model);
}

TEST(ModelFile, KeepsAnnotations) {
  ImageModel images = kept_with_usual();
  images.provenance.annotation = std::string(Provenance::kMaxAnnotation, 'x');
  expect_equal(parse_model_as<ImageModel>(encode_model(images), "model"), images);
  PlayModel play = kept_play();
  play.provenance.annotation = "a";
  expect_equal(parse_model_as<PlayModel>(encode_model(play), "model"), play);
  play.provenance.annotation.clear();
  EXPECT_TRUE(encode_model(play) == read_file(kData + "play.rgm"));  // of version 4 again

  images.provenance.annotation += 'x';
  EXPECT_EQ(error_of([&] { encode_model(images); }),
            "model: annotation: expected at most 65536 bytes, got 65537");
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("\xFF"), std::string("a\r\n")}) {
    play.provenance.annotation = bad;
    expect_contains(error_of([&] { encode_model(play); }),
                    "annotation: expected UTF-8 text without control characters");
  }
}

TEST(ModelFile, IsTheSameWhateverTheOrderInWhichContextsWereSeen) {
  const SequenceModel model = kept_kinds();
  SequenceModel other = model;
  auto& contexts = other.tree.kinds.tables[0].after_two;
  contexts.clear();
  contexts.rehash(1000);
  for (const std::size_t pair : {2, 5, 7})
    contexts[pair] = model.tree.kinds.tables[0].after_two.at(pair);
  other.tree.kinds.memory[1].rehash(1000);
  EXPECT_TRUE(encode_model(other) == encode_model(model));
}

TEST(ModelFile, KeepsKindsOfGames) {
  PlayModel model = kept_play();
  auto& tree = model.tree;
  std::vector<std::size_t> outcomes(tree.num_modalities());
  std::vector<std::vector<std::size_t>> cells;
  for (const auto& modality : tree.levels[0].modalities) {
    outcomes[modality.source] = modality.num_outcomes;
    cells.push_back({modality.source});
  }
  tree.kinds = make_kinds(outcomes, cells, false);  // that have seen nothing
  expect_equal(parse_model_as<PlayModel>(encode_model(model), "model"), model);
}

TEST(ModelFile, KeepsManyStatesAndCounts) {
  constexpr std::size_t kStates = 2000;
  SequenceModel model = kept_sequence();
  auto& root = model.tree.levels[1].factors[0];
  root.likelihood = Likelihood::sparse(std::vector<std::size_t>{2, 3, 2, 4},
                                       std::vector<double>{0, 0.5, 0.25, 0}, kStates);
  root.transition = Transition(kStates, 1);
  model.tree.initial_state_counts.assign(kStates, 1);
  for (std::size_t s = 0; s < kStates; ++s)
    for (std::size_t i = 0; i < 20; ++i) {
      root.likelihood.add(i % 4, i % 2, s, static_cast<double>(s) + 0.1);
      root.transition.add((s * 17 + i) % kStates, s, 0, 1 + static_cast<double>(i) / 3);
    }
  expect_equal(parse_model_as<SequenceModel>(encode_model(model), "model"), model);
}

TEST(ModelFile, RefusesToWriteWhatItCouldNotRead) {
  ImageModel model = kept_model();
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("a\nb"), std::string("\xFF")}) {
    model.provenance.recipe = bad;
    expect_contains(error_of([&] { encode_model(model); }),
                    "recipe: expected one line of UTF-8 text without control characters");
  }
  model = kept_model();
  model.provenance.settings = "garbage";
  expect_contains(error_of([&] { encode_model(model); }), "settings");
  model = kept_model();
  model.class_names[0] = "two\tcolumns";
  expect_contains(error_of([&] { encode_model(model); }), "classes.names: expected UTF-8 text");
  model = kept_model();
  model.class_counts.pop_back();
  expect_contains(error_of([&] { encode_model(model); }), "class_counts: expected 2, got 1");
  model = kept_model();
  const auto& modalities = model.trees[1].levels[0].modalities;
  std::vector<std::size_t> outcomes(modalities.size(), modalities[0].num_outcomes);
  std::vector<std::vector<std::size_t>> cells;
  for (std::size_t g = 0; g < modalities.size(); ++g) cells.push_back({g});
  model.trees[1].kinds = make_kinds(outcomes, cells, true);
  expect_contains(error_of([&] { encode_model(model); }),
                  "tree 1: expected no kinds of change, which are those of sequences");
  SequenceModel sequence = kept_sequence();
  sequence.tree.levels[0].factors[0].stream = 1001;
  expect_contains(error_of([&] { encode_model(sequence); }),
                  "stream: expected at most 1000, got 1001");
  sequence = kept_sequence();
  sequence.tree.levels[0].time_scale = 1 << 20;
  expect_contains(error_of([&] { encode_model(sequence); }),
                  "steps of an episode: expected at most 32768, got 1048576");
}

TEST(KeptModel, IsReadForEver) {
  expect_equal(read_model_as<ImageModel>(kKeptFile), kept_model());
  expect_equal(read_model_as<SequenceModel>(kData + "sequence.rgm"), kept_sequence());
  expect_equal(read_model_as<SequenceModel>(kData + "symbols.rgm"), kept_symbols());
  expect_equal(read_model_as<PlayModel>(kData + "play.rgm"), kept_play());
  expect_equal(read_model_as<SequenceModel>(kData + "cosines.rgm"), kept_cosines());
  expect_equal(read_model_as<ImageModel>(kData + "usual.rgm"), kept_with_usual());
  expect_equal(read_model_as<SequenceModel>(kData + "kinds.rgm"), kept_kinds());
  expect_equal(read_model_as<SequenceModel>(kData + "annotated.rgm"), kept_annotated());
  const auto checkpoint = read_model_as<PlayModel>(kData + "checkpoint.rgm");
  expect_equal(checkpoint, kept_checkpoint());
  EXPECT_EQ(checkpoint.unfinished, kept_checkpoint().unfinished);
}

// How the kept files were made:
// storage_tests --gtest_also_run_disabled_tests --gtest_filter='*MakesTheKeptFiles'
TEST(KeptModel, DISABLED_MakesTheKeptFiles) {
  write_model(kKeptFile, kept_model());
  write_model(kData + "sequence.rgm", kept_sequence());
  write_model(kData + "symbols.rgm", kept_symbols());
  write_model(kData + "play.rgm", kept_play());
  write_model(kData + "cosines.rgm", kept_cosines());
  write_model(kData + "checkpoint.rgm", kept_checkpoint());
  write_model(kData + "usual.rgm", kept_with_usual());
  write_model(kData + "kinds.rgm", kept_kinds());
  write_model(kData + "annotated.rgm", kept_annotated());
}

TEST(KeptModel, IsWrittenAsItWas) {
  for (const char* name : {"image.rgm", "sequence.rgm", "symbols.rgm", "play.rgm", "cosines.rgm",
                           "checkpoint.rgm", "usual.rgm", "kinds.rgm", "annotated.rgm"}) {
    const auto written =
        std::visit([](const auto& model) { return encode_model(model); }, read_model(kData + name));
    EXPECT_TRUE(written == read_file(kData + name)) << name;
  }
}

TEST(ModelFile, KnowsItsKind) {
  expect_equal(std::get<ImageModel>(read_model(kKeptFile)), kept_model());
  expect_equal(std::get<SequenceModel>(read_model(kData + "sequence.rgm")), kept_sequence());
  expect_equal(std::get<PlayModel>(read_model(kData + "play.rgm")), kept_play());
  const TemporaryFolder folder;
  expect_contains(error_of([&] { read_model(folder.write("text", "a text of some length")); }),
                  "text: not a model file");
  expect_contains(error_of([&] { read_model(folder / "none"); }), "none: no such file");
}

TEST(ModelFile, OfAnotherKindIsRefused) {
  EXPECT_EQ(error_of([&] { read_model_as<SequenceModel>(kKeptFile); }),
            kKeptFile + ": an image model, expected a sequence model");
  EXPECT_EQ(error_of([&] { read_model_as<ImageModel>(kData + "sequence.rgm"); }),
            kData + "sequence.rgm: a sequence model, expected an image model");
  EXPECT_EQ(error_of([&] { read_model_as<PlayModel>(kData + "sequence.rgm"); }),
            kData + "sequence.rgm: a sequence model, expected a game model");
  EXPECT_EQ(error_of([&] { read_model_as<ImageModel>(kData + "play.rgm"); }),
            kData + "play.rgm: a game model, expected an image model");
}

TEST(ModelFile, IsUsedFromSeveralThreads) {
  const TemporaryFolder folder;
  const ImageModel model = kept_model();
  std::vector<std::thread> threads;
  for (const std::string name : {"a", "b", "c"})
    threads.emplace_back([&, path = folder / name] {
      for (int i = 0; i < 10; ++i) {
        write_model(path, model);
        expect_equal(read_model_as<ImageModel>(path), model);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(read_file(folder / "a"), read_file(folder / "b"));
}

TEST(ModelFile, NamesWhatIsNoModelFile) {
  const TemporaryFolder folder;
  const auto error = [](const fs::path& path) {
    return error_of([&] { read_model_as<ImageModel>(path); });
  };
  EXPECT_EQ(error(folder / "none"), (folder / "none").string() + ": no such file");
  expect_contains(error(folder.path()), "expected a file, found a folder or a device");
  expect_contains(error("/dev/null"), "expected a file, found a folder or a device");
  expect_contains(error(folder.write("empty", "")), "not a model file");
  TensorWriter other;  // a file of safetensors, but not of rgm
  other.put("weights", std::vector<double>{1, 2});
  expect_contains(error(folder.write("other", other.bytes())),
                  "not a model file: expected the text format");
}

TEST(ModelFile, NoticesTruncation) {
  for (const char* name : {"image.rgm", "sequence.rgm", "symbols.rgm", "play.rgm", "kinds.rgm"}) {
    const auto whole = read_file(kData + name);
    for (std::size_t size = 0; size < whole.size(); size += 7)
      error_of([&] { parse_model(std::span(whole).first(size), "model"); });
    expect_contains(
        error_of([&] { parse_model(std::span(whole).first(whole.size() - 1), "a.rgm"); }),
        "a.rgm: truncated: ");
  }
}

TEST(ModelFile, NoticesDamage) {
  const auto whole = read_file(kKeptFile);
  Random random(1);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto bytes = whole;
    bytes[i] ^= static_cast<std::uint8_t>(between(random, 1, 255));
    error_of([&] { parse_model_as<ImageModel>(bytes, "model"); });
  }
  auto longer = whole;
  longer.push_back(0);
  error_of([&] { parse_model_as<ImageModel>(longer, "model"); });
}

TEST(ModelFile, SurvivesDamageThatNoChecksumShows) {
  std::vector<Bytes> files;
  for (const char* name : {"image.rgm", "sequence.rgm", "symbols.rgm", "play.rgm", "kinds.rgm"})
    files.push_back(read_file(kData + name));
  Random random(1);
  for (std::size_t i = 0; i < 6000; ++i) {
    auto bytes = files[i % files.size()];
    for (std::size_t flips = between(random, 1, 3); flips > 0; --flips)
      bytes[random.index(bytes.size())] ^= static_cast<std::uint8_t>(between(random, 1, 255));
    try {
      const auto model = parse_model(storage::with_right_checksums(bytes), "model");
      std::visit([](const auto& kind) { kind.validate(); }, model);
    } catch (const Error& error) {
      EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
    }
  }
}

/// A folder with a model that must survive what happens to the next one.
class OldModel : public testing::Test {
 protected:
  OldModel() {
    write_model(path_, old_);
    next_.provenance.seed = 5;
  }
  void expect_old_file() const {
    expect_equal(read_model_as<ImageModel>(path_), old_);
    EXPECT_EQ(folder_.entries(), 1);
  }

  TemporaryFolder folder_;
  const fs::path path_ = folder_ / "a.rgm";
  const ImageModel old_ = kept_model();
  ImageModel next_ = old_;
};

TEST_F(OldModel, SurvivesAFullDisk) {
  EXPECT_TRUE(in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{8000, 8000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string error = error_of([&] { write_model(path_, next_); });
    return error == path_.string() + ": cannot be written: File too large";
  }));
  expect_old_file();
}

TEST_F(OldModel, SurvivesAReadOnlyFolder) {
  fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_TRUE(in_child([&] {
    const NotRoot user;
    if (::geteuid() == 0) return true;  // root writes to read-only folders
    return error_of([&] { write_model(path_, next_); }) ==
           path_.string() + ": cannot be written: Permission denied";
  }));
  expect_old_file();
}

TEST_F(OldModel, SurvivesInterruption) {
  for (int i = 0; i < 10; ++i) {
    const pid_t child = ::fork();
    if (child == 0)
      for (;;) write_model(path_, next_);
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + 3 * i));
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    const ImageModel found = read_model_as<ImageModel>(path_);
    expect_equal(found, found.provenance == old_.provenance ? old_ : next_);
  }
}

TEST(ModelFile, NamesAFolderInTheWay) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "a.rgm");
  expect_contains(error_of([&] { write_model(folder / "a.rgm", kept_model()); }),
                  "a.rgm: cannot be written: it is a folder");
  expect_contains(error_of([&] { write_model(folder / "none/a.rgm", kept_model()); }),
                  "none/a.rgm: cannot be written: No such file or directory");
}

}  // namespace
}  // namespace rgm
