// The rules of the secured runtime (docs/rpc.md), in memory and on simulated time, against peers that break
// them.
#include "raw_peer.hpp"

namespace platen::rpc::testing {
namespace {

// A client that has called Ask{1} and has been called back: it owes the server's handler an answer.
struct Owing {
  std::unique_ptr<RawPeer> client;
  std::uint32_t call_id = 0;  // of the callback
  CallHeader header;
};

Task<Result<Owing>> client_that_owes_an_answer(MemoryWorld& w, Peer as = {1000, 1000, 100}) {
  Owing owing;
  owing.client = std::make_unique<RawPeer>(w.clock, w.reactor.get_executor(), w.connect(as));
  auto bound = co_await owing.client->bind();
  if (!bound) co_return bound.error();
  auto message = encode(AskRequest{1});
  auto called = co_await owing.client->call(Ask::number, std::move(message));
  if (!called) co_return called.error();
  auto callback = co_await owing.client->receive();
  if (!callback) co_return callback.error();
  if (callback->as<Request>() == nullptr) co_return fail(Errc::failed, "be called back", "");
  owing.call_id = callback->pdu.call_id;
  owing.header = callback->header();
  co_return owing;
}

Message good_answer() {
  return encode(AskReply{0, 1});
}

TEST(Rules, R1AnAnswerFromAnotherConnectionIsRefusedAndCountedAndChangesNothing) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto owing = co_await client_that_owes_an_answer(w);
    CO_ASSERT_OK(owing);
    // It knows everything, but is another process.
    RawPeer spoofer(w.clock, w.reactor.get_executor(), w.connect({1000, 1000, 666}));
    CO_ASSERT_OK(co_await spoofer.bind());
    auto forged = encode(AskReply{99, 1});
    CO_ASSERT_OK(co_await spoofer.respond(owing->call_id, owing->header, std::move(forged)));
    auto early = co_await owing->client->receive(1s);
    EXPECT_FALSE(early) << "the waiter noticed a stranger";
    EXPECT_EQ(w.server.audit().stray_replies, 1U);

    CO_ASSERT_OK(co_await owing->client->respond(owing->call_id, owing->header, good_answer()));
    auto reply = co_await owing->client->receive();
    CO_ASSERT_OK(reply);
    CO_ASSERT(reply->as<Response>());
    Message body{reply->body(), {}};
    auto answered = decode<AskReply>(std::move(body));
    CO_ASSERT_OK(answered);
    EXPECT_EQ(answered->answered, 1U);
  });
}

class WrongInOnePart : public ::testing::TestWithParam<int> {};

TEST_P(WrongInOnePart, R2ARefusedAnswerOnTheWaitersOwnConnectionFailsTheWaiterAtOnce) {
  static int part;
  part = GetParam();
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto owing = co_await client_that_owes_an_answer(w);
    CO_ASSERT_OK(owing);
    CallHeader wrong = owing->header;
    std::uint32_t call_id = owing->call_id;
    if (part == 0) ++wrong.depth;
    if (part == 1) wrong.chain = random_uuid();
    if (part == 2) ++wrong.slot;
    if (part == 3) ++call_id;
    const Instant before = w.clock.now();
    CO_ASSERT_OK(co_await owing->client->respond(call_id, wrong, good_answer()));
    auto reply = co_await owing->client->receive();
    CO_ASSERT_OK(reply);
    CO_ASSERT(reply->as<Fault>());
    EXPECT_TRUE(reply->error().is(Errc::refused)) << reply->error().sentence();
    EXPECT_EQ(w.clock.now(), before);
    EXPECT_EQ(w.server.audit().stray_replies, 1U);
    CO_ASSERT(w.seen.callback_error);
    EXPECT_TRUE(w.seen.callback_error->is(Errc::refused));
  });
}

INSTANTIATE_TEST_SUITE_P(Rules, WrongInOnePart, ::testing::Range(0, 4));

TEST(Rules, R2AClientWhoseServerAnswersWronglyLearnsItAtOnce) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto pair = memory_pair(w.reactor.get_executor(), {1, 1, 1}, {2, 2, 2});
    auto server = std::make_shared<RawPeer>(w.clock, w.reactor.get_executor(), std::move(pair.server));
    asio::co_spawn(
        w.reactor,
        [](std::shared_ptr<RawPeer> s) -> Task<void> {
          CO_ASSERT_OK(co_await s->accept_bind());
          auto request = co_await s->receive();
          CO_ASSERT_OK(request);
          CallHeader header = request->header();
          header.chain = random_uuid();
          auto message = encode(EchoReply{"not yours", {}});
          CO_ASSERT_OK(co_await s->respond(request->pdu.call_id, header, std::move(message)));
        }(server),
        asio::detached);
    auto client = co_await Client::over(w.clock, std::move(pair.client), kTest, w.in(5s));
    CO_ASSERT_OK(client);
    EchoRequest request{"mine", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.in(1h));
    CO_ASSERT(!reply);
    EXPECT_TRUE(reply.error().is(Errc::refused)) << reply.error().sentence();
    EXPECT_EQ(w.clock.now(), Instant{});
    EXPECT_EQ((*client)->audit().stray_replies, 1U);
  });
}

TEST(Rules, R2Q310703TheVeryProcessThatOwesTheAnswerGivesItElsewhereAndTheWaiterLearnsItAtOnce) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto owing = co_await client_that_owes_an_answer(w);
    CO_ASSERT_OK(owing);
    const Instant before = w.clock.now();
    RawPeer elsewhere(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await elsewhere.respond(owing->call_id, owing->header, good_answer()));
    auto reply = co_await owing->client->receive();
    CO_ASSERT_OK(reply);
    CO_ASSERT(reply->as<Fault>());
    EXPECT_TRUE(reply->error().is(Errc::refused)) << reply->error().sentence();
    EXPECT_EQ(w.clock.now(), before);
    EXPECT_EQ(w.server.audit().stray_replies, 1U);
  });
}

TEST(Rules, R3NobodyIsCalledBackWhoDoesNotWait) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto pair = memory_pair(w.reactor.get_executor(), {1, 1, 1}, {2, 2, 2});
    RawPeer server(w.clock, w.reactor.get_executor(), std::move(pair.server));
    auto bound = std::make_shared<std::optional<Result<std::shared_ptr<Client>>>>();
    asio::co_spawn(
        w.reactor,
        [](MemoryWorld& mw, std::unique_ptr<Transport> t, auto out) -> Task<void> {
          out->emplace(co_await Client::over(mw.clock, std::move(t), kTest, mw.in(5s)));
        }(w, std::move(pair.client), bound),
        asio::detached);
    CO_ASSERT_OK(co_await server.accept_bind());
    // A first call, from a server to its client.
    auto message = encode(AskRequest{0});
    CO_ASSERT_OK(co_await server.call(AskBack::number, std::move(message)));
    auto refused = co_await server.receive();
    CO_ASSERT_OK(refused);
    EXPECT_TRUE(refused->error().is(Errc::conflict)) << refused->error().sentence();
    CO_ASSERT(bound->has_value());
    EXPECT_EQ((***bound)->audit().stray_callbacks, 1U);
  });
}

TEST(Rules, R3ACallbackAfterTheCallersDeadlineIsAnErrorAtOnce) {
  MemoryWorld world;
  world.service.on<Ask>([&world](Call& call, AskRequest request) -> Task<Result<AskReply>> {
    try {
      auto slept = co_await sleep(world.clock, 1h);
      static_cast<void>(slept);
    } catch (const std::exception&) {
    }
    world.seen.told_canceled = call.canceled();
    co_return AskReply{request.levels, 0};
  });
  world.server.add(world.service);
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const AskRequest ask{1};
    auto reply = co_await (*client)->call<Ask>(ask, w.in(5s), &w.callbacks);
    CO_ASSERT(!reply);
    EXPECT_TRUE(reply.error().is(Errc::timed_out));
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    EXPECT_TRUE(w.seen.told_canceled);
  });
}

TEST(Rules, R4TheDeadlineIsInheritedByNestedCallsAndShrinks) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const LeftRequest request;
    auto reply = co_await (*client)->call<Left>(request, w.in(60s), &w.callbacks);
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->microseconds, 59'000'000U);  // the handler slept for one second, and asked for an hour
  });
}

TEST(Rules, R4AHandlerDoesNotOutliveItsCallersDeadline) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const NapRequest request{3'600'000};
    auto reply = co_await (*client)->call<Nap>(request, w.in(5s));
    CO_ASSERT(!reply);
    EXPECT_TRUE(reply.error().is(Errc::timed_out)) << reply.error().sentence();
    EXPECT_EQ(w.clock.now(), Instant(5s));
    CO_ASSERT_OK(co_await w.server.ended(w.in(1ms)));
    EXPECT_EQ(w.seen.naps_canceled, 1);
    EXPECT_EQ(w.clock.now(), Instant(5s));
  });
}

TEST(Rules, R5ALostCallerCancelsItsHandlersAtOnce) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer client(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await client.bind());
    auto message = encode(NapRequest{3'600'000});
    CO_ASSERT_OK(co_await client.call(Nap::number, std::move(message), 10h));
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    client.close();
    CO_ASSERT_OK(co_await w.server.ended(w.in(1ms)));
    EXPECT_EQ(w.seen.naps_canceled, 1);
    EXPECT_TRUE(w.seen.told_canceled);
    EXPECT_EQ(w.server.connections(), 0U);
  });
}

TEST(Rules, R5ALostServerEndsEveryWaitAtOnce) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    auto ended = std::make_shared<int>(0);
    for (int i = 0; i < 10; ++i)
      asio::co_spawn(
          w.reactor,
          [](MemoryWorld& mw, std::shared_ptr<Client> c, std::shared_ptr<int> count) -> Task<void> {
            const NapRequest request{3'600'000};
            auto reply = co_await c->call<Nap>(request, mw.in(10h));
            EXPECT_TRUE(!reply && reply.error().is(Errc::closed));
            EXPECT_EQ(mw.clock.now(), Instant(1s));
            ++*count;
          }(w, *client, ended),
          asio::detached);
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    w.server.stop();
    CO_ASSERT_OK(co_await sleep(w.clock, 1ms));
    EXPECT_EQ(*ended, 10);
    EXPECT_FALSE((*client)->connected());
    const NapRequest again{1};
    auto reply = co_await (*client)->call<Nap>(again, w.in(10h));
    EXPECT_TRUE(!reply && reply.error().is(Errc::closed));
  });
}

TEST(Rules, R6DepthIsCapped) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const AskRequest fits{8};
    auto reply = co_await (*client)->call<Ask>(fits, w.in(1min), &w.callbacks);
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->depth, 8U);
    const AskRequest endless{1000};
    auto refused = co_await (*client)->call<Ask>(endless, w.in(1min), &w.callbacks);
    CO_ASSERT(!refused);
    EXPECT_TRUE(refused.error().is(Errc::loop)) << refused.error().sentence();
  });
}

TEST(Rules, R8APeerThatDoesNotReadIsDroppedAndOthersDoNotNotice) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer deaf(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await deaf.bind());
    EchoRequest much{"", std::vector<std::uint8_t>(50'000)};
    const auto message = encode(std::move(much));
    for (int i = 0; i < 20; ++i) {
      Message copy{message.octets, {}};
      CO_ASSERT_OK(co_await deaf.call(Echo::number, std::move(copy)));
    }
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    EchoRequest request{"still there?", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.in(1s));
    CO_ASSERT_OK(reply);
    EXPECT_EQ(w.server.connections(), 2U);
    CO_ASSERT_OK(co_await sleep(w.clock, 11s));
    EXPECT_EQ(w.server.connections(), 1U);
    EXPECT_EQ(w.server.audit().dropped_peers, 1U);
  });
}

TEST(Rules, R8CallsBeyondThePeersQuotaAreRefusedWhileItsCallbacksStillGetThrough) {
  ServerOptions options = SocketWorld::everybody();
  options.limits.max_running = 1;
  MemoryWorld world(options);
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const AskRequest nested{4};  // its nested calls are four more
    auto reply = co_await (*client)->call<Ask>(nested, w.in(1min), &w.callbacks);
    CO_ASSERT_OK(reply);
    asio::co_spawn(
        w.reactor,
        [](MemoryWorld& mw, std::shared_ptr<Client> c) -> Task<void> {
          const NapRequest nap{10'000};
          auto slept = co_await c->call<Nap>(nap, mw.in(1min));
          EXPECT_TRUE(slept);
        }(w, *client),
        asio::detached);
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    EchoRequest request{"me too", {}};
    auto refused = co_await (*client)->call<Echo>(std::move(request), w.in(1min));
    CO_ASSERT(!refused);
    EXPECT_TRUE(refused.error().is(Errc::busy)) << refused.error().sentence();
    CO_ASSERT_OK(co_await sleep(w.clock, 20s));
  });
}

TEST(Rules, R9ASlotThatWaitsAdmitsOnlyCallsOfItsOwnChain) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto owing = co_await client_that_owes_an_answer(w);
    CO_ASSERT_OK(owing);
    for (int part = 0; part < 3; ++part) {
      CallHeader header;
      header.chain = part == 0 ? random_uuid() : owing->header.chain;
      header.target_slot = part == 1 ? owing->header.slot + 1 : owing->header.slot;
      header.depth = static_cast<std::uint16_t>(part == 2 ? owing->header.depth : owing->header.depth + 1);
      header.slot = 77;
      header.left_us = 1'000'000;
      header.interface = {kTest.uuid, 1, 0};
      const auto stub = encode_call_header(header);
      Request request;
      request.context = 1;
      request.number = Nap::number;
      request.stub = stub;
      Pdu pdu{whole_message, random_number(), ByteOrder::little, request};
      CO_ASSERT_OK(co_await owing->client->send(pdu));
      auto refused = co_await owing->client->receive();
      CO_ASSERT_OK(refused);
      EXPECT_TRUE(refused->error().is(Errc::conflict)) << part << ": " << refused->error().sentence();
    }
    EXPECT_EQ(w.server.audit().stray_callbacks, 3U);
    CO_ASSERT_OK(co_await owing->client->respond(owing->call_id, owing->header, good_answer()));
    auto reply = co_await owing->client->receive();
    CO_ASSERT_OK(reply);
    EXPECT_TRUE(reply->as<Response>());
  });
}

TEST(Rules, R12ACallerThatGivesUpSaysSoAndALateAnswerIsDroppedAndCounted) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto pair = memory_pair(w.reactor.get_executor(), {1, 1, 1}, {2, 2, 2});
    auto server = std::make_shared<RawPeer>(w.clock, w.reactor.get_executor(), std::move(pair.server));
    asio::co_spawn(
        w.reactor,
        [](std::shared_ptr<RawPeer> s) -> Task<void> {
          CO_ASSERT_OK(co_await s->accept_bind());
          auto request = co_await s->receive();
          CO_ASSERT_OK(request);
          auto cancel = co_await s->receive();
          CO_ASSERT_OK(cancel);
          EXPECT_TRUE(cancel->as<Cancel>());
          EXPECT_EQ(cancel->pdu.call_id, request->pdu.call_id);
          auto late = encode(EchoReply{"late", {}});
          CO_ASSERT_OK(co_await s->respond(request->pdu.call_id, request->header(), std::move(late)));
          auto second = co_await s->receive();
          CO_ASSERT_OK(second);
          auto good = encode(EchoReply{"good", {}});
          CO_ASSERT_OK(co_await s->respond(second->pdu.call_id, second->header(), std::move(good)));
        }(server),
        asio::detached);
    auto client = co_await Client::over(w.clock, std::move(pair.client), kTest, w.in(5s));
    CO_ASSERT_OK(client);
    EchoRequest request{"hello?", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.in(5s));
    EXPECT_TRUE(!reply && reply.error().is(Errc::timed_out));
    EchoRequest again{"hello?", {}};
    auto answer = co_await (*client)->call<Echo>(std::move(again), w.in(5s));
    CO_ASSERT_OK(answer);
    EXPECT_EQ(answer->text, "good");
    EXPECT_EQ((*client)->audit().stray_replies, 1U);
  });
}

TEST(Rules, R12CancelIsIdempotent) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer client(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await client.bind());
    auto message = encode(NapRequest{3'600'000});
    CO_ASSERT_OK(co_await client.call(Nap::number, std::move(message), 10h));
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    for (int i = 0; i < 3; ++i) {
      const Pdu cancel{whole_message, client.call_id, ByteOrder::little, Cancel{}};
      CO_ASSERT_OK(co_await client.send(cancel));
    }
    auto answer = co_await client.receive();
    CO_ASSERT_OK(answer);
    EXPECT_TRUE(answer->error().is(Errc::canceled)) << answer->error().sentence();
    const Pdu again{whole_message, client.call_id, ByteOrder::little, Cancel{}};
    CO_ASSERT_OK(co_await client.send(again));
    auto nothing = co_await client.receive(1s);
    EXPECT_TRUE(!nothing && nothing.error().is(Errc::timed_out));
    EXPECT_EQ(w.seen.naps_canceled, 1);
  });
}

TEST(Rules, R12CancellingTheCallersCoroutineCancelsTheHandler) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    asio::cancellation_signal stop;
    asio::co_spawn(
        w.reactor,
        [](MemoryWorld& mw, std::shared_ptr<Client> c) -> Task<void> {
          const NapRequest request{3'600'000};
          auto reply = co_await c->call<Nap>(request, mw.in(10h));
          EXPECT_TRUE(!reply && reply.error().is(Errc::canceled));
        }(w, *client),
        asio::bind_cancellation_slot(stop.slot(), asio::detached));
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    stop.emit(asio::cancellation_type::terminal);
    CO_ASSERT_OK(co_await w.server.ended(w.in(1ms)));
    EXPECT_EQ(w.seen.naps_canceled, 1);
  });
}

TEST(Rules, Q225094AStrayFaultIsCountedAndDroppedAndNobodyElseIsHurt) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    RawPeer stray(w.clock, w.reactor.get_executor(), w.connect({1000, 1000, 7}));
    for (bool bound : {false, true}) {
      if (bound) CO_ASSERT_OK(co_await stray.bind());
      for (bool with_header : {false, true}) {
        const auto stub = with_header ? encode_call_header(CallHeader{}) : std::vector<std::byte>();
        Fault fault;
        fault.status = 0x1c010003;
        fault.stub = stub;
        const Pdu pdu{whole_message, random_number(), ByteOrder::little, fault};
        CO_ASSERT_OK(co_await stray.send(pdu));
      }
    }
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    EXPECT_EQ(w.server.audit().stray_replies, 4U);
    EXPECT_EQ(w.server.connections(), 2U);
    EchoRequest request{"still there?", {}};
    auto reply = co_await (*client)->call<Echo>(std::move(request), w.in(1s));
    EXPECT_TRUE(reply);
  });
}

TEST(Rules, APeerThatNeverBindsIsDropped) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer silent(w.clock, w.reactor.get_executor(), w.connect());
    EXPECT_TRUE(co_await silent.hung_up(1h));
    EXPECT_EQ(w.clock.now(), Instant(10s));
    EXPECT_EQ(w.server.connections(), 0U);
    EXPECT_EQ(w.server.audit().unbound_peers, 1U);
  });
}

TEST(Rules, APeerThatBreaksTheProtocolIsDropped) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer unbound(w.clock, w.reactor.get_executor(), w.connect());
    auto early = encode(EchoRequest{});
    CO_ASSERT_OK(co_await unbound.call(Echo::number, std::move(early)));
    EXPECT_TRUE(co_await unbound.hung_up());

    RawPeer twice(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await twice.bind());
    auto rebound = co_await twice.bind();
    EXPECT_FALSE(rebound);

    RawPeer short_header(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await short_header.bind());
    const Pdu empty{whole_message, 5, ByteOrder::little, Request{}};
    CO_ASSERT_OK(co_await short_header.send(empty));
    EXPECT_TRUE(co_await short_header.hung_up());
    EXPECT_EQ(w.server.audit().malformed_pdus, 3U);
    EXPECT_EQ(w.server.connections(), 0U);
  });
}

TEST(Rules, AMessageWithoutEndIsRefusedAtItsBound) {
  ServerOptions options = SocketWorld::everybody();
  options.limits.max_message = 100'000;
  MemoryWorld world(options);
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer client(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await client.bind());
    CallHeader header;
    header.left_us = 1'000'000;
    header.interface = {kTest.uuid, 1, 0};
    auto stub = encode_call_header(header);
    stub.resize(10'000);
    for (int i = 0; i < 50; ++i) {
      Request request;
      request.stub = stub;
      const Pdu pdu{i == 0 ? first_fragment : std::uint8_t{0}, 9, ByteOrder::little, request};
      CO_ASSERT_OK(co_await client.send(pdu));
    }
    auto refused = co_await client.receive();
    CO_ASSERT_OK(refused);
    EXPECT_TRUE(refused->error().is(Errc::too_large)) << refused->error().sentence();
    auto only_once = co_await client.receive(1s);
    EXPECT_FALSE(only_once);
    EXPECT_EQ(w.seen.calls, 0);
  });
}

TEST(Rules, APeersLongestFragmentIsRespected) {
  MemoryWorld world;
  world.play([](MemoryWorld& w) -> Task<void> {
    RawPeer client(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await client.bind(least_fragment));
    EchoRequest request{"", std::vector<std::uint8_t>(20'000, 7)};
    auto message = encode(std::move(request));
    CO_ASSERT_OK(co_await client.call(Echo::number, std::move(message)));
    Octets stub;
    for (bool last = false; !last;) {
      auto part = co_await client.receive();
      CO_ASSERT_OK(part);
      EXPECT_LE(part->octets.size(), least_fragment);
      CO_ASSERT(part->as<Response>());
      EXPECT_EQ((part->pdu.flags & first_fragment) != 0, stub.empty());
      const auto more = part->as<Response>()->stub;
      stub.insert(stub.end(), more.begin(), more.end());
      last = (part->pdu.flags & last_fragment) != 0;
    }
    stub.erase(stub.begin(), stub.begin() + CallHeader::size);
    Message whole{std::move(stub), {}};
    auto reply = decode<EchoReply>(std::move(whole));
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->data.size(), 20'000U);
  });
}

}  // namespace
}  // namespace platen::rpc::testing
