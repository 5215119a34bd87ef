#include "rgm/base/interruption.h"

#include <utility>

namespace rgm {
namespace {

thread_local const std::function<void()>* innermost = nullptr;

}  // namespace

InterruptionScope::InterruptionScope(std::function<void()> check)
    : check_(std::move(check)), outer_(std::exchange(innermost, &check_)) {}

InterruptionScope::~InterruptionScope() { innermost = outer_; }

void check_interruption() {
  if (innermost != nullptr && *innermost) (*innermost)();
}

}  // namespace rgm
