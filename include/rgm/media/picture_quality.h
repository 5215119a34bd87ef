#pragma once

#include "rgm/base/images.h"

namespace rgm {

/// Peak signal-to-noise ratio in dB, 10 log10(255² / mean squared error), the mean being over all
/// values of all images and channels; infinite if they are equal.
///
/// Throws `Error` if the images differ in number or size, or if there are none.
double psnr(const Images& a, const Images& b);

/// Structural similarity (Wang, Bovik, Sheikh and Simoncelli, 2004), the mean over all windows of
/// all images and channels: 1 if they are equal, otherwise less, and perhaps negative.
///
/// Windows are Gaussian of σ = 1.5 pixels, 11 by 11, and lie wholly within the picture; the
/// constants are (0.01 · 255)² and (0.03 · 255)². Pictures are taken as they are, not reduced.
/// Throws `Error` as `psnr` does, and for pictures of less than 11 pixels a side. Cost: some 100
/// multiplications a value; memory for a few channels of a picture.
double ssim(const Images& a, const Images& b);

}  // namespace rgm
