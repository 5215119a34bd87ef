#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/note.h"
#include "rgm/base/picture_shape.h"
#include "rgm/media/data_set.h"
#include "rgm/recipes/image_settings.h"
#include "rgm/trained/image_model.h"

namespace rgm {

/// Which images are held out of those to learn from.
struct HoldOut {
  double share = 0;        ///< of each class, below 1; 0: none
  std::uint64_t seed = 0;  ///< of the draw (`split_by_class`)
};

/// Images to learn from, and those held out.
struct TrainingData {
  LabelledImages images, held_out;
  PictureSurvey survey{};  ///< of those to learn from, as they are in their files
  std::vector<Note> notes;
};

/// The images at an address (`open_data_set`) as training by `settings` wants them: the first
/// `data.train_images` of what is not held out, each brought to size while it is read
/// (`loading_shape`, `data.fit`, `data.ground`); grey, if no picture shows any colour. With a model
/// to begin with (`TrainingOptions::like`), in its size. `Error` if they are of one class alone.
TrainingData load_for_training(const std::string& address, const ImageSettings& settings,
                               DataSetOptions options = {}, const HoldOut& hold_out = {},
                               const ImageModel* like = nullptr);

/// The images at an address in the size, and of the channels, of others: those to test with in that
/// of those to learn from. Notes tell of finding and reading them.
LoadedImages load_in_shape(const std::string& address, const PictureShape& shape,
                           const DataSetOptions& options = {});

/// The images at an address as a model reads them: in the size of those that it was trained on,
/// brought to it as they were, in the order of the files. Notes tell of finding and reading them.
LoadedImages load_for_model(const ImageModel& model, const std::string& address,
                            DataSetOptions options = {});

/// The shape of pictures.
PictureShape shape_of(const Images& images);

}  // namespace rgm
