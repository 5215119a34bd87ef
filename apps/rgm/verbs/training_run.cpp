#include "verbs/training_run.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "rgm/base/error.h"
#include "terminal/interruption.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"

namespace rgm::app {

Checkpoint::Checkpoint(const std::filesystem::path& output, bool resume)
    : path_(checkpoint_path(output)) {
  resumes_ = resume && !path_.empty() && std::filesystem::exists(path_);
  if (resume && !resumes_) print_note("no checkpoint " + path_.string() + ": training begins anew");
  if (resumes_) set_last_words(note_line(note()));
}

Checkpoint::~Checkpoint() { set_last_words(""); }

std::string Checkpoint::note() const {
  return "the last checkpoint is whole: " + path_.string() +
         "; the same command with --resume goes on from it";
}

void Checkpoint::write_by(const std::function<void()>& write) {
  if (path_.empty()) return;
  try {
    write();
  } catch (const FileError& error) {
    if (!std::exchange(complained_, true))
      print_note(std::string("training goes on without a checkpoint: ") + error.what());
    return;
  }
  if (!std::exchange(written_, true)) set_last_words(note_line(note()));
}

void with_checkpoints(const std::filesystem::path& output, bool resume,
                      const std::function<void(Checkpoint& checkpoint)>& train) {
  Checkpoint checkpoint(output, resume);
  try {
    train(checkpoint);
  } catch (const Interrupted&) {
    if (checkpoint.written() || checkpoint.resumes()) print_note(checkpoint.note());
    throw;
  } catch (...) {
    if (checkpoint.written()) print_note(checkpoint.note());
    throw;
  }
  std::error_code ignored;
  if (checkpoint.written() || checkpoint.resumes())
    std::filesystem::remove(checkpoint.path(), ignored);
}

TrainingResult run_training(const LabelledImages& data, const std::string& data_name,
                            const ImageSettings& settings, const CommonOptions& common,
                            const std::string& output, bool resume, const Images* codec_images,
                            const ImageModel* like) {
  TrainingOptions options;
  options.seed = common.seed;
  options.threads = common.threads;
  options.data_set = data_name;
  options.program_version = program_version();
  options.progress = progress_bar();
  options.codec_images = codec_images;
  options.like = like;
  TrainingResult result;
  with_checkpoints(output, resume, [&](Checkpoint& checkpoint) {
    ImageModel known;
    options.resume = checkpoint.read(known);
    if (!output.empty())
      options.checkpoint = [&](const ImageModel& model) { checkpoint.write(model); };
    result = train_images(data, settings, options);
    clear_progress_bar();
    if (!output.empty()) write_model(output, result.model);
  });
  return result;
}

std::string training_text(const TrainingResult& result) {
  std::string text = fmt::format(
      "  trained in {:.1f} s: codec {:.1f} s, encoding {:.1f} s, structure {:.1f} s, learning {:.1f} s ({} image updates/s)",
      result.seconds, result.codec_seconds, result.encode_seconds, result.structure_seconds,
      result.learning_seconds,
      grouped(static_cast<std::size_t>(static_cast<double>(result.image_updates) /
                                       result.learning_seconds)));
  if (result.contrastive_seconds > 0)
    text += fmt::format(", contrastive {:.1f} s", result.contrastive_seconds);
  std::string right;
  for (const double share : result.contrastive_accuracy)
    right += (right.empty() ? "" : ", ") + percent(share);
  if (!right.empty())
    text +=
        "\n  right of the training images and their copies, in each contrastive pass before they were learnt from: " +
        right;
  return text + '\n';
}

}  // namespace rgm::app
