#include "base/recycled.hpp"

#include <array>
#include <bit>

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

std::size_t class_of(std::size_t size) {
  return size <= smallest ? 0 : std::bit_width(size - 1) - std::bit_width(smallest - 1);
}

class Shelf {
 public:
  ~Shelf() {
    for (auto& kept : kept_)
      while (void* block = pop(kept)) ::operator delete(block);
    gone_ = true;
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
  static void* pop(Kept& kept) {
    void* block = kept.first;
    if (block == nullptr) return nullptr;
    kept.first = *static_cast<void**>(block);
    --kept.count;
    return block;
  }

  std::array<Kept, classes> kept_{};
  bool gone_ = false;
};

Shelf& shelf() {
  thread_local Shelf mine;
  return mine;
}

}  // namespace

void* take_block(std::size_t size) {
  if (!keeping || size > largest) return ::operator new(size);
  const std::size_t at = class_of(size);
  if (void* block = shelf().take(at)) return block;
  return ::operator new(smallest << at);
}

void give_block(void* block, std::size_t size) noexcept {
  if (block == nullptr) return;
  if (!keeping || size > largest || !shelf().give(class_of(size), block)) ::operator delete(block);
}

}  // namespace platen
