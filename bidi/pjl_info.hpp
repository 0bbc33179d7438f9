// What the answers to PJL questions hold, beyond NAME=value.
//
//   for (const Variable& variable : variables_of(reply)) ...     // INFO VARIABLES, CONFIG, USTATUS
//   if (auto value = inquired(reply, "RESOLUTION")) ...          // INQUIRE and DINQUIRE
//   Memory memory = memory_of(reply);                            // INFO MEMORY
//   Subscriptions told = subscriptions_of(reply);                // INFO USTATUS
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bidi/pjl_reader.hpp"

namespace platen::bidi {

// `DUPLEX=OFF [2 ENUMERATED]` with its options below it; `IN TRAYS [3 ENUMERATED]`; `MEMORY=2097152`;
// `DUPLEX`.
struct Variable {
  enum class Kind : std::uint8_t { plain, enumerated, range, table };
  std::string name;  // with its modifier: "LPARM:PCL PITCH"
  std::string value;
  Kind kind = Kind::plain;
  bool read_only = false;
  std::vector<std::string> options;  // of a range: the lowest and the highest value
  friend bool operator==(const Variable&, const Variable&) = default;
};
[[nodiscard]] std::vector<Variable> variables_of(const Reply& reply);
// Letter case ignored; null when there is none of that name.
[[nodiscard]] const Variable* find(const std::vector<Variable>& variables, std::string_view name);
// A value that may be set: one of the options, or within the range.
[[nodiscard]] bool allows(const Variable& variable, std::string_view value);

// Nothing when the reply answers another question, or the printer knows no such variable.
[[nodiscard]] std::optional<std::string> inquired(const Reply& reply, std::string_view variable);

// Bytes; nothing where it is not told.
struct Memory {
  std::optional<std::uint32_t> total;
  std::optional<std::uint32_t> largest;
};
[[nodiscard]] Memory memory_of(const Reply& reply);

// What the printer tells by itself on this channel.
struct Subscriptions {
  enum class Device : std::uint8_t { off, on, verbose };
  Device device = Device::off;
  bool job = false;
  bool page = false;
  std::uint32_t timed = 0;  // seconds; 0: never
  friend bool operator==(const Subscriptions&, const Subscriptions&) = default;
};
[[nodiscard]] Subscriptions subscriptions_of(const Reply& reply);

}  // namespace platen::bidi
