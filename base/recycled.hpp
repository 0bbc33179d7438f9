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

#include <bit>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace platen {

// What a thread keeps of small blocks, in plain sight, so that taking and giving one is a few instructions.
struct KeptBlocks {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr bool keeping = false;
#else
  static constexpr bool keeping = true;
#endif
  static constexpr std::size_t smallest = 64;
  static constexpr std::size_t largest = 4096;
  static constexpr std::size_t classes = 7;  // 64, 128 … 4096
  // Per class and thread: enough for the calls that a busy process has under way, at most half a megabyte in
  // all.
  static constexpr std::size_t most = 64;
  static constexpr std::size_t class_of(std::size_t size) {
    return size <= smallest ? 0 : std::bit_width(size - 1) - std::bit_width(smallest - 1);
  }

  struct Class {
    void* first = nullptr;  // each block begins with the next one's address
    std::size_t room = 0;   // none before the thread has taken one, nor when it ends
  };
  Class of_class[classes];
};
extern constinit thread_local KeptBlocks kept_blocks;

[[nodiscard]] void* take_other_block(std::size_t size);
void give_other_block(void* block, std::size_t size) noexcept;

[[nodiscard]] inline void* take_block(std::size_t size) {
  if (KeptBlocks::keeping && size <= KeptBlocks::largest) {
    auto& kept = kept_blocks.of_class[KeptBlocks::class_of(size)];
    if (void* block = kept.first) {
      kept.first = *static_cast<void**>(block);
      ++kept.room;
      return block;
    }
  }
  return take_other_block(size);
}

inline void give_block(void* block, std::size_t size) noexcept {
  if (KeptBlocks::keeping && size <= KeptBlocks::largest && block != nullptr) {
    auto& kept = kept_blocks.of_class[KeptBlocks::class_of(size)];
    if (kept.room > 0) {
      *static_cast<void**>(block) = kept.first;
      kept.first = block;
      --kept.room;
      return;
    }
  }
  give_other_block(block, size);
}

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
