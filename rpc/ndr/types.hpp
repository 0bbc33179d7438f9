// Types for what IDL can say and plain C++ cannot. What has a plain C++ type needs none of these:
// rpc/ndr/ndr.hpp has the table.
//
//   struct Greeting { static constexpr std::uint16_t tag = 1; std::string text; };
//   struct Number   { static constexpr std::uint16_t tag = 2; std::uint64_t value = 0; };
//   using Said = std::variant<Greeting, Number>;              // a union: its discriminant, then one arm
//   struct Unknown { std::vector<std::uint8_t> data; };
//   using Open = std::variant<Greeting, Number, Default<std::uint16_t, Unknown>>;  // … one for other tags
//
//   struct Answer {
//     std::uint32_t count = 0;                                // size_is, length_is, switch_is …
//     Varying<std::optional<Said>> said;
//     [[nodiscard]] bool consistent() const { return count == said.elements.size(); }
//   };                                                        // … are checked by what a type says of itself
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace platen::rpc {

// [ref] pointer inside another type: always there, its referent deferred.
template <class T>
struct Ref {
  T value{};
  friend bool operator==(const Ref&, const Ref&) = default;
};

// Conformant varying array: room for some elements, of which the first are sent. `room` 0: as many as there
// are.
template <class T>
struct Varying {
  std::vector<T> elements;
  std::uint32_t room = 0;
  friend bool operator==(const Varying&, const Varying&) = default;
};

// Varying array of at most N elements, in place: [length_is(n)] T a[N].
template <class T, std::uint32_t N>
struct UpTo {
  std::vector<T> elements;
  friend bool operator==(const UpTo&, const UpTo&) = default;
};

// Conformant array at the end of a structure, in place; its count stands before the structure.
template <class T>
struct Tail {
  std::vector<T> elements;
  friend bool operator==(const Tail&, const Tail&) = default;
};

// A union's [default] arm: for each tag that no other arm has. `default: ;` has an empty structure for an
// arm. To encode one with a tag of another arm is a mistake of the program's.
template <class Tag, class Arm>
struct Default {
  Tag tag{};
  Arm arm{};
  friend bool operator==(const Default&, const Default&) = default;
};

// [string] char*, with the terminator on the wire that a std::string does not have there.
struct CText {
  std::string text;
  friend bool operator==(const CText&, const CText&) = default;
};

}  // namespace platen::rpc
