#include "rpc/wire/identity.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

#include <pthread.h>
#include <sys/random.h>

namespace platen::rpc {
namespace {

// Counts, in a child process, that it is one.
std::atomic<unsigned> forks{0};

// Random octets in advance, since asking the kernel for each call costs as much as the call. What was given
// out is wiped, so that it is nowhere but in the call; a child process never shares its parent's.
class Pool {
 public:
  void take(std::span<std::byte> into) {
    if (left_ < into.size() || forks_ != forks.load(std::memory_order_relaxed)) refill();
    auto part = std::span(octets_).subspan(octets_.size() - left_, into.size());
    std::memcpy(into.data(), part.data(), part.size());
    ::explicit_bzero(part.data(), part.size());
    left_ -= into.size();
  }

 private:
  void refill() {
    [[maybe_unused]] static const int watched =
        ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    // 256 octets or fewer never come in parts, and the kernel's pool is ready long before any program of ours
    // runs.
    if (::getrandom(octets_.data(), octets_.size(), 0) != static_cast<ssize_t>(octets_.size())) std::abort();
    left_ = octets_.size();
    forks_ = forks.load(std::memory_order_relaxed);
  }

  std::array<std::byte, 256> octets_{};
  std::size_t left_ = 0;
  unsigned forks_ = 0;
};

template <class T>
T random_bits() {
  thread_local Pool pool;
  std::array<std::byte, sizeof(T)> octets;
  pool.take(octets);
  return std::bit_cast<T>(octets);
}

}  // namespace

Uuid random_uuid() {
  auto uuid = random_bits<Uuid>();
  uuid.time_hi_and_version = static_cast<std::uint16_t>((uuid.time_hi_and_version & 0x0fffU) | 0x4000U);
  uuid.rest[0] = static_cast<std::uint8_t>((uuid.rest[0] & 0x3fU) | 0x80U);
  return uuid;
}

std::uint32_t random_number() {
  for (;;)
    if (auto number = random_bits<std::uint32_t>(); number != 0) return number;
}

std::string to_text(const Uuid& uuid) {
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", uuid.time_low,
                uuid.time_mid, uuid.time_hi_and_version, uuid.rest[0], uuid.rest[1], uuid.rest[2],
                uuid.rest[3], uuid.rest[4], uuid.rest[5], uuid.rest[6], uuid.rest[7]);
  return text;
}

}  // namespace platen::rpc
