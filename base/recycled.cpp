#include "base/recycled.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <sys/mman.h>

namespace platen {
namespace {

// What the C library would map anew each time, and give back.
constexpr std::size_t least_large = 64U << 10;
constexpr std::size_t most_large = 4U << 20;
constexpr std::size_t large_kept = 2;
constexpr std::size_t page = 4096;

// A block of which the kernel may take the pages, but for the first and last, until they are written again.
void offer_to_kernel(void* block, std::size_t size) {
  const auto from = (reinterpret_cast<std::uintptr_t>(block) + page - 1) / page * page;
  const auto to = (reinterpret_cast<std::uintptr_t>(block) + size) / page * page;
  if (from < to) ::madvise(reinterpret_cast<void*>(from), to - from, MADV_FREE);
}

// A thread's large blocks; and the end of its small ones.
class Shelf {
 public:
  Shelf() {
    for (auto& kept : kept_blocks.of_class) kept.room = KeptBlocks::most;
  }
  ~Shelf() {
    for (auto& large : large_) ::operator delete(large.block);
    for (auto& kept : kept_blocks.of_class) {
      kept.room = 0;
      while (void* block = kept.first) {
        kept.first = *static_cast<void**>(block);
        ::operator delete(block);
      }
    }
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

 private:
  struct Large {
    void* block = nullptr;
    std::size_t size = 0;
  };
  std::array<Large, large_kept> large_{};
  bool gone_ = false;
};

Shelf& shelf() {
  thread_local Shelf mine;
  return mine;
}

bool is_large(std::size_t size) {
  return KeptBlocks::keeping && size >= least_large && size <= most_large;
}

}  // namespace

constinit thread_local KeptBlocks kept_blocks;

void* take_other_block(std::size_t size) {
  auto& mine = shelf();  // whose thread keeps blocks from now on
  if (KeptBlocks::keeping && size <= KeptBlocks::largest)
    return ::operator new(KeptBlocks::smallest << KeptBlocks::class_of(size));
  if (is_large(size))
    if (void* block = mine.take_large(size)) return block;
  return ::operator new(size);
}

void give_other_block(void* block, std::size_t size) noexcept {
  if (block == nullptr) return;
  if (!is_large(size) || !shelf().give_large(block, size)) ::operator delete(block);
}

}  // namespace platen
