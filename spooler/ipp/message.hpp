// IPP messages between bytes and libcups. A request arrives as attributes with the document right behind
// them, so the attributes are measured first, decoded whole, and the document is left in the stream.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include <cups/ipp.h>

#include "base/error.hpp"

namespace platen::spooler::ipp {

struct DeleteMessage {
  void operator()(ipp_t* message) const { ippDelete(message); }
};
using Message = std::unique_ptr<ipp_t, DeleteMessage>;

// Real requests have a few kilobytes.
inline constexpr std::size_t attributes_limit = 128 * 1024;
inline constexpr std::size_t header_size = 8;

// Finds the end of a request's attributes while they arrive. Stricter than libcups where that one would trust
// a stranger: it recurses for each collection within a collection, without end.
class Measure {
 public:
  // `all` is everything that has come so far. The attributes' length, or nothing while more must come.
  Result<std::optional<std::size_t>> look(std::span<const std::byte> all);

 private:
  std::size_t at_ = header_size;  // the next tag
  unsigned depth_ = 0;            // collections that are open
};

[[nodiscard]] Result<Message> decode(std::span<const std::byte> attributes);
[[nodiscard]] std::string encode(ipp_t* message);

}  // namespace platen::spooler::ipp
