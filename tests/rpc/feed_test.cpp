// Status to readers of every pace: the newest snapshot, never a queue of old ones.
#include "rpc/feed.hpp"

#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

struct PullRequest {
  std::uint64_t seen = 0;
};
struct PullReply {
  std::uint64_t serial = 0;
  std::optional<std::uint32_t> level;
};
struct TellRequest {};
struct TellReply {};
struct LevelRequest {
  std::uint32_t level = 0;
};
struct LevelReply {};
using Pull = Operation<kTest, 20, PullRequest, PullReply>;
using Tell = Operation<kTest, 21, TellRequest, TellReply>;
using Level = Operation<kTestCallbacks, 20, LevelRequest, LevelReply>;

// A server that publishes levels, and a reader that takes its time over each.
class FeedTest : public ::testing::Test {
 public:
  void publish_every(Duration pause, std::uint32_t times) {
    asio::co_spawn(world_.reactor, publisher(*this, pause, times), asio::detached);
  }

 protected:
  FeedTest() {
    Service service(kTest);
    service.on<Pull>([this](Call& call, PullRequest request) -> Task<Result<PullReply>> {
      auto news = co_await pull(world_.clock, feed_, call, request.seen);
      if (!news) co_return news.error();
      PullReply reply{news->serial, news->snapshot};
      co_return reply;
    });
    service.on<Tell>([this](Call& call, TellRequest) -> Task<Result<TellReply>> {
      auto told = co_await tell<Level>(world_.clock, feed_, call, 1min);
      if (!told) co_return told.error();
      co_return TellReply{};
    });
    world_.server.add(service);
    reader_.on<Level>([this](Call&, LevelRequest request) -> Task<Result<LevelReply>> {
      levels_.push_back(request.level);
      (void)co_await sleep(world_.clock, pace_);
      co_return LevelReply{};
    });
  }

  static Task<void> publisher(FeedTest& test, Duration pause, std::uint32_t times) {
    for (std::uint32_t level = 1; level <= times; ++level) {
      test.feed_.publish(level);
      (void)co_await sleep(test.world_.clock, pause);
    }
  }
  void run(Task<void> scene) {
    bool done = false;
    asio::co_spawn(world_.reactor, std::move(scene), [&done](const std::exception_ptr&) { done = true; });
    run_simulation(world_.reactor, world_.clock, 24h);
    EXPECT_TRUE(done);
  }

  MemoryWorld world_;
  Feed<std::uint32_t> feed_{world_.reactor.get_executor()};
  Service reader_{kTestCallbacks};
  Duration pace_ = 0ms;
  std::vector<std::uint32_t> levels_;
};

TEST_F(FeedTest, AParkedPullCompletesWhenThereIsSomethingToSay) {
  auto scene = [](FeedTest& test, MemoryWorld& w, Feed<std::uint32_t>& feed) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    const auto began = w.clock.now();
    test.publish_every(30s, 2);
    auto first = co_await (*client)->call<Pull>(PullRequest{}, w.in(5min));
    CO_ASSERT_OK(first);
    EXPECT_EQ(first->level, 1U);
    const PullRequest next{first->serial};
    auto second = co_await (*client)->call<Pull>(next, w.in(5min));
    CO_ASSERT_OK(second);
    EXPECT_EQ(second->level, 2U);
    EXPECT_EQ(second->serial, feed.serial());
    EXPECT_EQ(w.clock.now() - began, 30s);
  };
  run(scene(*this, world_, feed_));
}

TEST_F(FeedTest, APullWithNothingToSayReturnsBeforeItsDeadlineAndIsAskedAgain) {
  auto scene = [](MemoryWorld& w, Feed<std::uint32_t>& feed) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    feed.publish(7);
    const PullRequest seen{feed.serial()};
    auto reply = co_await (*client)->call<Pull>(seen, w.in(1min));
    CO_ASSERT_OK(reply);
    EXPECT_FALSE(reply->level.has_value());
    EXPECT_EQ(reply->serial, feed.serial());
  };
  run(scene(world_, feed_));
}

TEST_F(FeedTest, ASerialOfAnotherRunIsTakenForOld) {
  auto scene = [](MemoryWorld& w, Feed<std::uint32_t>& feed) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    feed.publish(7);
    const PullRequest seen{feed.serial() + 12345};
    auto reply = co_await (*client)->call<Pull>(seen, w.in(1min));
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->level, 7U);
  };
  run(scene(world_, feed_));
}

TEST_F(FeedTest, ASlowReaderIsToldTheNewestAndNothingPilesUp) {
  pace_ = 10s;
  auto scene = [](FeedTest& test, MemoryWorld& w, const Service& reader) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    test.publish_every(100ms, 1000);  // for 100 s
    auto reply = co_await (*client)->call<Tell>(TellRequest{}, w.in(3min), &reader);
    EXPECT_TRUE(reply) << reply.error().sentence();
  };
  run(scene(*this, world_, reader_));
  EXPECT_LE(levels_.size(), 12U);
  ASSERT_GE(levels_.size(), 2U);
  EXPECT_EQ(levels_.front(), 1U);
  EXPECT_EQ(levels_.back(), 1000U);
  EXPECT_TRUE(std::is_sorted(levels_.begin(), levels_.end()));
}

TEST_F(FeedTest, AReaderThatNeverTakesItIsLeft) {
  pace_ = 1h;
  auto scene = [](MemoryWorld& w, Feed<std::uint32_t>& feed, const Service& reader) -> Task<void> {
    auto client = co_await w.client();
    CO_ASSERT_OK(client);
    feed.publish(1);
    auto reply = co_await (*client)->call<Tell>(TellRequest{}, w.in(10min), &reader);
    CO_ASSERT(!reply);
    EXPECT_TRUE(reply.error().is(Errc::timed_out)) << reply.error().sentence();
  };
  run(scene(world_, feed_, reader_));
}

}  // namespace
}  // namespace platen::rpc::testing
