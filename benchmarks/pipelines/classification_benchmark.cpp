// Pixels to class with a tree for each of ten classes, on one thread.

#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

void BM_classification(benchmark::State& state) {
  const auto data = pictures(1280, 1), unseen = pictures(1024, 2);
  ImageSettings settings;
  settings.exemplars = static_cast<std::size_t>(state.range(0));
  settings.passes = 1;
  settings.affine_copies = 0;
  TrainingOptions options;
  options.threads = 1;
  const auto model = train_images(data, settings, options).model;
  const auto evaluation = evaluate(model, unseen, 1);
  check(evaluation.accuracy > 0.8, "most pictures classified correctly");
  const auto source = picture_source(unseen.images);
  for (auto _ : state) benchmark::DoNotOptimize(predict(model, source, 1));
  state.counters["images"] = per_second(static_cast<double>(source.count));
  state.counters["modalities"] = static_cast<double>(model.codec.num_modalities());
}
BENCHMARK(BM_classification)->ArgName("states")->Arg(64)->Arg(128)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
