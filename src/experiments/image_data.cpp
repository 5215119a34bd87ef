#include "rgm/experiments/image_data.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/split.h"
#include "rgm/media/data_set_address.h"
#include "rgm/media/picture_file.h"
#include "rgm/pipelines/image_shape.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

PictureShape shape_of(const ImageModel& model) {
  const auto& preparation = model.codec.preparation();
  return {preparation.input_height(), preparation.input_width(), preparation.channels()};
}

/// How the pictures were read that a model was trained on; a file may not tell.
PictureLoading loading_of(const ImageModel& model) {
  const auto& text = model.provenance.settings;
  return text.empty() ? PictureLoading{}
                      : parse_recipe_as<ImageSettings>(text, "the model's settings").loading;
}

/// The first `count` pictures, or all if that is 0.
DataSet first_of(DataSet set, std::size_t count) {
  if (count == 0 || count >= set.count()) return set;
  std::vector<std::size_t> items(count);
  std::iota(items.begin(), items.end(), std::size_t{0});
  DataSet result = choose(set, items);
  add_notes(set.notes, result.notes);
  result.notes = std::move(set.notes);
  return result;
}

/// Refuses pictures of one class alone, of which no classifier can be learnt.
void require_classes(const std::string& address, const DataSet& set) {
  if (set.class_names.size() != 1) return;
  const auto& name = set.class_names[0];
  const auto folder = std::filesystem::path(parse_address(address).source) / name;
  fail(address, ": images of one class alone, \"", name, "\", expected at least two classes; ",
       set.names.empty() ? "take more of the images"
                         : text_of("to learn them without classes, name ", folder.string()));
}

}  // namespace

PictureShape shape_of(const Images& images) {
  return {images.height, images.width, images.channels};
}

TrainingData load_for_training(const std::string& address, const ImageSettings& settings,
                               DataSetOptions options, const HoldOut& hold_out,
                               const ImageModel* like) {
  options.loading = settings.loading;
  DataSet set = open_data_set(address, options), held_out;
  if (hold_out.share > 0) {
    require(!set.labels.empty(), address, ": no labels, expected labelled images to hold some out");
    const Split split = split_by_class(set.labels, hold_out.share, hold_out.seed);
    held_out = choose(set, split.held_out);
    for (const auto& name : set.class_names)
      if (std::ranges::count(held_out.class_names, name) == 0)
        add_note(set.notes, "classes of a single picture, which are never tested",
                 text_of("class \"", name, '"'));
    DataSet rest = choose(set, split.rest);
    rest.notes = std::move(set.notes);
    set = std::move(rest);
  }
  set = first_of(std::move(set), settings.train_images);
  require_classes(address, set);

  const PictureSurvey found = survey(set, options);
  LoadedImages loaded =
      load(set, like != nullptr ? shape_of(*like) : loading_shape(found, settings), options);
  TrainingData result{std::move(loaded.data), {}, found, std::move(set.notes)};
  add_notes(result.notes, loaded.notes);
  if (like == nullptr && is_grey(result.images.images) && result.images.images.channels == 3) {
    result.images.images = one_channel(result.images.images);
    std::erase_if(result.notes, [](const Note& note) { return note.what == kMadeColour; });
    add_note(result.notes, "pictures in RGB show grey alone, learnt as grey", "");
  }
  if (hold_out.share > 0) {
    LoadedImages others = load(held_out, shape_of(result.images.images), options);
    result.held_out = std::move(others.data);
    add_notes(result.notes, others.notes);
  }
  return result;
}

LoadedImages load_in_shape(const std::string& address, const PictureShape& shape,
                           const DataSetOptions& options) {
  const DataSet set = open_data_set(address, options);
  LoadedImages loaded = load(set, shape, options);
  std::vector<Note> notes = set.notes;
  add_notes(notes, loaded.notes);
  loaded.notes = std::move(notes);
  return loaded;
}

LoadedImages load_for_model(const ImageModel& model, const std::string& address,
                            DataSetOptions options) {
  options.loading = loading_of(model);
  options.spread_classes = false;
  return load_in_shape(address, shape_of(model), options);
}

}  // namespace rgm
