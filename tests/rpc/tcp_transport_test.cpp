// Calls over TCP: who signs in is served, in clear above and sealed below; who does not is refused at once,
// and counted.
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "base/one_thread.hpp"
#include "rpc/tcp.hpp"
#include "rpc/transport/memory.hpp"
#include "rpc/transport/tcp.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

using boost::asio::ip::tcp;
using security::AuthLevel;
using security::AuthType;
using security::ClientSecurity;
using security::credentials;

class TcpWorld {
 public:
  explicit TcpWorld(ServerOptions options = SocketWorld::everybody(), AuthLevel least = AuthLevel::privacy)
      : server(clock, reactor.get_executor(), std::move(options)) {
    auto accounts = std::make_shared<security::Accounts>();
    accounts->add("Alice", "Wörd 1");
    security.accounts = accounts;
    security.least = least;
    server.add(service);
    listener.emplace(clock, reactor.get_executor(), server, security);
    auto up = listener->listen("127.0.0.1", 0);
    EXPECT_TRUE(up) << (up ? "" : up.error().sentence());
  }
  ~TcpWorld() {
    listener.reset();
    server.stop();
    reactor.restart();
    reactor.poll();
  }

  template <class Scene>
  void play(Scene scene) {
    play_on(reactor, scene(*this));
  }

  Task<Result<std::shared_ptr<Client>>> client(ClientSecurity as) {
    return connect_tcp(clock, "127.0.0.1", listener->port(), std::move(as), kTest, soon());
  }
  Task<Result<std::shared_ptr<Client>>> alice() { return client({credentials("alice", "Wörd 1")}); }
  tcp::socket stranger() {
    tcp::socket socket(reactor);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), listener->port()});
    return socket;
  }
  [[nodiscard]] Deadline soon() const { return Deadline::in(clock, long_enough); }

  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  Seen seen;
  Service service = test_service(clock, seen);
  Service callbacks = test_callbacks(clock);
  security::ServerSecurity security;
  Server server;
  std::optional<TcpListener> listener;
};

struct Way {
  AuthType type;
  AuthLevel level;
};

std::string way_name(const ::testing::TestParamInfo<Way>& way) {
  const bool alone = way.param.type == AuthType::ntlm;
  return (alone ? "NtlmsspAtLevel" : "SpnegoAtLevel") + std::to_string(static_cast<int>(way.param.level));
}

void PrintTo(const Way& way, std::ostream* out) {
  *out << "level " << static_cast<int>(way.level);
}

class TcpCalls : public ::testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(
    Ways, TcpCalls,
    ::testing::Values(Way{AuthType::ntlm, AuthLevel::connect}, Way{AuthType::ntlm, AuthLevel::integrity},
                      Way{AuthType::ntlm, AuthLevel::privacy}, Way{AuthType::spnego, AuthLevel::connect},
                      Way{AuthType::spnego, AuthLevel::integrity}, Way{AuthType::spnego, AuthLevel::privacy}),
    way_name);

TEST_P(TcpCalls, SmallAndLargeOnesAndCallbacksGoBothWays) {
  TcpWorld world(SocketWorld::everybody(), AuthLevel::connect);
  world.play([](TcpWorld& at) -> Task<void> {
    ClientSecurity as{credentials("alice", "Wörd 1"), GetParam().type, GetParam().level};
    auto client = co_await at.client(std::move(as));
    CO_ASSERT_OK(client);
    EXPECT_FALSE((*client)->peer().is_local());
    EchoRequest small{"hello", {1, 2, 3}};
    auto echo = co_await (*client)->call<Echo>(std::move(small), at.soon());
    CO_ASSERT_OK(echo);
    EXPECT_EQ(echo->text, "hello");
    EchoRequest large;
    for (std::size_t i = 0; i < 3'000'000; ++i) large.data.push_back(static_cast<std::uint8_t>(i * 7 >> 3));
    const auto sent = large.data;
    auto back = co_await (*client)->call<Echo>(std::move(large), at.soon());
    CO_ASSERT_OK(back);
    EXPECT_EQ(back->data, sent);
    AskRequest ask{4};
    auto asked = co_await (*client)->call<Ask>(ask, at.soon(), &at.callbacks);
    CO_ASSERT_OK(asked);
    EXPECT_EQ(asked->answered, 4U);
  });
  EXPECT_EQ(world.listener->audit().forged, 0U);
}

TEST(TcpTransport, AHandlerKnowsWhoHasSignedInAndThatItIsNobodyOfThisMachine) {
  TcpWorld world;
  std::optional<Peer> seen;
  Service service(kOther);
  service.on<Operation<kOther, 0, LeftRequest, LeftReply>>(
      [&seen](Call& call, LeftRequest) -> Task<Result<LeftReply>> {
        seen = call.peer();
        co_return LeftReply{};
      });
  world.server.add(service);
  world.play([](TcpWorld& at) -> Task<void> {
    ClientSecurity as{credentials("ALICE", "Wörd 1")};
    auto client =
        co_await connect_tcp(at.clock, "127.0.0.1", at.listener->port(), std::move(as), kOther, at.soon());
    CO_ASSERT_OK(client);
    LeftRequest request;
    auto done = co_await (*client)->call<Operation<kOther, 0, LeftRequest, LeftReply>>(request, at.soon());
    CO_ASSERT_OK(done);
  });
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->name.text(), "Alice");
  EXPECT_EQ(seen->text().substr(0, 19), "Alice at 127.0.0.1 ");
  EXPECT_EQ(seen->uid, 0xffffffffU);
}

TEST(TcpTransport, AWrongPasswordIsDeniedWithAdviceAndCounted) {
  TcpWorld world;
  world.play([](TcpWorld& at) -> Task<void> {
    for (const auto type : {AuthType::ntlm, AuthType::spnego}) {
      ClientSecurity as{credentials("alice", "word"), type};
      auto client = co_await at.client(std::move(as));
      std::optional<Error> told;
      if (!client) told = client.error();
      if (client) {  // NTLMSSP's last leg gets no answer: the first call does
        LeftRequest request;
        auto answer = co_await (*client)->call<Left>(request, at.soon(), &at.callbacks);
        if (!answer) told = answer.error();
      }
      CO_ASSERT(told);
      EXPECT_TRUE(told->is(Errc::denied)) << told->sentence();
      EXPECT_FALSE(told->advice.empty());
    }
  });
  EXPECT_EQ(world.seen.calls, 0);
  EXPECT_EQ(world.listener->audit().failed_sign_ins, 2U);
}

TEST(TcpTransport, WhoDoesNotSignInIsRefusedByDefault) {
  TcpWorld world;
  world.play([](TcpWorld& at) -> Task<void> {
    auto transport = tcp_transport(at.stranger(), nullptr);
    Limits limits;
    auto client = co_await Client::over(at.clock, std::move(transport), kTest, at.soon(), limits);
    EXPECT_FALSE(client);
  });
  EXPECT_EQ(world.listener->audit().unauthenticated, 1U);
  EXPECT_EQ(world.server.connections(), 0U);
}

TEST(TcpTransport, ALevelBelowPrivacyIsRefusedByDefault) {
  TcpWorld world;
  world.play([](TcpWorld& at) -> Task<void> {
    for (const auto level : {AuthLevel::connect, AuthLevel::integrity}) {
      ClientSecurity as{credentials("alice", "Wörd 1"), AuthType::spnego, level};
      auto client = co_await at.client(std::move(as));
      EXPECT_FALSE(client);
    }
  });
  EXPECT_EQ(world.listener->audit().weak, 2U);
}

TEST(TcpTransport, AServerWithoutAccountsDoesNotListen) {
  asio::io_context reactor{one_thread};
  AlarmClock clock(reactor.get_executor());
  Server server(clock, reactor.get_executor(), {});
  TcpListener listener(clock, reactor.get_executor(), server, security::ServerSecurity{});
  auto up = listener.listen("127.0.0.1", 0);
  ASSERT_FALSE(up);
  EXPECT_TRUE(up.error().is(Errc::denied));
}

TEST(TcpTransport, ADescriptorDoesNotLeaveThisMachineAndTheConnectionGoesOn) {
  TcpWorld world;
  world.play([](TcpWorld& at) -> Task<void> {
    auto client = co_await at.alice();
    CO_ASSERT_OK(client);
    std::array<int, 2> ends{};
    CO_ASSERT(::pipe(ends.data()) == 0);
    const Fd reading(ends[0]);
    PipeRequest pass{Fd(ends[1]), "hello"};
    auto passed = co_await (*client)->call<PassPipe>(std::move(pass), at.soon());
    CO_ASSERT(!passed);
    EXPECT_TRUE(passed.error().is(Errc::unsupported)) << passed.error().sentence();
    EchoRequest request{"still there", {}};
    auto echo = co_await (*client)->call<Echo>(std::move(request), at.soon());
    EXPECT_TRUE(echo);
  });
}

using Large = Operation<kOther, 0, LeftRequest, EchoReply>;

// A client by hand, down to its octets, that takes plain NDR.
class ByHand {
 public:
  ByHand(TcpWorld& world, AuthType type)
      : world_(world),
        filter_(ClientSecurity{credentials("alice", "Wörd 1"), type}),
        socket_(world.stranger()) {}

  void say(const PduBody& body) {
    const auto out =
        filter_.from_connection(encode_pdu(Pdu{whole_message, ++call_id_, ByteOrder::little, body}));
    boost::asio::write(socket_, boost::asio::buffer(out.down));
  }
  void bind() {
    Bind body;
    body.max_send = body.max_receive = local_fragment;
    body.contexts.push_back({0, {kOther.uuid, kOther.major, kOther.minor}, {kNdr}});
    say(body);
  }
  // Takes what comes, and answers as the sign-in wants it: false at the end of the connection.
  Task<bool> hear(bool answers = true) {
    std::array<std::byte, 8192> octets;
    auto [ec, got] = co_await before(world_.clock, world_.soon(), [this, &octets](auto token) {
      return socket_.async_read_some(boost::asio::buffer(octets), token);
    });
    EXPECT_NE(ec, Errc::timed_out);
    const auto out = filter_.from_network(std::span(octets).first(got));
    if (answers) boost::asio::write(socket_, boost::asio::buffer(out.down), ec);
    co_return !ec && got > 0;
  }
  Task<bool> hears_the_end() {
    for (bool more = true; more;) more = co_await hear(false);
    co_return true;
  }

 private:
  TcpWorld& world_;
  security::Filter filter_;
  tcp::socket socket_;
  std::uint32_t call_id_ = 0;
};

TEST(TcpTransport, WhoSaysNothingOrStopsInTheMiddleOfSigningInIsDropped) {
  auto options = SocketWorld::everybody();
  options.limits.bind_time = 200ms;
  TcpWorld world(std::move(options));
  Service service(kOther);
  service.take_plain_ndr();
  world.server.add(service);
  world.play([](TcpWorld& at) -> Task<void> {
    ByHand silent(at, AuthType::ntlm);
    co_await silent.hears_the_end();
    ByHand half(at, AuthType::spnego);
    half.bind();
    co_await half.hears_the_end();
    ByHand quiet(at, AuthType::ntlm);  // signs in, and need not hurry then
    quiet.bind();
    const bool answered = co_await quiet.hear();
    EXPECT_TRUE(answered);
    auto slept = co_await sleep(at.clock, 500ms);
    EXPECT_TRUE(slept);
    EXPECT_EQ(at.server.connections(), 1U);
  });
}

TEST(TcpTransport, StrangersAreBoundedAndTakeNoPlaceFromThoseWhoAreKnown) {
  auto options = SocketWorld::everybody();
  options.max_connections = 1;
  options.max_strangers = 2;
  TcpWorld world(std::move(options));
  world.play([](TcpWorld& at) -> Task<void> {
    const auto first = at.stranger();
    const auto second = at.stranger();
    while (at.server.connections() < 2) CO_ASSERT_OK(co_await sleep(at.clock, 1ms));
    auto third = at.stranger();
    std::array<std::byte, 64> answer;
    const auto room = asio::buffer(answer);
    auto [ec, got] = co_await before(
        at.clock, at.soon(), [&third, &room](auto token) { return asio::async_read(third, room, token); });
    EXPECT_EQ(ec, asio::error::eof);
    auto nak = parse_pdu(std::span(answer).first(got));
    CO_ASSERT_OK(nak);
    EXPECT_TRUE(std::holds_alternative<BindNak>(nak->body));

    auto pair = memory_pair(at.reactor.get_executor(), {1, 1, 1}, {2, 2, 2});
    at.server.serve(std::move(pair.server));
    auto client = co_await Client::over(at.clock, std::move(pair.client), kTest, at.soon());
    CO_ASSERT_OK(client);
    EchoRequest request{"hello", {}};
    auto echo = co_await (*client)->call<Echo>(std::move(request), at.soon());
    EXPECT_TRUE(echo) << echo.error().sentence();
  });
  EXPECT_EQ(world.server.audit().refused_peers, 1U);
}

TEST(TcpTransport, WhoTakesNothingIsDroppedAndTheOthersGoOn) {
  auto options = SocketWorld::everybody();
  options.limits.drain_time = 300ms;
  TcpWorld world(std::move(options));
  Service service(kOther);
  service.take_plain_ndr();
  service.on<Large>([](Call&, LeftRequest) -> Task<Result<EchoReply>> {
    EchoReply reply;
    reply.data.resize(15'000'000);
    co_return reply;
  });
  world.server.add(service);
  world.play([](TcpWorld& at) -> Task<void> {
    auto client = co_await at.alice();
    CO_ASSERT_OK(client);
    ByHand deaf(at, AuthType::ntlm);
    deaf.bind();
    const bool answered = co_await deaf.hear();
    CO_ASSERT(answered);
    deaf.say(Request{});
    while (at.server.audit().dropped_peers == 0) {
      auto slept = co_await sleep(at.clock, 10ms);
      CO_ASSERT(slept);
      EchoRequest request{"the others go on", {}};
      auto echo = co_await (*client)->call<Echo>(std::move(request), at.soon());
      CO_ASSERT(echo);
    }
    EXPECT_EQ(at.server.connections(), 1U);
  });
}

TEST(TcpTransport, AServerThatStopsEndsAllCallsAtOnce) {
  TcpWorld world;
  world.play([](TcpWorld& at) -> Task<void> {
    auto client = co_await at.alice();
    CO_ASSERT_OK(client);
    auto stop = std::make_shared<asio::steady_timer>(at.reactor, 50ms);
    stop->async_wait([&at, stop](auto) { at.server.stop(); });
    NapRequest nap{3'600'000};
    auto napped = co_await (*client)->call<Nap>(nap, at.soon());
    CO_ASSERT(!napped);
    EXPECT_TRUE(napped.error().is(Errc::closed)) << napped.error().sentence();
  });
}

}  // namespace
}  // namespace platen::rpc::testing
