#include "rgm/pipelines/image_evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/inference/tree.h"
#include "rgm/math/special.h"
#include "rgm/pipelines/image_training.h"
#include "support/bar_pictures.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::close;
using test::error_of;

constexpr std::size_t kClasses = 3, kPictures = 90;

/// Pictures that are hard to tell: bars under strong noise.
LabelledImages hard_pictures(std::size_t count, std::uint64_t seed) {
  auto data = test::bar_pictures(kClasses, count, seed);
  Random random(seed + 1000);
  for (auto& value : data.images.pixels)
    value = static_cast<std::uint8_t>(value / 3 + random.index(170));
  return data;
}

class EvaluationTest : public testing::TestWithParam<bool> {
 protected:
  static const ImageModel& model() {
    const auto train = [](bool tree_per_class) {
      auto settings = test::bar_settings(tree_per_class);
      settings.codec.max_modes = 3;
      auto data = hard_pictures(120, 1);
      data.labels.erase(data.labels.begin(),
                        data.labels.begin() + 30);  // classes of unequal frequency
      for (std::size_t i = 0; i < 30; ++i) data.labels.insert(data.labels.begin(), 0);
      return train_images(data, settings, test::bar_options()).model;
    };
    static const ImageModel per_class = train(true), shared = train(false);
    return GetParam() ? per_class : shared;
  }
  const LabelledImages data_ = hard_pictures(kPictures, 2);
};

/// ln P(picture, class) in double precision, from the model's parts.
Matrix<double> log_joint(const ImageModel& model, const Images& images) {
  const auto outcomes = model.codec.encode(picture_source(images), 1);
  const auto set = ItemSet::all(outcomes);
  if (model.class_at_root())
    return root_log_joint(TreeTables<double>(model.trees[0]), set, {model.reading, 1});
  const double total = std::accumulate(model.class_counts.begin(), model.class_counts.end(), 0.0);
  Matrix<double> result(outcomes.items(), model.num_classes());
  for (std::size_t k = 0; k < model.num_classes(); ++k) {
    const auto joint = root_log_joint(TreeTables<double>(model.trees[k]), set, {model.reading, 1});
    for (std::size_t i = 0; i < joint.rows(); ++i)
      result(i, k) = log_sum_exp(joint.row(i)) + std::log(model.class_counts[k] / total);
  }
  return result;
}

TEST_P(EvaluationTest, PredictionsAreTheExactPosterior) {
  const auto predictions = predict(model(), picture_source(data_.images), 1);
  const auto joint = log_joint(model(), data_.images);
  ASSERT_EQ(predictions.size(), kPictures);
  for (std::size_t i = 0; i < kPictures; ++i) {
    const auto& p = predictions[i];
    EXPECT_TRUE(close(p.log_evidence, log_sum_exp(joint.row(i)), 1e-5));
    const auto posterior = softmax(joint.row(i));
    for (std::size_t k = 0; k < kClasses; ++k) EXPECT_NEAR(p.probabilities[k], posterior[k], 1e-3);
    EXPECT_NEAR(std::accumulate(p.probabilities.begin(), p.probabilities.end(), 0.0), 1, 1e-12);
    const auto best = static_cast<std::size_t>(p.predicted);
    EXPECT_EQ(p.probabilities[best], *std::ranges::max_element(p.probabilities));
    const double probability = p.probabilities[best];
    if (probability < 1 - 1e-6) {
      EXPECT_NEAR(p.log_odds, std::log(probability / (1 - probability)), 1e-4);
    }
    const double dispersion = -p.log_evidence / static_cast<double>(model().codec.num_modalities());
    EXPECT_LE(std::abs(p.tempered_log_odds),
              std::abs(p.log_odds) * std::max(1.0, 1 / dispersion) + 1e-9 + std::log(2));
  }
}

TEST_P(EvaluationTest, TheMostProbableComeFirst) {
  for (const auto& p : predict(model(), picture_source(data_.images), 1)) {
    const auto order = p.most_probable(2);
    ASSERT_EQ(order.size(), 2U);
    EXPECT_EQ(order[0], static_cast<std::size_t>(p.predicted));
    for (std::size_t k = 0; k < kClasses; ++k) {
      EXPECT_LE(k == order[0] ? 0 : p.probabilities[k], p.probabilities[order[1]]);
    }
    EXPECT_EQ(p.most_probable(9).size(), kClasses);
  }
  EXPECT_TRUE(Prediction().most_probable(3).empty());
}

/// Pictures of the size of the bars that nobody would take for them.
Images foreign_pictures() {
  Images images{test::kBarHeight, test::kBarWidth, 1, {}};
  const std::size_t size = images.pixels_per_image();
  images.pixels.assign(size, 128);
  images.pixels.resize(2 * size, 255);
  Random random(4);
  for (std::size_t i = 0; i < 5 * size; ++i)
    images.pixels.push_back(static_cast<std::uint8_t>(random.index(256)));
  for (std::size_t i = 0; i < size; ++i)  // columns rather than rows
    images.pixels.push_back(i % test::kBarWidth / 2 % 2 == 0 ? 230 : 0);
  return images;
}

TEST_P(EvaluationTest, TellsPicturesThatAreUnlikeTheTrainingPictures) {
  const auto known = test::bar_pictures(kClasses, 300, 7),
             other = test::bar_pictures(kClasses, 300, 8);
  auto settings = test::bar_settings(GetParam());
  const auto bars = train_images(known, settings, test::bar_options()).model;
  const auto unlike = [&](const Images& images) {
    std::size_t count = 0;
    for (const auto& p : predict(bars, picture_source(images), 1)) {
      EXPECT_TRUE(p.percentile && *p.percentile >= 0 && *p.percentile <= 100);
      EXPECT_EQ(p.unlike_training, bars.usual.unlike(p.log_evidence, p.loss));
      count += p.unlike_training ? 1 : 0;
    }
    return count;
  };
  EXPECT_LE(unlike(known.images), 3U);
  EXPECT_LE(unlike(other.images), 12U);
  const auto foreign = foreign_pictures();
  EXPECT_EQ(unlike(foreign), foreign.count());

  Images blank{foreign.height, foreign.width, foreign.channels, {}};
  blank.pixels.assign(blank.pixels_per_image(), 7);
  append(cut(known.images, 0, 1), blank);
  const auto noted = predict(bars, picture_source(blank), 1);
  EXPECT_TRUE(noted[0].one_colour);
  EXPECT_FALSE(noted[1].one_colour);

  auto unknown = bars;  // as of an older file
  unknown.usual = {};
  for (const auto& p : predict(unknown, picture_source(foreign), 1)) {
    EXPECT_FALSE(p.percentile || p.unlike_training);
    EXPECT_GT(p.loss, 0);
  }
}

TEST_P(EvaluationTest, NoPicturesAreUsualWhereNewOnesMayBeImpossible) {
  auto settings = test::bar_settings(GetParam());
  settings.structure.state_concentration = 0;
  const auto data = test::bar_pictures(kClasses, 60, 7);
  EXPECT_FALSE(train_images(data, settings, test::bar_options()).model.usual.known());
}

TEST(UsualPicturesOfTwoSamples, AreTheLessFavourable) {
  std::vector<Prediction> a(2), b(1);
  a[0].log_evidence = -10, a[1].log_evidence = -2, b[0].log_evidence = -5;
  a[0].loss = 1, a[1].loss = 3, b[0].loss = 2;
  const auto usual = usual_pictures(a, b);
  usual.validate();
  EXPECT_EQ(usual.log_evidence.front(), -10);
  EXPECT_EQ(usual.log_evidence[99], -5);
  EXPECT_EQ(usual.log_evidence.back(), -2);
  EXPECT_EQ(usual.loss.front(), 2);
  EXPECT_EQ(usual.loss.back(), 3);
  EXPECT_NE(error_of([&] { usual_pictures(a, {}); }), "");
}

TEST_P(EvaluationTest, CountsAddUp) {
  const auto e = evaluate(model(), data_, 1);
  EXPECT_EQ(e.labels, data_.labels);
  std::size_t right = 0, total = 0;
  for (std::size_t k = 0; k < kClasses; ++k) {
    const auto row = e.confusion.row(k);
    EXPECT_EQ(std::accumulate(row.begin(), row.end(), std::size_t{0}), kPictures / kClasses);
    for (std::size_t n : row) total += n;
    right += e.confusion(k, k);
  }
  EXPECT_EQ(total, kPictures);
  EXPECT_DOUBLE_EQ(e.accuracy, static_cast<double>(right) / kPictures);
  EXPECT_GT(e.accuracy, 0.5);
  EXPECT_LT(e.accuracy, 1);  // else the other tests of this suite show little
  EXPECT_DOUBLE_EQ(e.standard_error, std::sqrt(e.accuracy * (1 - e.accuracy) / kPictures));
  double evidence = 0;
  for (const auto& p : e.predictions) evidence += p.log_evidence / kPictures;
  EXPECT_TRUE(close(e.log_evidence, evidence, 1e-12));
  EXPECT_GT(e.seconds, 0);
  EXPECT_LE(e.inference_seconds, e.seconds);
}

TEST_P(EvaluationTest, TheSurestComeFirst) {
  const auto e = evaluate(model(), data_, 1);
  for (const auto confidence :
       {Confidence::kTemperedPosterior, Confidence::kPosterior, Confidence::kLogEvidence}) {
    const auto order = e.by_confidence(confidence);
    auto sorted = order;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < kPictures; ++i) EXPECT_EQ(sorted[i], i);
    const auto sureness = [&](std::size_t i) {
      const auto& p = e.predictions[i];
      return confidence == Confidence::kLogEvidence ? p.log_evidence
             : confidence == Confidence::kPosterior ? p.log_odds
                                                    : p.tempered_log_odds;
    };
    for (std::size_t i = 1; i < kPictures; ++i)
      EXPECT_GE(sureness(order[i - 1]), sureness(order[i]));

    EXPECT_DOUBLE_EQ(e.accuracy_of_surest(1, confidence), e.accuracy);
    double right = 0;
    for (std::size_t i = 0; i < kPictures / 3; ++i)
      right += e.predictions[order[i]].predicted == e.labels[order[i]];
    EXPECT_DOUBLE_EQ(e.accuracy_of_surest(1.0 / 3, confidence), right / (kPictures / 3));
    const double surest = e.accuracy_of_surest(1e-9, confidence);  // one picture at least
    EXPECT_TRUE(surest == 0 || surest == 1);
  }
  EXPECT_GE(e.accuracy_of_surest(0.3), e.accuracy);
  EXPECT_GE(e.accuracy_of_surest(0.3, Confidence::kPosterior), e.accuracy);
  for (const double bad : {0.0, -0.5, 1.01})
    EXPECT_NE(error_of([&] { (void)e.accuracy_of_surest(bad); }), "");
}

TEST_P(EvaluationTest, IsTheSameForAnyNumberOfThreadsAndAnyCompany) {
  const auto together = predict(model(), picture_source(data_.images), 2);
  for (std::size_t i = 0; i < kPictures; i += 11) {
    const auto alone = predict(model(), picture_source(data_.images, {i}), 1);
    EXPECT_EQ(alone[0].predicted, together[i].predicted);
    EXPECT_TRUE(close(alone[0].log_evidence, together[i].log_evidence, 1e-6));
  }
  const auto one_thread = predict(model(), picture_source(data_.images), 1);
  for (std::size_t i = 0; i < kPictures; ++i) {
    EXPECT_EQ(one_thread[i].log_evidence, together[i].log_evidence);
    EXPECT_EQ(one_thread[i].probabilities, together[i].probabilities);
  }
}

/// A test set may lack classes of the model, and number the others in its own way.
TEST_P(EvaluationTest, MatchesClassesByName) {
  auto data = data_;
  data.class_names = {"row 2", "row 0"};
  data.images.pixels.clear();
  data.labels.clear();
  for (std::size_t i = 0; i < kPictures; ++i) {
    if (data_.labels[i] == 1) continue;
    const auto picture = data_.images.image(i);
    data.images.pixels.insert(data.images.pixels.end(), picture.begin(), picture.end());
    data.labels.push_back(data_.labels[i] == 2 ? 0 : 1);
  }
  const auto all = evaluate(model(), data_, 1), some = evaluate(model(), data, 1);
  for (const std::size_t k : {0U, 2U})
    for (std::size_t j = 0; j < kClasses; ++j)
      EXPECT_EQ(some.confusion(k, j), all.confusion(k, j)) << k << ' ' << j;
  for (std::size_t j = 0; j < kClasses; ++j) EXPECT_EQ(some.confusion(1, j), 0U);
  EXPECT_EQ(some.labels[0], 0);
  EXPECT_EQ(some.labels[1], 2);
}

/// As of a data set by its name, and of its IDX files.
TEST(MatchLabels, MatchesNumbersWithNamesThatAreNone) {
  const std::vector<std::string> named{"shirt", "shoe", "bag"}, numbers{"0", "1", "2"};
  LabelledImages data{{1, 1, 1, {7, 8}}, {1, 0}, {"0", "2"}};
  std::vector<Note> notes;
  EXPECT_EQ(match_labels(named, data, &notes), (std::vector<int>{2, 0}));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(text(notes[0]), "classes matched by number: 0 as shirt");
  const auto error = [&](const std::vector<std::string>& class_names) {
    return error_of([&] { match_labels(class_names, data); });
  };
  EXPECT_NE(error({"shirt", "1", "bag"}).find("class 2: unknown"), std::string::npos);
  data.class_names[1] = "3";
  EXPECT_NE(error(named).find("class 3: unknown"), std::string::npos) << "there is no fourth";
  data.class_names[1] = "02";
  EXPECT_NE(error(named).find("class 02: unknown"), std::string::npos);

  data.class_names = named;
  EXPECT_EQ(match_labels(numbers, data, &notes), data.labels);
  EXPECT_EQ(match_labels({"1", "0", "2"}, data), (std::vector<int>{0, 1}));
  EXPECT_NE(error({"1", "2", "3"}).find("class shoe: unknown"), std::string::npos);
  EXPECT_NE(error({"0", "1"}).find("class shoe: unknown"), std::string::npos);
  data.names = {"shoe/1.png", "shirt/1.png"};
  EXPECT_NE(error(numbers).find("class shoe: unknown"), std::string::npos)
      << "the order of folders says nothing";

  data.labels.clear();
  EXPECT_EQ(error(numbers),
            "evaluate: expected labelled images, got 2 images without labels (rgm predict "
            "classifies such)");
  notes.clear();
  match_labels(named, {{1, 1, 1, {7}}, {0}, {"shirt"}}, &notes);
  EXPECT_TRUE(notes.empty());
}

TEST_P(EvaluationTest, RefusesWhatDoesNotFit) {
  const auto error = [&](auto change) {
    auto data = data_;
    change(data);
    return error_of([&] { evaluate(model(), data, 1); });
  };
  EXPECT_NE(error([](LabelledImages& d) { d.labels.clear(); }).find("labelled"), std::string::npos);
  EXPECT_NE(error([](LabelledImages& d) { d = {}; }).find("labelled"), std::string::npos);
  for (const int bad : {-1, 3})
    EXPECT_NE(error([&](LabelledImages& d) { d.labels[5] = bad; }).find("label"),
              std::string::npos);
  EXPECT_NE(error([](LabelledImages& d) {
              d.class_names[1] = "column 1";
            }).find("class column 1: unknown, expected one of the model's: row 0, row 1, row 2"),
            std::string::npos);
  EXPECT_NE(error([](LabelledImages& d) { std::swap(d.images.height, d.images.width); }), "");
  EXPECT_NE(error([](LabelledImages& d) { d.images.channels = 3, d.labels.resize(kPictures / 3); }),
            "");
  EXPECT_NE(error([](LabelledImages& d) { d.class_names.resize(1); }).find("label"),
            std::string::npos);
  EXPECT_EQ(error([](LabelledImages& d) { d.class_names.emplace_back("of no picture"); }), "");

  auto unlabelled = data_;
  unlabelled.labels.clear();
  unlabelled.class_names.clear();
  const auto without_classes =
      train_images(unlabelled, test::bar_settings(true), test::bar_options()).model;
  EXPECT_NE(error_of([&] { evaluate(without_classes, data_, 1); }).find("no classes"),
            std::string::npos);
  EXPECT_THROW(predict(model(), picture_source(data_.images), 1,
                       [](auto, auto, auto) { throw Interrupted(); }),
               Interrupted);
}

INSTANTIATE_TEST_SUITE_P(Trees, EvaluationTest, testing::Bool(),
                         [](const auto& trees) { return trees.param ? "PerClass" : "Shared"; });

}  // namespace
}  // namespace rgm
