#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "calls.h"
#include "rgm/codec/array_source.h"
#include "rgm/codec/table_codec.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_generation.h"
#include "rgm/pipelines/image_learning_on.h"
#include "rgm/pipelines/image_states.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/pipelines/picture_completion.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"

namespace rgm::python {

namespace {

template <class T, std::size_t Dimensions>
using InputOf = nb::ndarray<const T, nb::ndim<Dimensions>, nb::c_contig, nb::device::cpu>;
using AnyArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using Shape = std::tuple<std::size_t, std::size_t, std::size_t>;

NumberArray numbers_of(const AnyArray& array) {
  if (array.dtype() == nb::dtype<std::uint8_t>())
    return static_cast<const std::uint8_t*>(array.data());
  if (array.dtype() == nb::dtype<float>()) return static_cast<const float*>(array.data());
  require(array.dtype() == nb::dtype<double>(),
          "X: expected an array of uint8, float32 or float64");
  return static_cast<const double*>(array.data());
}

/// A source of pictures with the array that it reads, which Python keeps meanwhile.
struct Pictures {
  AnyArray array;
  PictureSource source;
  std::size_t columns = 0;  ///< of a table
};

Pictures pictures_of(const AnyArray& array, const Shape& shape, double low, double high) {
  const auto [height, width, channels] = shape;
  constexpr std::size_t kMost = std::size_t{1} << 16;  // so that their product does not overflow
  require(height <= kMost && width <= kMost && channels <= kMost,
          "image_shape: expected sides of at most ", kMost);
  require(array.ndim() > 0 && array.size() == array.shape(0) * height * width * channels,
          "X: expected pictures of ", height, "×", width, "×", channels, " values");
  return {array,
          array_source(numbers_of(array), array.shape(0), {height, width, channels}, {low, high})};
}

Pictures rows_of(const AnyArray& array, const std::vector<double>& low,
                 const std::vector<double>& high) {
  require(array.ndim() == 2 && array.shape(1) == low.size() && low.size() == high.size(),
          "X: expected a table of ", low.size(), " columns");
  std::vector<ValueRange> ranges;
  for (std::size_t c = 0; c < low.size(); ++c) ranges.push_back({low[c], high[c]});
  return {array, table_source(numbers_of(array), array.shape(0), std::move(ranges)), low.size()};
}

using Labels = std::optional<InputOf<std::int32_t, 1>>;

LabelledSource labelled(const Pictures& pictures, const Labels& labels,
                        std::vector<std::string> class_names) {
  LabelledSource data{pictures.source, {}, std::move(class_names)};
  if (labels) data.labels.assign(labels->data(), labels->data() + labels->size());
  return data;
}

template <class T>
auto owned_matrix(Matrix<T> matrix) {
  const std::size_t rows = matrix.rows(), columns = matrix.cols();
  return owned(std::move(matrix), {rows, columns});
}

/// Prepared pictures, or variances, as they come out: of the size of those that came in; rows of a
/// table as rows.
auto owned_pictures(const ImageModel& model, const Matrix<float>& prepared, std::size_t columns,
                    bool variances = false) {
  if (columns == 0) return owned_matrix(of_input_size(model.codec, prepared, variances));
  require(model.codec.num_modalities() == columns, "model: expected one of a table of ", columns,
          " columns, got one of ", model.codec.num_modalities(), " modalities");
  Matrix<float> rows(prepared.rows(), columns);
  for (std::size_t i = 0; i < rows.rows(); ++i)
    std::ranges::copy(variances ? table_row_variance(prepared.row(i), columns)
                                : table_row(prepared.row(i), columns),
                      rows.row(i).begin());
  return owned_matrix(std::move(rows));
}

ImageModel train(const Pictures& pictures, const Labels& labels,
                 std::vector<std::string> class_names, const std::string& recipe,
                 const std::vector<std::string>& overrides, std::uint64_t seed, int threads,
                 const ImageModel* like, const nb::object& progress) {
  auto settings = load_recipe_as<ImageSettings>(recipe, overrides);
  std::optional<ImageCodec> of_table;
  if (pictures.columns > 0) {
    const auto shape = table_shape(pictures.columns);
    settings.codec.preparation.height = shape.height;
    settings.codec.preparation.width = shape.width;
    of_table = table_codec(pictures.columns, settings.codec);
  }
  const auto data = labelled(pictures, labels, std::move(class_names));
  TrainingOptions options;
  options.seed = seed;
  options.threads = threads;
  options.program_version = RGM_VERSION;
  options.progress = progress_of(progress);
  options.like = like;
  if (of_table && like == nullptr) options.codec = &*of_table;
  return released([&] { return train_images(data, settings, options).model; });
}

ImageModel learn_more(const ImageModel& model, const Pictures& pictures, const Labels& labels,
                      std::vector<std::string> class_names, std::uint64_t seed, int threads,
                      const nb::object& progress) {
  const auto data = labelled(pictures, labels, std::move(class_names));
  const LearningOnOptions options{seed, threads, progress_of(progress)};
  return released([&] { return learn_on(model, data, options); });
}

auto draw(const ImageModel& model, int of_class, std::size_t count, std::uint64_t seed,
          bool sample_outcomes, std::size_t columns, const nb::object& progress) {
  const auto drawn = released([&] {
    return generate_values(model, of_class, count, seed, {sample_outcomes, columns > 0},
                           progress_of(progress));
  });
  return owned_pictures(model, drawn, columns);
}

/// `missing` is [picture, row, column], or [row, column] of a table. What was known comes out as it
/// is in the source, of a table as anything.
auto complete(const ImageModel& model, const Pictures& pictures,
              const InputOf<std::uint8_t, 1>& missing, double mask_share, std::size_t rounds,
              int threads, const nb::object& progress) {
  std::vector<std::uint8_t> mask(missing.data(), missing.data() + missing.size());
  const std::size_t columns = pictures.columns;
  if (columns > 0) mask = table_mask(mask, columns);
  auto result = released([&] {
    return complete_pictures(model, pictures.source, mask, {mask_share, rounds, threads},
                             progress_of(progress));
  });
  const std::size_t count = result.log_evidence.size();
  if (columns == 0)
    return nb::make_tuple(owned_matrix(std::move(result.mean)),
                          owned_matrix(std::move(result.variance)),
                          owned(std::move(result.log_evidence), {count}));
  return nb::make_tuple(owned_pictures(model, result.mean, columns),
                        owned_pictures(model, result.variance, columns, true),
                        owned(std::move(result.log_evidence), {count}));
}

/// (factors, states) of each level, and the counts, of all trees together.
std::tuple<std::vector<std::pair<std::size_t, std::size_t>>, std::size_t> summary(
    const ImageModel& model) {
  std::vector<std::pair<std::size_t, std::size_t>> levels;
  std::size_t parameters = 0;
  for (const auto& tree : model.trees) {
    parameters += tree.num_parameters();
    levels.resize(std::max(levels.size(), tree.levels.size()));
    for (std::size_t n = 0; n < tree.levels.size(); ++n)
      for (const auto& factor : tree.levels[n].factors) {
        ++levels[n].first;
        levels[n].second += factor.num_states();
      }
  }
  return {levels, parameters};
}

nb::bytes bytes_of(const ImageModel& model) {
  const auto bytes = released([&] { return encode_model(model); });
  return nb::bytes(bytes.data(), bytes.size());
}

void unpickle(ImageModel& model, const nb::bytes& bytes) {
  const std::span view(static_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  new (&model)
      ImageModel(released([&] { return parse_model_as<ImageModel>(view, "pickled model"); }));
}

/// What is particular to images; the rest of the class is bound with all kinds of models.
void bind_image_model() {
  nb::borrow<nb::class_<ImageModel>>(nb::type<ImageModel>())
      .def("__getstate__", &bytes_of)
      .def("__setstate__", &unpickle)
      .def_prop_ro("class_names", [](const ImageModel& model) { return model.class_names; })
      .def_prop_ro("input_shape",
                   [](const ImageModel& model) {
                     const auto& preparation = model.codec.preparation();
                     return Shape{preparation.input_height(), preparation.input_width(),
                                  preparation.channels()};
                   })
      .def_prop_ro("num_modalities",
                   [](const ImageModel& model) { return model.codec.num_modalities(); })
      .def_prop_ro("num_top_states", &num_top_states)
      .def_prop_ro("summary", &summary)
      .def("learn_on", &learn_more, nb::arg("pictures"), nb::arg("labels").none(),
           nb::arg("class_names"), nb::arg("seed"), nb::arg("threads"), nb::arg("progress").none())
      .def(
          "log_joint",
          [](const ImageModel& model, const Pictures& pictures, int threads,
             const nb::object& progress) {
            return owned_matrix(released(
                [&] { return log_joint(model, pictures.source, threads, progress_of(progress)); }));
          },
          nb::arg("pictures"), nb::arg("threads"), nb::arg("progress").none())
      .def(
          "top_posteriors",
          [](const ImageModel& model, const Pictures& pictures, int threads,
             const nb::object& progress) {
            return owned_matrix(released([&] {
              return top_posteriors(model, pictures.source, threads, progress_of(progress));
            }));
          },
          nb::arg("pictures"), nb::arg("threads"), nb::arg("progress").none())
      .def(
          "expected_pictures",
          [](const ImageModel& model, const InputOf<double, 2>& weights, std::size_t columns,
             int threads) {
            Matrix<double> of_states(weights.shape(0), weights.shape(1));
            std::copy_n(weights.data(), weights.size(), of_states.data());
            return owned_pictures(
                model, released([&] { return expected_pictures(model, of_states, threads); }),
                columns);
          },
          nb::arg("weights"), nb::arg("columns"), nb::arg("threads"))
      .def("generate", &draw, nb::arg("of_class"), nb::arg("count"), nb::arg("seed"),
           nb::arg("sample_outcomes"), nb::arg("columns"), nb::arg("progress").none())
      .def("complete", &complete, nb::arg("pictures"), nb::arg("missing"), nb::arg("mask_share"),
           nb::arg("rounds"), nb::arg("threads"), nb::arg("progress").none());
}

}  // namespace

void bind_images(nb::module_& module) {
  nb::class_<Pictures>(module, "Pictures")
      .def_static("of_shape", &pictures_of, nb::arg("array"), nb::arg("shape"), nb::arg("low"),
                  nb::arg("high"))
      .def_static("of_table", &rows_of, nb::arg("array"), nb::arg("low"), nb::arg("high"));
  bind_image_model();
  module.def("image_settings", [] {
    std::vector<std::pair<std::string, std::string>> keys;
    for (auto& setting : describe_settings(ImageSettings{}))
      keys.emplace_back(std::move(setting.key), std::move(setting.text));
    return keys;
  });
  module.def("train_images", &train, nb::arg("pictures"), nb::arg("labels").none(),
             nb::arg("class_names"), nb::arg("recipe"), nb::arg("overrides"), nb::arg("seed"),
             nb::arg("threads"), nb::arg("like").none(), nb::arg("progress").none());
}

}  // namespace rgm::python
