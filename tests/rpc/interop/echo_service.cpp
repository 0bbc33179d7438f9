#include "echo_interface.hpp"

namespace platen::rpc::testing {

namespace {

using namespace foreign;

// Samba's server gives each arm these values.
std::optional<Info> info_of(std::uint16_t level) {
  switch (level) {
    case 1:
      return Info1{10};
    case 2:
      return Info2{20};
    case 3:
      return Info3{30};
    case 4:
      return Info4{{40}};
    case 5:
      return Info5{50, 60};
    case 6:
      return Info6{70, {80}};
    case 7:
      return Info7{80, {90}};
    default:
      return std::nullopt;
  }
}

constexpr std::uint32_t invalid_level = 0xc0000148;  // NT_STATUS_INVALID_LEVEL

}  // namespace

Service echo_service(Clock& clock) {
  Service service(kEcho);
  service.take_plain_ndr();
  service.on<AddOne>([](Call&, AddOneRequest in) -> Task<Result<AddOneReply>> {
    AddOneReply reply{in.value + 1};
    co_return reply;
  });
  service.on<EchoData>([](Call&, EchoDataRequest in) -> Task<Result<EchoDataReply>> {
    EchoDataReply reply;
    reply.data = std::move(in.data);
    co_return reply;
  });
  service.on<SinkData>([](Call&, EchoDataRequest) -> Task<Result<SinkDataReply>> {
    SinkDataReply reply;
    co_return reply;
  });
  service.on<SourceData>([](Call&, SourceDataRequest in) -> Task<Result<EchoDataReply>> {
    constexpr std::uint32_t most = 4U << 20;
    if (in.length > most) co_return fail(Errc::too_large, "give", "so much");
    EchoDataReply reply;
    for (std::uint32_t i = 0; i < in.length; ++i) reply.data.push_back(static_cast<std::uint8_t>(i));
    co_return reply;
  });
  service.on<TestCall>([](Call&, TestCallIn in) -> Task<Result<TestCallOut>> {
    TestCallOut reply;
    reply.text = std::move(in.text);
    co_return reply;
  });
  service.on<TestCall2>([](Call&, TestCall2In in) -> Task<Result<TestCall2Out>> {
    TestCall2Out reply;
    if (auto info = info_of(in.level))
      reply.info = *info;
    else
      reply.status = invalid_level;
    co_return reply;
  });
  service.on<TestSleep>([&clock](Call&, SleepIn in) -> Task<Result<SleepOut>> {
    auto slept = co_await sleep(clock, std::chrono::seconds(in.seconds));
    if (!slept) co_return slept.error();
    SleepOut reply{in.seconds};
    co_return reply;
  });
  service.on<TestEnum>(
      [](Call&, foreign::EnumValues in) -> Task<Result<foreign::EnumValues>> { co_return in; });
  service.on<TestSurrounding>([](Call&, foreign::Surrounded in) -> Task<Result<foreign::Surrounded>> {
    foreign::Surrounded reply;
    reply.data.count = 2 * in.data.count;  // the same again behind it, of nothing
    reply.data.surrounding.elements.resize(reply.data.count);
    co_return reply;
  });
  service.on<TestDoublePointer>([](Call&, DoublePointerIn in) -> Task<Result<DoublePointerOut>> {
    DoublePointerOut reply;
    if (in.data && *in.data) reply.result = **in.data;
    co_return reply;
  });
  return service;
}

}  // namespace platen::rpc::testing
