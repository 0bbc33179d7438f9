// A small interface that the runtime's tests call, a server that serves it, and worlds to play in: one on
// real Unix sockets and the real clock, one in memory on simulated time.
#pragma once

#include <filesystem>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "rpc/client.hpp"
#include "rpc/server.hpp"
#include "rpc/transport/memory.hpp"

// gtest's ASSERT_* return, which a coroutine cannot.
#define CO_ASSERT(condition)                \
  if (!static_cast<bool>(condition)) {      \
    ADD_FAILURE() << "not so: " #condition; \
    co_return;                              \
  }
#define CO_ASSERT_OK(result)                                             \
  if (!(result)) {                                                       \
    ADD_FAILURE() << #result " failed: " << (result).error().sentence(); \
    co_return;                                                           \
  }

namespace platen::rpc::testing {

using namespace std::chrono_literals;
namespace asio = boost::asio;

inline constexpr InterfaceId kTest{
    {0x7d1c2fe0, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0, "test"};
inline constexpr InterfaceId kTestCallbacks{
    {0x7d1c2fe1, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0, "test-callbacks"};
inline constexpr InterfaceId kOther{
    {0x7d1c2fe2, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0, "other"};

struct EchoRequest {
  std::string text;
  std::vector<std::uint8_t> data;
};
struct EchoReply {
  std::string text;
  std::vector<std::uint8_t> data;
};
struct NapRequest {
  std::uint32_t milliseconds = 0;
};
struct NapReply {
  std::uint32_t depth = 0;
};
struct LeftRequest {};
struct LeftReply {
  std::uint64_t microseconds = 0;
};
// Asks the caller back, who asks back in turn, `levels` times in all; the answer counts them.
struct AskRequest {
  std::uint32_t levels = 0;
};
struct AskReply {
  std::uint32_t answered = 0;
  std::uint32_t depth = 0;
};
struct PipeRequest {
  Fd end;
  std::string say;
};
struct PipeReply {
  Fd end;
};
struct FailRequest {
  std::uint16_t code = 0;
};
struct FailReply {};

using Echo = Operation<kTest, 0, EchoRequest, EchoReply>;
using Nap = Operation<kTest, 1, NapRequest, NapReply>;
using Left = Operation<kTest, 2, LeftRequest, LeftReply>;
using Ask = Operation<kTest, 3, AskRequest, AskReply>;
using PassPipe = Operation<kTest, 4, PipeRequest, PipeReply>;
using Fails = Operation<kTest, 5, FailRequest, FailReply>;
using Missing = Operation<kTest, 77, LeftRequest, LeftReply>;

using AskBack = Operation<kTestCallbacks, 0, AskRequest, AskReply>;
using LeftBack = Operation<kTestCallbacks, 1, LeftRequest, LeftReply>;

// What the handlers saw.
struct Seen {
  int calls = 0;
  int naps_begun = 0;
  int naps_canceled = 0;
  int naps_slept = 0;
  bool told_canceled = false;
  std::optional<Error> callback_error;
  Duration callback_took{};
};

[[nodiscard]] Service test_service(Clock& clock, Seen& seen);
[[nodiscard]] Service test_callbacks(Clock& clock);

inline constexpr Duration long_enough = 20s;  // for what takes milliseconds, on a machine that is busy

// Runs one coroutine to its end, on the real clock.
void play_on(asio::io_context& reactor, Task<void> scene);

class SocketWorld {
 public:
  SocketWorld();
  ~SocketWorld();
  void listen(ServerOptions options = everybody());
  [[nodiscard]] static ServerOptions everybody();
  // Runs one coroutine to its end.
  void play(Task<void> (*scene)(SocketWorld&));
  Task<Result<std::shared_ptr<Client>>> client(const InterfaceId& interface = kTest);
  [[nodiscard]] Deadline soon() const { return Deadline::in(clock, long_enough); }

  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  std::filesystem::path folder;
  std::string path;
  Seen seen;
  Service service = test_service(clock, seen);
  Service callbacks = test_callbacks(clock);
  std::optional<Server> server;
};

class MemoryWorld {
 public:
  explicit MemoryWorld(ServerOptions options = SocketWorld::everybody());
  ~MemoryWorld();
  void play(Task<void> (*scene)(MemoryWorld&), Duration span = 24h);
  [[nodiscard]] std::unique_ptr<Transport> connect(Peer as = {1000, 1000, 100});
  Task<Result<std::shared_ptr<Client>>> client(Peer as = {1000, 1000, 100});
  [[nodiscard]] Deadline in(Duration span) const { return Deadline::in(clock, span); }

  asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};
  Seen seen;
  Service service = test_service(clock, seen);
  Service callbacks = test_callbacks(clock);
  Server server;
};

}  // namespace platen::rpc::testing
