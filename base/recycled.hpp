// Memory that comes and goes with every small call is kept and handed out again, so that steady work
// allocates nothing.
//
//   auto call = std::allocate_shared<IncomingCall>(Recycled<IncomingCall>{}, …);
//   using Octets = std::vector<std::byte, Recycled<std::byte>>;     // and does not fill with zeros
//
// Blocks of up to 4 KiB are kept, a bounded number of each size, by each thread for itself; and two large
// ones of up to 4 MiB, which the kernel may take back when memory is short: mapping a megabyte anew costs
// more than copying it. Sanitizer builds keep none, so that a use after the end is seen.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace platen {

[[nodiscard]] void* take_block(std::size_t size);
void give_block(void* block, std::size_t size) noexcept;

template <class T>
struct Recycled {
  using value_type = T;

  Recycled() = default;
  template <class U>
  Recycled(const Recycled<U>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert

  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(take_block(count * sizeof(T)));
  }
  void deallocate(T* block, std::size_t count) noexcept { give_block(block, count * sizeof(T)); }

  // What has no constructor is left as it is.
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    if constexpr (sizeof...(Arguments) == 0 && std::is_trivially_default_constructible_v<U>)
      ::new (static_cast<void*>(place)) U;
    else
      ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }

  template <class U>
  bool operator==(const Recycled<U>&) const noexcept {
    return true;
  }
};

}  // namespace platen
