#include "test_interface.hpp"

#include <cstdlib>

namespace platen::rpc::testing {

Service test_service(Clock& clock, Seen& seen) {
  Service service(kTest);
  service.on<Echo>([&seen](Call&, EchoRequest request) -> Task<Result<EchoReply>> {
    ++seen.calls;
    co_return EchoReply{std::move(request.text), std::move(request.data)};
  });
  service.on<Nap>([&clock, &seen](Call& call, NapRequest request) -> Task<Result<NapReply>> {
    ++seen.naps_begun;
    auto slept = co_await sleep(clock, std::chrono::milliseconds(request.milliseconds));
    seen.told_canceled = call.canceled();
    ++(slept ? seen.naps_slept : seen.naps_canceled);
    if (!slept) co_return slept.error();
    co_return NapReply{static_cast<std::uint32_t>(call.depth())};
  });
  service.on<Left>([&clock](Call& call, LeftRequest) -> Task<Result<LeftReply>> {
    auto slept = co_await sleep(clock, 1s);
    if (!slept) co_return slept.error();
    LeftRequest ask;
    auto theirs = co_await call.call_back<LeftBack>(ask, Deadline::in(clock, 1h));
    if (!theirs) co_return theirs.error();
    co_return LeftReply{theirs->microseconds};
  });
  service.on<Ask>([&clock, &seen](Call& call, AskRequest request) -> Task<Result<AskReply>> {
    const std::uint32_t depth = static_cast<std::uint32_t>(call.depth());
    if (request.levels == 0) co_return AskReply{0, depth};
    const AskRequest back{request.levels - 1};
    const Instant began = clock.now();
    auto answer = co_await call.call_back<AskBack>(back, call.deadline());
    if (!answer) {
      if (!seen.callback_error) {
        seen.callback_error = answer.error();
        seen.callback_took = clock.now() - began;
      }
      co_return answer.error();
    }
    co_return AskReply{answer->answered + 1, answer->depth};
  });
  service.on<PassPipe>([](Call&, PipeRequest request) -> Task<Result<PipeReply>> {
    if (::write(request.end.get(), request.say.data(), request.say.size()) < 0)
      co_return fail_errno(errno, "write to", "the pipe");
    co_return PipeReply{std::move(request.end)};
  });
  service.on<Fails>([](Call&, FailRequest request) -> Task<Result<FailReply>> {
    if (request.code == 0) co_return fail_errno(ENOSPC, "store", "the document", "Make room.");
    co_return fail(static_cast<Errc>(request.code), "feed", "tray 1", "Load A4 paper.");
  });
  return service;
}

Service test_callbacks(Clock& clock) {
  Service service(kTestCallbacks);
  service.on<AskBack>([](Call& call, AskRequest request) -> Task<Result<AskReply>> {
    const std::uint32_t depth = static_cast<std::uint32_t>(call.depth());
    if (request.levels == 0) co_return AskReply{0, depth};
    const AskRequest back{request.levels - 1};
    auto answer = co_await call.call_back<Ask>(back, call.deadline());
    if (!answer) co_return answer.error();
    co_return AskReply{answer->answered + 1, answer->depth};
  });
  service.on<LeftBack>([&clock](Call& call, LeftRequest) -> Task<Result<LeftReply>> {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(call.deadline().left(clock));
    co_return LeftReply{static_cast<std::uint64_t>(left.count())};
  });
  return service;
}

// --- SocketWorld

SocketWorld::SocketWorld() {
  std::string pattern = (std::filesystem::temp_directory_path() / "platen-rpc-XXXXXX").string();
  folder = ::mkdtemp(pattern.data());
  path = folder / "test.sock";
}

SocketWorld::~SocketWorld() {
  if (server) server->stop();
  reactor.restart();
  reactor.poll();
  std::filesystem::remove_all(folder);
}

ServerOptions SocketWorld::everybody() {
  ServerOptions options;
  options.allow = [](const Peer&) { return true; };
  return options;
}

void SocketWorld::listen(ServerOptions options) {
  server.emplace(clock, reactor.get_executor(), std::move(options));
  server->add(service);
  auto up = server->listen(path);
  ASSERT_TRUE(up) << up.error().sentence();
}

void play_on(asio::io_context& reactor, Task<void> scene) {
  bool done = false;
  asio::co_spawn(reactor, std::move(scene), [&done](const std::exception_ptr& thrown) {
    done = true;
    if (thrown) ADD_FAILURE() << "the scene threw";
  });
  const auto limit = std::chrono::steady_clock::now() + 2 * long_enough;
  while (!done && std::chrono::steady_clock::now() < limit) reactor.run_one_for(100ms);
  EXPECT_TRUE(done) << "the scene hangs";
}

void SocketWorld::play(Task<void> (*scene)(SocketWorld&)) {
  play_on(reactor, scene(*this));
}

Task<Result<std::shared_ptr<Client>>> SocketWorld::client(const InterfaceId& interface) {
  return Client::connect(clock, path, interface, soon());
}

// --- MemoryWorld

MemoryWorld::MemoryWorld(ServerOptions options) : server(clock, reactor.get_executor(), std::move(options)) {
  server.add(service);
}

MemoryWorld::~MemoryWorld() {
  server.stop();
  reactor.restart();
  reactor.poll();
}

void MemoryWorld::play(Task<void> (*scene)(MemoryWorld&), Duration span) {
  bool done = false;
  asio::co_spawn(reactor, scene(*this), [&done](const std::exception_ptr& thrown) {
    done = true;
    if (thrown) ADD_FAILURE() << "the scene threw";
  });
  run_simulation(reactor, clock, span);
  EXPECT_TRUE(done) << "the scene hangs";
}

std::unique_ptr<Transport> MemoryWorld::connect(Peer as) {
  auto pair = memory_pair(reactor.get_executor(), as, Peer{0, 0, 1});
  server.serve(std::move(pair.server));
  return std::move(pair.client);
}

Task<Result<std::shared_ptr<Client>>> MemoryWorld::client(Peer as) {
  Limits limits;
  co_return co_await Client::over(clock, connect(as), kTest, Deadline::in(clock, long_enough), limits);
}

}  // namespace platen::rpc::testing
