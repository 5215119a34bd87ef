#pragma once

#include <span>

namespace rgm {

/// How well a score tells positive cases from negative ones, whatever the threshold: the
/// probability that a positive case scores more than a negative one, ties counting half (area under
/// the curve of true against false positives, AUC). 1: all positive cases score more; ½: chance.
/// Throws `Error` if there are no cases of one kind, or a score is not a number. Cost O(n log n).
double area_under_curve(std::span<const double> negative, std::span<const double> positive);

/// y ≈ factor · x^exponent.
struct PowerLaw {
  double exponent = 0, factor = 0;
};

/// The power law with the least squared error of ln y. Throws `Error` unless there are as many y as
/// x, at least two different x, and all values are above 0.
PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y);

/// A mean, and the interval that holds the true one with a probability of 95 % where values are
/// normally distributed (Student's t). Of one value both ends are the value.
struct MeanInterval {
  double mean = 0, low = 0, high = 0;
};

/// Throws `Error` if there are no values.
MeanInterval mean_interval(std::span<const double> values);

}  // namespace rgm
