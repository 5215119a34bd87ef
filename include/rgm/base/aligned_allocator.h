#pragma once

#include <cstddef>
#include <new>

namespace rgm {

/// Allocates memory that begins at a multiple of 64 bytes, a cache line and the widest vector
/// register. Sums over an array are then grouped alike wherever it lies, so that results are the
/// same bit for bit from run to run.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  AlignedAllocator() = default;
  template <class U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert
  AlignedAllocator(const AlignedAllocator<U>&) {}

  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kAlignment)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, kAlignment); }

  friend bool operator==(AlignedAllocator, AlignedAllocator) { return true; }
};

}  // namespace rgm
