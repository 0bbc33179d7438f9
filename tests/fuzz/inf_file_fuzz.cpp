// Any bytes as an INF file: read, understood for each platform, matched and linted.
#include <cstddef>
#include <cstdint>

#include "inf/lint.hpp"
#include "inf/match.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::inf;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto file = InfFile::parse(bytes, "fuzz.inf", "0407");
  if (!file) return 0;
  (void)lint(*file, "/nonexistent");
  for (const Platform platform : {Platform::amd64, Platform::x86, Platform::arm64})
    if (const auto inf = understand(*file, platform)) (void)find_model(*inf, bytes.substr(0, 200));
  return 0;
}
