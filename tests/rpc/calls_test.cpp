// Calls over real Unix sockets: what every program of the house relies on.
#include <fstream>

#include <boost/asio/local/stream_protocol.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/event.hpp"
#include "raw_peer.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

TEST(Calls, ARequestIsAnsweredAndThePeersKnowEachOtherByTheKernelsWord) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    EchoRequest request{"Grüße, κόσμε", {1, 2, 3}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon());
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->text, "Grüße, κόσμε");
    EXPECT_EQ(reply->data, (std::vector<std::uint8_t>{1, 2, 3}));
    EXPECT_EQ((*client)->peer().pid, ::getpid());
    EXPECT_EQ((*client)->peer().uid, ::getuid());
    EXPECT_EQ(w.server->connections(), 1U);
  });
}

TEST(Calls, Q232230ClientAndServerInOneProcessNestCallbacksWhileTheCallIsOutstanding) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    for (std::uint32_t levels = 0; levels <= 4; ++levels) {
      const AskRequest request{levels};
      auto reply = co_await (*client)->call<Ask>(request, w.soon(), &w.callbacks);
      CO_ASSERT_OK(reply);
      EXPECT_EQ(reply->answered, levels);
      EXPECT_EQ(reply->depth, levels);
    }
    EXPECT_EQ(w.server->audit().stray_callbacks, 0U);
    EXPECT_EQ(w.server->audit().stray_replies, 0U);
  });
}

TEST(Calls, AServerThatACallStopsLeavesItsReactorNothingToDo) {
  SocketWorld world;
  world.service.on<Left>([&world](Call&, LeftRequest) -> Task<Result<LeftReply>> {
    world.server->stop();  // as a monitor does that is asked to quit
    co_return LeftReply{};
  });
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    // One that waits meanwhile, as the spooler's Watch does, and leaves last.
    auto waits = [](SocketWorld& world_, std::shared_ptr<Client> caller) -> Task<void> {
      const NapRequest request{3'600'000};
      (void)co_await caller->call<Nap>(request, Deadline::in(world_.clock, 2h));
    };
    asio::co_spawn(w.reactor, waits(w, *client), asio::detached);
    (void)co_await sleep(w.clock, 20ms);
    (void)co_await (*client)->call<Left>(LeftRequest{}, Deadline::in(w.clock, 10min));
  });
  const auto began = std::chrono::steady_clock::now();
  while (!world.reactor.stopped() && std::chrono::steady_clock::now() - began < long_enough)
    world.reactor.run_one_for(1s);
  EXPECT_TRUE(world.reactor.stopped()) << "something keeps the reactor busy";
}

TEST(Calls, AHandlerSeesWhichObjectItsCallerMeans) {
  SocketWorld world;
  static constexpr Uuid tray{1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
  std::vector<std::optional<Uuid>> seen;
  world.service.on<Echo>([&seen](Call& call, EchoRequest request) -> Task<Result<EchoReply>> {
    seen.push_back(call.object());
    co_return EchoReply{std::move(request.text), std::move(request.data)};
  });
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    for (const std::size_t size : {1U, 200'000U}) {
      for (const auto& object : {std::optional<Uuid>(), std::optional(tray)}) {
        EchoRequest request{"", std::vector<std::uint8_t>(size, 7)};
        auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon(), nullptr, object);
        CO_ASSERT_OK(reply);
        EXPECT_EQ(reply->data, std::vector<std::uint8_t>(size, 7));
      }
    }
  });
  EXPECT_THAT(seen, ::testing::ElementsAre(std::nullopt, tray, std::nullopt, tray));
}

TEST(Calls, AServerThatStopsTellsItsClientsToLeave) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer peer(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await peer.bind());
    w.server.stop();
    auto told = co_await peer.receive();
    CO_ASSERT_OK(told);
    EXPECT_NE(told->as<Shutdown>(), nullptr);
    EXPECT_TRUE(co_await peer.hung_up());
  });
}

TEST(Calls, AMegabyteTravelsInFragmentsBothWays) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    EchoRequest request{"", std::vector<std::uint8_t>(1U << 20)};
    for (std::size_t i = 0; i < request.data.size(); ++i)
      request.data[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
    const auto expected = request.data;
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.soon());
    CO_ASSERT_OK(reply);
    EXPECT_TRUE(reply->data == expected);
    EchoRequest huge{"", std::vector<std::uint8_t>(17U << 20)};
    auto refused = co_await (*client)->call<Echo>(std::move(huge), w.soon());
    EXPECT_TRUE(!refused && refused.error().is(Errc::too_large));
  });
}

TEST(Calls, AHundredCallsRunInterleavedOnOneConnection) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    auto left = std::make_shared<int>(100);
    auto done = std::make_shared<Event>(w.reactor.get_executor());
    for (int i = 0; i < 100; ++i) {
      asio::co_spawn(
          w.reactor,
          [](SocketWorld& sw, std::shared_ptr<Client> c, int number, std::shared_ptr<int> count,
             std::shared_ptr<Event> event) -> Task<void> {
            const NapRequest nap{static_cast<std::uint32_t>((number * 37) % 50)};
            auto slept = co_await c->call<Nap>(nap, sw.soon());
            EXPECT_TRUE(slept);
            const AskRequest ask{static_cast<std::uint32_t>(number % 4)};
            auto asked = co_await c->call<Ask>(ask, sw.soon(), &sw.callbacks);
            EXPECT_TRUE(asked && asked->answered == ask.levels);
            EchoRequest echo{std::to_string(number),
                             std::vector<std::uint8_t>(static_cast<std::size_t>(number) * 2000)};
            auto echoed = co_await c->call<Echo>(std::move(echo), sw.soon());
            EXPECT_TRUE(echoed && echoed->text == std::to_string(number));
            if (--*count == 0) event->notify();
          }(w, *client, i, left, done),
          asio::detached);
    }
    while (*left > 0) CO_ASSERT_OK(co_await done->wait(w.clock, w.soon()));
    EXPECT_EQ(w.seen.naps_slept, 100);
    EXPECT_EQ(w.server->audit().stray_replies, 0U);
  });
}

TEST(Calls, APipeTravelsBothWays) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    auto pipe = make_pipe();
    CO_ASSERT_OK(pipe);
    PipeRequest request{std::move(pipe->write_end), "through the pipe"};
    auto reply = co_await (*client)->call<PassPipe>(std::move(request), w.soon());
    CO_ASSERT_OK(reply);
    CO_ASSERT(reply->end);
    EXPECT_NE(::fcntl(reply->end.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(::write(reply->end.get(), "!", 1), 1);
    reply->end.reset();
    char text[64] = {};
    EXPECT_EQ(::read(pipe->read_end.get(), text, sizeof text), 17);
    EXPECT_STREQ(text, "through the pipe!");
    EXPECT_EQ(::read(pipe->read_end.get(), text, sizeof text), 0) << "somebody still holds the other end";
  });
}

TEST(Calls, APipeTravelsInANestedCallToAnInterfaceThatIsNotTheBoundOne) {
  using Begin = Operation<kOther, 0, LeftRequest, LeftReply>;
  SocketWorld world;
  world.listen();
  Service other(kOther);  // takes no descriptors itself
  other.on<Begin>([](Call& call, LeftRequest request) -> Task<Result<LeftReply>> {
    co_return co_await call.call_back<LeftBack>(request, call.deadline());
  });
  world.server->add(other);
  world.callbacks.on<LeftBack>([](Call& call, LeftRequest) -> Task<Result<LeftReply>> {
    auto pipe = make_pipe();
    if (!pipe) co_return pipe.error();
    PipeRequest request{std::move(pipe->write_end), "nested"};
    auto reply = co_await call.call_back<PassPipe>(std::move(request), call.deadline());
    if (!reply) co_return reply.error();
    char text[64] = {};
    co_return LeftReply{static_cast<std::uint64_t>(::read(pipe->read_end.get(), text, sizeof text))};
  });
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client(kOther);
    CO_ASSERT_OK(client);
    auto reply = co_await (*client)->call<Begin>(LeftRequest{}, w.soon(), &w.callbacks);
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->microseconds, 6U) << "what the server wrote into the pipe";
  });
}

TEST(Calls, AnErrorOfTheHandlerReachesTheCallerAsItIs) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    for (int code = static_cast<int>(Errc::canceled); code <= static_cast<int>(Errc::failed); ++code) {
      const FailRequest request{static_cast<std::uint16_t>(code)};
      auto reply = co_await (*client)->call<Fails>(request, w.soon());
      CO_ASSERT(!reply);
      EXPECT_TRUE(reply.error().is(static_cast<Errc>(code)));
      EXPECT_EQ(reply.error().operation, "feed");
      EXPECT_EQ(reply.error().object, "tray 1");
      EXPECT_EQ(reply.error().advice, "Load A4 paper.");
    }
    const FailRequest system{0};
    auto reply = co_await (*client)->call<Fails>(system, w.soon());
    CO_ASSERT(!reply);
    EXPECT_EQ(reply.error().code, boost::system::errc::no_space_on_device);
    EXPECT_EQ(reply.error().sentence(), "Could not store the document: No space left on device. Make room.");
  });
}

TEST(Calls, WhatIsNotServedIsSaidSo) {
  SocketWorld world;
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto other = co_await w.client(kOther);
    CO_ASSERT(!other);
    EXPECT_TRUE(other.error().is(Errc::unsupported)) << other.error().sentence();
    EXPECT_NE(other.error().sentence().find(w.path), std::string::npos);
    static constexpr InterfaceId newer{kTest.uuid, 1, 9, "test"};
    auto too_new = co_await w.client(newer);
    EXPECT_TRUE(!too_new && too_new.error().is(Errc::unsupported));

    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const LeftRequest none;
    auto missing = co_await (*client)->call<Missing>(none, w.soon());
    EXPECT_TRUE(!missing && missing.error().is(Errc::unsupported));
    const AskRequest ask{1};
    auto no_callbacks = co_await (*client)->call<Ask>(ask, w.soon());
    EXPECT_TRUE(!no_callbacks && no_callbacks.error().is(Errc::unsupported));
  });
}

TEST(Calls, R10OnlyWhoIsAllowedAndOnlySoManyMayConnect) {
  SocketWorld world;
  ServerOptions options;
  options.max_connections = 1;
  options.allow = [&world](const Peer& peer) { return peer.pid == ::getpid() && world.seen.calls == 0; };
  world.listen(options);
  world.play([](SocketWorld& w) -> Task<void> {
    auto first = co_await w.client();
    CO_ASSERT_OK(first);
    auto second = co_await w.client();
    CO_ASSERT(!second);
    EXPECT_TRUE(second.error().is(Errc::busy)) << second.error().sentence();
    w.seen.calls = 1;
    auto stranger = co_await w.client();
    CO_ASSERT(!stranger);
    EXPECT_TRUE(stranger.error().is(Errc::denied)) << stranger.error().sentence();
    EXPECT_EQ(w.server->audit().refused_peers, 2U);
    EXPECT_EQ(w.server->connections(), 1U);
  });
}

TEST(Calls, R5R11AServerProcessThatIsKilledEndsTheCallAtOnce) {
  SocketWorld world;
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    world.reactor.notify_fork(asio::io_context::fork_child);
    world.listen();
    [[maybe_unused]] auto said = ::write(ready[1], "!", 1);
    world.reactor.run_for(60s);
    ::_exit(0);
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  ::close(ready[0]);
  ::close(ready[1]);
  static pid_t victim;
  victim = child;
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    EXPECT_EQ((*client)->peer().pid, victim);
    EchoRequest warm{"up", {}};
    auto warmed = co_await (*client)->call<Echo>(std::move(warm), w.soon());
    CO_ASSERT_OK(warmed);
    asio::co_spawn(
        w.reactor,
        [](Clock& clock) -> Task<void> {
          auto slept = co_await sleep(clock, 50ms);
          EXPECT_TRUE(slept);
          ::kill(victim, SIGKILL);
        }(w.clock),
        asio::detached);
    const Instant began = w.clock.now();
    const NapRequest request{50'000};
    auto reply = co_await (*client)->call<Nap>(request, w.soon());
    CO_ASSERT(!reply);
    EXPECT_TRUE(reply.error().is(Errc::closed)) << reply.error().sentence();
    EXPECT_LT(w.clock.now() - began, 5s);
  });
  ::waitpid(child, nullptr, 0);
}

TEST(Calls, R10TheSocketFileIsPrivateReplacesAStaleOneAndSparesALiveOne) {
  SocketWorld world;
  Server early(world.clock, world.reactor.get_executor(), SocketWorld::everybody());
  {
    // Left behind by a server that was killed.
    asio::local::stream_protocol::acceptor stale(world.reactor, world.path);
  }
  auto up = early.listen(world.path);
  ASSERT_TRUE(up) << up.error().sentence();
  struct stat file {};
  ASSERT_EQ(::lstat(world.path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode, S_IFSOCK | S_IRUSR | S_IWUSR);

  Server second(world.clock, world.reactor.get_executor(), SocketWorld::everybody());
  auto refused = second.listen(world.path);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::busy)) << refused.error().sentence();
  early.stop();
  EXPECT_NE(::lstat(world.path.c_str(), &file), 0);

  std::ofstream(world.path) << "somebody's notes";
  auto in_the_way = second.listen(world.path);
  ASSERT_FALSE(in_the_way);
  EXPECT_TRUE(in_the_way.error().is(Errc::conflict)) << in_the_way.error().sentence();
  auto too_long = second.listen(world.folder / std::string(120, 'x'));
  EXPECT_TRUE(!too_long && too_long.error().is(Errc::too_large));
  auto nowhere = second.listen(world.folder / "missing" / "socket");
  EXPECT_FALSE(nowhere);
}

TEST(Calls, NobodyThereIsAnErrorAtOnce) {
  SocketWorld world;
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT(!client);
    EXPECT_NE(client.error().sentence().find(w.path), std::string::npos) << client.error().sentence();
  });
}

}  // namespace
}  // namespace platen::rpc::testing
