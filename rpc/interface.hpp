// Describing an interface: an identity and one Operation per number. Requests and replies are plain
// aggregates; how they travel is derived from their types (rpc/ndr/ndr.hpp).
//
//   inline constexpr std::array<std::string_view, 3> kMonitorOperations{"Hello", "StartDoc", "CancelDoc"};
//   inline constexpr rpc::InterfaceId kMonitor{{0x6f6e…}, 1, 0, "monitor", kMonitorOperations};
//   struct CancelDocRequest { std::uint32_t job = 0; };
//   struct CancelDocReply   { bool was_active = false; };
//   using CancelDoc = rpc::Operation<kMonitor, 2, CancelDocRequest, CancelDocReply>;
//
// Members may be: bool, integers of fixed width, float, double, enums with a fixed underlying type,
// std::string, std::u16string, Fd, std::array, std::vector, std::optional, std::variant, aggregates of these,
// and what rpc/ndr/types.hpp adds.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace platen::rpc {

struct Uuid {
  std::uint32_t time_low = 0;
  std::uint16_t time_mid = 0;
  std::uint16_t time_hi_and_version = 0;
  std::array<std::uint8_t, 8> rest{};
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
  friend constexpr bool operator==(const Uuid& a,
                                   const Uuid& b) {  // two words, since each call compares some
    using Words = std::array<std::uint64_t, 2>;
    return std::bit_cast<Words>(a) == std::bit_cast<Words>(b);
  }
};

struct InterfaceId {
  Uuid uuid;
  std::uint16_t major = 1;
  std::uint16_t minor = 0;
  // For logs and errors: its name, and its operations' by number. Who names none gets numbers there.
  std::string_view name;
  std::span<const std::string_view> operations = {};
};

// "CancelDoc of monitor"; "operation 7 of monitor" where that has no name.
[[nodiscard]] std::string operation_name(const InterfaceId& interface, std::uint16_t number);

template <const InterfaceId& Interface, std::uint16_t Number, class In, class Out>
struct Operation {
  static_assert(Interface.operations.empty() || Number < Interface.operations.size(),
                "the interface names its operations, but not this one");
  static constexpr const InterfaceId& interface = Interface;
  static constexpr std::uint16_t number = Number;
  using Request = In;
  using Reply = Out;
};

}  // namespace platen::rpc
