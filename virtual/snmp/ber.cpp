#include "virtual/snmp/ber.hpp"

#include <algorithm>

namespace platen::vprinter::snmp {
namespace {

constexpr std::size_t kLongestName = 128;

std::string seven_bits_each(std::uint32_t value) {
  std::string out(1, static_cast<char>(value & 0x7F));
  while (value >>= 7) out.insert(out.begin(), static_cast<char>((value & 0x7F) | 0x80));
  return out;
}

}  // namespace

std::optional<std::uint8_t> BerReader::tag() const {
  if (rest_.empty()) return std::nullopt;
  return static_cast<std::uint8_t>(rest_.front());
}

std::optional<std::string_view> BerReader::content(std::uint8_t wanted) {
  if (rest_.size() < 2 || tag() != wanted) return std::nullopt;
  std::size_t length = static_cast<std::uint8_t>(rest_[1]);
  std::size_t head = 2;
  if (length > 0x7F) {
    const std::size_t count = length & 0x7F;
    if (count == 0 || count > 3 || rest_.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length * 256 + static_cast<std::uint8_t>(rest_[2 + i]);
    head += count;
  }
  if (rest_.size() - head < length) return std::nullopt;
  const std::string_view found = rest_.substr(head, length);
  rest_.remove_prefix(head + length);
  return found;
}

std::optional<BerReader> BerReader::enter(std::uint8_t wanted) {
  const auto inside = content(wanted);
  return inside ? std::optional(BerReader(*inside)) : std::nullopt;
}

std::optional<std::int64_t> BerReader::integer() {
  const BerReader before = *this;
  const auto bytes = content(kInteger);
  if (!bytes || bytes->empty() || bytes->size() > 8) {
    *this = before;
    return std::nullopt;
  }
  // The first bit is the sign of all.
  std::uint64_t value = (static_cast<std::uint8_t>(bytes->front()) & 0x80) ? ~std::uint64_t{0} : 0;
  for (const char c : *bytes) value = value << 8 | static_cast<std::uint8_t>(c);
  return static_cast<std::int64_t>(value);
}

std::optional<Name> BerReader::object_id() {
  const BerReader before = *this;
  const auto bytes = content(kObjectId);
  Name name;
  std::uint64_t part = 0;
  bool within = false;
  for (const char c : bytes.value_or(std::string_view())) {
    const auto byte = static_cast<std::uint8_t>(c);
    part = part << 7 | (byte & 0x7F);
    within = (byte & 0x80) != 0;
    if (part > 0xFFFFFFFF || name.size() > kLongestName) break;
    if (within) continue;
    if (name.empty()) {
      // The first two numbers share one.
      const std::uint64_t first = std::min<std::uint64_t>(part / 40, 2);
      name = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(part - first * 40)};
    } else {
      name.push_back(static_cast<std::uint32_t>(part));
    }
    part = 0;
  }
  if (!bytes || name.empty() || within || part != 0 || name.size() > kLongestName) {
    *this = before;
    return std::nullopt;
  }
  return name;
}

bool BerReader::skip() {
  const auto next = tag();
  return next && content(*next).has_value();
}

std::string ber(std::uint8_t tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  const std::size_t length = content.size();
  if (length > 0xFF) {
    out.append({static_cast<char>(0x82), static_cast<char>(length >> 8), static_cast<char>(length & 0xFF)});
  } else {
    if (length > 0x7F) out.push_back(static_cast<char>(0x81));
    out.push_back(static_cast<char>(length));
  }
  out.append(content);
  return out;
}

std::string ber_number(std::uint8_t tag, std::int64_t value) {
  std::string bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xFF));
    value >>= 8;
  } while (value != 0 && value != -1);
  // The sign must be readable from the first bit.
  const bool negative = value == -1;
  if (negative != ((static_cast<std::uint8_t>(bytes.front()) & 0x80) != 0))
    bytes.insert(bytes.begin(), negative ? '\xFF' : '\0');
  return ber(tag, bytes);
}

std::string ber_name(const Name& name) {
  std::string bytes;
  if (name.size() >= 2) bytes = seven_bits_each(name[0] * 40 + name[1]);
  for (std::size_t i = 2; i < name.size(); ++i) bytes += seven_bits_each(name[i]);
  return ber(kObjectId, bytes);
}

}  // namespace platen::vprinter::snmp
