// Faulty and hostile programs on real Unix sockets: what they do is counted, costs nothing lasting, and hurts
// nobody else.
#include <random>

#include <dirent.h>
#include <malloc.h>
#include <poll.h>

#include "raw_peer.hpp"
#include "rpc/unix_transport.hpp"

namespace platen::rpc::testing {
namespace {

// The callback hang of 2001: the client answers the callback, but on a connection of its own making.
Task<void> naive_client(SocketWorld& w) {
  auto transport = co_await connect_unix(w.clock, w.path, w.soon());
  CO_ASSERT_OK(transport);
  RawPeer call(w.clock, w.reactor.get_executor(), std::move(*transport));
  CO_ASSERT_OK(co_await call.bind());
  auto message = encode(AskRequest{1});
  CO_ASSERT_OK(co_await call.call(Ask::number, std::move(message)));
  auto callback = co_await call.receive();
  CO_ASSERT_OK(callback);
  CO_ASSERT(callback->as<Request>());

  auto fresh = co_await connect_unix(w.clock, w.path, w.soon());
  CO_ASSERT_OK(fresh);
  RawPeer elsewhere(w.clock, w.reactor.get_executor(), std::move(*fresh));
  CO_ASSERT_OK(co_await elsewhere.bind());
  auto answer = encode(AskReply{0, 1});
  CO_ASSERT_OK(co_await elsewhere.respond(callback->pdu.call_id, callback->header(), std::move(answer)));

  auto told = co_await call.receive();
  CO_ASSERT_OK(told);
  CO_ASSERT(told->as<Fault>());
  EXPECT_TRUE(told->error().is(Errc::refused)) << told->error().sentence();
}

TEST(Hostile, Q310703ACallbackAnsweredOnAFreshConnectionFailsAtOnceAndTheServiceGoesOn) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto correct = co_await w.client();
    CO_ASSERT_OK(correct);
    co_await naive_client(w);
    CO_ASSERT(w.seen.callback_error);
    EXPECT_TRUE(w.seen.callback_error->is(Errc::refused)) << w.seen.callback_error->sentence();
    EXPECT_LT(w.seen.callback_took, 1s) << "of the 20 that it might have waited";
    EXPECT_EQ(w.server->audit().stray_replies, 1U);

    const AskRequest ask{1};
    auto reply = co_await (*correct)->call<Ask>(ask, w.soon(), &w.callbacks);
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->answered, 1U);
    EXPECT_EQ(w.server->audit().stray_replies, 1U);
  });
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

Task<Result<void>> make_noise(SocketWorld& w, unsigned seed) {
  std::mt19937 random(seed);
  auto transport = co_await connect_unix(w.clock, w.path, w.soon());
  if (!transport) co_return transport.error();
  RawPeer noisy(w.clock, w.reactor.get_executor(), std::move(*transport));
  std::vector<std::byte> noise(1 + random() % 20'000);
  for (auto& octet : noise) octet = static_cast<std::byte>(random());
  if (seed % 2 == 0) {
    // Gets past the first looks: bound, and then PDUs that are right in their headers only.
    auto bound = co_await noisy.bind();
    if (!bound) co_return bound.error();
    for (std::size_t at = 0; at + 1500 < noise.size(); at += 1500) {
      const std::uint8_t types[] = {0, 2, 3, 11, 12, 14, 18, 19};
      const std::uint8_t head[] = {
          5, 0, types[random() % 8], static_cast<std::uint8_t>(random() % 4), 0x10, 0, 0, 0, 0xdc, 5,
          0, 0};  // 1500 octets
      std::ranges::copy(std::as_bytes(std::span(head)), noise.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  auto sent = co_await noisy.send_octets(std::move(noise));
  static_cast<void>(sent);  // hung up upon, most likely
  co_return Result<void>();
}

TEST(Hostile, Q195733RandomOctetsOnManyConnectionsNeitherSpinNorGrow) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    std::size_t descriptors = 0;
    std::size_t memory = 0;
    for (unsigned i = 0; i < 220; ++i) {
      if (i == 20) {  // warm
        descriptors = open_descriptors();
        memory = ::mallinfo2().uordblks;
      }
      CO_ASSERT_OK(co_await make_noise(w, i));
    }
    while (w.server->connections() > 1) CO_ASSERT_OK(co_await sleep(w.clock, 1ms));
    EXPECT_EQ(w.server->connections(), 1U);
    EXPECT_LE(open_descriptors(), descriptors + 2);
    EXPECT_LT(::mallinfo2().uordblks, memory + (1U << 20));
    EXPECT_GE(w.server->audit().malformed_pdus, 100U);
    EXPECT_EQ(w.server->audit().connections, 221U);
    EchoRequest request{"still there?", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon());
    EXPECT_TRUE(reply);
  });
}

bool nobody_holds_the_write_end(const Fd& read_end) {
  pollfd look{read_end.get(), POLLIN, 0};
  return ::poll(&look, 1, 5000) == 1 && (look.revents & POLLHUP) != 0;
}

TEST(Hostile, SurplusDescriptorsAreClosed) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto transport = co_await connect_unix(w.clock, w.path, w.soon());
    CO_ASSERT_OK(transport);
    RawPeer peer(w.clock, w.reactor.get_executor(), std::move(*transport));
    CO_ASSERT_OK(co_await peer.bind());
    auto pipe = make_pipe();
    CO_ASSERT_OK(pipe);
    CallHeader header;
    header.left_us = 1'000'000;
    header.interface = {kTest.uuid, 1, 0};  // and no word of a descriptor
    auto stub = encode_call_header(header);
    const auto body = encode(EchoRequest{"hello", {}}).octets;
    stub.insert(stub.end(), body.begin(), body.end());
    Request request;
    request.stub = stub;
    std::vector<Fd> surplus;
    surplus.push_back(std::move(pipe->write_end));
    const Pdu pdu{whole_message, 9, ByteOrder::little, request};
    CO_ASSERT_OK(co_await peer.send(pdu, std::move(surplus)));
    auto reply = co_await peer.receive();
    CO_ASSERT_OK(reply);
    EXPECT_TRUE(reply->as<Response>());
    EXPECT_TRUE(nobody_holds_the_write_end(pipe->read_end));
  });
}

TEST(Hostile, ADescriptorThatIsPromisedAndDoesNotComeIsABrokenProtocol) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto transport = co_await connect_unix(w.clock, w.path, w.soon());
    CO_ASSERT_OK(transport);
    RawPeer peer(w.clock, w.reactor.get_executor(), std::move(*transport));
    CO_ASSERT_OK(co_await peer.bind());
    CallHeader header;
    header.left_us = 1'000'000;
    header.interface = {kTest.uuid, 1, 0};
    header.descriptors = 1;
    const auto stub = encode_call_header(header);
    Request request;
    request.stub = stub;
    const Pdu pdu{whole_message, 9, ByteOrder::little, request};
    CO_ASSERT_OK(co_await peer.send(pdu));
    EXPECT_TRUE(co_await peer.hung_up());
    EXPECT_EQ(w.server->audit().malformed_pdus, 1U);
  });
}

}  // namespace
}  // namespace platen::rpc::testing
