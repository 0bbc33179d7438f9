#include "port/make_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"

namespace platen::port {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct MakePort : testing::Test {
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};

  Result<std::unique_ptr<Port>> make(std::string_view uri) {
    return make_port(uri, reactor.get_executor(), clock);
  }
};

TEST_F(MakePort, MakesTheKindsItKnows) {
  EXPECT_EQ(make("socket://10.0.0.7").value()->uri(), "socket://10.0.0.7:9100");
  EXPECT_EQ(make("socket://[::1]:1234/").value()->uri(), "socket://[::1]:1234");
  EXPECT_EQ(make("parallel:/dev/parport0?mode=ecp").value()->uri(), "parallel:/dev/parport0?mode=ecp");
  EXPECT_EQ(make("usblp:/dev/usb/lp0").value()->uri(), "usblp:/dev/usb/lp0");
  EXPECT_EQ(make("lpd://host/queue").value()->uri(), "lpd://host/queue");
  EXPECT_EQ(make("lp:/dev/lp0").value()->uri(), "lp:/dev/lp0");
  EXPECT_EQ(make("file:/tmp/out").value()->uri(), "file:/tmp/out");
  EXPECT_EQ(make("usb://043D/00F3?serial=A1").value()->uri(), "usb://043d/00f3?serial=A1");
}

TEST_F(MakePort, LeavesToOthersHowTheSamePrinterIsAskedBySnmp) {
  EXPECT_EQ(make("socket://10.0.0.7?snmp=off").value()->uri(), "socket://10.0.0.7:9100");
}

TEST_F(MakePort, NamesTheKindsItKnowsWhenAskedForAnother) {
  const auto port = make("carrier-pigeon://roof");
  ASSERT_FALSE(port);
  EXPECT_TRUE(port.error().is(Errc::unsupported));
  EXPECT_THAT(
      port.error().sentence(),
      AllOf(StartsWith("Could not use the port carrier-pigeon://roof: not supported. The kinds of port "
                       "that work are: "),
            HasSubstr("socket://host:9100"), HasSubstr("usb://043d/00f3"),
            HasSubstr("parallel:/dev/parport0"), HasSubstr("usblp:/dev/usb/lp0"), HasSubstr("lp:/dev/lp0"),
            HasSubstr("lpd://host/queue"), HasSubstr("file:/path")));
}

TEST_F(MakePort, RefusesWhatDoesNotFitTheKind) {
  EXPECT_THAT(make("socket:/path").error().sentence(), HasSubstr("The host is missing"));
  EXPECT_THAT(make("socket://host/queue").error().sentence(), HasSubstr("Nothing belongs behind"));
  EXPECT_THAT(make("socket://host?x=1").error().sentence(), HasSubstr("knows no \"x\""));
  EXPECT_THAT(make("file://host/path").error().sentence(), HasSubstr("no host"));
  EXPECT_THAT(make("parallel:/dev/parport0?mode=fast").error().sentence(), HasSubstr("mode=auto"));
  EXPECT_THAT(make("parallel://host/dev/parport0").error().sentence(), HasSubstr("Write it as"));
  EXPECT_THAT(make("lpd://host").error().sentence(), HasSubstr("the queue is missing"));
  EXPECT_THAT(make("lpd://host/a%20b").error().sentence(), HasSubstr("cannot be used"));
  EXPECT_THAT(make("usblp:lp0?x=1").error().sentence(), HasSubstr("usblp:"));
  EXPECT_FALSE(make("nonsense"));
}

}  // namespace
}  // namespace platen::port
