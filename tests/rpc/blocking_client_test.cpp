// The blocking facade: calls of threads that have no reactor.
#include "rpc/blocking_client.hpp"

#include <thread>

#include "base/mailbox.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

// A server on a thread of its own, as another process would be.
class BlockingClientTest : public ::testing::Test {
 protected:
  BlockingClientTest() {
    world_.listen();
    thread_ = std::thread([this] {
      const auto work = asio::make_work_guard(world_.reactor);
      world_.reactor.run();
    });
  }
  ~BlockingClientTest() override {
    mailbox_.post([this] { world_.reactor.stop(); });
    thread_.join();
  }
  std::unique_ptr<BlockingClient> connect() {
    auto client = BlockingClient::connect(world_.path, kTest, long_enough);
    EXPECT_TRUE(client) << client.error().sentence();
    return client ? std::move(*client) : nullptr;
  }

  SocketWorld world_;
  Mailbox& mailbox_ = Mailbox::of(world_.reactor.get_executor());
  std::thread thread_;
};

TEST_F(BlockingClientTest, AThreadCallsAndIsAnswered) {
  auto client = connect();
  ASSERT_TRUE(client);
  auto reply = client->call<Echo>({"hello", {1, 2}}, long_enough);
  ASSERT_TRUE(reply) << reply.error().sentence();
  EXPECT_EQ(reply->text, "hello");
  EXPECT_TRUE(client->connected());
  EXPECT_EQ(client->peer().pid, ::getpid());
}

TEST_F(BlockingClientTest, ManyThreadsShareOne) {
  auto client = connect();
  ASSERT_TRUE(client);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&client, &right, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string text = std::to_string(thread) + "." + std::to_string(i);
        auto reply = client->call<Echo>({text, {}}, long_enough);
        if (reply && reply->text == text) ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
}

TEST_F(BlockingClientTest, CallbacksAreServedWhileTheThreadWaits) {
  auto client = connect();
  ASSERT_TRUE(client);
  auto reply = client->call<Ask>({3}, long_enough, &world_.callbacks);
  ASSERT_TRUE(reply) << reply.error().sentence();
  EXPECT_EQ(reply->answered, 3U);
}

TEST_F(BlockingClientTest, ACallEndsByItsTime) {
  auto client = connect();
  ASSERT_TRUE(client);
  auto reply = client->call<Nap>({60'000}, 50ms);
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().is(Errc::timed_out)) << reply.error().sentence();
  EXPECT_TRUE(client->call<Echo>({"still here", {}}, long_enough));
}

TEST_F(BlockingClientTest, ALostServerEndsTheWaitAtOnce) {
  auto client = connect();
  ASSERT_TRUE(client);
  // Once the call is served, so that somebody waits.
  auto stop = [](SocketWorld& world) -> Task<void> {
    const Deadline limit = world.soon();
    while (world.seen.naps_begun == 0 && !limit.passed(world.clock))
      if (auto slept = co_await sleep(world.clock, 1ms); !slept) co_return;
    world.server->stop();
  };
  mailbox_.post([this, stop] { asio::co_spawn(world_.reactor, stop(world_), asio::detached); });
  auto reply = client->call<Nap>({60'000}, 10min);
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().is(Errc::closed)) << reply.error().sentence();
  EXPECT_FALSE(client->connected());
}

TEST_F(BlockingClientTest, WhereNobodyListensTheErrorSaysWhere) {
  auto client = BlockingClient::connect(world_.path + "-not", kTest, long_enough);
  ASSERT_FALSE(client);
  EXPECT_NE(client.error().sentence().find(world_.path + "-not"), std::string::npos)
      << client.error().sentence();
}

#ifndef NDEBUG
using BlockingClientDeathTest = BlockingClientTest;

TEST_F(BlockingClientDeathTest, R7ALockHeldAcrossACallEndsADebugBuild) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto client = connect();
  ASSERT_TRUE(client);
  Mutex mutex;
  EXPECT_DEATH(
      {
        const Lock lock(mutex);
        static_cast<void>(client->call<Echo>({"", {}}, 1s));
      },
      "lock\\(s\\) are held by the thread that is about to get an answer from");
}
#endif

}  // namespace
}  // namespace platen::rpc::testing
