#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "calls.h"
#include "rgm/agent/agent.h"
#include "rgm/base/error.h"
#include "rgm/env/grid_game.h"
#include "rgm/pipelines/game_training.h"
#include "rgm/recipes/recipe.h"

namespace rgm::python {

namespace {

using AnyArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using Streams = std::vector<std::tuple<std::string, std::vector<std::size_t>, std::size_t,
                                       std::size_t>>;  ///< name, symbols, rows, columns

EnvironmentSpaces spaces_of_streams(const Streams& streams, std::vector<std::string> actions) {
  EnvironmentSpaces result;
  for (const auto& [name, symbols, rows, columns] : streams)
    result.streams.push_back({name, symbols, rows, columns, {}});
  result.actions = std::move(actions);
  return result;
}

template <class T>
void copy_symbols(const AnyArray& array, std::span<const std::size_t> counts,
                  std::span<Symbol> to) {
  const auto* from = static_cast<const T*>(array.data());
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto value = static_cast<std::int64_t>(from[i]);
    require(value >= 0 && value < static_cast<std::int64_t>(counts[i]), "observation: part ", i,
            ": expected 0 to ", counts[i] - 1, ", got ", value);
    to[i] = static_cast<Symbol>(value);
  }
}

/// An agent in a world that Python steps: observations come as a number or an array of the symbols
/// of the leading stream; reward, cost and end as symbols. Threads take turns: whatever touches the
/// agent runs in `alone`.
class PlayAgent {
 public:
  PlayAgent(EnvironmentSpaces spaces, GameSettings settings, std::string game, std::uint64_t seed)
      : settings_(std::move(settings)),
        game_(std::move(game)),
        seed_(seed),
        agent_(std::make_unique<Agent>(std::move(spaces), settings_.agent, seed)) {
    prepare();
  }
  PlayAgent(const PlayModel& model, std::uint64_t seed, bool learning,
            const std::vector<double>& reward_values)
      : settings_(rgm::settings_of(model)), game_(model.game), seed_(model.provenance.seed) {
    auto options = settings_.agent;
    options.learning = learning;
    GameModel known(model.spaces, model.tree, model.controlled, options.structure);
    if (!reward_values.empty()) known.set_reward_values(reward_values);
    agent_ = std::make_unique<Agent>(std::move(known), options, seed, model.provenance.units_seen);
    prepare();
  }
  PlayAgent(const PlayAgent&) = delete;
  PlayAgent& operator=(const PlayAgent&) = delete;

  Agent& agent() { return *agent_; }
  const GameSettings& settings() const { return settings_; }

  /// What `body` returns, called when no other thread is in a call of this agent. It waits without
  /// the interpreter's lock, which whoever is in a call may need to come to its end. `Error` where
  /// this very thread is in such a call (a handler of signals).
  template <class Body>
  auto alone(Body&& body) {
    return released([&] {
      const auto self = std::this_thread::get_id();
      require(user_.load() != self, "agent: expected no call from within another of its calls");
      const std::lock_guard lock(mutex_);
      struct Use {
        std::atomic<std::thread::id>& user;
        ~Use() { user = std::thread::id(); }
      };
      user_ = self;
      const Use use{user_};
      return body();
    });
  }

  /// The symbols of an observation, checked. Touches nothing that changes.
  std::vector<Symbol> read(const nb::handle& observation) const {
    std::vector<Symbol> result(counts_.size());
    if (PyLong_Check(observation.ptr())) {
      require(counts_.size() == 1, "observation: expected ", counts_.size(),
              " symbols, got one number");
      const long value = PyLong_AsLong(observation.ptr());
      if (PyErr_Occurred() != nullptr) PyErr_Clear();
      require(value >= 0 && value < static_cast<long>(counts_[0]), "observation: expected 0 to ",
              counts_[0] - 1, ", got ", value);
      result[0] = static_cast<Symbol>(value);
      return result;
    }
    AnyArray array;
    require(nb::try_cast(observation, array, false),
            "observation: expected a number or a contiguous "
            "array of whole numbers or booleans");
    require(array.size() == counts_.size(), "observation: expected ", counts_.size(),
            " symbols, got ", array.size());
    const auto type = array.dtype();
    if (type == nb::dtype<std::uint8_t>() || type == nb::dtype<bool>())
      copy_symbols<std::uint8_t>(array, counts_, result);
    else if (type == nb::dtype<std::uint16_t>())
      copy_symbols<std::uint16_t>(array, counts_, result);
    else if (type == nb::dtype<std::int64_t>())
      copy_symbols<std::int64_t>(array, counts_, result);
    else if (type == nb::dtype<std::int32_t>())
      copy_symbols<std::int32_t>(array, counts_, result);
    else if (type == nb::dtype<std::int16_t>())
      copy_symbols<std::int16_t>(array, counts_, result);
    else if (type == nb::dtype<std::uint32_t>())
      copy_symbols<std::uint32_t>(array, counts_, result);
    else if (type == nb::dtype<std::int8_t>())
      copy_symbols<std::int8_t>(array, counts_, result);
    else
      fail(
          "observation: expected whole numbers of at most 64 bits, with a sign if of 64, or booleans");
    return result;
  }
  void begin(std::span<const Symbol> seen) {
    note(seen, 0, 0, 0);
    agent_->begin(frame_);
  }
  void observe(std::size_t action, std::span<const Symbol> seen, std::size_t reward,
               std::size_t cost, std::size_t end) {
    note(seen, reward, cost, end);
    agent_->observe(action, frame_);
  }
  /// The same play as Python's loop, without it: what a step through Gymnasium is compared with.
  void play_natively(GridGame& game, std::size_t frames, std::uint64_t seed) {
    const auto& spaces = game.spaces();
    const std::size_t reward = spaces.first_modality("reward"),
                      cost = spaces.first_modality("cost");
    const std::size_t leading = counts_.size();
    require(spaces.streams.front().num_symbols.size() == leading,
            "play_natively: expected a game of ", leading, " cells");
    begin(game.reset(seed).first(leading));
    for (std::size_t t = 0; t < frames; ++t) {
      const std::size_t action = agent_->act();
      const auto seen = game.step(action);
      observe(action, seen.first(leading), seen[reward], seen[cost], 0);
    }
  }

  PlayModel model() const {
    require(agent_->model().num_states() > 0,
            "agent: expected one that has learnt something, got one that has learnt nothing yet");
    PlayModel result;
    result.game = game_;
    result.options = settings_.game;
    result.spaces = agent_->model().spaces();
    result.tree = agent_->model().tree();
    result.controlled = agent_->model().controlled();
    result.provenance.program_version = RGM_VERSION;
    result.provenance.recipe = settings_.name;
    result.provenance.settings = to_toml(settings_);
    result.provenance.data_set = game_;
    result.provenance.seed = seed_;
    result.provenance.units_seen = agent_->frames_seen();
    return result;
  }

 private:
  void prepare() {
    const auto& spaces = agent_->model().spaces();
    frame_.resize(spaces.num_modalities());
    counts_ = spaces.streams.front().num_symbols;
    reward_ = spaces.first_modality("reward");
    cost_ = spaces.first_modality("cost");
    if (spaces.has("end")) end_ = spaces.first_modality("end");
  }
  void note(std::span<const Symbol> seen, std::size_t reward, std::size_t cost, std::size_t end) {
    require(std::max({reward, cost, end}) < kMissingSymbol, "reward, cost, end: expected below ",
            kMissingSymbol);
    std::copy(seen.begin(), seen.end(), frame_.begin());
    frame_[reward_] = static_cast<Symbol>(reward);
    frame_[cost_] = static_cast<Symbol>(cost);
    if (end_) frame_[*end_] = static_cast<Symbol>(end);
  }

  GameSettings settings_;
  std::string game_;
  std::uint64_t seed_;
  std::unique_ptr<Agent> agent_;
  std::vector<Symbol> frame_;
  std::vector<std::size_t> counts_;  ///< symbols of the parts of the leading stream
  std::size_t reward_ = 0, cost_ = 0;
  std::optional<std::size_t> end_;
  std::mutex mutex_;
  std::atomic<std::thread::id> user_{};  ///< who is in a call
};

nb::dict why_of(const Decision& why, const std::string& text) {
  nb::dict result;
  const auto or_none = [](const std::optional<std::size_t>& value) {
    return value ? nb::object(nb::int_(*value)) : nb::none();
  };
  result["frame"] = why.frame;
  result["action"] = why.action;
  result["motive"] = name_of(why.motive);
  result["state"] = or_none(why.state);
  result["certainty"] = why.certainty;
  result["values"] = why.values;
  result["probabilities"] = why.probabilities;
  result["tried"] = why.tried;
  result["expected"] = or_none(why.expected);
  result["steps_to_reward"] =
      why.steps_to_reward == kUnreachable ? nb::none() : nb::object(nb::int_(why.steps_to_reward));
  result["text"] = text;
  return result;
}

void bind_agent(nb::module_& module) {
  nb::class_<PlayAgent>(module, "Agent")
      .def(
          "__init__",
          [](PlayAgent* at, const Streams& streams, std::vector<std::string> actions,
             const std::string& recipe, const std::vector<std::string>& overrides,
             const std::string& game, std::uint64_t seed) {
            new (at) PlayAgent(spaces_of_streams(streams, std::move(actions)),
                               load_recipe_as<GameSettings>(recipe, overrides), game, seed);
          },
          nb::arg("streams"), nb::arg("actions"), nb::arg("recipe"), nb::arg("overrides"),
          nb::arg("game"), nb::arg("seed"))
      .def_static(
          "from_model",
          [](const PlayModel& model, std::uint64_t seed, bool learning,
             const std::vector<double>& reward_values) {
            return released([&] {
              return std::make_unique<PlayAgent>(model, seed, learning, reward_values).release();
            });
          },
          nb::arg("model"), nb::arg("seed"), nb::arg("learning"), nb::arg("reward_values"),
          nb::rv_policy::take_ownership)
      .def("begin",
           [](PlayAgent& self, nb::handle observation) {
             const auto seen = self.read(observation);
             self.alone([&] { self.begin(seen); });
           })
      .def("act", [](PlayAgent& self) { return self.alone([&] { return self.agent().act(); }); })
      .def("observe",
           [](PlayAgent& self, std::size_t action, nb::handle observation, std::size_t reward,
              std::size_t cost, std::size_t end) {
             const auto seen = self.read(observation);
             self.alone([&] { self.observe(action, seen, reward, cost, end); });
           })
      .def("advance",
           [](PlayAgent& self, std::size_t action, nb::handle observation, std::size_t reward,
              std::size_t cost) {
             const auto seen = self.read(observation);
             return self.alone([&] {
               self.observe(action, seen, reward, cost, 0);
               return self.agent().act();
             });
           })
      .def("learn", [](PlayAgent& self) { self.alone([&] { self.agent().learn(); }); })
      .def("set_reward_values",
           [](PlayAgent& self, const std::vector<double>& values) {
             self.alone([&] { self.agent().set_reward_values(values); });
           })
      .def("why",
           [](PlayAgent& self) {
             Decision why;
             std::string text;
             self.alone([&] {
               why = self.agent().why();
               text = why.text(self.agent().model().spaces());
             });
             return why_of(why, text);
           })
      .def("predict",
           [](PlayAgent& self, std::size_t action) {
             return self.alone([&] { return self.agent().predict(action); });
           })
      .def("model", [](PlayAgent& self) { return self.alone([&] { return self.model(); }); })
      .def_prop_ro("settings", [](PlayAgent& self) { return to_toml(self.settings()); })
      .def_prop_ro("recipe", [](PlayAgent& self) { return self.settings().name; })
      .def_prop_ro(
          "frames_seen",
          [](PlayAgent& self) { return self.alone([&] { return self.agent().frames_seen(); }); })
      .def_prop_ro("num_states",
                   [](PlayAgent& self) {
                     return self.alone([&] { return self.agent().model().num_states(); });
                   })
      .def_prop_ro(
          "window",
          [](PlayAgent& self) { return self.alone([&] { return self.agent().model().window(); }); })
      .def(
          "play_natively",
          [](PlayAgent& self, GridGame& game, std::size_t frames, std::uint64_t seed) {
            self.alone([&] { self.play_natively(game, frames, seed); });
          },
          nb::arg("game"), nb::arg("frames"), nb::arg("seed"));
}

auto grid_of(const GridGame& game, std::span<const Symbol> seen) {
  const auto& rules = game.rules();
  std::vector<std::uint8_t> grid(rules.rows() * rules.columns());
  for (std::size_t i = 0; i < grid.size(); ++i) grid[i] = static_cast<std::uint8_t>(seen[i]);
  return owned(std::move(grid), {rules.rows(), rules.columns()});
}

void bind_grid_game(nb::module_& module) {
  nb::class_<GridGame>(module, "GridGame")
      .def(
          "__init__",
          [](GridGame* at, const std::string& name, std::size_t rows, std::size_t columns,
             double sticky) {
            GameOptions options;
            if (rows > 0) options.rows = rows;
            if (columns > 0) options.columns = columns;
            options.sticky = sticky;
            new (at) GridGame(game_rules(name, options));
          },
          nb::arg("name"), nb::arg("rows") = 0, nb::arg("columns") = 0, nb::arg("sticky") = 0.0)
      .def("reset",
           [](GridGame& self, std::uint64_t seed) { return grid_of(self, self.reset(seed)); })
      .def("step",
           [](GridGame& self, std::size_t action) {
             const auto seen = self.step(action);
             const auto& spaces = self.spaces();
             return nb::make_tuple(grid_of(self, seen), seen[spaces.first_modality("reward")] == 1,
                                   seen[spaces.first_modality("cost")] == 1);
           })
      .def("render",
           [](const GridGame& self) {
             const Images picture = self.render();
             const std::size_t count = picture.height * picture.width * picture.channels;
             std::vector<std::uint8_t> pixels(count);
             for (std::size_t i = 0; i < count; ++i) pixels[i] = picture.pixels[i];
             return owned(std::move(pixels), {picture.height, picture.width, picture.channels});
           })
      .def_prop_ro("rows", [](const GridGame& self) { return self.rules().rows(); })
      .def_prop_ro("columns", [](const GridGame& self) { return self.rules().columns(); })
      .def_prop_ro("actions", [](const GridGame& self) { return self.spaces().actions; })
      .def_prop_ro("symbols", [](const GridGame& self) {
        std::vector<std::string> names;
        for (const auto& glyph : self.rules().glyphs()) names.push_back(glyph.name);
        return names;
      });
}

}  // namespace

void bind_games(nb::module_& module) {
  bind_grid_game(module);
  bind_agent(module);
  module.def(
      "game_recipes", [] { return recipe_names("game"); }, "Names of the recipes for games.");
  module.def(
      "game_settings",
      [](const std::string& recipe, const std::vector<std::string>& overrides) {
        return to_toml(load_recipe_as<GameSettings>(recipe, overrides));
      },
      nb::arg("recipe"), nb::arg("overrides"),
      "All settings of a recipe of games, with changes, as a recipe file.");
  module.def(
      "play_spaces",
      [](const PlayModel& model) {
        Streams streams;
        for (const auto& stream : model.spaces.streams)
          streams.emplace_back(stream.name, stream.num_symbols, stream.rows, stream.columns);
        return nb::make_tuple(streams, model.spaces.actions);
      },
      nb::arg("model"), "What a model of a game has seen: streams and actions.");
}

}  // namespace rgm::python
