#include "rpc/ndr/cursor.hpp"

#include <algorithm>

namespace platen::rpc {
namespace {

constexpr std::uint32_t no_descriptor = 0xffffffff;
// Deeper than any message of ours; far from the end of a coroutine's stack.
constexpr int max_nesting = 32;

}  // namespace

void NdrWriter::uuid(const Uuid& value) {
  u32(value.time_low);
  u16(value.time_mid);
  u16(value.time_hi_and_version);
  for (auto octet : value.rest) u8(octet);
}

void NdrWriter::bytes(std::span<const std::byte> octets) {
  if (!octets.empty()) std::memcpy(claim(octets.size()), octets.data(), octets.size());
}

void NdrWriter::widen(std::size_t by) {
  Octets wider;
  wider.resize(std::max(2 * size_, size_ + by));
  if (size_ != 0) std::memcpy(wider.data(), octets_.data(), size_);
  octets_.swap(wider);
}

void NdrWriter::string(std::string_view text, Terminator terminator) {
  const auto count = static_cast<std::uint32_t>(text.size() + (terminator == Terminator::yes ? 1 : 0));
  u32(count);  // maximum count
  u32(0);      // offset
  u32(count);  // actual count
  bytes(std::as_bytes(std::span(text)));
  if (terminator == Terminator::yes) u8(0);
}

void NdrWriter::string(std::u16string_view text) {
  const auto count = static_cast<std::uint32_t>(text.size() + 1);
  u32(count);
  u32(0);
  u32(count);
  for (const char16_t unit : text) u16(unit);
  u16(0);
}

void NdrWriter::referent(bool present) {
  u32(present ? next_referent_ : 0);
  if (present) next_referent_ += 4;
}

void NdrWriter::descriptor(Fd fd) {
  u32(fd ? static_cast<std::uint32_t>(descriptors_.size()) : no_descriptor);
  if (fd) descriptors_.push_back(std::move(fd));
}

void NdrReader::wrong(const char* what) {
  if (wrong_ == nullptr) wrong_ = what;
  at_ = octets_.size();
}

bool NdrReader::boolean() {
  const auto octet = u8();
  if (octet > 1) wrong("a truth value is neither 0 nor 1");
  return octet == 1;
}

Uuid NdrReader::uuid() {
  Uuid value;
  value.time_low = u32();
  value.time_mid = u16();
  value.time_hi_and_version = u16();
  for (auto& octet : value.rest) octet = u8();
  return value;
}

std::span<const std::byte> NdrReader::bytes(std::size_t count) {
  if (failed() || count > left()) {
    wrong("it ends too early");
    return {};
  }
  auto part = octets_.subspan(at_, count);
  at_ += count;
  return part;
}

std::string NdrReader::string(Terminator terminator) {
  const auto maximum = u32();
  auto count = actual_count(maximum, 1);
  auto part = bytes(failed() ? 0 : count);
  if (terminator == Terminator::yes && !failed()) {
    if (part.empty() || std::ranges::find(part, std::byte{0}) != part.end() - 1) {
      wrong("a string does not end at its first terminator");
      return {};
    }
    part = part.first(part.size() - 1);
  }
  return {reinterpret_cast<const char*>(part.data()), part.size()};
}

std::u16string NdrReader::wide_string() {
  const auto maximum = u32();
  const auto count = actual_count(maximum, sizeof(char16_t));
  std::u16string text;
  text.reserve(count);
  for (std::size_t i = 0; i < count; ++i) text.push_back(static_cast<char16_t>(u16()));
  if (failed()) return {};
  if (text.empty() || text.find(u'\0') != text.size() - 1) {
    wrong("a string does not end at its first terminator");
    return {};
  }
  text.pop_back();
  return text;
}

bool NdrReader::referent() {
  return u32() != 0;
}

void NdrReader::required_referent() {
  if (!referent()) wrong("something that must be there is absent");
}

Fd NdrReader::descriptor() {
  const auto index = u32();
  if (failed() || index == no_descriptor) return {};
  // They are numbered in the order in which they are met, so that none can be claimed twice or left out.
  if (index != next_descriptor_ || index >= descriptors_.size()) {
    wrong("it names a descriptor that did not come with it");
    return {};
  }
  return std::move(descriptors_[next_descriptor_++]);
}

std::size_t NdrReader::count(std::size_t least) {
  const std::size_t wanted = u32();
  if (failed()) return 0;
  if (wanted > left() / least) {
    wrong("it claims more elements than it has octets for");
    return 0;
  }
  return wanted;
}

std::size_t NdrReader::actual_count(std::size_t most, std::size_t least) {
  const auto offset = u32();
  const auto actual = count(least);
  if (offset == 0 && actual <= most) return actual;
  wrong("an array's counts contradict each other");
  return 0;
}

void NdrReader::end(std::size_t padding) {
  if (failed()) return;
  if (left() > padding) wrong("there are octets too many");
  if (next_descriptor_ != descriptors_.size()) wrong("there are descriptors too many");
}

void NdrReader::enter() {
  if (++nesting_ > max_nesting) wrong("it is nested too deeply");
}

}  // namespace platen::rpc
