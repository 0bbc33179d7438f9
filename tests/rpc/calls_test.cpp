// Calls over real Unix sockets: what every program of the house relies on.
#include <fstream>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/event.hpp"
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

}  // namespace
}  // namespace platen::rpc::testing
