#include "rpc/identity.hpp"

#include <cstdio>
#include <cstdlib>

#include <sys/random.h>

namespace platen::rpc {
namespace {

template <class T>
T random_bits() {
  T value;
  // 256 octets or fewer never come in parts, and the kernel's pool is ready long before any program of ours
  // runs.
  if (::getrandom(&value, sizeof value, 0) != static_cast<ssize_t>(sizeof value)) std::abort();
  return value;
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
