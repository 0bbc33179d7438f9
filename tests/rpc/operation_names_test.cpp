// Whoever reads an error or the log reads operations by name.
#include <gmock/gmock.h>

#include "langmon/wire/monitor_interface.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

constexpr std::array<std::string_view, 3> kTrayOperations{"Fill", "Empty", "Doze"};
constexpr InterfaceId kTray{{0x7d1c2fe7, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}},
                            1,
                            0,
                            "tray",
                            kTrayOperations};
using Fill = Operation<kTray, 0, LeftRequest, LeftReply>;
using Empty = Operation<kTray, 1, LeftRequest, LeftReply>;
using Doze = Operation<kTray, 2, LeftRequest, LeftReply>;

Service tray(Clock& clock) {
  Service service(kTray);
  service.on<Fill>([](Call&, LeftRequest) -> Task<Result<LeftReply>> {
    throw std::runtime_error("jammed");
    co_return LeftReply{};
  });
  service.on<Doze>([&clock](Call&, LeftRequest) -> Task<Result<LeftReply>> {
    (void)co_await sleep(clock, 1h);
    co_return LeftReply{};
  });
  return service;
}

TEST(OperationNames, AreWhatTheInterfaceCallsThem) {
  EXPECT_EQ(operation_name(kTray, 2), "Doze of tray");
  EXPECT_EQ(operation_name(kTray, 3), "operation 3 of tray");
  EXPECT_EQ(operation_name(kTest, 3), "operation 3 of test");
}

TEST(OperationNames, OfTheMonitorStandInTheOrderOfTheirNumbers) {
  using namespace langmon::wire;
  EXPECT_EQ(operation_name(kMonitor, Watch::number), "Watch of platen-monitor");
  EXPECT_EQ(operation_name(kMonitor, Quit::number), "Quit of platen-monitor");
  EXPECT_EQ(operation_name(kMonitor, UseInk::number), "UseInk of platen-monitor");
  EXPECT_EQ(kMonitorOperations.size(), UseInk::number + 1U);
  EXPECT_EQ(operation_name(kSpoolerCallbacks, NeedsOperator::number), "NeedsOperator of platend-callbacks");
  EXPECT_EQ(kSpoolerOperations.size(), NeedsOperator::number + 1U);
}

TEST(OperationNames, StandInFaultsAndWhereACallerWaitsInVain) {
  SocketWorld world;
  world.service = tray(world.clock);
  world.listen();
  world.play([](SocketWorld& w) -> Task<void> {
    auto client = co_await w.client(kTray);
    CO_ASSERT_OK(client);
    auto jammed = co_await (*client)->call<Fill>(LeftRequest{}, w.soon());
    CO_ASSERT(!jammed);
    EXPECT_THAT(jammed.error().object, ::testing::StartsWith("Fill of tray for uid"));
    auto missing = co_await (*client)->call<Empty>(LeftRequest{}, w.soon());
    CO_ASSERT(!missing);
    EXPECT_TRUE(missing.error().is(Errc::unsupported));
    EXPECT_THAT(missing.error().object, ::testing::StartsWith("Empty of tray for uid"));
    auto late = co_await (*client)->call<Doze>(LeftRequest{}, Deadline::in(w.clock, 20ms));
    CO_ASSERT(!late);
    EXPECT_TRUE(late.error().is(Errc::timed_out));
    EXPECT_THAT(late.error().object, ::testing::StartsWith("Doze of tray"));
  });
}

}  // namespace
}  // namespace platen::rpc::testing
