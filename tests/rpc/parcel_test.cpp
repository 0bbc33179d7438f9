#include "rpc/connection/parcel.hpp"

#include <boost/asio/local/connect_pair.hpp>
#include <gtest/gtest.h>

#include "rpc/transport/unix.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

// Another transport, with its writes counted. `narrow`: of one it takes this much, and nothing of the next.
struct Writes {
  int count = 0;
  std::size_t narrow = 0;
};
class Counted final : public Transport {
 public:
  Counted(std::unique_ptr<Transport> inner, Writes& writes) : inner_(std::move(inner)), writes_(writes) {}
  [[nodiscard]] const Peer& peer() const override { return inner_->peer(); }
  void read(std::shared_ptr<TransportUser> user) override { inner_->read(std::move(user)); }
  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts,
                            Descriptors& descriptors) override {
    ++writes_.count;
    if (std::exchange(full_, false)) return std::size_t{0};
    if (writes_.narrow == 0) return inner_->write(parts, descriptors);
    full_ = true;
    const auto part = parts[0].first(std::exchange(writes_.narrow, 0));
    return inner_->write(std::span(&part, 1), descriptors);
  }
  void await_room(std::shared_ptr<TransportUser> user) override { inner_->await_room(std::move(user)); }
  void close() override { inner_->close(); }

 private:
  std::unique_ptr<Transport> inner_;
  Writes& writes_;
  bool full_ = false;
};

struct ParcelTest : ::testing::Test {
  // Echoes of these sizes, asked for together over a socket, for the second time: by then a coroutine waits
  // for each, and all are served in one turn. Says how many writes the server took to answer.
  int writes_to_answer(const std::vector<std::size_t>& sizes, std::size_t narrow = 0) {
    asio::local::stream_protocol::socket near(world.reactor), far(world.reactor);
    asio::local::connect_pair(near, far);
    auto ours = unix_transport(std::move(near)), theirs = unix_transport(std::move(far));
    EXPECT_TRUE(ours && theirs);
    if (!ours || !theirs) return 0;
    world.listen();
    world.server->serve(std::make_unique<Counted>(std::move(*theirs), writes));
    auto scene = [](ParcelTest& t, std::unique_ptr<Transport> transport, std::vector<std::size_t> asked,
                    std::size_t narrow_at) -> Task<void> {
      auto client = co_await Client::over(t.world.clock, std::move(transport), kTest, t.world.soon());
      CO_ASSERT_OK(client);
      for (const std::size_t narrow_now : {std::size_t{0}, narrow_at}) {
        t.writes = {0, narrow_now};
        t.answered = 0;
        for (const std::size_t size : asked)
          asio::co_spawn(t.world.reactor, echo(t, *client, size), asio::detached);
        while (t.answered < asked.size())
          if (auto slept = co_await sleep(t.world.clock, 1ms); !slept) co_return;
      }
      (*client)->close();
    };
    play_on(world.reactor, scene(*this, std::move(*ours), sizes, narrow));
    return writes.count;
  }
  static Task<void> echo(ParcelTest& t, std::shared_ptr<Client> client, std::size_t size) {
    EchoRequest request{std::to_string(size), std::vector<std::uint8_t>(size, 7)};
    auto reply = co_await client->call<Echo>(std::move(request), t.world.soon());
    ++t.answered;
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->text, std::to_string(size));
    EXPECT_EQ(reply->data.size(), size);
  }

  SocketWorld world;
  Writes writes;
  std::size_t answered = 0;
};

TEST_F(ParcelTest, SmallAnswersOfOneTurnLeaveInOneWrite) {
  EXPECT_EQ(writes_to_answer({10, 20, 30, 40}), 1);
}

TEST_F(ParcelTest, WhatDoesNotFitLeavesInTheNext) {
  const std::vector<std::size_t> sizes(8, Parcel::most / 3);
  EXPECT_EQ(writes_to_answer(sizes), 4);  // with its headers, two to a parcel
}

TEST_F(ParcelTest, ALargeAnswerLeavesBehindTheSmallOnesBeforeIt) {
  EXPECT_EQ(writes_to_answer({10, 20, 10 * Parcel::most, 30, 40}), 3);
}

TEST_F(ParcelTest, WhatFollowsAParcelThatLeftInPartLeavesBehindItsRest) {
  const std::vector<std::size_t> sizes(8, Parcel::most / 3);
  EXPECT_GT(writes_to_answer(sizes, 100), 3);
}

}  // namespace
}  // namespace platen::rpc::testing
