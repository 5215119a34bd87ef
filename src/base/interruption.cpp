#include "rgm/base/interruption.h"

#include <utility>

namespace rgm {
namespace {

thread_local const InterruptionScope* innermost = nullptr;

}  // namespace

InterruptionScope::InterruptionScope(std::function<void()> check)
    : check_(std::move(check)), outer_(std::exchange(innermost, this)) {}

InterruptionScope::~InterruptionScope() { innermost = outer_; }

void check_interruption() {
  for (const auto* scope = innermost; scope != nullptr; scope = scope->outer_)
    if (scope->check_) scope->check_();
}

}  // namespace rgm
