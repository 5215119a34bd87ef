#pragma once

#include "rgm/base/picture_shape.h"
#include "rgm/recipes/image_settings.h"

namespace rgm {

/// Fills in what settings leave to the data, a prepared height or width of 0: those of pictures of
/// the aspect of `natural` (at most 4 : 1), with about `settings.pixels` pixels if both are 0.
/// Smaller pictures are enlarged: tiles lie some pixels apart.
void leave_to_data(const PictureShape& natural, ImageSettings& settings);

/// The shape to which the pictures of a set are brought while they are read: small pictures of one
/// size stay as they are. Others get the aspect of the median height and width, and twice the sides
/// that `codec.pixels` gives, which leaves room to prepare them larger; or what the codec prepares,
/// if that is larger; but no picture is enlarged for it.
///
/// So memory is that of prepared pictures, whatever the size of the files.
PictureShape loading_shape(const PictureSurvey& survey, const ImageSettings& settings);

}  // namespace rgm
