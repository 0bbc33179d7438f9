#include "rpc/wire/identity.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <pthread.h>
#include <sys/random.h>

namespace platen::rpc {
namespace {

// Counts, in a child process, that it is one.
std::atomic<unsigned> forks{0};

// Random octets in advance, since asking the kernel for each call costs a tenth of the call: AES-256 in
// counter mode, whose key is replaced by the first of what it gives, so that what was given out cannot be
// found again from what is in memory later. What is given out is wiped here. A child process never shares its
// parent's.
class Pool {
 public:
  template <std::size_t Size>
  void take(std::array<std::byte, Size>& into) {
    if (left_ < Size || forks_ != forks.load(std::memory_order_relaxed)) refill();
    std::byte* from = octets_.data() + (octets_.size() - left_);
    std::memcpy(into.data(), from, Size);
    std::memset(from, 0, Size);
    left_ -= Size;
  }

 private:
  static constexpr unsigned refills_of_a_seed = 1000;

  void refill() {
    [[maybe_unused]] static const int watched =
        ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    if (seeded_for_ == 0 || forks_ != forks.load(std::memory_order_relaxed)) seed();
    --seeded_for_;
    aes256_ctx cipher;
    ::aes256_set_encrypt_key(&cipher, key_.data());
    std::array<std::uint8_t, AES_BLOCK_SIZE> counter{};
    octets_.fill(std::byte{0});
    auto* octets = reinterpret_cast<std::uint8_t*>(octets_.data());
    ::ctr_crypt(&cipher, reinterpret_cast<nettle_cipher_func*>(&::aes256_encrypt), counter.size(),
                counter.data(), octets_.size(), octets, octets);
    ::explicit_bzero(&cipher, sizeof cipher);
    std::memcpy(key_.data(), octets, key_.size());
    std::memset(octets, 0, key_.size());
    left_ = octets_.size() - key_.size();
  }

  // So few octets never come in parts, and the kernel's pool is ready long before any program of ours runs.
  void seed() {
    forks_ = forks.load(std::memory_order_relaxed);
    if (::getrandom(key_.data(), key_.size(), 0) != static_cast<ssize_t>(key_.size())) std::abort();
    seeded_for_ = refills_of_a_seed;
  }

  std::array<std::byte, 2048> octets_{};
  std::size_t left_ = 0;
  std::array<std::uint8_t, AES256_KEY_SIZE> key_{};
  unsigned seeded_for_ = 0;  // refills
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
