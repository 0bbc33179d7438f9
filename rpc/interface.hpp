// Describing an interface: an identity and one Operation per number. Requests and replies are plain
// aggregates; how they travel is derived from their types (rpc/ndr/ndr.hpp).
//
//   inline constexpr rpc::InterfaceId kMonitor{{0x6f6e…}, 1, 0, "monitor"};
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
  std::string_view name;  // for logs and errors
};

template <const InterfaceId& Interface, std::uint16_t Number, class In, class Out>
struct Operation {
  static constexpr const InterfaceId& interface = Interface;
  static constexpr std::uint16_t number = Number;
  using Request = In;
  using Reply = Out;
};

}  // namespace platen::rpc
