#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "bindings.h"
#include "calls.h"
#include "rgm/pipelines/merge_models.h"
#include "rgm/storage/model_file.h"

namespace rgm::python {

namespace {

nb::object object_of(TrainedModel model) {
  return std::visit([](auto& found) { return nb::cast(std::move(found)); }, model);
}

/// What all kinds of models have.
template <class Model>
nb::class_<Model> bind_model(nb::module_& module, const char* name) {
  nb::class_<Model> bound(module, name);
  bound.def_prop_ro("kind", [](const Model&) { return kind_of(Model()); })
      .def_prop_ro("program_version",
                   [](const Model& model) { return model.provenance.program_version; })
      .def_prop_ro("recipe", [](const Model& model) { return model.provenance.recipe; })
      .def_prop_ro("settings", [](const Model& model) { return model.provenance.settings; })
      .def_prop_ro("data_set", [](const Model& model) { return model.provenance.data_set; })
      .def_prop_ro("seed", [](const Model& model) { return model.provenance.seed; })
      .def_prop_ro("units_seen", [](const Model& model) { return model.provenance.units_seen; })
      .def_prop_ro("learnt_from", [](const Model& model) { return model.provenance.learnt_from; })
      .def_prop_ro("finished", [](const Model& model) { return !model.unfinished.has_value(); })
      .def_prop_rw(
          "annotation", [](const Model& model) { return model.provenance.annotation; },
          [](Model& model, std::string text) {
            Provenance annotated = model.provenance;
            annotated.annotation = std::move(text);
            annotated.validate();
            model.provenance = std::move(annotated);
          })
      .def(
          "to_bytes",
          [](const Model& model) {
            const auto bytes = released([&] { return encode_model(model); });
            return nb::bytes(bytes.data(), bytes.size());
          },
          "The bytes of the model's file.")
      .def("copy", [](const Model& model) { return released([&] { return Model(model); }); });
  module.def(
      "save",
      [](const Model& model, const std::filesystem::path& path) {
        released([&] { write_model(path, model); });
      },
      nb::arg("model"), nb::arg("path"), "Writes a model file: the whole of it or nothing.");
  return bound;
}

}  // namespace

void bind_files(nb::module_& module) {
  bind_model<ImageModel>(module, "ImageModel")
      .def_prop_ro("num_classes", [](const ImageModel& model) { return model.num_classes(); })
      .def_prop_ro("num_trees", [](const ImageModel& model) { return model.trees.size(); });
  bind_model<SequenceModel>(module, "SequenceModel");
  bind_model<PlayModel>(module, "PlayModel");

  module.def(
      "load",
      [](const std::filesystem::path& path) {
        return object_of(released([&] { return read_model(path); }));
      },
      nb::arg("path"), "The model in a file, of whatever kind.");
  module.def(
      "from_bytes",
      [](const nb::bytes& bytes, const std::string& name) {
        const std::span view(static_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        return object_of(released([&] { return parse_model(view, name); }));
      },
      nb::arg("bytes"), nb::arg("name") = "model", "The model in the bytes of a model file.");
  module.def(
      "merge",
      [](const ImageModel& into, const ImageModel& from) {
        return released([&] { return merge_models(into, from); });
      },
      nb::arg("into"), nb::arg("other"), "Models that were learnt apart, as one.");
  module.def(
      "merge",
      [](const SequenceModel& into, const SequenceModel& from) {
        return released([&] { return merge_models(into, from); });
      },
      nb::arg("into"), nb::arg("other"), "Models that were learnt apart, as one.");
  module.attr("MODEL_FILE_VERSION") = kModelFileVersion;
}

}  // namespace rgm::python
