// A file that a person dropped in: every line is a row or an error with advice, and what was read can be
// asked.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "port/quirks/quirks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  platen::port::QuirkTable table;
  const auto errors = table.add(text, "fuzz");
  for (const auto& error : errors)
    if (error.advice.empty() || !error.object.starts_with("fuzz:")) std::abort();
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  if (errors.size() + table.size() > lines) std::abort();
  (void)table.find(0x043d, 0x00f3, text.substr(0, 64));
  return 0;
}
