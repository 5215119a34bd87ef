#include <algorithm>
#include <cmath>
#include <utility>

#include "basis.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "window.h"

namespace rgm {
namespace {

/// At most `most` pictures of a source (0: all), evenly spread over it.
PictureSource evenly_spread(const PictureSource& source, std::size_t most) {
  if (most == 0 || most >= source.count) return source;
  PictureSource result = source;
  result.count = most;
  result.read = [&source, most](std::size_t i, std::span<float> picture) {
    source.read(i * source.count / most, picture);
  };
  return result;
}

}  // namespace

ImageCodec ImageCodec::fit(const PictureSource& source, const CodecOptions& options, int threads,
                           const Progress& progress) {
  ImageCodec codec(source.height, source.width, source.channels, options);
  require(source.count > 0, "codec: expected at least one picture to fit to, got none");
  const bool learnt = options.basis == CodecBasis::kSingularVectors;
  const PictureSource sample = evenly_spread(source, options.max_fit_pictures);
  const std::size_t first_pass = learnt ? sample.count : 0;
  const auto done = [&](std::size_t n) {
    report(progress, "fitting the codec", n, first_pass + source.count);
  };

  if (learnt)
    codec.bases_ =
        codec::singular_vectors(sample, codec.preparation_, codec.tiles_, options, threads, done);
  else
    codec.make_cosines(threads);
  codec.index_modalities();
  require(codec.num_modalities() > 0, "codec: expected pictures that vary, all ", source.count,
          " are blank");

  codec.ranges_.resize(codec.num_modalities());
  codec::for_each_batch(source, codec.preparation_, threads,
                        [&](const Matrix<float>& batch, std::size_t first) {
                          parallel_for(codec.tiles_.size(), threads, [&](std::size_t t) {
                            thread_local Matrix<float> window, variates;
                            codec.project(batch, t, window, variates);
                            float* ranges = codec.ranges_.data() + codec.first_modality_[t];
                            for (std::size_t i = 0; i < variates.rows(); ++i)
                              for (std::size_t m = 0; m < variates.cols(); ++m)
                                ranges[m] = std::max(ranges[m], std::abs(variates(i, m)));
                          });
                          done(first_pass + first + batch.rows());
                        });
  return codec;
}

}  // namespace rgm
