#include "rpc/assembler.hpp"

namespace platen::rpc {
namespace {

// Messages that may be incomplete at once. We send each in one go; others may interleave a few.
constexpr std::size_t max_parts = 64;

}  // namespace

Result<void> Assembler::begin(Key key, Incoming first) {
  const std::size_t size = first.message.octets.size();
  if (parts_.size() >= max_parts || held_ + size > max_held_)
    return fail(Errc::too_large, "take a message", "beside so many that are incomplete");
  const auto [at, fresh] = parts_.try_emplace(key, std::move(first));
  if (!fresh) return fail(Errc::conflict, "begin a message", "that has begun already");
  held_ += size;
  return {};
}

Result<bool> Assembler::add(Key key, std::span<const std::byte> stub) {
  auto at = parts_.find(key);
  if (at == parts_.end()) return false;
  auto& octets = at->second.message.octets;
  if (octets.size() + stub.size() > max_message_ || held_ + stub.size() > max_held_)
    return fail(Errc::too_large, "take a message", "of more than " + std::to_string(max_message_) + " octets",
                "Large data travels through a descriptor, not in a message.");
  octets.insert(octets.end(), stub.begin(), stub.end());
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
  static_cast<void>(take(key));
}

void Assembler::clear() {
  parts_.clear();
  held_ = 0;
}

}  // namespace platen::rpc
