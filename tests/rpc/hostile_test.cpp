// Faulty and hostile programs on real Unix sockets: what they do is counted, costs nothing lasting, and hurts
// nobody else.
#include <random>

#include <dirent.h>
#include <malloc.h>
#include <poll.h>
#include <sys/resource.h>

#include "raw_peer.hpp"
#include "rpc/transport/unix.hpp"

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

// Both ends of many connections are in this process.
void allow_descriptors(rlim_t count) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = std::max(limit.rlim_cur, count);
  limit.rlim_max = std::max(limit.rlim_max, count);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0)
      << "this many connections need " << count << " descriptors";
}

std::vector<std::byte> noise(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> octets(1 + random() % 20'000);
  for (auto& octet : octets) octet = static_cast<std::byte>(random());
  if (seed % 2 != 0) return octets;
  // PDUs that are right in their headers only.
  for (std::size_t at = 0; at + 1500 < octets.size(); at += 1500) {
    const std::uint8_t types[] = {0, 2, 3, 11, 12, 14, 18, 19};
    const std::uint8_t head[] = {
        5, 0, types[random() % 8], static_cast<std::uint8_t>(random() % 4), 0x10, 0, 0, 0, 0xdc, 5,
        0, 0};  // 1500 octets
    std::ranges::copy(std::as_bytes(std::span(head)), octets.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return octets;
}

// All connections are there before the first says anything; every other one binds, and so gets past the first
// looks.
Task<Result<void>> make_noise(SocketWorld& w, unsigned first, unsigned count) {
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (unsigned i = 0; i < count; ++i) {
    auto transport = co_await connect_unix(w.clock, w.path, w.soon());
    if (!transport) co_return transport.error();
    peers.push_back(std::make_unique<RawPeer>(w.clock, w.reactor.get_executor(), std::move(*transport)));
    if (i % 2 != 0) continue;
    auto bound = co_await peers.back()->bind();
    if (!bound) co_return bound.error();
  }
  for (unsigned i = 0; i < count; ++i) {
    auto octets = noise(first + i);
    auto sent = co_await peers[i]->send_octets(std::move(octets));
    static_cast<void>(sent);  // hung up upon, most likely
  }
  co_return Result<void>();
}

TEST(Hostile, Q195733RandomOctetsOnAThousandConnectionsNeitherSpinNorGrow) {
  allow_descriptors(4096);
  SocketWorld world;
  auto options = SocketWorld::everybody();
  options.max_connections = 2000;
  world.listen(options);
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    std::size_t descriptors = 0;
    std::size_t memory = 0;
    for (unsigned round = 0; round < 3; ++round) {
      if (round == 1) {  // warm
        descriptors = open_descriptors();
        memory = ::mallinfo2().uordblks;
      }
      CO_ASSERT_OK(co_await make_noise(w, 1000 * round, 1000));
      while (w.server->connections() > 1) CO_ASSERT_OK(co_await sleep(w.clock, 1ms));
    }
    EXPECT_LE(open_descriptors(), descriptors + 2);
    EXPECT_LT(::mallinfo2().uordblks, memory + (1U << 20));
    EXPECT_GE(w.server->audit().malformed_pdus, 1500U);
    EXPECT_EQ(w.server->audit().connections, 3001U);
    EchoRequest request{"still there?", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon());
    EXPECT_TRUE(reply);
  });
  // The service of the article went on at full speed with nothing to do. What a reactor does is counted in
  // handlers.
  world.reactor.restart();
  EXPECT_LT(world.reactor.run_for(200ms), 20U);
}

// A client that is gone at a moment of its call's life.
struct Death {
  std::string name;
  Task<bool> (*live)(SocketWorld&, RawPeer&);  // until then
};
void PrintTo(const Death& death, std::ostream* out) {
  *out << death.name;
}

Task<bool> cut_in_half(RawPeer& peer, std::vector<std::byte> octets) {
  octets.resize(octets.size() / 2);
  auto sent = co_await peer.send_octets(std::move(octets));
  co_return static_cast<bool>(sent);
}
Task<bool> bound(RawPeer& peer) {
  auto done = co_await peer.bind();
  co_return static_cast<bool>(done);
}
Task<bool> calls(RawPeer& peer, std::uint16_t number, Message message) {
  const bool ready = co_await bound(peer);
  if (!ready) co_return false;
  auto called = co_await peer.call(number, std::move(message));
  co_return static_cast<bool>(called);
}

const Death deaths[] = {
    {"BeforeItSaysAnything", [](SocketWorld&, RawPeer&) -> Task<bool> { co_return true; }},
    {"InTheMiddleOfItsBind",
     [](SocketWorld&, RawPeer& peer) -> Task<bool> {
       Bind bind;
       bind.max_send = bind.max_receive = local_fragment;
       bind.contexts.push_back({0, {kTest.uuid, 1, 0}, {kCallHeaderNdr}});
       auto octets = encode_pdu(Pdu{whole_message, 1, ByteOrder::little, bind});
       const bool sent = co_await cut_in_half(peer, std::move(octets));
       co_return sent;
     }},
    {"Bound", [](SocketWorld&, RawPeer& peer) -> Task<bool> { co_return co_await bound(peer); }},
    {"InTheMiddleOfARequest",
     [](SocketWorld&, RawPeer& peer) -> Task<bool> {
       const bool ready = co_await bound(peer);
       const std::vector<std::byte> stub(1000);
       Request request;
       request.stub = stub;
       auto octets = encode_pdu(Pdu{whole_message, 1, ByteOrder::little, request});
       const bool sent = co_await cut_in_half(peer, std::move(octets));
       co_return ready&& sent;
     }},
    {"BetweenTheFragmentsOfARequest",
     [](SocketWorld&, RawPeer& peer) -> Task<bool> {
       const bool ready = co_await bound(peer);
       CallHeader header;
       header.left_us = 10'000'000;
       header.interface = {kTest.uuid, 1, 0};
       auto stub = encode_call_header(header);
       stub.resize(50'000);
       Request request;
       request.stub = stub;
       const Pdu pdu{first_fragment, 1, ByteOrder::little, request};
       auto sent = co_await peer.send(pdu);
       co_return ready&& sent;
     }},
    {"WhileItsCallIsServed",
     [](SocketWorld& w, RawPeer& peer) -> Task<bool> {
       auto message = encode(NapRequest{3'600'000});
       const bool called = co_await calls(peer, Nap::number, std::move(message));
       auto slept = co_await sleep(w.clock, 5ms);
       co_return called&& slept;
     }},
    {"OwingTheAnswerToACallback",
     [](SocketWorld&, RawPeer& peer) -> Task<bool> {
       auto message = encode(AskRequest{2});
       const bool called = co_await calls(peer, Ask::number, std::move(message));
       auto callback = co_await peer.receive();
       co_return called&& callback && callback->as<Request>() != nullptr;
     }},
    {"WithItsAnswerUnread",
     [](SocketWorld& w, RawPeer& peer) -> Task<bool> {
       EchoRequest large{"", std::vector<std::uint8_t>(2'000'000)};
       auto message = encode(std::move(large));
       const bool ready = co_await bound(peer);
       // In fragments, which the connection's own client makes better than a hand.
       CallHeader header;
       header.left_us = 10'000'000;
       header.interface = {kTest.uuid, 1, 0};
       auto stub = encode_call_header(header);
       stub.insert(stub.end(), message.octets.begin(), message.octets.end());
       for (std::size_t at = 0; at < stub.size(); at += 60'000) {
         Request request;
         request.number = Echo::number;
         request.stub = std::span(stub).subspan(at, std::min<std::size_t>(60'000, stub.size() - at));
         const auto first = at == 0 ? first_fragment : std::uint8_t{0};
         const auto last = at + 60'000 >= stub.size() ? last_fragment : std::uint8_t{0};
         const Pdu pdu{static_cast<std::uint8_t>(first | last), 1, ByteOrder::little, request};
         auto sent = co_await peer.send(pdu);
         if (!sent) co_return false;
       }
       while (w.seen.calls == 0) {
         auto slept = co_await sleep(w.clock, 1ms);
         if (!slept) co_return false;
       }
       co_return ready;
     }},
};

class ClientDies : public ::testing::TestWithParam<Death> {};
INSTANTIATE_TEST_SUITE_P(Hostile, ClientDies, ::testing::ValuesIn(deaths),
                         [](const auto& death) { return death.param.name; });

TEST_P(ClientDies, NothingOfItIsLeftAndTheOthersGoOn) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    std::size_t descriptors = 0;
    for (int round = 0; round < 3; ++round) {
      w.seen.calls = 0;
      auto transport = co_await connect_unix(w.clock, w.path, w.soon());
      CO_ASSERT_OK(transport);
      auto peer = std::make_unique<RawPeer>(w.clock, w.reactor.get_executor(), std::move(*transport));
      const bool lived = co_await GetParam().live(w, *peer);
      CO_ASSERT(lived);
      peer.reset();
      while (w.server->connections() > 1) CO_ASSERT_OK(co_await sleep(w.clock, 1ms));
      CO_ASSERT_OK(co_await w.server->ended(w.soon()));
      if (round == 0) descriptors = open_descriptors();
    }
    EXPECT_EQ(open_descriptors(), descriptors);
    EXPECT_EQ(w.seen.naps_slept, 0);
    EchoRequest request{"still there?", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon());
    EXPECT_TRUE(reply);
  });
}

TEST(Hostile, WhoFloodsAndReadsNothingIsHeldToItsQuotaAndDroppedWhileOthersAreServed) {
  SocketWorld world;
  auto options = SocketWorld::everybody();
  options.limits.drain_time = 200ms;
  world.listen(options);
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    auto transport = co_await connect_unix(w.clock, w.path, w.soon());
    CO_ASSERT_OK(transport);
    auto flooding = std::make_shared<RawPeer>(w.clock, w.reactor.get_executor(), std::move(*transport));
    CO_ASSERT_OK(co_await flooding->bind());
    asio::co_spawn(
        w.reactor,
        [](std::shared_ptr<RawPeer> peer) -> Task<void> {
          for (Result<void> sent; sent;) {
            auto message = encode(EchoRequest{std::string(2000, 'x'), {}});
            sent = co_await peer->call(Echo::number, std::move(message));
          }
        }(flooding),
        asio::detached);
    std::size_t served = 0;
    while (w.server->audit().dropped_peers == 0) {
      EchoRequest request{"me too", {}};
      auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon());
      CO_ASSERT_OK(reply);
      ++served;
      CO_ASSERT_OK(co_await sleep(w.clock, 1ms));
    }
    EXPECT_GT(served, 0U);
    EXPECT_EQ(w.server->connections(), 1U);
    flooding->close();
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
    Descriptors surplus;
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
