// Whether others understand us: impacket and Samba, as they are in Debian, call our server over TCP, find it
// through our endpoint mapper, sign in by their own NTLMSSP and SPNEGO, and are refused where they must be.
//
// Each test runs in a network of its own, where port 135 is free: some judges ask for the mapper nowhere
// else.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "base/posix_launcher.hpp"
#include "echo_interface.hpp"
#include "rpc/endpoint_mapper.hpp"
#include "rpc/tcp.hpp"

namespace platen::rpc::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Duration patience = 60s;  // for what takes a second or two
constexpr Uuid kMore{0x7d1c2fe4, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}};
constexpr std::uint16_t mapper_port = 135;

// Loopback and nothing else.
void enter_own_network() {
  if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
    FAIL() << "the kernel gives no network of our own, in which port 135 would be free";
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strncpy(loopback.ifr_name, "lo", IFNAMSIZ - 1);
  loopback.ifr_flags = IFF_UP;
  ASSERT_EQ(::ioctl(socket.get(), SIOCSIFFLAGS, &loopback), 0) << "loopback stays down";
}

class Judges : public ::testing::Test {
 protected:
  void SetUp() override {
    enter_own_network();
    folder_ = std::filesystem::temp_directory_path() / ("platen-judges-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    server_.add(echo_service(clock_));
    listen(security::AuthLevel::privacy);
    map_.add({{kEcho.uuid, kEcho.major, kEcho.minor}, {127, 0, 0, 1}, listener_->port(), "Platen's echo"});
    mapper_.add(endpoint_mapper(map_));
    open_.emplace(clock_, reactor_.get_executor(), mapper_, OpenToAll{});
    ASSERT_TRUE(open_->listen("127.0.0.1", mapper_port));
  }
  void listen(security::AuthLevel least) {
    auto accounts = std::make_shared<security::Accounts>();
    accounts->add("alice", "Word 1");
    security::ServerSecurity security;
    security.accounts = accounts;
    security.least = least;
    listener_.emplace(clock_, reactor_.get_executor(), server_, security);
    ASSERT_TRUE(listener_->listen("127.0.0.1", 0));
  }
  void TearDown() override {
    open_.reset();
    listener_.reset();
    mapper_.stop();
    server_.stop();
    reactor_.restart();
    reactor_.poll();
    std::filesystem::remove_all(folder_);
  }

  struct Verdict {
    bool ok = false;
    std::string said;
  };
  Verdict ask(const std::string& program, std::vector<std::string> args) {
    Command command;
    command.program = program;
    command.args = std::move(args);
    command.environment = {{"HOME", folder_.string()}, {"LC_ALL", "C.UTF-8"}};
    const auto said = folder_ / "said";
    command.descriptors[1] = Fd(::open(said.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    command.descriptors[2] = Fd(::open(said.c_str(), O_APPEND | O_WRONLY | O_CLOEXEC));
    Verdict verdict;
    bool done = false;
    auto run = [](Judges& self, Command what, Verdict& into) -> Task<void> {
      auto started = self.launcher_.launch(std::move(what));
      if (!started) {
        into.said = started.error().sentence();
        co_return;
      }
      auto ended = co_await (*started)->wait(Deadline::in(self.clock_, patience));
      if (!ended) (*started)->signal(SIGKILL);
      into.ok = ended && ended->ok();
    };
    asio::co_spawn(reactor_, run(*this, std::move(command), verdict),
                   [&done](const std::exception_ptr&) { done = true; });
    const auto limit = std::chrono::steady_clock::now() + 2 * patience;
    while (!done && std::chrono::steady_clock::now() < limit) reactor_.run_one_for(100ms);
    EXPECT_TRUE(done) << program << " hangs";
    std::ifstream file(said);
    verdict.said.append(std::istreambuf_iterator<char>(file), {});
    return verdict;
  }

  // smbtorture, over a binding with these options.
  Verdict torture(const std::string& test, const std::string& options,
                  const std::string& password = "Word 1") {
    const std::string binding =
        "ncacn_ip_tcp:127.0.0.1[" + std::to_string(listener_->port()) + "," + options + "]";
    return ask("smbtorture",
               {"--configfile=/dev/null", "--option=lock directory=" + folder_.string(),
                "--option=private dir=" + folder_.string(), "-U", "alice%" + password, binding, test});
  }
  Verdict impacket(std::vector<std::string> args) {
    std::vector<std::string> all{PLATEN_SOURCE "/tests/rpc/interop/impacket_judge.py",
                                 std::to_string(listener_->port())};
    all.insert(all.end(), args.begin(), args.end());
    return ask("/usr/bin/python3", std::move(all));
  }

  asio::io_context reactor_{one_thread};
  AlarmClock clock_{reactor_.get_executor()};
  PosixLauncher launcher_{reactor_.get_executor(), clock_};
  std::filesystem::path folder_;
  EndpointMap map_;
  Server server_{clock_, reactor_.get_executor(), {}};
  Server mapper_{clock_, reactor_.get_executor(), {}};
  std::optional<TcpListener> listener_;
  std::optional<TcpListener> open_;
};

TEST_F(Judges, ImpacketCallsAtPacketPrivacy) {
  const auto verdict = impacket({"call", "privacy"});
  EXPECT_TRUE(verdict.ok) << verdict.said;
  EXPECT_EQ(listener_->audit().forged, 0U);
}

TEST_F(Judges, WhereLessIsAllowedTheyCallAtThoseLevelsToo) {
  listen(security::AuthLevel::connect);
  for (const char* level : {"connect", "integrity"}) {
    const auto verdict = impacket({"call", level});
    EXPECT_TRUE(verdict.ok) << level << ": " << verdict.said;
  }
  for (const char* options : {"connect,ntlm", "sign,ntlm", "sign,spnego", "sign,spnego,bigendian"}) {
    const auto verdict = torture("rpc.echo.echo.sourcedata", options);
    EXPECT_TRUE(verdict.ok) << options << ": " << verdict.said;
    EXPECT_THAT(verdict.said, HasSubstr("success: echo.sourcedata")) << options;
  }
}

TEST_F(Judges, ImpacketIsRefusedWithoutSigningInAndBelowPrivacyAndWithAWrongPassword) {
  for (const char* how : {"unauthenticated", "integrity", "connect", "wrong-password"}) {
    const auto verdict = impacket({"refused", how});
    EXPECT_TRUE(verdict.ok) << how << ": " << verdict.said;
  }
  EXPECT_EQ(listener_->audit().unauthenticated, 1U);
  EXPECT_EQ(listener_->audit().weak, 2U);
  EXPECT_EQ(listener_->audit().failed_sign_ins, 1U);
}

// Of its other tests, one registers endpoints, which nobody may here, and one wants an empty answer more
// after the last entries, where impacket, as Windows has it, wants the handle to be gone with them.
TEST_F(Judges, SambaTriesTheMapper) {
  for (std::uint16_t port = 1000; port < 1010; ++port)
    map_.add({{kMore, port, 0}, {127, 0, 0, 1}, port, "another"});
  for (const char* test : {"Map_simple", "Lookup_terminate_search"}) {
    const auto verdict =
        ask("smbtorture", {"--configfile=/dev/null", "--option=lock directory=" + folder_.string(),
                           "--option=private dir=" + folder_.string(), "-U", "%",
                           "ncacn_ip_tcp:127.0.0.1[135]", std::string("rpc.epmapper.epmapper.") + test});
    EXPECT_TRUE(verdict.ok) << test << ": " << verdict.said;
  }
}

TEST_F(Judges, ImpacketFindsOurPortThroughTheMapper) {
  const auto verdict = impacket({"map"});
  EXPECT_TRUE(verdict.ok) << verdict.said;
}

TEST_F(Judges, SambaCallsWithNtlmsspAndWithSpnego) {
  for (const char* options : {"seal,ntlm", "seal,spnego", "seal,ntlm,bigendian", "seal,spnego,bigendian"})
    for (const char* test : {"addone", "sinkdata", "echodata", "sourcedata", "testcall", "testcall2", "enum",
                             "surrounding", "doublepointer"}) {
      const auto verdict = torture(std::string("rpc.echo.echo.") + test, options);
      EXPECT_TRUE(verdict.ok) << options << ": " << verdict.said;
      EXPECT_THAT(verdict.said, HasSubstr(std::string("success: echo.") + test)) << options;
    }
  EXPECT_EQ(listener_->audit().forged, 0U);
}

// Several calls of one second and two at once, on one connection.
TEST_F(Judges, SambasCallsOverlap) {
  const auto verdict = torture("rpc.echo.echo.sleep", "seal,spnego");
  EXPECT_TRUE(verdict.ok) << verdict.said;
}

TEST_F(Judges, SambaIsRefusedWithAWrongPasswordAndBelowPrivacy) {
  for (const char* options : {"seal,ntlm", "seal,spnego"})
    EXPECT_FALSE(torture("rpc.echo.echo.addone", options, "word").ok) << options;
  EXPECT_FALSE(torture("rpc.echo.echo.addone", "sign,ntlm").ok);
  EXPECT_EQ(listener_->audit().failed_sign_ins, 2U);
  EXPECT_EQ(listener_->audit().weak, 1U);
}

TEST_F(Judges, RpcclientFindsUsByTheMapperAndCalls) {
  for (const char* options : {"seal", "seal,ntlm", "seal,spnego"}) {
    const auto verdict =
        ask("rpcclient", {"--configfile=/dev/null", "-U", "alice%Word 1",
                          std::string("ncacn_ip_tcp:127.0.0.1[") + options + "]", "-c", "echoaddone 41"});
    EXPECT_TRUE(verdict.ok) << options << ": " << verdict.said;
    EXPECT_THAT(verdict.said, HasSubstr("41 + 1 = 42")) << options;
  }
}

}  // namespace
}  // namespace platen::rpc::testing
