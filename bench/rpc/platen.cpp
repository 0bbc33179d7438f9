// The runtime of rpc/: over a real Unix socket, with peer credentials and all its rules.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "contestant.hpp"
#include "rpc/client.hpp"
#include "rpc/server.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Every allocation of this program is counted.
void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}

namespace platen::bench {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr rpc::InterfaceId kBench{
    {0x7d1c2fb0, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0, "bench"};
constexpr rpc::InterfaceId kBack{
    {0x7d1c2fb1, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0, "bench-callbacks"};

struct Words {
  std::uint64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
};
static_assert(sizeof(Words) == payload);
struct Bulk {
  std::vector<std::uint8_t> octets;
};
struct Count {
  std::uint64_t value = 0;
};
using Flat = rpc::Operation<kBench, 0, Words, Words>;
using Nested = rpc::Operation<kBench, 1, Words, Words>;
using Take = rpc::Operation<kBench, 2, Bulk, Count>;
using Allocations = rpc::Operation<kBench, 3, Count, Count>;
using Back = rpc::Operation<kBack, 0, Words, Words>;

void serve(const std::string& path) {
  asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  rpc::ServerOptions options;
  options.allow = [](const rpc::Peer& peer) { return peer.uid == ::getuid(); };
  options.max_connections = 20'000;
  rpc::Server server(clock, reactor.get_executor(), options);
  rpc::Service service(kBench);
  service.on<Flat>([](rpc::Call&, Words words) -> Task<Result<Words>> { co_return words; });
  service.on<Nested>([](rpc::Call& call, Words words) -> Task<Result<Words>> {
    auto answer = co_await call.call_back<Back>(words, call.deadline());
    co_return answer;
  });
  service.on<Take>([](rpc::Call&, Bulk bulk) -> Task<Result<Count>> { co_return Count{bulk.octets.size()}; });
  service.on<Allocations>(
      [](rpc::Call&, Count) -> Task<Result<Count>> { co_return Count{allocations.load()}; });
  server.add(service);
  if (auto up = server.listen(path); !up) give_up(up.error().sentence());
  reactor.run();
}

// A server in a process of its own, and a reactor for its clients.
class World {
 public:
  World()
      : path_("/tmp/platen-bench-" + std::to_string(::getpid()) + "-" + std::to_string(++worlds) + ".sock"),
        child_([this] { serve(path_); }) {
    back_.on<Back>([](rpc::Call&, Words words) -> Task<Result<Words>> { co_return words; });
    for (int i = 0; i < 1000 && !std::filesystem::exists(path_); ++i) ::usleep(5000);
  }
  ~World() {
    client.reset();
    std::filesystem::remove(path_);
  }

  void play(Task<void> scene) {
    const auto late = clock_.set(clock_.now() + 2min, [] { give_up("the runtime hangs"); });
    asio::co_spawn(reactor_, std::move(scene), [this](const std::exception_ptr&) { reactor_.stop(); });
    reactor_.restart();
    reactor_.run();
  }
  static Task<void> connect(World& world) {
    auto connected = co_await rpc::Client::connect(world.clock_, world.path_, kBench, world.soon());
    if (!connected) give_up(connected.error().sentence());
    world.client = std::move(*connected);
  }
  [[nodiscard]] Deadline soon() const { return Deadline::in(clock_, 30s); }
  [[nodiscard]] const rpc::Service& back() const { return back_; }
  [[nodiscard]] pid_t server() const { return child_.pid(); }

  std::shared_ptr<rpc::Client> client;

 private:
  static inline int worlds = 0;
  std::string path_;
  Child child_;
  asio::io_context reactor_{one_thread};
  AlarmClock clock_{reactor_.get_executor()};
  rpc::Service back_{kBack};
};

template <class Op>
Task<void> call_often(World& world, int calls) {
  for (int i = 0; i < calls; ++i) {
    const Words words{static_cast<std::uint64_t>(i)};
    auto answer = co_await world.client->call<Op>(words, world.soon(), &world.back());
    if (!answer) give_up(answer.error().sentence());
    if (answer->a != words.a) give_up("a call got another's answer");
  }
}

class Platen final : public Contestant {
 public:
  Platen() { world_.play(World::connect(world_)); }
  double flat(int calls) override { return timed(call_often<Flat>(world_, calls), calls); }
  double nested(int calls) override { return timed(call_often<Nested>(world_, calls), calls); }

 private:
  double timed(Task<void> scene, int calls) {
    const double from = now_us();
    world_.play(std::move(scene));
    return (now_us() - from) / calls;
  }
  World world_;
};

Task<void> send_bulk(World& world, int calls) {
  const std::vector<std::uint8_t> megabyte(1'000'000, 0x55);
  for (int i = 0; i < calls; ++i) {
    Bulk bulk{megabyte};
    auto taken = co_await world.client->call<Take>(std::move(bulk), world.soon());
    if (!taken || taken->value != megabyte.size()) give_up("a megabyte was lost");
  }
}

Task<void> allocations_of_server(World& world, std::uint64_t& into) {
  auto count = co_await world.client->call<Allocations>(Count{}, world.soon());
  if (!count) give_up(count.error().sentence());
  into = count->value;
}

// Memory that no other process shares, in kB.
long private_memory(pid_t pid) {
  std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
  long sum = 0;
  for (std::string line; std::getline(rollup, line);)
    if (line.rfind("Private_", 0) == 0) sum += std::atol(line.c_str() + line.find(':') + 1);
  return sum;
}

void idle_connections() {
  constexpr int many = 10'000;
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 2 * many + 1000);
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < many + 1000) {
    std::fprintf(stderr, "rpc_idle_private is not measured: only %lu files may be open\n",
                 static_cast<unsigned long>(files.rlim_cur));
    return;
  }
  World world;
  world.play(World::connect(world));
  world.play(call_often<Flat>(world, 1000));
  const long before = private_memory(world.server());
  std::vector<std::shared_ptr<rpc::Client>> clients;
  for (int i = 0; i < many; ++i) {
    world.play(World::connect(world));
    clients.push_back(world.client);
  }
  std::printf("rpc_idle_private %.2f kB\n",
              static_cast<double>(private_memory(world.server()) - before) / many);
}

template <class Op>
void count_allocations(World& world, const char* name) {
  constexpr int calls = 10'000;
  world.play(call_often<Op>(world, 1000));
  std::uint64_t server_before = 0;
  std::uint64_t server_after = 0;
  world.play(allocations_of_server(world, server_before));
  const auto before = allocations.load();
  world.play(call_often<Op>(world, calls));
  const auto after = allocations.load();
  world.play(allocations_of_server(world, server_after));
  std::printf("rpc_%s_allocations_client %.4f per call\n", name, static_cast<double>(after - before) / calls);
  std::printf("rpc_%s_allocations_server %.4f per call\n", name,
              static_cast<double>(server_after - server_before) / calls);
}

}  // namespace

std::unique_ptr<Contestant> make_platen() {
  return std::make_unique<Platen>();
}

void measure_platen_itself() {
  {
    World world;
    world.play(World::connect(world));
    std::vector<double> rates;
    for (int round = 0; round < 7; ++round) {
      const double from = now_us();
      world.play(send_bulk(world, 100));
      rates.push_back(100 * 1e6 / (now_us() - from) / 1e3);
    }
    std::sort(rates.begin(), rates.end());
    std::printf("rpc_bulk %.2f GB/s\n", rates[rates.size() / 2]);

    count_allocations<Flat>(world, "small_call");
    count_allocations<Nested>(world, "nested_call");
  }
  idle_connections();
}

}  // namespace platen::bench
