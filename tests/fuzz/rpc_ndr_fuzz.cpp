// Octets of a request: the first says in which byte order. What decodes must survive being encoded again.
#include <cstdint>
#include <cstdlib>

#include "rpc/ndr/ndr.hpp"

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
struct Number {
  static constexpr std::uint16_t tag = 1;
  std::uint64_t value = 0;
};
struct Words {
  static constexpr std::uint16_t tag = 2;
  std::vector<std::u16string> words;
};
using Either = std::variant<Number, Words>;
struct Unknown {
  std::vector<std::u16string> words;
};
// A union that takes every tag, its arms' alignments as different as can be.
struct Open {
  std::variant<Number, Words, Default<std::uint16_t, Unknown>> one;
  std::vector<std::variant<Number, Default<std::uint16_t, Part>>> many;
};
struct Block {
  std::uint32_t length = 0;
  Tail<std::uint16_t> numbers;
  [[nodiscard]] bool consistent() const { return length == numbers.elements.size(); }
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
// What foreign interfaces need besides.
struct Foreign {
  Either always;
  std::vector<std::optional<Either>> many;
  Ref<CText> text;
  Varying<std::string> some;
  UpTo<char, 8> few;
  std::optional<Block> block;
  std::array<std::uint16_t, 3> three{};
};

template <class T>
void try_as(const Message& message) {
  auto value = decode<T>(Message{message.octets, {}, message.order});
  if (!value) return;
  auto again = encode(std::move(*value), NdrWriter(message.order));
  if (!decode<T>(std::move(again))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const auto rest = std::as_bytes(std::span(data + 1, size - 1));
  Message message{{rest.begin(), rest.end()}, {}, (data[0] & 1) != 0 ? ByteOrder::big : ByteOrder::little};
  try_as<Whole>(message);
  try_as<Foreign>(message);
  try_as<Open>(message);
  return 0;
}
