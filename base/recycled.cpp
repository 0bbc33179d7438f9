#include "base/recycled.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include <sys/mman.h>

namespace platen {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool keeping = false;
#else
constexpr bool keeping = true;
#endif

constexpr std::size_t smallest = 64;
constexpr std::size_t largest = 4096;
constexpr std::size_t classes = 7;  // 64, 128 … 4096
// Per class and thread: enough for the calls that a busy process has under way, at most half a megabyte in
// all.
constexpr std::size_t most_kept = 64;

// What the C library would map anew each time, and give back.
constexpr std::size_t least_large = 64U << 10;
constexpr std::size_t most_large = 4U << 20;
constexpr std::size_t large_kept = 2;
constexpr std::size_t page = 4096;

std::size_t class_of(std::size_t size) {
  return size <= smallest ? 0 : std::bit_width(size - 1) - std::bit_width(smallest - 1);
}

// A block of which the kernel may take the pages, but for the first and last, until they are written again.
void offer_to_kernel(void* block, std::size_t size) {
  const auto from = (reinterpret_cast<std::uintptr_t>(block) + page - 1) / page * page;
  const auto to = (reinterpret_cast<std::uintptr_t>(block) + size) / page * page;
  if (from < to) ::madvise(reinterpret_cast<void*>(from), to - from, MADV_FREE);
}

class Shelf {
 public:
  ~Shelf() {
    for (auto& large : large_) ::operator delete(large.block);
    for (auto& kept : kept_)
      while (void* block = pop(kept)) ::operator delete(block);
    gone_ = true;
  }

  // One that is large enough and not far too large.
  void* take_large(std::size_t size) {
    for (auto& large : large_)
      if (large.size >= size && large.size / 2 <= size) {
        large.size = 0;
        return std::exchange(large.block, nullptr);
      }
    return nullptr;
  }
  bool give_large(void* block, std::size_t size) noexcept {
    if (gone_) return false;
    auto& place = *std::ranges::min_element(large_, {}, &Large::size);
    if (place.size >= size) return false;
    ::operator delete(place.block);
    offer_to_kernel(block, size);
    place = {block, size};
    return true;
  }

  void* take(std::size_t at) { return pop(kept_[at]); }
  bool give(std::size_t at, void* block) noexcept {
    auto& kept = kept_[at];
    if (gone_ || kept.count == most_kept) return false;
    *static_cast<void**>(block) = kept.first;
    kept.first = block;
    ++kept.count;
    return true;
  }

 private:
  struct Kept {
    void* first = nullptr;  // each block begins with the next one's address
    std::size_t count = 0;
  };
  struct Large {
    void* block = nullptr;
    std::size_t size = 0;
  };
  static void* pop(Kept& kept) {
    void* block = kept.first;
    if (block == nullptr) return nullptr;
    kept.first = *static_cast<void**>(block);
    --kept.count;
    return block;
  }

  std::array<Kept, classes> kept_{};
  std::array<Large, large_kept> large_{};
  bool gone_ = false;
};

Shelf& shelf() {
  thread_local Shelf mine;
  return mine;
}

}  // namespace

void* take_block(std::size_t size) {
  if (keeping && size <= largest) {
    const std::size_t at = class_of(size);
    if (void* block = shelf().take(at)) return block;
    return ::operator new(smallest << at);
  }
  if (keeping && size >= least_large && size <= most_large)
    if (void* block = shelf().take_large(size)) return block;
  return ::operator new(size);
}

void give_block(void* block, std::size_t size) noexcept {
  if (block == nullptr) return;
  bool kept = false;
  if (keeping && size <= largest)
    kept = shelf().give(class_of(size), block);
  else if (keeping && size >= least_large && size <= most_large)
    kept = shelf().give_large(block, size);
  if (!kept) ::operator delete(block);
}

}  // namespace platen
