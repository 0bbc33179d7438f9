// Any bytes as an event stream, and as text for the terminal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ui/cli/event_parser.hpp"
#include "ui/cli/terminal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::cli;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  EventParser parser;
  for (std::size_t at = 0; at < size; at += 7) (void)parser.feed(bytes.substr(at, 7));
  (void)columns(bytes);
  for (const char c : printable(bytes))
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
  return 0;
}
