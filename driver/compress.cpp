#include "driver/compress.hpp"

#include <algorithm>

namespace platen::driver {
namespace {

constexpr std::size_t kLongestPart = 128;       // of a run or a literal in mode 2
constexpr std::size_t kLongestReplacement = 8;  // bytes of one command in mode 3
constexpr std::size_t kOffsetEscape = 31;       // an offset from here on goes on in further bytes
constexpr std::size_t kOffsetByte = 255;        // such a byte says: and one more

void put(std::string& out, std::size_t byte) {
  out += static_cast<char>(static_cast<std::uint8_t>(byte));
}

std::size_t run_at(std::span<const std::uint8_t> row, std::size_t at) {
  std::size_t end = at + 1;
  while (end < row.size() && row[end] == row[at] && end - at < kLongestPart) ++end;
  return end - at;
}

}  // namespace

void pack_bits(std::span<const std::uint8_t> row, std::string& out) {
  for (std::size_t at = 0; at < row.size();) {
    const std::size_t run = run_at(row, at);
    if (run >= 2) {
      put(out, 257 - run);
      put(out, row[at]);
      at += run;
      continue;
    }
    // A literal goes on over runs of two: to break it for one costs as much as it saves.
    std::size_t end = at + 1;
    while (end < row.size() && end - at < kLongestPart && run_at(row, end) < 3) ++end;
    put(out, end - at - 1);
    for (; at < end; ++at) put(out, row[at]);
  }
}

void delta_row(std::span<const std::uint8_t> row, std::span<const std::uint8_t> above, std::string& out) {
  std::size_t written = 0;
  for (std::size_t at = 0;;) {
    at = static_cast<std::size_t>(std::mismatch(row.begin() + static_cast<std::ptrdiff_t>(at), row.end(),
                                                above.begin() + static_cast<std::ptrdiff_t>(at))
                                      .first -
                                  row.begin());
    if (at == row.size()) return;
    std::size_t end = at + 1;
    while (end < row.size() && end - at < kLongestReplacement && row[end] != above[end]) ++end;

    std::size_t offset = at - written;
    const std::size_t count = (end - at - 1) << 5;
    put(out, count | std::min(offset, kOffsetEscape));
    if (offset >= kOffsetEscape) {
      offset -= kOffsetEscape;
      for (; offset >= kOffsetByte; offset -= kOffsetByte) put(out, kOffsetByte);
      put(out, offset);
    }
    for (; at < end; ++at) put(out, row[at]);
    written = end;
  }
}

}  // namespace platen::driver
