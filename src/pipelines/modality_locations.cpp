#include "rgm/pipelines/modality_locations.h"

namespace rgm {

std::vector<Location> modality_locations(const ImageCodec& codec) {
  std::vector<Location> locations;
  for (const std::size_t t : codec.tile_of_modality())
    locations.push_back({codec.tiles()[t].row, codec.tiles()[t].column});
  return locations;
}

}  // namespace rgm
