#include "rgm/pipelines/film_prediction.h"

#include "bin_moments.h"
#include "carried_picture.h"
#include "rgm/codec/picture_loss.h"
#include "rgm/codec/voxels.h"
#include "rgm/inference/sequence_filter.h"

namespace rgm {

using namespace pipelines;

namespace {

constexpr std::size_t kSeen = 32;  // steps of a past: those before would hardly count

/// What is expected of a film's next step, as the film passes by.
class NextStep {
 public:
  explicit NextStep(const SequenceModel& model)
      : codec_(film_codec(model.front_end).voxels),
        tables_(model.tree),
        filter_(tables_, model.reading),
        last_(codec_),
        carried_(codec_),
        means_(codec_.num_modalities()),
        variances_(means_.size()),
        nothing_(1, means_.size()) {
    expect();
  }

  /// A step long ago, of which outcomes alone count.
  void hear(const Outcomes& outcomes, std::size_t step) { filter_.push(outcomes, step); }
  void see(const CodedStep& step, const Outcomes& outcomes) {
    if (last_.seen()) carried_.see(last_, voxel_, step.voxel);
    filter_.push(outcomes, step.step);
    last_.see(step.voxel, step.decoded);
    expect();
  }
  /// Nobody sees the next step.
  void pass() {
    filter_.push(nothing_, 0);
    ++ahead_;
    expect();
  }
  /// Tells what is expected as that of `step`.
  void show(std::size_t step, const TakeStep& take) const {
    auto voxel = voxel_;
    if (last_.seen()) carried_.carry(last_, ahead_, voxel);
    const auto& options = codec_.options();
    Images frames{options.preparation.height,
                  options.preparation.width,
                  codec_.preparation().channels() / options.frames_per_voxel,
                  {}};
    append_frames(voxel, options.frames_per_voxel, frames);
    take(step, frames, frame_variance(codec_, variances_));
  }

 private:
  void expect() {
    const auto distributions = filter_.predict();
    for (std::size_t g = 0; g < means_.size(); ++g)
      bin_moments(distributions[g], means_[g], variances_[g]);
    voxel_ = codec_.decode(means_);
  }

  const ImageCodec& codec_;
  SequenceTables tables_;
  SequenceFilter filter_;
  LastFrame last_;
  CarriedPicture carried_;
  std::vector<double> means_, variances_;
  std::vector<float> voxel_;  // the codec's picture of what is expected
  Outcomes nothing_;
  std::size_t ahead_ = 1;
};

}  // namespace

void predict_film(const SequenceModel& model, const Film& past, const Outcomes& outcomes,
                  std::size_t frames, const TakeStep& take, int threads, const Progress& progress) {
  const auto& codec = film_codec(model.front_end).voxels;
  NextStep next(model);
  follow_coded_film(
      codec, past, outcomes,
      [&](const CodedStep& step) {
        if (step.step + kSeen < outcomes.items())
          next.hear(outcomes, step.step);
        else
          next.see(step, outcomes);
        report(progress, "filtering", step.step + 1, outcomes.items());
      },
      threads);
  const std::size_t steps = num_voxels(frames, codec.options().frames_per_voxel);
  for (std::size_t t = 0; t < steps; ++t) {
    if (t > 0) next.pass();
    next.show(t, take);
    report(progress, "predicting", t + 1, steps);
  }
}

void predict_next_steps(const SequenceModel& model, const Film& film, const Outcomes& outcomes,
                        const TakeStep& take, int threads, const Progress& progress) {
  NextStep next(model);
  follow_coded_film(
      film_codec(model.front_end).voxels, film, outcomes,
      [&](const CodedStep& step) {
        next.show(step.step, take);
        next.see(step, outcomes);
        report(progress, "predicting", step.step + 1, outcomes.items());
      },
      threads);
}

}  // namespace rgm
