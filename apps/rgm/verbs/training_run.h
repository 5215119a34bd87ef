#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "rgm/base/images.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/storage/model_file.h"
#include "verbs/verbs.h"

namespace rgm::app {

/// The file that keeps a model as far as it is trained: `output` with `.partial` before its
/// extension. None if there is no output, or if that is a device.
///
/// Training does not fail because of it: where it cannot be written, that is said once.
class Checkpoint {
 public:
  Checkpoint(const std::filesystem::path& output, bool resume);
  ~Checkpoint();
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  /// What an earlier run left to go on from; none if that is not wanted or there is no such file,
  /// which is told.
  template <class Model>
  const Model* read(Model& model) {
    if (!resumes()) return nullptr;
    model = read_model_as<Model>(path_);
    return &model;
  }
  /// In place of what the file held before.
  template <class Model>
  void write(const Model& model) {
    write_by([&] { write_model(path_, model); });
  }
  /// False as long as the file, if there is one, is somebody else's.
  bool written() const { return written_; }
  /// Whether training goes on from the file.
  bool resumes() const { return resumes_; }
  const std::filesystem::path& path() const { return path_; }
  /// What there is to say of it when training ends too early.
  std::string note() const;

 private:
  void write_by(const std::function<void()>& write);

  std::filesystem::path path_;  // empty: none
  bool resumes_ = false, written_ = false, complained_ = false;
};

/// Runs `train`, which writes a model to `output` and may go on from a checkpoint and write more of
/// them. They are removed when all is done, and told of when training fails or is interrupted, with
/// how to go on.
void with_checkpoints(const std::filesystem::path& output, bool resume,
                      const std::function<void(Checkpoint& checkpoint)>& train);

/// Trains with a progress bar and a checkpoint after each pass, from the beginning, from the codec
/// and trees of `like`, or, to `resume`, from the checkpoint. An empty `output` keeps no file.
TrainingResult run_training(const LabelledImages& data, const std::string& data_name,
                            const ImageSettings& settings, const CommonOptions& common,
                            const std::string& output, bool resume = false,
                            const Images* codec_images = nullptr, const ImageModel* like = nullptr);

/// A line on how training went.
std::string training_text(const TrainingResult& result);

}  // namespace rgm::app
