#include "port/snmp/snmp_client.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "bidi/printer_mib.hpp"
#include "play.hpp"
#include "recovered.hpp"
#include "snmpd.hpp"

namespace platen::port {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::udp;

constexpr auto kPatience = 20s;

bidi::PrinterStatus paper_out() {
  bidi::PrinterStatus status;
  status.state = bidi::State::stopped;
  status.message = "LOAD TRAY 1 A4";
  status.page_count = 12345;
  status.model = "Lexmark C530";
  status.device_id = "MFG:Lexmark International;MDL:Lexmark C530;CMD:PJL,PCL;";
  status.reasons = {{"media-empty", bidi::Severity::error, "tray1", "Tray 1 is out of paper. Load paper.", 0},
                    {"toner-low", bidi::Severity::warning, "cyan-toner", "Cyan toner is low.", 0}};
  status.supplies = {{.name = "Black Toner Cartridge", .type = "toner", .color = "#000000", .level = 83},
                     {.name = "Cyan Toner Cartridge", .type = "toner", .color = "#00FFFF", .level = 4}};
  status.trays = {
      {.name = "tray1", .size = "iso_a4_210x297mm", .type = "stationery", .level = 0, .capacity = 500}};
  return status;
}

std::vector<SnmpValue> objects_of(const bidi::PrinterStatus& status) {
  std::vector<SnmpValue> objects;
  for (const bidi::MibValue& value : bidi::mib_values(status)) objects.push_back({value.oid, value.value});
  return objects;
}

bidi::PrinterStatus status_of(const std::vector<SnmpValue>& objects) {
  std::vector<bidi::MibValue> values;
  for (const SnmpValue& object : objects) values.push_back({object.oid, object.value});
  return bidi::status_from_mib(values);
}

struct Snmp : testing::Test {
  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};

  SnmpSettings settings(std::uint16_t port, bool version_2c = false) const {
    return {.host = "127.0.0.1", .port = port, .version_2c = version_2c};
  }
};

// Waits until the agent is up, then walks.
Task<void> walk_patiently(Clock& clock, SnmpClient& client, std::vector<Oid> roots,
                          std::vector<SnmpValue>& found) {
  const Deadline end = Deadline::in(clock, kPatience);
  while (!end.passed(clock)) {
    auto walked = co_await client.walk(roots, end.within(clock, 5s));
    if (walked) {
      found = std::move(*walked);
      co_return;
    }
  }
}

Task<void> walk_once(Clock& clock, SnmpClient& client, Duration span,
                     Result<std::vector<SnmpValue>>& result) {
  std::vector<Oid> roots = bidi::mib_roots();
  result = co_await client.walk(std::move(roots), Deadline::in(clock, span));
}

TEST_F(Snmp, ReadsThePrintersStatusFromARealAgentInBothVersions) {
  const bidi::PrinterStatus status = paper_out();
  const std::vector<SnmpValue> objects = objects_of(status);
  Snmpd agent(reactor, clock, objects);
  ASSERT_TRUE(agent.started()) << "scripts/packages names snmpd";
  std::uint64_t packets[2] = {};
  for (bool version_2c : {false, true}) {
    SnmpClient client(clock, reactor.get_executor(), settings(agent.port, version_2c));
    std::vector<SnmpValue> found;
    play(reactor, walk_patiently(clock, client, bidi::mib_roots(), found));
    EXPECT_EQ(status_of(found), status) << "version " << (version_2c ? "2c" : "1");
    const std::uint64_t before = client.sent();
    play(reactor, walk_patiently(clock, client, bidi::mib_roots(), found));
    packets[version_2c] = client.sent() - before;
  }
  // The agent's own devices stand among the printer's; the parts are walked side by side.
  EXPECT_LT(packets[0], objects.size());
  EXPECT_LT(packets[1], packets[0]);
}

TEST_F(Snmp, AnswersThatComeLateAreWaitedForByAskingAgain) {
  Snmpd agent(reactor, clock, objects_of(paper_out()));
  ASSERT_TRUE(agent.started());
  SnmpClient client(clock, reactor.get_executor(), settings(agent.port));
  std::vector<SnmpValue> found;
  play(reactor, walk_patiently(clock, client, bidi::mib_news_roots(), found));
  ASSERT_FALSE(found.empty());
  const std::uint64_t before = client.sent();
  agent.pause();
  auto alarm = clock.set(clock.now() + 2 * SnmpClient::resend_after + 100ms, [&agent] { agent.resume(); });
  std::vector<SnmpValue> again;
  play(reactor, walk_patiently(clock, client, bidi::mib_news_roots(), again));
  EXPECT_EQ(status_of(again), status_of(found));
  EXPECT_GE(client.sent() - before, 2u);
}

TEST_F(Snmp, SilenceEndsAtTheDeadlineAndTheReactorIsFreeMeanwhile) {
  SnmpClient client(clock, reactor.get_executor(), settings(free_udp_port(reactor)));
  int ticks = 0;
  std::unique_ptr<Alarm> alarm;
  std::function<void()> tick = [&] {
    ++ticks;
    alarm = clock.set(clock.now() + 20ms, tick);
  };
  tick();
  Result<std::vector<SnmpValue>> result = std::vector<SnmpValue>{};
  const Instant begin = clock.now();
  play(reactor, walk_once(clock, client, 2s, result));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(Errc::timed_out)) << result.error().sentence();
  EXPECT_GE(clock.now() - begin, 2s);
  recovered(clock.now() - begin, 5s);
  EXPECT_GE(client.sent(), 2u);
  EXPECT_GE(ticks, 2);
}

TEST_F(Snmp, AnAgentThatWantsAnotherCommunityIsLikeNone) {
  Snmpd agent(reactor, clock, objects_of(paper_out()));
  SnmpClient knows(clock, reactor.get_executor(), settings(agent.port));
  std::vector<SnmpValue> found;
  play(reactor, walk_patiently(clock, knows, bidi::mib_news_roots(), found));
  ASSERT_FALSE(found.empty());
  SnmpSettings wrong = settings(agent.port);
  wrong.community = "wrong";
  SnmpClient client(clock, reactor.get_executor(), wrong);
  Result<std::vector<SnmpValue>> result = std::vector<SnmpValue>{};
  play(reactor, walk_once(clock, client, 1s, result));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().sentence(), testing::HasSubstr("community \"wrong\""));
}

TEST_F(Snmp, CloseEndsAWalkThatIsStillLookingForItsHost) {
  SnmpSettings by_name = settings(free_udp_port(reactor));
  by_name.host = "localhost";
  SnmpClient client(clock, reactor.get_executor(), by_name);
  Result<std::vector<SnmpValue>> result = std::vector<SnmpValue>{};
  // Runs as soon as the walk waits for the first time, which is for the host's address.
  asio::post(reactor, [&client, this] { asio::post(reactor, [&client] { client.close(); }); });
  const Instant begin = clock.now();
  play(reactor, walk_once(clock, client, kPatience, result));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(Errc::closed)) << result.error().sentence();
  EXPECT_LT(clock.now() - begin, kPatience / 2);
  EXPECT_EQ(client.sent(), 0u);
}

TEST_F(Snmp, CloseEndsAWalkAndTheNextOneBeginsAnew) {
  SnmpClient client(clock, reactor.get_executor(), settings(free_udp_port(reactor)));
  auto alarm = clock.set(clock.now() + 50ms, [&client] { client.close(); });
  Result<std::vector<SnmpValue>> result = std::vector<SnmpValue>{};
  const Instant begin = clock.now();
  play(reactor, walk_once(clock, client, kPatience, result));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(Errc::closed));
  EXPECT_LT(clock.now() - begin, kPatience / 2);
  play(reactor, walk_once(clock, client, 100ms, result));
  EXPECT_TRUE(result.error().is(Errc::timed_out));
}

// An agent of a few lines: it answers each packet with what `answer` makes of it.
struct Madman {
  Madman(asio::io_context& reactor, std::function<std::string(std::string)> made)
      : socket(reactor, udp::endpoint(asio::ip::address_v4::loopback(), 0)), answer(std::move(made)) {
    listen();
  }
  void listen() {
    socket.async_receive_from(asio::buffer(buffer), from,
                              [this](boost::system::error_code ec, std::size_t size) {
                                if (ec) return;
                                ++asked;
                                const std::string said = answer(std::string(buffer.data(), size));
                                boost::system::error_code ignored;
                                if (!said.empty()) socket.send_to(asio::buffer(said), from, 0, ignored);
                                listen();
                              });
  }
  udp::socket socket;
  std::function<std::string(std::string)> answer;
  udp::endpoint from;
  std::array<char, 4096> buffer{};
  int asked = 0;
};

TEST_F(Snmp, AnAgentThatGoesRoundInCirclesIsFoundOut) {
  // The question itself, called an answer: every object comes again for ever.
  Madman agent(reactor, [](std::string packet) {
    const auto at = packet.find('\xA1');
    if (at != std::string::npos) packet[at] = '\xA2';
    return packet;
  });
  SnmpClient client(clock, reactor.get_executor(), settings(agent.socket.local_endpoint().port()));
  Result<std::vector<SnmpValue>> result = std::vector<SnmpValue>{};
  play(reactor, walk_once(clock, client, kPatience, result));
  ASSERT_TRUE(result) << result.error().sentence();
  EXPECT_TRUE(result->empty());
  EXPECT_LE(agent.asked, 2);
}

TEST_F(Snmp, GarbageIsNoAnswer) {
  int turn = 0;
  Madman agent(reactor, [&turn](std::string packet) {
    switch (turn++ % 4) {
      case 0:
        return std::string("garbage");
      case 1:
        return packet.substr(0, packet.size() / 2);
      case 2:
        packet[packet.size() / 2] = static_cast<char>(packet[packet.size() / 2] ^ 0x40);
        return packet;
      default:
        return std::string(1400, '\x30');
    }
  });
  SnmpClient client(clock, reactor.get_executor(), settings(agent.socket.local_endpoint().port()));
  Result<std::vector<SnmpValue>> result = std::vector<SnmpValue>{};
  play(reactor, walk_once(clock, client, 3s, result));
  EXPECT_FALSE(result);
  EXPECT_GE(agent.asked, 2);
}

}  // namespace
}  // namespace platen::port
