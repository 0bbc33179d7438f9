// The endpoint mapper (C706 appendix O): tells clients of DCE/RPC, who know an interface, at which TCP port
// it is served. Theirs ask at port 135 and do not sign in for it, so it tells nothing else and takes nothing.
//
//   EndpointMap map;
//   map.add({kMonitor, *address, listener.port(), "Platen's monitor"});
//   Server mapper(clock, executor, {});
//   mapper.add(endpoint_mapper(map));                                // `map` outlives the server
//   TcpListener open(clock, executor, mapper, OpenToAll{});
//   if (auto up = open.listen("127.0.0.1", 135); !up) …
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rpc/service.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc {

inline constexpr std::array<std::string_view, 5> kEndpointMapperOperations{
    "ept_insert", "ept_delete", "ept_lookup", "ept_map", "ept_lookup_handle_free"};
inline constexpr InterfaceId kEndpointMapper{
    {0xe1af8308, 0x5d1f, 0x11c9, {0x91, 0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa}},
    3,
    0,
    "endpoint mapper",
    kEndpointMapperOperations};

using Ipv4 = std::array<std::uint8_t, 4>;

struct Endpoint {
  SyntaxId interface;
  Ipv4 address{};
  std::uint16_t port = 0;
  std::string annotation;  // 63 octets at most, for people
};

class EndpointMap {
 public:
  void add(Endpoint endpoint) { endpoints_.push_back(std::move(endpoint)); }
  [[nodiscard]] const std::vector<Endpoint>& all() const { return endpoints_; }

 private:
  std::vector<Endpoint> endpoints_;
};

// A protocol tower (C706 appendix L) of DCE/RPC over TCP.
struct Tower {
  SyntaxId interface;
  SyntaxId transfer;
  std::uint16_t port = 0;
  Ipv4 address{};
};
[[nodiscard]] std::vector<std::byte> encode_tower(const Tower& tower);
// Nothing when it is no tower, or one of another protocol.
[[nodiscard]] std::optional<Tower> parse_tower(std::span<const std::byte> octets);

[[nodiscard]] Service endpoint_mapper(const EndpointMap& map);

}  // namespace platen::rpc
