#include "rpc/endpoint_mapper.hpp"

#include <gmock/gmock.h>

#include "raw_peer.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

constexpr SyntaxId kInterface{kTest.uuid, 1, 2};

Tower tower(SyntaxId interface) {
  return {interface, kNdr, 49200, {10, 0, 0, 7}};
}

TEST(EndpointMapper, ATowerSurvivesTheWayThereAndBack) {
  const auto octets = encode_tower(tower(kInterface));
  EXPECT_EQ(octets.size(), 75U);  // as all towers of DCE/RPC over TCP and IPv4
  const auto back = parse_tower(octets);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->interface, kInterface);
  EXPECT_EQ(back->transfer, kNdr);
  EXPECT_EQ(back->port, 49200);
  EXPECT_EQ(back->address, (Ipv4{10, 0, 0, 7}));
}

TEST(EndpointMapper, ATowerThatIsCutOrOfAnotherProtocolIsNone) {
  const auto octets = encode_tower(tower(kInterface));
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_FALSE(parse_tower(std::span(octets).first(size))) << size;
  for (const std::size_t at : {0U, 4U, 29U, 54U, 61U, 68U}) {  // the floors' number and their protocols
    auto other = octets;
    other[at] ^= std::byte{0x40};
    EXPECT_FALSE(parse_tower(other)) << at;
  }
}

// A mapper, asked without a network.
class Mapper : public ::testing::Test {
 protected:
  NdrReader ask(std::uint16_t number, NdrWriter request) {
    MemoryWorld world;
    world.server.add(endpoint_mapper(map_));
    failed_ = true;
    auto scene = [](Mapper& self, MemoryWorld& w, std::uint16_t which, Message message) -> Task<void> {
      RawPeer peer(w.clock, w.reactor.get_executor(), w.connect());
      peer.interface = {kEndpointMapper.uuid, kEndpointMapper.major, kEndpointMapper.minor};
      CO_ASSERT_OK(co_await peer.bind());
      CO_ASSERT_OK(co_await peer.call(which, std::move(message)));
      auto answer = co_await peer.receive();
      CO_ASSERT_OK(answer);
      self.failed_ = answer->as<Response>() == nullptr;
      if (!self.failed_) self.answer_ = answer->body();
    };
    asio::co_spawn(world.reactor, scene(*this, world, number, Message{request.take_octets(), {}}),
                   asio::detached);
    run_simulation(world.reactor, world.clock, long_enough);
    return NdrReader(answer_);
  }
  static void no_handle(NdrWriter& out) {
    out.u32(0);
    out.uuid({});
  }

  EndpointMap map_;
  Octets answer_;
  bool failed_ = false;
};

TEST_F(Mapper, ALookupThatDoesNotFitGoesOnAtItsBookmarkAndEndsWithNone) {
  for (std::uint16_t port = 1; port <= 7; ++port)
    map_.add({{kTest.uuid, port, 0}, {127, 0, 0, 1}, port, "note"});
  Uuid handle{};
  std::uint32_t found = 0;
  int pages = 0;
  do {
    NdrWriter request;
    request.u32(0);
    request.u32(0);
    request.u32(0);
    request.u32(1);
    request.u32(0);
    request.uuid(handle);
    request.u32(3);
    auto in = ask(2, std::move(request));
    ASSERT_FALSE(failed_);
    static_cast<void>(in.u32());
    handle = in.uuid();
    found += in.u32();
    ASSERT_LT(++pages, 5);
  } while (handle != Uuid{});
  EXPECT_EQ(found, 7U);
  EXPECT_EQ(pages, 3);
}

TEST_F(Mapper, AHandleThatIsNotOursAndAnInquiryThatIsNoneGetAStatus) {
  map_.add({kInterface, {127, 0, 0, 1}, 1, ""});
  for (const bool bad_handle : {true, false}) {
    NdrWriter request;
    request.u32(bad_handle ? 0 : 9);
    request.u32(0);
    request.u32(0);
    request.u32(1);
    request.u32(0);
    request.uuid(bad_handle ? kTest.uuid : Uuid{});
    request.u32(3);
    static_cast<void>(ask(2, std::move(request)));
    ASSERT_FALSE(failed_);
    ASSERT_GE(answer_.size(), 4U);
    std::uint32_t status = 0;
    std::memcpy(&status, answer_.data() + answer_.size() - 4, 4);
    EXPECT_EQ(status, 0x16c9a0cdU);
  }
}

TEST_F(Mapper, ARequestThatIsCutIsAnErrorAndNothingWorse) {
  NdrWriter whole;
  whole.u32(0);
  whole.referent(true);
  const auto octets = encode_tower(tower(kInterface));
  whole.u32(static_cast<std::uint32_t>(octets.size()));
  whole.u32(static_cast<std::uint32_t>(octets.size()));
  whole.bytes(octets);
  whole.align(4);
  no_handle(whole);
  whole.u32(4);
  const auto all = whole.as_vector();
  for (std::size_t size = 0; size < all.size(); ++size) {
    NdrWriter part;
    part.bytes(std::span(all).first(size));
    static_cast<void>(ask(3, std::move(part)));
    EXPECT_TRUE(failed_) << size;
  }
}

}  // namespace
}  // namespace platen::rpc::testing
