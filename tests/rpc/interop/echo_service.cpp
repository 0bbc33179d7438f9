#include "echo_interface.hpp"

namespace platen::rpc::testing {

Service echo_service() {
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
  return service;
}

}  // namespace platen::rpc::testing
