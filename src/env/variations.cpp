#include "rgm/env/variations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/env/checked_environment.h"

namespace rgm {
namespace {

/// An environment within another, with a source of chance of its own.
class Variation : public Environment {
 public:
  explicit Variation(std::unique_ptr<Environment> environment) : within_(std::move(environment)) {
    require(within_ != nullptr, "variation: environment: expected one, got none");
    depth_ = within_->num_variations() + 1;
  }

  const EnvironmentSpaces& spaces() const override { return within_->spaces(); }
  std::span<const Symbol> reset(std::uint64_t seed) override {
    random_ = Random(seed).fork(depth_);
    return within_->reset(seed);
  }
  std::span<const Symbol> step(std::size_t action) override { return within_->step(action); }
  Images render() const override { return within_->render(); }
  std::uint64_t num_variations() const override { return depth_; }

 protected:
  Random& random() { return random_; }

 private:
  std::unique_ptr<Environment> within_;
  std::uint64_t depth_ = 1;  // of variations, so that no two of them draw the same
  Random random_{0};
};

class StickyActions final : public Variation {
 public:
  StickyActions(std::unique_ptr<Environment> environment, double probability)
      : Variation(std::move(environment)), probability_(probability) {
    require(probability >= 0 && probability <= 1,
            "sticky_actions: probability: expected 0 to 1, got ", probability);
  }

  std::span<const Symbol> reset(std::uint64_t seed) override {
    last_.reset();
    return Variation::reset(seed);
  }
  std::span<const Symbol> step(std::size_t action) override {
    require(action < spaces().actions.size(), "environment: action: expected below ",
            spaces().actions.size(), ", got ", action);
    const bool again = random().uniform() < probability_;
    if (!last_ || !again) last_ = action;
    return Variation::step(*last_);
  }

 private:
  double probability_;
  std::optional<std::size_t> last_;
};

/// Some cells of the stream "pixels" show something else, in observations and in pictures.
class ScreenVariation : public Variation {
 public:
  explicit ScreenVariation(std::unique_ptr<Environment> environment)
      : Variation(std::move(environment)), expected_(spaces()) {
    check_spaces(expected_);
    pixels_ = expected_.stream("pixels");
    first_ = expected_.first_modality("pixels");
  }

  std::span<const Symbol> reset(std::uint64_t seed) override {
    step_ = 0;
    return show(Variation::reset(seed));
  }
  std::span<const Symbol> step(std::size_t action) override {
    ++step_;
    return show(Variation::step(action));
  }

  /// The picture within; a changed cell looks like a cell that truly has its symbol, violet if
  /// there is none in the frame, grey if it is missing. A picture before the first reset, or one
  /// that is not cut into cells, stays as it is.
  Images render() const override {
    auto picture = Variation::render();
    check_picture(picture, step_);
    if (observation_.empty() || pixels_.rows == 0 || picture.height % pixels_.rows != 0 ||
        picture.width % pixels_.columns != 0)
      return picture;
    const auto original = picture;
    for (const std::size_t cell : cells_) {
      const Symbol symbol = observation_[first_ + cell];
      const auto like = std::find(truth_.begin(), truth_.end(), symbol);
      if (symbol == kMissingSymbol)
        paint(picture, cell, {110, 110, 110});
      else if (like == truth_.end())
        paint(picture, cell, {170, 80, 190});
      else
        copy_cell(original, static_cast<std::size_t>(like - truth_.begin()), picture, cell);
    }
    return picture;
  }

 protected:
  /// What a changed cell shows now, of so many symbols.
  virtual Symbol shown(std::size_t num_symbols) = 0;

  const ObservationStream& pixels() const { return pixels_; }
  void change(std::size_t cell) { cells_.push_back(cell); }

 private:
  std::span<const Symbol> show(std::span<const Symbol> observation) {
    check_observation(expected_, observation, step_);
    observation_.assign(observation.begin(), observation.end());
    const auto screen = observation.subspan(first_, pixels_.num_symbols.size());
    truth_.assign(screen.begin(), screen.end());
    for (const std::size_t cell : cells_)
      observation_[first_ + cell] = shown(pixels_.num_symbols[cell]);
    return observation_;
  }
  /// Calls `act(row, column)` for each pixel of a cell, counted within it.
  template <class Act>
  void for_each_pixel(const Images& picture, const Act& act) const {
    for (std::size_t i = 0; i < picture.height / pixels_.rows; ++i)
      for (std::size_t j = 0; j < picture.width / pixels_.columns; ++j) act(i, j);
  }
  std::size_t place(const Images& picture, std::size_t cell, std::size_t row,
                    std::size_t column) const {
    const std::size_t y = cell / pixels_.columns * (picture.height / pixels_.rows) + row;
    const std::size_t x = cell % pixels_.columns * (picture.width / pixels_.columns) + column;
    return (y * picture.width + x) * picture.channels;
  }
  void paint(Images& picture, std::size_t cell, const std::array<std::uint8_t, 3>& colour) const {
    for_each_pixel(picture, [&](std::size_t i, std::size_t j) {
      for (std::size_t c = 0; c < picture.channels; ++c)
        picture.pixels[place(picture, cell, i, j) + c] = colour[c % 3];
    });
  }
  void copy_cell(const Images& from, std::size_t source, Images& to, std::size_t target) const {
    for_each_pixel(to, [&](std::size_t i, std::size_t j) {
      std::copy_n(&from.pixels[place(from, source, i, j)], to.channels,
                  &to.pixels[place(to, target, i, j)]);
    });
  }

  EnvironmentSpaces expected_;  // a copy: what was checked against must not change
  ObservationStream pixels_;
  std::size_t first_ = 0, step_ = 0;
  std::vector<std::size_t> cells_;
  std::vector<Symbol> observation_, truth_;  // shown; the screen within
};

class Distractors final : public ScreenVariation {
 public:
  Distractors(std::unique_ptr<Environment> environment, std::size_t cells, std::uint64_t place)
      : ScreenVariation(std::move(environment)) {
    const std::size_t available = pixels().num_symbols.size();
    require(cells <= available, "distractors: cells: expected at most ", available, ", got ",
            cells);
    for (const std::size_t cell : Random(place).choose(available, cells)) change(cell);
  }

 private:
  Symbol shown(std::size_t num_symbols) override {
    return static_cast<Symbol>(random().index(num_symbols));
  }
};

class MissingPatch final : public ScreenVariation {
 public:
  MissingPatch(std::unique_ptr<Environment> environment, const GridPatch& patch)
      : ScreenVariation(std::move(environment)) {
    const std::size_t rows = pixels().rows, columns = pixels().columns;
    require(patch.rows > 0 && patch.columns > 0,
            "missing_patch: patch: expected at least one cell, got ", patch.rows, " × ",
            patch.columns);
    require(patch.row < rows && patch.rows <= rows - patch.row,
            "missing_patch: patch: expected rows within ", rows, ", got ", patch.rows, " from row ",
            patch.row, " on");
    require(patch.column < columns && patch.columns <= columns - patch.column,
            "missing_patch: patch: expected columns within ", columns, ", got ", patch.columns,
            " from column ", patch.column, " on");
    for (std::size_t i = 0; i < patch.rows; ++i)
      for (std::size_t j = 0; j < patch.columns; ++j)
        change((patch.row + i) * columns + patch.column + j);
  }

 private:
  Symbol shown(std::size_t) override { return kMissingSymbol; }
};

}  // namespace

std::unique_ptr<Environment> sticky_actions(std::unique_ptr<Environment> environment,
                                            double probability) {
  return std::make_unique<StickyActions>(std::move(environment), probability);
}

std::unique_ptr<Environment> distractors(std::unique_ptr<Environment> environment,
                                         std::size_t cells, std::uint64_t place) {
  return std::make_unique<Distractors>(std::move(environment), cells, place);
}

std::unique_ptr<Environment> missing_patch(std::unique_ptr<Environment> environment,
                                           const GridPatch& patch) {
  return std::make_unique<MissingPatch>(std::move(environment), patch);
}

}  // namespace rgm
