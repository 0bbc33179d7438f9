#include "rpc/connection/assembler.hpp"

#include <algorithm>

namespace platen::rpc {
namespace {

// Messages that may be incomplete at once. We send each in one go; others may interleave a few.
constexpr std::size_t max_parts = 64;
// What a sender's word alone may claim; beyond it memory comes as the octets do.
constexpr std::size_t most_on_trust = 2U << 20;

}  // namespace

Result<void> Assembler::begin(Key key, Incoming first, std::size_t hint) {
  first.message.keep();
  const std::size_t size = first.message.octets.size();
  if (parts_.size() >= max_parts || held_ + size > max_held_)
    return fail(Errc::too_large, "take a message", "beside so many that are incomplete");
  const auto [at, fresh] = parts_.try_emplace(key, std::move(first));
  if (!fresh) return fail(Errc::conflict, "begin a message", "that has begun already");
  held_ += size;
  at->second.message.octets.reserve(std::min(hint, most_on_trust));
  return {};
}

Result<bool> Assembler::add(Key key, std::span<const std::byte> stub) {
  auto at = parts_.find(key);
  if (at == parts_.end()) return false;
  auto& octets = at->second.message.octets;
  if (octets.size() + stub.size() > max_message_ || held_ + stub.size() > max_held_)
    return fail(Errc::too_large, "take a message", "of more than " + std::to_string(max_message_) + " octets",
                "Large data travels through a descriptor, not in a message.");
  append(octets, stub);
  held_ += stub.size();
  return true;
}

std::optional<Incoming> Assembler::take(Key key) {
  auto at = parts_.find(key);
  if (at == parts_.end()) return std::nullopt;
  std::optional<Incoming> whole = std::move(at->second);
  held_ -= whole->message.octets.size();
  parts_.erase(at);
  return whole;
}

void Assembler::forget(Key key) {
  if (!parts_.empty()) static_cast<void>(take(key));
}

void Assembler::clear() {
  parts_.clear();
  held_ = 0;
}

}  // namespace platen::rpc
