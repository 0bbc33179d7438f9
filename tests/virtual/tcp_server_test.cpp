// The printer on its network port and its control socket, over real sockets.
#include "virtual/tcp_server.hpp"

#include <filesystem>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "desk.hpp"
#include "virtual/control_server.hpp"

namespace platen::vprinter {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using ::testing::HasSubstr;

constexpr Duration kPatience = 10s;

class Network : public ::testing::Test {
 protected:
  Network() {
    auto listening = server.listen("127.0.0.1:0");
    EXPECT_TRUE(listening.has_value());
    server.start();
  }
  ~Network() override {
    host.reset();
    server.stop();
    reactor.run_for(kPatience);
    EXPECT_EQ(server.traffic().open, 0);
  }

  // Runs the reactor until `met`, but not for ever.
  template <class Condition>
  [[nodiscard]] bool until(Condition met) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!met() && std::chrono::steady_clock::now() < end) {
      reactor.restart();
      reactor.run_one_for(20ms);
    }
    return met();
  }

  std::unique_ptr<tcp::socket> connect() {
    auto socket = std::make_unique<tcp::socket>(reactor);
    const std::string uri = server.uri();
    const auto port = static_cast<std::uint16_t>(std::stoi(uri.substr(uri.rfind(':') + 1)));
    boost::system::error_code ec;
    socket->connect({asio::ip::address_v4::loopback(), port}, ec);
    if (ec) return nullptr;
    socket->non_blocking(true);
    return socket;
  }

  // Closed, and not just destroyed: Asio's destructor would make it an orderly end.
  void reset_connection() {
    host->set_option(asio::socket_base::linger(true, 0));
    host->close();
  }

  // Sends what the printer takes; the number of bytes that went into the socket.
  std::size_t offer(std::string_view bytes) {
    boost::system::error_code ec;
    return host->write_some(asio::buffer(bytes), ec);
  }

  [[nodiscard]] bool hears(std::string_view wanted) {
    return until([this, wanted] {
      char bytes[4096];
      boost::system::error_code ec;
      const std::size_t n = host->read_some(asio::buffer(bytes), ec);
      heard.append(bytes, n);
      return heard.find(wanted) != std::string::npos;
    });
  }

  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  KeptOutput output;
  Printer printer{clock, *model_by_name("Lexmark T640"), output, {}};
  TcpServer server{reactor.get_executor(), printer};
  Control control{printer, server};
  std::unique_ptr<tcp::socket> host;
  std::string heard;
};

std::string page_job(std::string_view name, std::string_view data) {
  return std::string(kUel) + "@PJL USTATUS DEVICE=ON JOB=ON\r\n@PJL JOB NAME=\"" + std::string(name) +
         "\"\r\n@PJL ENTER LANGUAGE=PCL\r\n" + std::string(data) + std::string(kUel) + "@PJL EOJ NAME=\"" +
         std::string(name) + "\"\r\n" + std::string(kUel);
}

TEST_F(Network, PrintsAJobAndTellsItsEnd) {
  host = connect();
  offer(page_job("net", "hello\f"));
  EXPECT_TRUE(hears("END\r\nNAME=\"net\"\r\nPAGES=1\r\n\f"));
  EXPECT_EQ(output.pages.size(), 1u);
}

TEST_F(Network, PaperOutHoldsTheSenderBackAndStatusStillFlows) {
  host = connect();
  EXPECT_EQ(control.tell("paper-out tray 1"), "ok");
  offer(page_job("long", "first\f").substr(0, 200));
  ASSERT_TRUE(hears("CODE=41204"));
  const std::string chunk(64 * 1024, ' ');
  std::size_t sent = 0;
  // Until the network's own buffers are full as well.
  EXPECT_TRUE(until([&] {
    const std::size_t n = offer(chunk);
    sent += n;
    return n == 0 && server.traffic().bytes_received >= TcpServer::kInputBuffer;
  }));
  const auto received = server.traffic().bytes_received;
  EXPECT_LE(received, TcpServer::kInputBuffer + 4096);
  EXPECT_EQ(control.tell("jam"), "ok");
  EXPECT_TRUE(hears("200 Paper Jam"));
  EXPECT_EQ(server.traffic().bytes_received, received);
  EXPECT_EQ(control.tell("clear-jam"), "ok");
  EXPECT_EQ(control.tell("paper-in tray 1"), "ok");
  EXPECT_TRUE(until([&] { return output.pages.size() == 1 && server.traffic().bytes_received > received; }));
}

TEST_F(Network, AConnectionThatIsResetLosesItsJobOnly) {
  host = connect();
  offer(std::string(kUel) + "@PJL JOB NAME=\"cut\"\r\n@PJL ENTER LANGUAGE=PCL\r\nhalf a page");
  ASSERT_TRUE(until([&] { return printer.jobs() == 1; }));
  reset_connection();
  ASSERT_TRUE(until([&] { return output.jobs.size() == 1; }));
  EXPECT_EQ(output.jobs[0].result, JobResult::disconnected);
  host = connect();
  offer(page_job("next", "whole\f"));
  EXPECT_TRUE(hears("NAME=\"next\"\r\nPAGES=1"));
  EXPECT_EQ(output.pages.size(), 1u);
}

TEST_F(Network, AResetIsNoticedWhileThePrinterWaitsForPaper) {
  control.tell("paper-out tray 1");
  host = connect();
  offer(page_job("cut", "page\f" + std::string(40000, ' ')));
  ASSERT_TRUE(hears("CODE=41204"));
  reset_connection();
  ASSERT_TRUE(until([&] { return output.jobs.size() == 1; }));
  EXPECT_EQ(output.jobs[0].result, JobResult::disconnected);
  EXPECT_EQ(printer.device().status().code, 11204);
}

TEST_F(Network, TheSecondConnectionIsHeardWhenTheFirstHasGone) {
  host = connect();
  offer(std::string(kUel) + "@PJL ECHO first\r\n");
  ASSERT_TRUE(hears("ECHO first"));
  auto second = connect();
  ASSERT_TRUE(second);
  std::swap(host, second);
  offer(std::string(kUel) + "@PJL ECHO second\r\n");
  std::swap(host, second);
  offer("@PJL ECHO again\r\n");
  ASSERT_TRUE(hears("ECHO again"));
  EXPECT_EQ(server.traffic().accepted, 1);
  host = std::move(second);
  EXPECT_TRUE(hears("ECHO second"));
}

TEST_F(Network, AStalledPrinterReadsNothing) {
  host = connect();
  control.tell("stall");
  offer(std::string(kUel) + "@PJL ECHO late\r\n");
  ASSERT_TRUE(until([&] { return server.traffic().open == 1; }));
  EXPECT_EQ(server.traffic().bytes_received, 0u);
  control.tell("resume");
  EXPECT_TRUE(hears("ECHO late"));
}

TEST_F(Network, ARefusingPrinterLetsNobodyInUntilItAccepts) {
  control.tell("refuse");
  EXPECT_FALSE(connect());
  control.tell("accept");
  host = connect();
  ASSERT_TRUE(host);
  offer(std::string(kUel) + "@PJL ECHO in\r\n");
  EXPECT_TRUE(hears("ECHO in"));
}

TEST_F(Network, DisconnectDropsTheConnectionAndTheJob) {
  host = connect();
  offer(std::string(kUel) + "@PJL JOB\r\n@PJL ENTER LANGUAGE=PCL\r\nhalf");
  ASSERT_TRUE(until([&] { return printer.jobs() == 1; }));
  control.tell("disconnect");
  EXPECT_TRUE(until([&] {
    char byte;
    boost::system::error_code ec;
    host->read_some(asio::buffer(&byte, 1), ec);
    return ec && ec != asio::error::would_block;
  }));
  EXPECT_EQ(output.jobs.size(), 1u);
}

TEST_F(Network, GarbageReachesTheHost) {
  host = connect();
  ASSERT_TRUE(until([&] { return server.traffic().open == 1; }));
  control.tell("garbage 1000");
  EXPECT_TRUE(until([&] {
    char bytes[4096];
    boost::system::error_code ec;
    heard.append(bytes, host->read_some(asio::buffer(bytes), ec));
    return heard.size() >= 1000;
  }));
}

TEST_F(Network, ASlowConnectionTakesItsTime) {
  control.tell("slow 20000");
  host = connect();
  const auto begin = clock.now();
  offer(std::string(10000, ' ') + "x");
  ASSERT_TRUE(until([&] { return server.traffic().bytes_received >= 10001; }));
  EXPECT_GT(clock.now() - begin, 400ms);
}

TEST_F(Network, AHostThatNeverReadsCostsLittle) {
  host = connect();
  const std::string asks = std::string(kUel) + "@PJL INFO VARIABLES\r\n";
  std::size_t rounds = 0;
  EXPECT_TRUE(until([&] {
    offer(asks + asks + asks + asks);
    return ++rounds > 2000;
  }));
  control.tell("status");
  EXPECT_EQ(server.traffic().open, 1);
}

TEST_F(Network, StatusIsJsonWithAllThatTestsNeed) {
  const std::string status = control.tell("status");
  for (const char* key : {"state", "code", "display", "online", "pages", "jobs", "bytesReceived",
                          "connections", "supplies", "trays", "lastByteAgoMs"})
    EXPECT_THAT(status, HasSubstr("\"" + std::string(key) + "\":"));
}

TEST_F(Network, TheControlWordsExplainThemselves) {
  EXPECT_THAT(control.tell("dance"), HasSubstr("Say one of: status, paper-out TRAY"));
  EXPECT_THAT(control.tell("cover ajar"), HasSubstr("The cover is open or closed."));
  EXPECT_THAT(control.tell("supply black"), HasSubstr("Say: supply NAME PERCENT."));
  EXPECT_THAT(control.tell("supply green 5"), HasSubstr("green"));
  EXPECT_THAT(control.tell("paper-out tray 9"), HasSubstr("tray 9"));
  EXPECT_EQ(control.tell("supply Black Toner Cartridge 5"), "ok");
  EXPECT_EQ(printer.device().status().code, 10006);
  EXPECT_EQ(control.tell("paper-in tray 1 250"), "ok");
  EXPECT_EQ(printer.device().trays()[0].sheets, 250);
  EXPECT_EQ(control.tell("offline"), "ok");
  EXPECT_EQ(printer.device().status().code, 10002);
  EXPECT_EQ(control.tell("online"), "ok");
}

TEST_F(Network, TheControlSocketAnswersLineByLine) {
  const auto path = std::filesystem::path(::testing::TempDir()) / ("vprinter-" + std::to_string(::getpid()));
  {
    ControlServer socket(reactor.get_executor(), clock, control);
    ASSERT_TRUE(socket.listen(path).has_value());
    socket.start();
    std::string answer;
    asio::co_spawn(reactor, tell(clock, path, "cover open", Deadline::in(clock, kPatience)),
                   [&answer](std::exception_ptr, Result<std::string> said) {
                     answer = said ? *said : said.error().sentence();
                   });
    EXPECT_TRUE(until([&] { return !answer.empty(); }));
    EXPECT_EQ(answer, "ok");
    EXPECT_EQ(printer.device().status().code, 40021);
    ControlServer another(reactor.get_executor(), clock, control);
    EXPECT_FALSE(another.listen(path).has_value());
    socket.stop();
    EXPECT_TRUE(until([&] { return true; }));
    server.stop();
    reactor.restart();
    reactor.run_for(kPatience);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace platen::vprinter
