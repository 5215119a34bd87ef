#include "scene.h"

#include <algorithm>

namespace rgm {

Shapes::Shapes(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns) {
  number_of({});
}

std::uint32_t Shapes::number_of(const std::vector<std::uint16_t>& cells) {
  const auto [at, fresh] = numbers_.try_emplace(cells, static_cast<std::uint32_t>(shapes_.size()));
  if (!fresh) return at->second;
  Shape shape{0, 0, 0, 0, cells};
  std::vector<std::uint16_t> form;
  if (!cells.empty()) {
    std::size_t left = columns_;
    for (const std::size_t cell : cells) left = std::min(left, cell % columns_);
    const std::size_t top = cells.front() / columns_;
    for (const std::size_t cell : cells)
      form.push_back(static_cast<std::uint16_t>(cell - top * columns_ - left));
    shape.top = static_cast<std::int16_t>(top);
    shape.left = static_cast<std::int16_t>(left);
    shape.bottom = static_cast<std::int16_t>(cells.back() / columns_);
  }
  shape.form =
      forms_.try_emplace(std::move(form), static_cast<std::uint32_t>(forms_.size())).first->second;
  shapes_.push_back(std::move(shape));
  return at->second;
}

std::optional<std::uint32_t> Shapes::moved(std::uint32_t shape, int rows, int columns) {
  std::vector<std::uint16_t> cells;
  for (const int cell : shapes_[shape].cells) {
    const int row = cell / static_cast<int>(columns_) + rows,
              column = cell % static_cast<int>(columns_) + columns;
    if (row < 0 || row >= static_cast<int>(rows_) || column < 0 ||
        column >= static_cast<int>(columns_))
      return std::nullopt;
    cells.push_back(static_cast<std::uint16_t>(row * static_cast<int>(columns_) + column));
  }
  return number_of(cells);
}

namespace {

/// How often symbols are shown, by how many cells at most at a time, in which columns.
struct Shown {
  std::size_t times = 0, most = 0;
  std::vector<std::uint8_t> in_column;  // [column]

  /// Whether each column is to be a thing of its own.
  bool falls_apart() const {
    constexpr std::size_t kMostParts = 4;
    const auto columns = static_cast<std::size_t>(std::ranges::count(in_column, 1));
    return most > 1 && most <= kMostParts && columns <= kMostParts;
  }
};

std::vector<Shown> shown_by(std::span<const Symbol> observations, std::size_t modalities,
                            std::size_t first, std::size_t pixels, std::size_t columns,
                            std::size_t symbols) {
  std::vector<Shown> result(symbols, {0, 0, std::vector<std::uint8_t>(columns)});
  std::vector<std::size_t> now(symbols);
  for (std::size_t at = first; at < observations.size(); at += modalities) {
    std::ranges::fill(now, 0);
    for (std::size_t cell = 0; cell < pixels; ++cell) {
      const Symbol symbol = observations[at + cell];
      if (symbol >= symbols) continue;
      result[symbol].in_column[cell % columns] = 1;
      ++result[symbol].times;
      result[symbol].most = std::max(result[symbol].most, ++now[symbol]);
    }
  }
  return result;
}

}  // namespace

Scenes::Scenes(const EnvironmentSpaces& spaces, std::span<const Symbol> observations)
    : first_pixel_(spaces.first_modality("pixels")),
      pixels_(spaces.stream("pixels").num_symbols.size()),
      columns_(pixels_),
      reward_(spaces.first_modality("reward")),
      cost_(spaces.first_modality("cost")) {
  std::size_t modality = 0;
  for (const auto& stream : spaces.streams)
    for (const std::size_t symbols : stream.num_symbols) {
      const std::size_t g = modality++;
      if (g - first_pixel_ < pixels_ || g == reward_ || g == cost_) continue;
      own_.push_back(g);
      shapes_.emplace_back(1, symbols);
    }
  const auto& screen = spaces.stream("pixels");
  const std::size_t symbols = *std::ranges::max_element(screen.num_symbols);
  columns_ = screen.columns > 0 ? screen.columns : pixels_;
  const auto shown =
      shown_by(observations, spaces.num_modalities(), first_pixel_, pixels_, columns_, symbols);
  const auto background =
      static_cast<std::size_t>(std::ranges::max_element(shown, {}, &Shown::times) - shown.begin());
  thing_of_ = Matrix<std::uint32_t>(symbols, columns_, kNothing);
  const auto add_thing = [&] {
    shapes_.emplace_back(pixels_ / columns_, columns_);
    return static_cast<std::uint32_t>(shapes_.size() - 1);
  };
  for (std::size_t s = 0; s < symbols; ++s) {
    if (s == background || shown[s].times == 0) continue;
    if (!shown[s].falls_apart()) std::ranges::fill(thing_of_.row(s), add_thing());
    if (!shown[s].falls_apart()) continue;
    for (std::size_t c = 0; c < columns_; ++c)
      if (shown[s].in_column[c] != 0) thing_of_(s, c) = add_thing();
  }
  shapes_.emplace_back(1, 2);  // reward
  shapes_.emplace_back(1, 2);  // cost
  cells_.resize(shapes_.size());
}

std::uint32_t Scenes::number_of(std::span<const Symbol> observation) {
  for (auto& cells : cells_) cells.clear();
  const auto add = [&](std::size_t thing, std::size_t modality) {
    if (observation[modality] != kMissingSymbol) cells_[thing].push_back(observation[modality]);
  };
  for (std::size_t i = 0; i < own_.size(); ++i) add(i, own_[i]);
  for (std::size_t cell = 0; cell < pixels_; ++cell) {
    const Symbol symbol = observation[first_pixel_ + cell];
    if (symbol >= thing_of_.rows()) continue;
    const std::uint32_t thing = thing_of_(symbol, cell % columns_);
    if (thing != kNothing) cells_[thing].push_back(static_cast<std::uint16_t>(cell));
  }
  add(reward(), reward_);
  add(cost(), cost_);
  Scene scene;
  for (std::size_t k = 0; k < shapes_.size(); ++k) scene.push_back(shapes_[k].number_of(cells_[k]));
  return number_of(scene);
}

std::uint32_t Scenes::number_of(const Scene& scene) {
  const auto [at, fresh] = numbers_.try_emplace(scene, static_cast<std::uint32_t>(scenes_.size()));
  if (fresh) scenes_.push_back(scene);
  return at->second;
}

bool Scenes::shows(const Scene& scene, std::size_t thing) const {
  const auto& cells = shapes_[thing][scene[thing]].cells;
  return !cells.empty() && cells.front() == 1;
}

std::size_t Scenes::Hash::operator()(const Scene& scene) const {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const std::uint32_t shape : scene) {
    hash = (hash ^ shape) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29U;
  }
  return hash;
}

}  // namespace rgm
