// Octets of a request: the first says in which byte order. What decodes must survive being encoded again.
#include <cstdint>
#include <cstdlib>

#include "rpc/ndr.hpp"

using namespace platen::rpc;

namespace {

enum class Kind : std::uint16_t { one, two, five = 5 };
struct Part {
  std::uint8_t small = 0;
  std::uint64_t large = 0;
  std::string name;
  Kind kind = Kind::one;
};
struct Tree {
  std::vector<Tree> branches;
  std::uint32_t leaf = 0;
};
struct Whole {
  bool yes = false;
  Kind kind = Kind::one;
  double number = 0;
  std::string text;
  std::optional<Part> one;
  std::vector<Part> many;
  std::vector<std::vector<std::uint16_t>> grid;
  std::vector<std::optional<std::string>> maybe;
  std::vector<std::uint8_t> octets;
  std::vector<Tree> trees;
  Part plain;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const auto rest = std::as_bytes(std::span(data + 1, size - 1));
  Message message{{rest.begin(), rest.end()}, {}, (data[0] & 1) != 0 ? ByteOrder::big : ByteOrder::little};
  auto value = decode<Whole>(std::move(message));
  if (!value) return 0;
  auto again = encode(std::move(*value));
  if (!decode<Whole>(std::move(again))) std::abort();
  return 0;
}
