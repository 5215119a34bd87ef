#include "rgm/env/checked_environment.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

bool fits(Symbol symbol, std::size_t num_symbols) {
  return symbol < num_symbols || symbol == kMissingSymbol;
}

class CheckedEnvironment final : public Environment {
 public:
  explicit CheckedEnvironment(Environment& environment,
                              std::unique_ptr<Environment> owned = nullptr)
      : owned_(std::move(owned)), environment_(environment) {
    spaces_ = answer("spaces", [&] { return environment_.spaces(); });
    check_spaces(spaces_);
  }

  const EnvironmentSpaces& spaces() const override { return spaces_; }
  std::span<const Symbol> reset(std::uint64_t seed) override {
    step_ = 0;
    return observe("reset", [&] { return environment_.reset(seed); });
  }
  std::span<const Symbol> step(std::size_t action) override {
    require(action < spaces_.actions.size(), "environment: action: expected below ",
            spaces_.actions.size(), ", got ", action);
    ++step_;
    return observe("step", [&] { return environment_.step(action); });
  }
  Images render() const override {
    auto picture = answer("render", [&] { return environment_.render(); });
    check_picture(picture, step_);
    return picture;
  }
  std::uint64_t num_variations() const override {
    return answer("num_variations", [&] { return environment_.num_variations(); });
  }

 private:
  /// What a call of the environment returns; what it throws becomes an `Error` that names the call
  /// and the step.
  template <class Call>
  auto answer(const char* name, const Call& call) const -> decltype(call()) {
    try {
      return call();
    } catch (const Interrupted&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      fail("environment: ", name, " failed at step ", step_, ": ", error.what());
    } catch (...) {
      fail("environment: ", name, " failed at step ", step_, ": it threw no exception");
    }
  }
  template <class Call>
  std::span<const Symbol> observe(const char* name, const Call& call) {
    const auto observation = answer(name, call);
    const bool same = answer("spaces", [&] { return environment_.spaces() == spaces_; });
    require(same, "environment: spaces: expected them never to change, they did at step ", step_);
    check_observation(spaces_, observation, step_);
    return observation;
  }

  std::unique_ptr<Environment> owned_;  // if it is
  Environment& environment_;
  EnvironmentSpaces spaces_;
  std::size_t step_ = 0;
};

}  // namespace

void check_spaces(const EnvironmentSpaces& spaces) {
  require(!spaces.streams.empty(), "environment: streams: expected at least one, got none");
  require(!spaces.actions.empty(), "environment: actions: expected at least one, got none");
  for (const auto& stream : spaces.streams) {
    require(std::count_if(spaces.streams.begin(), spaces.streams.end(),
                          [&](const auto& s) { return s.name == stream.name; }) == 1,
            "environment: streams: expected different names, got ", stream.name, " twice");
    const std::size_t modalities = stream.num_symbols.size();
    require(modalities > 0, "environment: stream ", stream.name,
            ": expected at least one modality, got none");
    const bool no_grid = stream.rows == 0 && stream.columns == 0;
    // By division: a product may wrap around.
    const bool grid = stream.columns > 0 && modalities % stream.columns == 0 &&
                      modalities / stream.columns == stream.rows;
    require(no_grid || grid, "environment: stream ", stream.name, ": expected ", stream.rows, " × ",
            stream.columns, " modalities, got ", modalities);
    for (std::size_t g = 0; g < modalities; ++g)
      require(stream.num_symbols[g] > 0 && stream.num_symbols[g] <= kMissingSymbol,
              "environment: stream ", stream.name, ", modality ", g, ": expected 1 to ",
              kMissingSymbol, " symbols, got ", stream.num_symbols[g]);
  }
}

void check_observation(const EnvironmentSpaces& spaces, std::span<const Symbol> observation,
                       std::size_t step) {
  require(observation.size() == spaces.num_modalities(), "environment: observation of step ", step,
          ": expected ", spaces.num_modalities(), " symbols, got ", observation.size());
  const Symbol* symbol = observation.data();
  bool fit = true;
  for (const auto& stream : spaces.streams) {
    // Without a way out, so that it is done many symbols at a time.
    for (std::size_t g = 0; g < stream.num_symbols.size(); ++g)
      fit &= fits(symbol[g], stream.num_symbols[g]);
    symbol += stream.num_symbols.size();
  }
  if (fit) return;
  symbol = observation.data();
  for (const auto& stream : spaces.streams)
    for (std::size_t g = 0; g < stream.num_symbols.size(); ++g, ++symbol)
      require(fits(*symbol, stream.num_symbols[g]), "environment: observation of step ", step,
              ": stream ", stream.name, ", modality ", g, ": expected a symbol below ",
              stream.num_symbols[g], ", got ", *symbol);
}

void check_picture(const Images& picture, std::size_t step) {
  const std::size_t values = picture.pixels.size(), width = picture.width,
                    channels = picture.channels;
  require(channels == 1 || channels == 3, "environment: picture of step ", step,
          ": expected 1 or 3 channels, got ", channels);
  const bool none = picture.height == 0 && width == 0 && values == 0;
  // What it says may be huge, what it has is not: a product of that does not wrap around.
  const bool whole = width > 0 && width <= values && values % (width * channels) == 0 &&
                     values / (width * channels) == picture.height;
  require(none || whole, "environment: picture of step ", step, ": expected ", picture.height,
          " × ", width, " × ", channels, " values, got ", values);
}

std::unique_ptr<Environment> checked(std::unique_ptr<Environment> environment) {
  require(environment != nullptr, "checked: environment: expected one, got none");
  Environment& held = *environment;
  return std::make_unique<CheckedEnvironment>(held, std::move(environment));
}

std::unique_ptr<Environment> checked(Environment& environment) {
  return std::make_unique<CheckedEnvironment>(environment);
}

}  // namespace rgm
