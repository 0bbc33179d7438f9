#include "spooler/ipp/message.hpp"

#include <algorithm>
#include <cstring>

#include <cups/cups.h>

namespace platen::spooler::ipp {
namespace {

// media-col holds media-size, and nothing that we take holds more.
constexpr unsigned deepest_collection = 8;

Error malformed(const std::string& advice) {
  return fail(Errc::malformed, "read the IPP request", "", advice);
}

struct Cursor {
  std::span<const std::byte> left;
};

ssize_t read_from(void* context, ipp_uchar_t* into, std::size_t size) {
  auto& cursor = *static_cast<Cursor*>(context);
  const std::size_t n = std::min(size, cursor.left.size());
  std::memcpy(into, cursor.left.data(), n);
  cursor.left = cursor.left.subspan(n);
  return static_cast<ssize_t>(n);
}

ssize_t append_to(void* context, ipp_uchar_t* from, std::size_t size) {
  static_cast<std::string*>(context)->append(reinterpret_cast<const char*>(from), size);
  return static_cast<ssize_t>(size);
}

}  // namespace

Result<std::optional<std::size_t>> Measure::look(std::span<const std::byte> all) {
  const auto byte = [all](std::size_t at) { return std::to_integer<unsigned>(all[at]); };
  const auto length = [byte](std::size_t at) { return byte(at) << 8 | byte(at + 1); };
  while (at_ < all.size()) {
    const unsigned tag = byte(at_);
    if (tag == IPP_TAG_END && depth_ == 0) return std::optional(at_ + 1);
    if (tag < IPP_TAG_UNSUPPORTED_VALUE) {
      if (tag == IPP_TAG_ZERO || depth_ != 0) return malformed("An attribute group begins where none can.");
      ++at_;
      continue;
    }
    if (tag == IPP_TAG_EXTENSION) return malformed("Extended value tags are not known.");
    // tag, name's length, name, value's length, value
    if (at_ + 3 > all.size()) break;
    const std::size_t value_at = at_ + 3 + length(at_ + 1);
    if (value_at + 2 > all.size()) break;
    const std::size_t end = value_at + 2 + length(value_at);
    if (end > all.size()) break;
    if (tag == IPP_TAG_BEGIN_COLLECTION && ++depth_ > deepest_collection)
      return malformed("Its collections are nested too deeply.");
    if (tag == IPP_TAG_END_COLLECTION && depth_-- == 0)
      return malformed("A collection ends that never began.");
    at_ = end;
  }
  if (all.size() >= attributes_limit)
    return fail(Errc::too_large, "read the IPP request", "", "Its attributes are too long.");
  return std::optional<std::size_t>();
}

Result<Message> decode(std::span<const std::byte> attributes) {
  Message message(ippNew());
  Cursor cursor{attributes};
  if (ippReadIO(&cursor, read_from, 1, nullptr, message.get()) != IPP_STATE_DATA || !cursor.left.empty())
    return malformed(std::string("Its attributes are malformed: ") + cupsLastErrorString() + ".");
  return message;
}

std::string encode(ipp_t* message) {
  std::string bytes;
  bytes.reserve(ippLength(message));
  ippSetState(message, IPP_STATE_IDLE);
  ippWriteIO(&bytes, append_to, 1, nullptr, message);
  return bytes;
}

}  // namespace platen::spooler::ipp
