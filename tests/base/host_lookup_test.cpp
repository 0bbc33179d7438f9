#include "base/host_lookup.hpp"

#include <gmock/gmock.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"

namespace platen {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

struct HostLookupTest : testing::Test {
  std::vector<boost::asio::ip::address> found(std::string host) {
    std::vector<boost::asio::ip::address> addresses;
    const auto body = [&]() -> Task<void> {
      auto answer = co_await look_up(clock, std::move(host), Deadline::in(clock, 20s));
      EXPECT_TRUE(answer) << answer.error().sentence();
      if (answer) addresses = std::move(*answer);
    };
    play(reactor, body());
    return addresses;
  }
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
};

TEST_F(HostLookupTest, NumbersNeedNoNameServer) {
  EXPECT_THAT(found("192.0.2.7"), ElementsAre(make_address("192.0.2.7")));
  EXPECT_THAT(found("2001:db8::7"), ElementsAre(make_address("2001:db8::7")));
}

TEST_F(HostLookupTest, ANameGivesEachOfItsAddresses) {
  const auto addresses = found("localhost");
  EXPECT_FALSE(addresses.empty());
  EXPECT_THAT(addresses, Each(AnyOf(Eq(make_address("127.0.0.1")), Eq(make_address("::1")))));
}

TEST_F(HostLookupTest, ANameThatNobodyKnowsIsNamed) {
  const auto body = [&]() -> Task<void> {
    auto answer = co_await look_up(clock, "no such printer", Deadline::in(clock, 20s));
    EXPECT_FALSE(answer);
    if (answer) co_return;
    EXPECT_TRUE(answer.error().is(Errc::not_found)) << answer.error().sentence();
    EXPECT_THAT(answer.error().sentence(), HasSubstr("no such printer"));
  };
  play(reactor, body());
}

}  // namespace
}  // namespace platen
