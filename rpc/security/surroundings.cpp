// The kernel's randomness and time, for contexts that are not under test.
#include <chrono>
#include <cstdlib>

#include <sys/random.h>

#include "rpc/security/context.hpp"

namespace platen::rpc::security {
namespace {

// From 1601 to 1970.
constexpr std::uint64_t epoch = 116'444'736'000'000'000ULL;

}  // namespace

Surroundings real_surroundings() {
  Surroundings out;
  out.random = [](std::span<std::byte> into) {
    // 256 octets or fewer never come in parts, and nobody asks for more here.
    if (::getrandom(into.data(), into.size(), 0) != static_cast<ssize_t>(into.size())) std::abort();
  };
  out.time = [] {
    using Tick = std::chrono::duration<std::uint64_t, std::ratio<1, 10'000'000>>;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return epoch + std::chrono::duration_cast<Tick>(now).count();
  };
  return out;
}

}  // namespace platen::rpc::security
