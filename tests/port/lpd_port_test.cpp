#include "port/lpd_port.hpp"

#include <array>
#include <deque>
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using boost::system::error_code;
using testing::HasSubstr;
namespace asio = boost::asio;

// Takes jobs by the letter of RFC 1179, and errs where it is told to.
struct Server {
  explicit Server(asio::io_context& on)
      : reactor(on), acceptor(reactor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    port = acceptor.local_endpoint().port();
    asio::co_spawn(reactor, accept(), asio::detached);
  }

  struct Job {
    std::string queue, control_name, control, data_name, data;
  };

  asio::io_context& reactor;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::vector<Job> jobs;
  std::vector<std::string> begun;  // queues of which a job was begun
  std::deque<char> answers;        // instead of 0
  bool silent_at_the_end = false;
  bool hangs_up_at_the_end = false;
  bool takes_no_data = false;
  int connections = 0;

  Task<void> accept() {
    for (;;) {
      auto [ec, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
      if (ec) co_return;
      ++connections;
      asio::co_spawn(reactor, serve(std::make_shared<tcp::socket>(std::move(socket))), asio::detached);
    }
  }
  static Task<std::string> line(std::shared_ptr<tcp::socket> socket) {
    std::string text;
    for (char c = 0;;) {
      auto [ec, n] =
          co_await asio::async_read(*socket, asio::buffer(&c, 1), asio::as_tuple(asio::use_awaitable));
      if (ec || c == '\n') co_return text;
      text += c;
    }
  }
  static Task<std::string> bytes(std::shared_ptr<tcp::socket> socket, std::size_t size) {
    std::string text(size + 1, 'x');
    auto [ec, n] =
        co_await asio::async_read(*socket, asio::buffer(text), asio::as_tuple(asio::use_awaitable));
    EXPECT_TRUE(ec || text.back() == '\0');
    text.resize(ec ? 0 : size);
    co_return text;
  }
  Task<bool> answer(std::shared_ptr<tcp::socket> socket) {
    char code = 0;
    if (!answers.empty()) {
      code = answers.front();
      answers.pop_front();
    }
    auto [ec, n] =
        co_await asio::async_write(*socket, asio::buffer(&code, 1), asio::as_tuple(asio::use_awaitable));
    co_return !ec && code == 0;
  }
  Task<void> serve(std::shared_ptr<tcp::socket> socket) {
    Job job;
    const std::string command = co_await line(socket);
    if (command.empty()) co_return;
    EXPECT_EQ(command[0], '\2');
    job.queue = command.substr(1);
    begun.push_back(job.queue);
    if (!co_await answer(socket)) co_return;
    for (int file = 0; file < 2; ++file) {
      const std::string sub = co_await line(socket);
      const auto space = sub.find(' ');
      if (space == std::string::npos) co_return;
      const std::size_t size = std::stoul(sub.substr(1, space - 1));
      if (!co_await answer(socket)) co_return;
      const bool control = sub[0] == '\2';
      if (!control && takes_no_data) {
        (void)co_await line(socket);
        co_return;
      }
      (control ? job.control_name : job.data_name) = sub.substr(space + 1);
      (control ? job.control : job.data) = co_await bytes(socket, size);
      if (!control && hangs_up_at_the_end) break;
      if (!control && silent_at_the_end) {
        (void)co_await line(socket);
        co_return;
      }
      if (!co_await answer(socket)) co_return;
    }
    jobs.push_back(job);
  }
};

struct LpdPortTest : testing::Test {
  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  Server server{reactor};
  std::optional<LpdPort> port;

  LpdPortTest() { aim(server.port); }
  void aim(std::uint16_t number) {
    LpdTarget target{.uri = "lpd://127.0.0.1/office", .host = "127.0.0.1", .port = number, .queue = "office"};
    port.emplace(reactor.get_executor(), clock, target, std::filesystem::temp_directory_path());
  }

  using Body = Task<void> (*)(LpdPortTest& t);
  void run(Body body) { play(reactor, body(*this)); }
  [[nodiscard]] Deadline soon(Duration span = 10s) const { return Deadline::in(clock, span); }

  Task<void> open() {
    auto opened = co_await port->open(soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
  }
  Task<void> write(std::string_view text) {
    while (!text.empty()) {
      auto count = co_await port->write_some(std::as_bytes(std::span(text.data(), text.size())), soon());
      EXPECT_TRUE(count) << (count ? "" : count.error().sentence());
      if (!count) co_return;
      text.remove_prefix(*count);
    }
  }
};

TEST_F(LpdPortTest, DeliversEachJobWithItsRightLength) {
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    std::string big;
    while (big.size() < 300'000) big += std::to_string(big.size()) + std::string(1, '\0');
    for (const std::string& data : {std::string("hello"), big}) {
      co_await t.write(data);
      auto sent = co_await t.port->drain(t.soon());
      EXPECT_TRUE(sent) << (sent ? "" : sent.error().sentence());
    }
    EXPECT_EQ(t.server.jobs.size(), 2u);
    if (t.server.jobs.size() != 2) co_return;
    EXPECT_EQ(t.server.jobs[0].queue, "office");
    EXPECT_EQ(t.server.jobs[0].data, "hello");
    EXPECT_EQ(t.server.jobs[1].data, big);
    EXPECT_NE(t.server.jobs[0].data_name, t.server.jobs[1].data_name);
  });
}

TEST_F(LpdPortTest, TheControlFileNamesTheDataFile) {
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("x");
    auto sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(sent);
    if (t.server.jobs.empty()) co_return;
    const Server::Job& job = t.server.jobs[0];
    EXPECT_EQ(job.control_name.substr(0, 3), "cfA");
    EXPECT_EQ(job.data_name.substr(0, 3), "dfA");
    EXPECT_EQ(job.control[0], 'H');
    EXPECT_THAT(job.control, HasSubstr("\nl" + job.data_name + "\n"));
    EXPECT_THAT(job.control, HasSubstr("\nU" + job.data_name + "\n"));
    EXPECT_THAT(job.control, HasSubstr("\nP"));
  });
}

TEST_F(LpdPortTest, NothingWrittenIsNoJob) {
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    auto sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(sent);
    EXPECT_TRUE(t.server.begun.empty());
  });
}

TEST_F(LpdPortTest, ARefusedQueueIsNamedAndTheDataStaysForAnotherTry) {
  server.answers = {1};
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("data");
    auto sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(!sent && sent.error().is(Errc::refused));
    EXPECT_THAT(sent ? "" : sent.error().sentence(), HasSubstr("no queue 'office'"));
    sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(sent);
    EXPECT_EQ(t.server.jobs.size(), 1u);
  });
}

TEST_F(LpdPortTest, AServerWithoutRoomIsSaidToHaveNone) {
  server.answers = {0, 0, 0, 2};
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("data");
    auto sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(!sent && sent.error().is(Errc::busy));
    EXPECT_THAT(sent ? "" : sent.error().sentence(), HasSubstr("no room"));
  });
}

TEST_F(LpdPortTest, ADrainThatRunsOutOfTimeIsGoneOnWith) {
  server.silent_at_the_end = true;
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("data");
    for (int i = 0; i < 3; ++i) {
      auto sent = co_await t.port->drain(t.soon(100ms));
      EXPECT_TRUE(!sent && sent.error().is(Errc::timed_out));
    }
    EXPECT_EQ(t.server.begun.size(), 1u) << "it was not begun again";
  });
}

TEST_F(LpdPortTest, AServerThatHangsUpAfterTheWholeJobHasIt) {
  server.hangs_up_at_the_end = true;
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("data");
    auto sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().sentence());
  });
}

TEST_F(LpdPortTest, AServerThatHangsUpBeforeHasNot) {
  server.answers = {0, 0, 3};
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("data");
    auto sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(!sent && sent.error().is(Errc::refused));
    EXPECT_THAT(sent ? "" : sent.error().sentence(), HasSubstr("code 3"));
  });
}

TEST_F(LpdPortTest, AnAbortedJobIsForgottenAndTheNextIsWhole) {
  server.takes_no_data = true;
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write(std::string(5'000'000, 'x'));
    auto sent = co_await t.port->drain(t.soon(200ms));
    EXPECT_TRUE(!sent && sent.error().is(Errc::timed_out));
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(aborted && t.port->is_open());
    t.server.takes_no_data = false;
    co_await t.write("next");
    sent = co_await t.port->drain(t.soon());
    EXPECT_TRUE(sent);
    EXPECT_TRUE(t.server.jobs.size() == 1 && t.server.jobs[0].data == "next");
  });
}

TEST_F(LpdPortTest, ClosingEndsWhatIsPending) {
  server.silent_at_the_end = true;
  run([](LpdPortTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("data");
    std::optional<Error> seen;
    asio::co_spawn(
        t.reactor,
        [](LpdPortTest& test, std::optional<Error>& out) -> Task<void> {
          auto sent = co_await test.port->drain(test.soon());
          if (!sent) out = sent.error();
        }(t, seen),
        asio::detached);
    (void)co_await sleep(t.clock, 50ms);
    t.port->close();
    for (int i = 0; i < 1000 && !seen; ++i) (void)co_await sleep(t.clock, 5ms);
    EXPECT_TRUE(seen && seen->is(Errc::closed));
  });
}

TEST_F(LpdPortTest, ARefusedConnectionSaysWhatToCheck) {
  server.acceptor.close();
  run([](LpdPortTest& t) -> Task<void> {
    auto opened = co_await t.port->open(t.soon());
    EXPECT_TRUE(!opened && opened.error().is(Errc::refused));
    EXPECT_THAT(opened ? "" : opened.error().sentence(), HasSubstr("LPD (LPR) printing is switched on"));
  });
}

}  // namespace
}  // namespace platen::port
