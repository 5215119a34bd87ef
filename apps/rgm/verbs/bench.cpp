#include "verbs/verbs.h"

namespace rgm::app {

void add_bench(Verb app) {
  const auto verb = app.add_verb(
      "bench", "Benchmarks: the model beside simple predictors and strong ones, on real data");
  verb.needs_verb();
  add_bench_generalise(verb);
}

}  // namespace rgm::app
