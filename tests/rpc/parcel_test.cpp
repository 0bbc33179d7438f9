#include "rpc/connection/parcel.hpp"

#include <gtest/gtest.h>

#include "rpc/transport/memory.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

// Another transport, with its writes counted.
class Counted final : public Transport {
 public:
  Counted(std::unique_ptr<Transport> inner, int& writes) : inner_(std::move(inner)), writes_(writes) {}
  [[nodiscard]] const Peer& peer() const override { return inner_->peer(); }
  void read(std::shared_ptr<TransportUser> user) override { inner_->read(std::move(user)); }
  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts,
                            Descriptors& descriptors) override {
    ++writes_;
    return inner_->write(parts, descriptors);
  }
  void await_room(std::shared_ptr<TransportUser> user) override { inner_->await_room(std::move(user)); }
  void close() override { inner_->close(); }

 private:
  std::unique_ptr<Transport> inner_;
  int& writes_;
};

struct ParcelTest : ::testing::Test {
  // Echoes of these sizes, asked for together; how many writes the server took to answer.
  int writes_to_answer(const std::vector<std::size_t>& sizes) {
    auto pair = memory_pair(world.reactor.get_executor(), Peer{1000, 1000, 100}, Peer{0, 0, 1});
    world.server.serve(std::make_unique<Counted>(std::move(pair.server), writes));
    auto scene = [](ParcelTest& t, std::unique_ptr<Transport> transport,
                    std::vector<std::size_t> asked) -> Task<void> {
      auto client = co_await Client::over(t.world.clock, std::move(transport), kTest, t.world.in(10s));
      CO_ASSERT_OK(client);
      t.writes = 0;
      for (const std::size_t size : asked)
        asio::co_spawn(t.world.reactor, echo(t, *client, size), asio::detached);
      (void)co_await sleep(t.world.clock, 1s);
      t.counted = t.writes;
      (*client)->close();
    };
    asio::co_spawn(world.reactor, scene(*this, std::move(pair.client), sizes), asio::detached);
    EXPECT_TRUE(run_simulation(world.reactor, world.clock, 1min));
    EXPECT_EQ(answered, sizes.size());
    return counted;
  }
  static Task<void> echo(ParcelTest& t, std::shared_ptr<Client> client, std::size_t size) {
    EchoRequest request{std::to_string(size), std::vector<std::uint8_t>(size, 7)};
    auto reply = co_await client->call<Echo>(std::move(request), t.world.in(10s));
    CO_ASSERT_OK(reply);
    EXPECT_EQ(reply->text, std::to_string(size));
    EXPECT_EQ(reply->data.size(), size);
    ++t.answered;
  }

  MemoryWorld world;
  int writes = 0, counted = 0;
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

}  // namespace
}  // namespace platen::rpc::testing
