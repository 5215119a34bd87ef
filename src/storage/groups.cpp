#include "groups.h"

#include <array>
#include <charconv>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"

namespace rgm::storage {
namespace {

template <class Number>
std::string to_text(Number value) {
  std::array<char, 32> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), result.ptr};
}

template <class Number>
Number to_number(const std::string& text, const std::string& name) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  require(result.ec == std::errc() && result.ptr == end && to_text(value) == text, name,
          ": expected a ", std::is_integral_v<Number> ? "whole number" : "number",
          " in its shortest form");
  return value;
}

}  // namespace

OutputGroup OutputGroup::group(std::string_view name) const {
  return OutputGroup(*writer_, prefix_ + std::string(name) + ".");
}

void OutputGroup::set(const char* name, const std::string& value) const {
  require(is_plain_text(value), prefix_, name,
          ": expected one line of UTF-8 text without control characters");
  writer_->put(prefix_ + name, value);
}

void OutputGroup::set_lines(const char* name, const std::string& text) const {
  require(is_plain_text(text, true), prefix_, name,
          ": expected UTF-8 text without control characters");
  writer_->put(prefix_ + name, text);
}

void OutputGroup::set(const char* name, std::uint64_t value) const { set(name, to_text(value)); }
void OutputGroup::set(const char* name, double value) const { set(name, to_text(value)); }

void OutputGroup::set(const char* name, const std::vector<std::string>& values) const {
  std::string lines;
  for (const auto& value : values) {
    require(is_plain_text(value), prefix_, name,
            ": expected UTF-8 text without control characters");
    lines += value + '\n';
  }
  set_lines(name, lines);
}

void InputGroup::Source::require_all_used() const {
  for (const auto& [name, text] : file.texts())
    require(used.contains(name), name, ": unknown text");
  for (const auto& [name, array] : file.arrays())
    require(used.contains(name), name, ": unknown array");
}

InputGroup InputGroup::group(std::string_view name) const {
  return InputGroup(*source_, prefix_ + std::string(name) + ".");
}

std::string InputGroup::name() const {
  return prefix_.empty() ? std::string("header") : prefix_.substr(0, prefix_.size() - 1);
}

bool InputGroup::has_text(std::string_view name) const {
  return source_->file.texts().contains(this->name(name));
}

bool InputGroup::has_array(std::string_view name) const {
  return source_->file.arrays().contains(this->name(name));
}

std::string InputGroup::lines(const char* name) const {
  const std::string full = this->name(name);
  const auto found = source_->file.texts().find(full);
  require(found != source_->file.texts().end(), full, ": missing");
  source_->used.insert(full);
  return found->second;
}

void InputGroup::get(const char* name, std::string& value) const {
  value = lines(name);
  require(is_plain_text(value), this->name(name), ": expected one line");
}

void InputGroup::get(const char* name, bool& value) const {
  std::uint64_t number = 0;
  get(name, number);
  require(number <= 1, this->name(name), ": expected 0 or 1, got ", number);
  value = number == 1;
}

void InputGroup::get(const char* name, std::uint64_t& value) const {
  std::string text;
  get(name, text);
  value = to_number<std::uint64_t>(text, this->name(name));
}

void InputGroup::get(const char* name, double& value) const {
  std::string text;
  get(name, text);
  value = to_number<double>(text, this->name(name));
}

void InputGroup::get(const char* name, std::vector<std::string>& values) const {
  const std::string text = lines(name);
  values.clear();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    require(end != std::string::npos, this->name(name), ": expected whole lines");
    values.push_back(text.substr(at, end - at));
    require(is_plain_text(values.back()), this->name(name), ": expected lines without tabs");
    at = end + 1;
  }
}

const TensorFile::Array* InputGroup::find(const std::string& name, std::size_t axes) const {
  const auto found = source_->file.arrays().find(name);
  if (found == source_->file.arrays().end()) return nullptr;
  source_->used.insert(name);
  const auto& array = found->second;
  require(array.shape.size() == axes, name, ": expected an array of ", axes, " axes, found ",
          array.shape.size());
  require(array.size() > 0, name, ": expected values, found none");
  return &array;
}

template <class T>
std::vector<T> InputGroup::vector(const char* name) const {
  const std::string full = this->name(name);
  if (find(full, 1) == nullptr) return {};
  return source_->file.read<T>(full);
}

template <class T>
Matrix<T> InputGroup::matrix(const char* name) const {
  const std::string full = this->name(name);
  const auto* array = find(full, 2);
  if (array == nullptr) return {};
  Matrix<T> values(array->shape[0], array->shape[1]);
  source_->file.read_into(full, values.values());
  return values;
}

template std::vector<std::uint8_t> InputGroup::vector(const char*) const;
template std::vector<std::uint32_t> InputGroup::vector(const char*) const;
template std::vector<std::uint64_t> InputGroup::vector(const char*) const;
template std::vector<float> InputGroup::vector(const char*) const;
template std::vector<double> InputGroup::vector(const char*) const;
template Matrix<float> InputGroup::matrix(const char*) const;
template Matrix<double> InputGroup::matrix(const char*) const;

}  // namespace rgm::storage
