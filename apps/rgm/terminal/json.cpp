#include "terminal/json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

// The only file that writes by nlohmann-json, whose headers take long to compile.
namespace rgm::app {

struct Json::Value {
  using List = std::vector<Json>;
  using Members = std::map<std::string, Json>;
  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, List,
               Members>
      of;

  /// What this holds, as T, which it becomes if it is null.
  template <class T>
  T& as() {
    if (std::holds_alternative<std::nullptr_t>(of)) of = T{};
    return std::get<T>(of);
  }

  static nlohmann::json written(const Json& json) {
    return std::visit(
        [](const auto& value) -> nlohmann::json {
          using T = std::decay_t<decltype(value)>;
          auto result = nlohmann::json();
          if constexpr (std::is_same_v<T, List>) {
            result = nlohmann::json::array();
            for (const auto& item : value) result.push_back(written(item));
          } else if constexpr (std::is_same_v<T, Members>) {
            result = nlohmann::json::object();
            for (const auto& [name, item] : value) result[name] = written(item);
          } else {
            result = value;
          }
          return result;
        },
        json.value_->of);
  }
};

Json::Json(std::nullptr_t) : value_(new Value{nullptr}) {}
Json::Json(Truth value) : value_(new Value{value.value}) {}
Json::Json(Whole value) : value_(new Value{value.value}) {}
Json::Json(Count value) : value_(new Value{value.value}) {}
Json::Json(double value) : value_(new Value{value}) {}
Json::Json(std::string text) : value_(new Value{std::move(text)}) {}

Json::Json(std::initializer_list<Member> members) : value_(new Value{Value::Members{}}) {
  for (const auto& member : members) (*this)[member.name] = member.value;
}

Json Json::array() {
  Json result;
  result.value_->of = Value::List{};
  return result;
}

Json::Json(const Json& other) : value_(new Value(*other.value_)) {}
Json::Json(Json&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
Json& Json::operator=(Json other) noexcept {
  std::swap(value_, other.value_);
  return *this;
}
Json::~Json() = default;

Json& Json::operator[](const std::string& name) { return value_->as<Value::Members>()[name]; }

void Json::push_back(Json value) { value_->as<Value::List>().push_back(std::move(value)); }

void Json::add_all(const std::string& prefix, const Json& other) {
  for (const auto& [name, value] : std::get<Value::Members>(other.value_->of))
    (*this)[prefix + name] = value;
}

std::string Json::text() const {
  return Value::written(*this).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rgm::app
