#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rgm::app {

/// A figure, or figures by name, or a list of them: what --json files are made of.
///
///     Json figures{{"frames", 100}, {"film", "bird"}};
///     figures["curve"].push_back({{"seconds", 0.5}});
class Json {
 public:
  struct Member;

  // NOLINTBEGIN(google-explicit-constructor): whatever is a figure converts
  Json(std::nullptr_t = nullptr);
  Json(std::same_as<bool> auto value) : Json(Truth{value}) {}
  Json(std::signed_integral auto value) : Json(Whole{value}) {}
  Json(std::unsigned_integral auto value) requires(!std::same_as<decltype(value), bool>)
      : Json(Count{value}) {}
  Json(double value);
  Json(std::string text);
  Json(const char* text) : Json(std::string(text)) {}
  template <class T>
  Json(const std::vector<T>& list) : Json(array()) {
    for (const auto& value : list) push_back(value);
  }
  /// Figures by name.
  Json(std::initializer_list<Member> members);
  // NOLINTEND(google-explicit-constructor)
  static Json array();  ///< an empty list

  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;
  ~Json();

  /// The figure of that name, null if it is new. This must be null or hold figures by name.
  Json& operator[](const std::string& name);
  /// Adds to the list. This must be null or a list.
  void push_back(Json value);
  /// Adds the figures of `other`, each under `prefix` and its name.
  void add_all(const std::string& prefix, const Json& other);

  /// Names in the order of the alphabet, two spaces a level; numbers as short as they can be read
  /// back. What is not UTF-8 is replaced; what is not finite becomes null.
  std::string text() const;

 private:
  struct Value;
  struct Truth {
    bool value;
  };
  struct Whole {
    std::int64_t value;
  };
  struct Count {
    std::uint64_t value;
  };
  explicit Json(Truth value);
  explicit Json(Whole value);
  explicit Json(Count value);

  std::unique_ptr<Value> value_;
};

struct Json::Member {
  std::string name;
  Json value;
};

}  // namespace rgm::app
