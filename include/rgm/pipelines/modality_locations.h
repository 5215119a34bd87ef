#pragma once

#include <vector>

#include "rgm/codec/image_codec.h"
#include "rgm/structure/group_by_place.h"

namespace rgm {

/// Where each modality of a codec is, [modality]: its tile's mean pixel position.
std::vector<Location> modality_locations(const ImageCodec& codec);

}  // namespace rgm
