#include "rgm/pipelines/film_completion.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/pipelines/film_size.h"

namespace rgm {
namespace {

constexpr std::size_t kEpisodesAround = 2;  // of the root
constexpr std::size_t kMostEpisodes = 64;   // whose states are found together

std::vector<Gap> gaps_of(const Outcomes& outcomes) {
  std::vector<Gap> result;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    if (!std::ranges::all_of(outcomes.item(t), &Outcome::missing)) continue;
    if (!result.empty() && result.back().first + result.back().count == t)
      ++result.back().count;
    else
      result.push_back({t, 1, 0});
  }
  return result;
}

Outcomes steps_of(const Outcomes& outcomes, std::size_t first, std::size_t last) {
  std::vector<std::size_t> steps(last - first);
  std::iota(steps.begin(), steps.end(), first);
  return outcomes.select(steps);
}

/// How likely the states of a configuration make an outcome of a step, by those that fit it best:
/// on average over a factor's modalities, and the least of all factors. A path may be had by taking
/// what is seen for something else.
double fit_of(const SequenceTables& tables, const SequenceStates& states, const Outcomes& outcomes,
              std::size_t step, SoftReading reading) {
  double least = 1;
  std::vector<double> fit;
  for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
    fit.assign(tables.level(0)[f].num_states, 0.0);
    tables.log_likelihood(f, outcomes, step, reading, fit);
    const double worse = fit[states.states[0][step][f]] - *std::ranges::max_element(fit);
    const auto modalities = static_cast<double>(tables.level(0)[f].observed.size());
    least = std::min(least, std::exp(worse / modalities));
  }
  return least;
}

/// The film's frames as they pass by, and between known ones a blend of them.
class Blender {
 public:
  /// `known` [frame].
  Blender(const Film& film, std::vector<std::uint8_t> known)
      : next_(film.open()), known_(std::move(known)) {
    frame_.resize(film.height * film.width * film.channels);
  }

  /// Frame `f`, later than the ones before.
  std::span<const std::uint8_t> frame(std::size_t f) {
    while (!ahead_at_ || *ahead_at_ < f) {
      if (ahead_at_) {
        behind_ = std::move(ahead_);
        behind_at_ = ahead_at_;
      }
      if (!read_ahead()) break;
    }
    if (ahead_at_ && *ahead_at_ == f) return ahead_;
    if (!behind_at_) return ahead_;
    if (!ahead_at_) return behind_;
    const double share =
        static_cast<double>(f - *behind_at_) / static_cast<double>(*ahead_at_ - *behind_at_);
    for (std::size_t i = 0; i < frame_.size(); ++i)
      frame_[i] =
          static_cast<std::uint8_t>(std::lround((1 - share) * behind_[i] + share * ahead_[i]));
    return frame_;
  }

 private:
  /// Reads up to the next known frame; false if there is none.
  bool read_ahead() {
    ahead_at_.reset();
    ahead_.resize(frame_.size());
    while (at_ < known_.size()) {
      check_interruption();
      require(next_(ahead_), "complete: film: expected ", known_.size(), " frames as before, got ",
              at_);
      if (known_[at_++] == 0) continue;
      ahead_at_ = at_ - 1;
      return true;
    }
    return false;
  }

  Film::Next next_;
  std::vector<std::uint8_t> known_;
  std::vector<std::uint8_t> behind_, ahead_, frame_;
  std::optional<std::size_t> behind_at_, ahead_at_;
  std::size_t at_ = 0;
};

/// The frames, of `count`, that are as is wanted.
template <class Wanted>
std::vector<FrameRange> frames_that(std::size_t count, const Wanted& wanted) {
  std::vector<FrameRange> result;
  for (std::size_t f = 0; f < count; ++f) {
    if (!wanted(f)) continue;
    if (!result.empty() && result.back().first + result.back().count == f)
      ++result.back().count;
    else
      result.push_back({f, 1});
  }
  return result;
}

/// Whether a pixel of a step lies under a mask.
bool is_masked(const MissingParts& missing, std::size_t step, std::size_t pixel) {
  const auto under = [pixel](const Matrix<std::uint8_t>& mask) {
    return !mask.empty() && mask.values()[pixel] != 0;
  };
  return under(missing.mask) || (!missing.step_masks.empty() && under(missing.step_masks[step]));
}

/// The frames that others may be blended from: those that are known, all of them or but for the
/// same pixels as everywhere, [frame].
std::vector<std::uint8_t> without_step_masks(std::vector<std::uint8_t> known,
                                             const MissingParts& missing, std::size_t per_voxel) {
  for (std::size_t t = 0; t < missing.step_masks.size(); ++t) {
    const auto masked = missing.step_masks[t].values();
    if (std::ranges::all_of(masked, [](std::uint8_t m) { return m == 0; })) continue;
    for (std::size_t f = t * per_voxel; f < std::min((t + 1) * per_voxel, known.size()); ++f)
      known[f] = 0;
  }
  return known;
}

/// Counts the modalities that are hidden, and those of them of which no state has seen anything.
void count_hidden(const SequenceModel& model, const MissingParts& missing, FilmCompletion& result) {
  if (missing.mask.empty()) return;
  const auto shares = film_codec(model.front_end).voxels.modalities_touching(missing.mask.values());
  const auto& level = model.tree.levels.front();
  std::vector<std::uint8_t> seen(shares.size());
  for (const auto& factor : level.factors)
    for (std::size_t s = 0; s < factor.num_states(); ++s)
      factor.likelihood.for_each_count(s, [&](std::size_t i, std::size_t, double count) {
        if (count > 0) seen[level.modalities[factor.modalities[i]].source] = 1;
      });
  for (std::size_t g = 0; g < shares.size(); ++g) {
    if (shares[g] <= missing.mask_share) continue;
    ++result.hidden;
    result.never_learnt += seen[g] == 0 ? 1 : 0;
  }
}

}  // namespace

std::vector<Gap> find_gaps(const SequenceModel& model, const Outcomes& outcomes,
                           const Progress& progress) {
  auto gaps = gaps_of(outcomes);
  if (gaps.empty()) return gaps;
  const SequenceTables tables(model.tree);
  const std::size_t length = tables.steps(0), around = kEpisodesAround * length;
  const auto begin_of = [&](const Gap& gap) {
    return gap.first / length * length - std::min(gap.first / length * length, around);
  };
  const auto end_of = [&](const Gap& gap) {
    return std::min(outcomes.items(),
                    (gap.first + gap.count + length - 1) / length * length + around);
  };
  for (std::size_t i = 0; i < gaps.size();) {
    const std::size_t begin = begin_of(gaps[i]);
    std::size_t end = end_of(gaps[i]), next = i + 1;
    for (; next < gaps.size() && begin_of(gaps[next]) < end &&
           end_of(gaps[next]) <= begin + kMostEpisodes * length;
         ++next)
      end = end_of(gaps[next]);
    const auto near = steps_of(outcomes, begin, end);
    const auto states = most_probable_states(tables, near, model.reading);
    for (; i < next; ++i) {
      const std::size_t first = gaps[i].first - begin, behind = first + gaps[i].count;
      double& learnt = gaps[i].learnt = learnt_share(tables, states, first, behind, near.items());
      if (first > 0)
        learnt = std::min(learnt, fit_of(tables, states, near, first - 1, model.reading));
      if (behind < near.items())
        learnt = std::min(learnt, fit_of(tables, states, near, behind, model.reading));
    }
    report(progress, "paths through gaps", i, gaps.size());
  }
  return gaps;
}

FilmCompletion complete_film(const SequenceModel& model, const Film& film, const EncodedFilm& whole,
                             const MissingParts& missing, const FilmCompletionOptions& options,
                             const TakeStep& take, const Progress& progress) {
  const auto& codec = film_codec(model.front_end).voxels;
  const std::size_t per_voxel = codec.options().frames_per_voxel;
  const auto observed = without(codec, whole.outcomes, missing);
  FilmCompletion result;
  count_hidden(model, missing, result);
  std::vector<std::uint8_t> known(whole.frames, 1), blended(whole.outcomes.items() * per_voxel, 0);
  for (const std::size_t frame : missing.frames)
    if (frame < known.size()) known[frame] = 0;  // else one that fills the last voxel up
  const auto shown_as_is = without_step_masks(known, missing, per_voxel);
  if (options.fill != Fill::kRecall && std::ranges::count(shown_as_is, 1) > 0)
    for (const auto& gap : find_gaps(model, observed, progress))
      if (options.fill == Fill::kBlend || !gap.recalled())
        std::fill_n(blended.begin() + static_cast<std::ptrdiff_t>(gap.first * per_voxel),
                    gap.count * per_voxel, std::uint8_t{1});
  // A step is hidden as a whole where one of its frames is missing: the others are put back.
  std::vector<std::uint8_t> from_film(blended.size());
  for (const std::size_t frame : missing.frames)
    for (std::size_t f = frame / per_voxel * per_voxel, r = 0; r < per_voxel; ++f, ++r)
      if (f < known.size() && (known[f] != 0 ? shown_as_is[f] : blended[f]) != 0) from_film[f] = 1;
  result.recalled =
      frames_that(known.size(), [&](std::size_t f) { return known[f] == 0 && blended[f] == 0; });
  result.blended =
      frames_that(known.size(), [&](std::size_t f) { return known[f] == 0 && blended[f] != 0; });
  result.kept =
      frames_that(known.size(), [&](std::size_t f) { return known[f] != 0 && from_film[f] != 0; });

  std::optional<Blender> blender;
  if (!result.blended.empty() || !result.kept.empty())
    blender.emplace(prepared_film(codec, film), shown_as_is);
  Images shown;
  result.log_evidence = complete_film(
      model, observed, options.reconstruct,
      [&](std::size_t step, const Images& frames, std::span<const float> variance) {
        const auto first = from_film.begin() + static_cast<std::ptrdiff_t>(step * per_voxel);
        if (std::count(first, first + static_cast<std::ptrdiff_t>(per_voxel), 1) == 0)
          return take(step, frames, variance);
        shown = frames;
        for (std::size_t r = 0; r < per_voxel && step * per_voxel + r < known.size(); ++r) {
          if (from_film[step * per_voxel + r] == 0) continue;
          const auto from = blender->frame(step * per_voxel + r);
          const auto to = shown.image(r);
          for (std::size_t i = 0; i < to.size(); ++i)
            if (!is_masked(missing, step, i / shown.channels)) to[i] = from[i];
        }
        take(step, shown, variance);
      },
      progress);
  return result;
}

}  // namespace rgm
