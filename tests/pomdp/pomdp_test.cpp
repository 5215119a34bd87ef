#include "rgm/pomdp/pomdp.h"

#include <gtest/gtest.h>

#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

TEST(Pomdp, Errors) {
  const auto with = [](auto change) {
    Pomdp pomdp{{{Matrix<double>(2, 2, 1.0), {0, 1}, false}},
                {Matrix<double>(2, 2, 1.0)},
                {1, 1},
                {0, 0},
                false};
    pomdp.validate();
    change(pomdp);
    return pomdp;
  };
  EXPECT_THROW(with([](Pomdp& p) { p.initial_state = {}; }).validate(), Error);
  EXPECT_THROW(with([](Pomdp& p) { p.initial_state = {0, 0}; }).validate(), Error);
  EXPECT_THROW(with([](Pomdp& p) { p.initial_state[0] = std::nan(""); }).validate(), Error);
  EXPECT_THROW(with([](Pomdp& p) { p.transition_counts.clear(); }).validate(), Error);
  EXPECT_THROW(
      with([](Pomdp& p) { p.transition_counts[0] = Matrix<double>(3, 2, 1.0); }).validate(), Error);
  EXPECT_THROW(with([](Pomdp& p) { p.transition_counts[0].fill(0); }).validate(), Error);
  EXPECT_THROW(with([](Pomdp& p) {
                 p.modalities[0].likelihood_counts = Matrix<double>(2, 3, 1.0);
               }).validate(),
               Error);
  EXPECT_THROW(with([](Pomdp& p) { p.modalities[0].likelihood_counts(0, 0) = -1; }).validate(),
               Error);
  EXPECT_THROW(with([](Pomdp& p) { p.modalities[0].preferences = {0}; }).validate(), Error);
  EXPECT_THROW(with([](Pomdp& p) { p.modalities[0].preferences[0] = std::nan(""); }).validate(),
               Error);
  EXPECT_THROW(with([](Pomdp& p) { p.final_state_preferences = {1}; }).validate(), Error);
}

}  // namespace
}  // namespace rgm
