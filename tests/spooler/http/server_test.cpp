#include "spooler/http/server.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/one_thread.hpp"
#include "browser.hpp"
#include "spooler/http/connection.hpp"
#include "spooler/http/router.hpp"

namespace platen::spooler::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using test::Browser;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<Reply> greet(Request& request) {
  co_return json_reply(200, {{"hello", request.params["name"]}, {"query", request.query["q"]}});
}

Task<Reply> fail_badly(Request&) {
  throw std::runtime_error("a bug");
  co_return Reply();
}

// Counts what comes, a little at a time.
Task<Reply> swallow(Request& request) {
  std::vector<std::byte> chunk(8192);
  std::uint64_t total = 0;
  for (;;) {
    auto got = co_await request.body->read_some(chunk, Deadline::at(Instant::max()));
    if (!got) co_return error_reply(got.error());
    if (*got == 0) break;
    total += *got;
  }
  co_return json_reply(200, {{"bytes", total}});
}

Task<Reply> refuse_unread(Request&) {
  co_return error_reply(415, "unsupported", "Not that.");
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    folder_ = std::filesystem::temp_directory_path() / ("platen-http-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    open({});
  }
  ~ServerTest() override {
    server_.reset();
    run(1s);
    std::filesystem::remove_all(folder_);
  }

  void open(Limits limits) {
    router_ = std::make_unique<Router>(
        std::vector<Route>{
            {Verb::get, "/hello/{name}", Body::none, Who::anyone, greet},
            {Verb::get, "/bug", Body::none, Who::anyone, fail_badly},
            {Verb::post, "/swallow", Body::document, Who::anyone, swallow},
            {Verb::post, "/small", Body::json, Who::anyone, swallow},
            {Verb::post, "/refuse", Body::document, Who::anyone, refuse_unread},
            {Verb::post, "/admin", Body::none, Who::administrator, greet},
            {Verb::get, "/events", Body::none, Who::anyone,
             [this](Request&) -> Task<Reply> { co_return events(); }},
        },
        [](Request&) -> Task<Reply> { co_return error_reply(404, "not-found", "Nothing here."); });
    server_ = std::make_unique<Server>(
        clock_, reactor_.get_executor(), [this](Request& request) { return (*router_)(request); }, limits);
    port_ = server_->listen_tcp("127.0.0.1:0").value();
  }

  Reply events() {
    Reply reply;
    reply.type = "text/event-stream";
    reply.stream = [this](ByteSink& out) { return tick(this, out); };
    return reply;
  }
  static Task<void> tick(ServerTest* self, ByteSink& out) {
    struct Count {
      int& streams;
      ~Count() { --streams; }
    } count{self->streams_};
    ++self->streams_;
    const std::string line = ": tick\n\n";
    for (;;) {
      auto wrote = co_await out.write_some(std::as_bytes(std::span(line)), Deadline::in(self->clock_, 10s));
      if (!wrote) co_return;
      auto slept = co_await sleep(self->clock_, 1s);
      if (!slept) co_return;
    }
  }

  void run(Duration span) { run_simulation(reactor_, clock_, span); }
  Browser browser() { return Browser(reactor_, {asio::ip::make_address("127.0.0.1"), port_}); }
  std::string host() const { return "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n"; }
  std::string get(const std::string& target) const {
    return "GET " + target + " HTTP/1.1\r\n" + host() + "\r\n";
  }
  std::string post(const std::string& target, const std::string& headers, const std::string& body) const {
    return "POST " + target + " HTTP/1.1\r\n" + host() + "X-Platen: 1\r\n" + headers + "\r\n" + body;
  }

  asio::io_context reactor_{one_thread};
  SimulatedClock clock_{reactor_.get_executor()};
  std::filesystem::path folder_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  int streams_ = 0;
};

TEST_F(ServerTest, ARequestIsRoutedWithItsNamesAndItsQueryDecoded) {
  auto b = browser();
  b.say(get("/hello/B%C3%BCro%201?q=a%26b"));
  run(100ms);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(b.heard(), HasSubstr(R"({"hello":"Büro 1","query":"a&b"})"));
  EXPECT_THAT(b.heard(), HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(b.heard(), HasSubstr("Content-Security-Policy: default-src 'self'"));
}

TEST_F(ServerTest, AConnectionServesOneRequestAfterTheOtherEvenWhenTheyAreSentAtOnce) {
  auto b = browser();
  b.say(get("/hello/one") + get("/hello/two") + post("/swallow", "Content-Length: 3\r\n", "abc") +
        get("/hello/three"));
  run(100ms);
  EXPECT_TRUE(b.heard("one") && b.heard("two") && b.heard(R"({"bytes":3})") && b.heard("three"));
  EXPECT_FALSE(b.hung_up());
}

TEST_F(ServerTest, AnIdleConnectionIsClosedAfterAMinute) {
  auto b = browser();
  b.say(get("/hello/x"));
  run(59s);
  EXPECT_FALSE(b.hung_up());
  run(2s);
  EXPECT_TRUE(b.hung_up());
}

TEST_F(ServerTest, AClientThatDripsItsHeadersIsTurnedAwayAfterTenSeconds) {
  auto b = browser();
  const std::string request = get("/hello/x");
  for (std::size_t i = 0; i < 12 && !b.hung_up(); ++i) {
    b.say(request.substr(i, 1));
    run(1s);
  }
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 408 "));
  run(5s);
  EXPECT_TRUE(b.hung_up());
}

TEST_F(ServerTest, ABodyThatStopsIsGivenUpAfterItsIdleTime) {
  auto b = browser();
  b.say(post("/small", "Content-Length: 100\r\n", "abc"));
  run(29s);
  EXPECT_EQ(b.heard(), "");
  run(5s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 504 "));
  run(5s);
  EXPECT_TRUE(b.hung_up());
}

TEST_F(ServerTest, ADocumentMayPauseForMinutesWhileItsFilterThinks) {
  auto b = browser();
  b.say(post("/swallow", "Content-Length: 6\r\n", "abc"));
  run(4min);
  b.say("def");
  run(1s);
  EXPECT_TRUE(b.heard(R"({"bytes":6})"));
}

TEST_F(ServerTest, AChunkedBodyArrivesWhole) {
  auto b = browser();
  b.say(post("/swallow", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"));
  run(1s);
  b.say("a\r\n0123456789\r\n0\r\n\r\n" + get("/hello/after"));
  run(1s);
  EXPECT_TRUE(b.heard(R"({"bytes":13})"));
  EXPECT_TRUE(b.heard("after"));
}

TEST_F(ServerTest, AHundredMegabytesPassThroughWithoutBeingKept) {
  auto b = browser();
  constexpr std::size_t size = 100 << 20;
  b.say(post("/swallow", "Content-Length: " + std::to_string(size) + "\r\n", std::string(size, 'x')));
  run(1s);
  EXPECT_TRUE(b.heard(R"({"bytes":104857600})"));
}

TEST_F(ServerTest, AClientThatWaitsForTheWordIsToldToContinueOnlyWhenItsBodyIsWanted) {
  auto b = browser();
  b.say(post("/swallow", "Expect: 100-continue\r\nContent-Length: 3\r\n", ""));
  run(1s);
  EXPECT_EQ(b.heard(), "HTTP/1.1 100 Continue\r\n\r\n");
  b.say("abc");
  run(1s);
  EXPECT_TRUE(b.heard(R"({"bytes":3})"));

  auto c = browser();
  c.say(post("/refuse", "Expect: 100-continue\r\nContent-Length: 300000000\r\n", ""));
  run(1s);
  EXPECT_THAT(c.heard(), StartsWith("HTTP/1.1 415 "));
}

TEST_F(ServerTest, AnUnwantedSmallBodyIsSwallowedAndTheConnectionStays) {
  auto b = browser();
  b.say(post("/refuse", "Content-Length: 1000\r\n", std::string(1000, 'x')) + get("/hello/after"));
  run(1s);
  EXPECT_TRUE(b.heard("415") && b.heard("after"));
}

TEST_F(ServerTest, AClientThatSendsAnUnwantedLargeBodyStillReadsTheRefusal) {
  auto b = browser();
  b.say(post("/refuse", "Content-Length: 50000000\r\n", std::string(50000000, 'x')));
  run(3s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 415 "));
  EXPECT_TRUE(b.hung_up());
}

TEST_F(ServerTest, GarbageAndOversizedHeadersAreAnsweredAndHungUpOn) {
  auto b = browser();
  b.say(std::string("\x16\x03\x01\x02 this is not HTTP\r\n\r\n"));
  auto c = browser();
  c.say("GET / HTTP/1.1\r\n" + host() + "X-Big: " + std::string(20000, 'x') + "\r\n\r\n");
  auto d = browser();
  d.say("GET /../etc/passwd HTTP/1.1\r\n" + host() + "\r\n");
  auto e = browser();
  e.say(post("/swallow", "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n"));
  run(5s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(c.heard(), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(d.heard(), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(e.heard(), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(b.hung_up() && c.hung_up());
}

TEST_F(ServerTest, AHandlerThatThrowsIsAnInternalErrorAndNothingElse) {
  auto b = browser();
  b.say(get("/bug") + get("/hello/after"));
  run(1s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 500 "));
  EXPECT_TRUE(b.heard("after"));
}

TEST_F(ServerTest, AWrongMethodIsToldTheRightOnes) {
  auto b = browser();
  b.say(post("/hello/x", "Content-Length: 0\r\n", ""));
  run(1s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 405 "));
  EXPECT_TRUE(b.heard(R"({"error":{"code":"wrong-method","sentence":"This address takes only GET."}})"));
  EXPECT_TRUE(b.heard("Allow: GET\r\n"));
}

TEST_F(ServerTest, AHeadRequestGetsTheHeadersOnly) {
  auto b = browser();
  b.say("HEAD /hello/x HTTP/1.1\r\n" + host() + "\r\n");
  run(1s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(b.heard(), Not(HasSubstr("hello")));
}

TEST_F(ServerTest, AForeignHostNameIsRefused) {
  for (const char* name : {"evil.example", "127.0.0.1:1", "127.0.0.1.evil.example", "", "localhost"}) {
    auto b = browser();
    b.say("GET /hello/x HTTP/1.1\r\nHost: " + std::string(name) + "\r\n\r\n");
    auto c = browser();
    c.say("GET /hello/x HTTP/1.0\r\n\r\n");
    run(1s);
    EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 403 ")) << name;
    EXPECT_THAT(c.heard(), StartsWith("HTTP/1.1 403 "));
  }
  auto b = browser();
  b.say("GET /hello/x HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) + "\r\n\r\n");
  run(1s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AForeignPageCanChangeNothing) {
  const std::string start = "POST /swallow HTTP/1.1\r\n" + host() + "Content-Length: 0\r\n";
  const std::string own = "Origin: http://127.0.0.1:" + std::to_string(port_) + "\r\n";
  struct {
    std::string headers;
    const char* answer;
  } const cases[] = {
      {"", "HTTP/1.1 403 "},
      {"Content-Type: text/plain\r\n", "HTTP/1.1 403 "},
      {"Content-Type: application/json\r\nOrigin: http://evil.example\r\n", "HTTP/1.1 403 "},
      {"X-Platen: 1\r\nOrigin: null\r\n", "HTTP/1.1 403 "},
      {"X-Platen: 1\r\n", "HTTP/1.1 200 "},
      {"Content-Type: application/json; charset=utf-8\r\n" + own, "HTTP/1.1 200 "},
  };
  for (const auto& c : cases) {
    auto b = browser();
    b.say(start + c.headers + "\r\n");
    run(1s);
    EXPECT_THAT(b.heard(), StartsWith(c.answer)) << c.headers;
  }
}

TEST_F(ServerTest, AdministratorsComeThroughTheUnixSocketOnly) {
  const auto path = folder_ / "door.sock";
  ASSERT_TRUE(server_->listen_unix(path));
  auto b = browser();
  b.say(post("/admin", "Content-Length: 0\r\n", ""));
  test::LocalClient local(reactor_, asio::local::stream_protocol::endpoint(path.native()));
  local.say("POST /admin HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  run(1s);
  EXPECT_THAT(b.heard(), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(local.heard(), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE((Peer{true, 0}).administrator());
  EXPECT_TRUE((Peer{true, ::geteuid()}).administrator());
  EXPECT_FALSE((Peer{true, ::geteuid() + 1}).administrator());
  EXPECT_FALSE((Peer{true, std::nullopt}).administrator());
}

TEST_F(ServerTest, ASocketThatIsServedIsNotTakenAwayButADeadOneIs) {
  const auto path = folder_ / "door.sock";
  ASSERT_TRUE(server_->listen_unix(path));
  Server second(clock_, reactor_.get_executor(), greet);
  auto refused = second.listen_unix(path);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::busy));
  {
    const auto dead = folder_ / "dead.sock";
    asio::local::stream_protocol::acceptor left_behind(reactor_, dead.native());
    left_behind.close();
    EXPECT_TRUE(second.listen_unix(dead));
  }
}

TEST_F(ServerTest, OnlyLoopbackAddressesAreListenedOn) {
  Server second(clock_, reactor_.get_executor(), greet);
  for (const char* address :
       {"0.0.0.0:0", "8.8.8.8:80", "nonsense", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"})
    EXPECT_FALSE(second.listen_tcp(address)) << address;
  EXPECT_FALSE(second.listen_tcp("127.0.0.1:" + std::to_string(port_)));
}

TEST_F(ServerTest, WhenAllPlacesAreTakenTheIdlestGivesUpItsOwn) {
  open(Limits{.connections = 2});
  auto first = browser();
  first.say(get("/hello/x"));
  run(1s);
  auto second = browser();
  second.say(get("/hello/x"));
  run(1s);
  auto third = browser();
  third.say(get("/hello/third"));
  run(1s);
  EXPECT_TRUE(first.hung_up());
  EXPECT_FALSE(second.hung_up());
  EXPECT_TRUE(third.heard("third"));
}

TEST_F(ServerTest, AStreamEndsAtOnceWhenItsReaderGoes) {
  auto b = browser();
  b.say(get("/events"));
  run(3500ms);
  EXPECT_THAT(b.heard(), HasSubstr(": tick\n\n: tick\n\n"));
  EXPECT_EQ(streams_, 1);
  b.close();
  run(10ms);
  EXPECT_EQ(streams_, 0);
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(ServerTest, StoppingFinishesWhatIsUnderWayAndCutsTheRest) {
  auto idle = browser();
  idle.say(get("/hello/x"));
  auto stream = browser();
  stream.say(get("/events"));
  auto stuck = browser();
  stuck.say(post("/swallow", "Content-Length: 10\r\n", "abc"));
  auto busy = browser();
  busy.say(post("/swallow", "Content-Length: 6\r\n", "abc"));
  run(1500ms);
  bool stopped = false;
  asio::co_spawn(
      reactor_,
      [](Server& server, Clock& clock, bool& done) -> Task<void> {
        co_await server.stop(Deadline::in(clock, 1s));
        done = true;
      }(*server_, clock_, stopped),
      asio::detached);
  run(100ms);
  EXPECT_TRUE(idle.hung_up() && stream.hung_up());
  EXPECT_FALSE(stopped);
  busy.say("def");
  run(1s);
  EXPECT_TRUE(busy.heard(R"({"bytes":6})"));
  EXPECT_TRUE(busy.hung_up() && stuck.hung_up());
  EXPECT_TRUE(stopped);
  EXPECT_EQ(server_->connections(), 0u);
}

}  // namespace
}  // namespace platen::spooler::http
