#include "rpc/context_handles.hpp"

#include "raw_peer.hpp"

namespace platen::rpc::testing {
namespace {

// Counts its kind that is alive.
struct Query {
  explicit Query(int& alive) : alive_(alive) { ++alive_; }
  ~Query() { --alive_; }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  int& alive_;
};

TEST(ContextHandles, OneIsFoundUntilItIsClosedAndOnlyAsWhatItIs) {
  int alive = 0;
  ContextHandles handles(4);
  auto handle = handles.open(std::make_shared<Query>(alive));
  ASSERT_TRUE(handle);
  EXPECT_TRUE(*handle);
  EXPECT_TRUE(handles.find<Query>(*handle));
  EXPECT_FALSE(handles.find<int>(*handle)) << "another type";
  ContextHandle other = *handle;
  other.attributes = 1;
  EXPECT_FALSE(handles.find<Query>(other));
  EXPECT_FALSE(handles.close(other));
  EXPECT_TRUE(handles.close(*handle));
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(handles.close(*handle)) << "a second time";
  EXPECT_FALSE(handles.find<Query>(*handle));
  EXPECT_FALSE(handles.find<Query>(ContextHandle{}));
}

TEST(ContextHandles, NoMoreAreOpenedThanAreAllowed) {
  int alive = 0;
  ContextHandles handles(2);
  auto first = handles.open(std::make_shared<Query>(alive));
  auto second = handles.open(std::make_shared<Query>(alive));
  auto third = handles.open(std::make_shared<Query>(alive));
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  ASSERT_FALSE(third);
  EXPECT_TRUE(third.error().is(Errc::busy));
  EXPECT_EQ(alive, 2);
  handles.run_down();
  EXPECT_EQ(alive, 0);
}

// --- On connections

struct OpenReply {
  ContextHandle handle;
};
struct UseRequest {
  ContextHandle handle;
  std::uint32_t milliseconds = 0;
};
using Open = Operation<kOther, 0, LeftRequest, OpenReply>;
using Use = Operation<kOther, 1, UseRequest, NapReply>;

Service query_service(Clock& clock, int& alive) {
  Service service(kOther);
  service.on<Open>([&alive](Call& call, LeftRequest) -> Task<Result<OpenReply>> {
    auto handle = call.handles().open(std::make_shared<Query>(alive));
    if (!handle) co_return handle.error();
    OpenReply reply{*handle};
    co_return reply;
  });
  service.on<Use>([&clock, &alive](Call& call, UseRequest request) -> Task<Result<NapReply>> {
    const auto query = call.handles().find<Query>(request.handle);
    if (!query) co_return fail(Errc::not_found, "use the query", to_text(request.handle.uuid));
    auto slept = co_await sleep(clock, std::chrono::milliseconds(request.milliseconds));
    EXPECT_GT(alive, 0) << "a handler keeps what it uses";
    if (!slept) co_return slept.error();
    co_return NapReply{};
  });
  return service;
}

class HandleWorld : public MemoryWorld {
 public:
  HandleWorld() { server.add(query_service(clock, alive)); }
  Task<Result<std::shared_ptr<Client>>> querying() {
    Limits limits;
    co_return co_await Client::over(clock, connect(), kOther, in(1min), limits);
  }
  int alive = 0;
};

TEST(ContextHandles, OfALostClientAllAreRunDownOnce) {
  HandleWorld world;
  world.play([](MemoryWorld& base) -> Task<void> {
    auto& w = static_cast<HandleWorld&>(base);
    auto client = co_await w.querying();
    CO_ASSERT_OK(client);
    for (int i = 0; i < 3; ++i) {
      LeftRequest request;
      auto opened = co_await (*client)->call<Open>(request, w.in(1min));
      CO_ASSERT_OK(opened);
    }
    EXPECT_EQ(w.alive, 3);
    client->reset();
    CO_ASSERT_OK(co_await sleep(w.clock, 1ms));
    EXPECT_EQ(w.alive, 0);
  });
}

TEST(ContextHandles, OneOfAnotherConnectionIsNone) {
  HandleWorld world;
  world.play([](MemoryWorld& base) -> Task<void> {
    auto& w = static_cast<HandleWorld&>(base);
    auto client = co_await w.querying();
    auto thief = co_await w.querying();
    CO_ASSERT_OK(client);
    CO_ASSERT_OK(thief);
    LeftRequest request;
    auto opened = co_await (*client)->call<Open>(request, w.in(1min));
    CO_ASSERT_OK(opened);
    UseRequest use{opened->handle, 1};
    auto used = co_await (*client)->call<Use>(use, w.in(1min));
    EXPECT_TRUE(used);
    auto stolen = co_await (*thief)->call<Use>(use, w.in(1min));
    CO_ASSERT(!stolen);
    EXPECT_TRUE(stolen.error().is(Errc::not_found));
  });
}

TEST(ContextHandles, AHandlerThatRunsKeepsItsObjectThroughTheRundown) {
  HandleWorld world;
  world.play([](MemoryWorld& base) -> Task<void> {
    auto& w = static_cast<HandleWorld&>(base);
    auto client = co_await w.querying();
    CO_ASSERT_OK(client);
    LeftRequest request;
    auto opened = co_await (*client)->call<Open>(request, w.in(1min));
    CO_ASSERT_OK(opened);
    asio::co_spawn(
        w.reactor,
        [](HandleWorld& at, std::shared_ptr<Client> caller, ContextHandle handle) -> Task<void> {
          UseRequest use{handle, 10'000};
          auto used = co_await caller->call<Use>(use, at.in(1min));
          EXPECT_FALSE(used);
        }(w, *client, opened->handle),
        asio::detached);
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    (*client)->close();
    CO_ASSERT_OK(co_await sleep(w.clock, 1s));
    EXPECT_EQ(w.alive, 0);
  });
}

}  // namespace
}  // namespace platen::rpc::testing
