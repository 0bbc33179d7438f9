// rpcecho, the interface by which Samba tries RPC runtimes: what smbtorture, rpcclient and impacket call
// here.
#pragma once

#include <cstdint>
#include <vector>

#include "foreign_interfaces.hpp"
#include "rpc/service.hpp"

namespace platen::rpc::testing {

inline constexpr InterfaceId kEcho{
    {0x60a15ec5, 0x4de8, 0x11d7, {0xa6, 0x37, 0x00, 0x50, 0x56, 0xa2, 0x01, 0x82}}, 1, 0, "rpcecho"};

struct AddOneRequest {
  std::uint32_t value = 0;
};
struct AddOneReply {
  std::uint32_t value = 0;
};
struct EchoDataRequest {
  std::uint32_t length = 0;
  std::vector<std::uint8_t> data;
};
struct EchoDataReply {
  std::vector<std::uint8_t> data;
};
struct SinkDataReply {};
struct SourceDataRequest {
  std::uint32_t length = 0;
};

using AddOne = Operation<kEcho, 0, AddOneRequest, AddOneReply>;
using EchoData = Operation<kEcho, 1, EchoDataRequest, EchoDataReply>;
using SinkData = Operation<kEcho, 2, EchoDataRequest, SinkDataReply>;
using SourceData = Operation<kEcho, 3, SourceDataRequest, EchoDataReply>;

using TestCall = Operation<kEcho, 4, foreign::TestCallIn, foreign::TestCallOut>;
using TestCall2 = Operation<kEcho, 5, foreign::TestCall2In, foreign::TestCall2Out>;
using TestSleep = Operation<kEcho, 6, foreign::SleepIn, foreign::SleepOut>;
using TestEnum = Operation<kEcho, 7, foreign::EnumValues, foreign::EnumValues>;
using TestSurrounding = Operation<kEcho, 8, foreign::Surrounded, foreign::Surrounded>;
using TestDoublePointer = Operation<kEcho, 9, foreign::DoublePointerIn, foreign::DoublePointerOut>;

[[nodiscard]] Service echo_service(Clock& clock);

}  // namespace platen::rpc::testing
