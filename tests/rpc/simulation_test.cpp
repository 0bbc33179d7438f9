// The whole runtime on simulated time and rough wires, by seeds: whatever happens to the wires, the processes
// and the callers' patience, every call ends by its deadline, with its own answer or an error, and leaves
// nothing behind.
//
//   PLATEN_SEED=4711 test-rpc-simulation      replays one, and says what happens
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/event.hpp"
#include "base/log.hpp"
#include "base/one_thread.hpp"
#include "rough_wire.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

constexpr std::uint64_t seeds = PLATEN_SEEDS;

// What came of the calls of all seeds: a simulation in which nothing succeeds, or nothing fails, proves
// nothing.
struct Tally {
  std::map<std::string, std::uint64_t> outcomes;
};

class Story {
 public:
  Story(std::uint64_t seed, Tally& tally, bool talks) : random_(seed), tally_(tally), talks_(talks) {
    service_.on<Echo>([this](Call&, EchoRequest request) -> Task<Result<EchoReply>> {
      ++executed_[request.text];
      if (chance(random_, 300)) {
        auto slept = co_await sleep(clock_, std::chrono::milliseconds(pick(random_, 0, 300)));
        if (!slept) co_return slept.error();
      }
      co_return EchoReply{std::move(request.text), std::move(request.data)};
    });
    server_.add(service_);
  }

  // An empty string when all is as it must be.
  std::string run() {
    const auto clients = pick(random_, 1, 3);
    for (std::uint64_t i = 0; i < clients; ++i)
      asio::co_spawn(reactor_, client(*this, static_cast<int>(i)), [this](const std::exception_ptr& thrown) {
        ++ended_;
        if (thrown) wrong("a client's coroutine threw");
      });
    std::unique_ptr<Alarm> death;
    if (chance(random_, 200))
      death = clock_.set(clock_.now() + std::chrono::milliseconds(pick(random_, 0, 2000)), [this] {
        say("the server ends");
        server_.stop();
      });
    run_simulation(reactor_, clock_, 2h);
    if (ended_ != clients) wrong("a call hangs");
    clients_.clear();
    server_.stop();
    bool idle = false;
    asio::co_spawn(reactor_, at_rest(*this, idle), asio::detached);
    run_simulation(reactor_, clock_, 1h);
    if (!idle) wrong("a handler has not left");
    if (server_.connections() != 0) wrong("a connection is left");
    for (const auto& [text, times] : executed_)
      if (times > 1) wrong("a call was served twice");
    return wrong_;
  }

 private:
  static Task<void> at_rest(Story& story, bool& idle) {
    auto ended = co_await story.server_.ended(Deadline::in(story.clock_, 10min));
    idle = ended.has_value();
  }

  static Task<void> client(Story& story, int number) {
    auto& random = story.random_;
    for (auto connections = pick(random, 1, 2); connections > 0; --connections) {
      Roughness rough;
      rough.longest_delay = std::chrono::microseconds(pick(random, 0, 20'000));
      rough.in_pieces = chance(random, 500) ? 300 : 0;
      rough.no_room = chance(random, 300) ? 100 : 0;
      rough.breaks = chance(random, 300) ? 20 : 0;
      rough.freezes = chance(random, 150) ? 20 : 0;
      auto pair = rough_pair(story.clock_, random, rough, {1000, 1000, 100 + number}, {0, 0, 1});
      story.server_.serve(std::move(pair.server));
      const Deadline patience = Deadline::in(story.clock_, 5s);
      auto connected = co_await Client::over(story.clock_, std::move(pair.client), kTest, patience);
      if (!connected) {
        story.count("bind", connected.error());
        continue;
      }
      const std::shared_ptr<Client> client = *connected;
      story.clients_.push_back(client);
      const auto calls = pick(random, 1, 5);
      int under_way = 0;
      Event changed(story.reactor_.get_executor());
      for (std::uint64_t i = 0; i < calls; ++i) {
        auto stop = std::make_shared<asio::cancellation_signal>();
        ++under_way;
        asio::co_spawn(story.reactor_, one_call(story, client, number),
                       asio::bind_cancellation_slot(stop->slot(),
                                                    [&under_way, &changed, stop](const std::exception_ptr&) {
                                                      --under_way;
                                                      changed.notify();
                                                    }));
        if (chance(random, 200))
          story.alarms_.push_back(
              story.clock_.set(story.clock_.now() + std::chrono::microseconds(pick(random, 0, 500'000)),
                               [weak = std::weak_ptr(stop)] {
                                 if (auto signal = weak.lock())
                                   signal->emit(asio::cancellation_type::terminal);
                               }));
        if (chance(random, 100)) {
          story.say("a client closes");
          client->close();
        }
        if (chance(random, 500))
          (void)co_await sleep(story.clock_, std::chrono::milliseconds(pick(random, 0, 200)));
      }
      while (under_way > 0)
        if (auto woken = co_await changed.wait(story.clock_, Deadline::in(story.clock_, 1h)); !woken) {
          story.wrong("a call hangs");
          co_return;
        }
    }
  }

  static Task<void> one_call(Story& story, std::shared_ptr<Client> client, int number) {
    auto& random = story.random_;
    const Instant began = story.clock_.now();
    const Duration allowed =
        std::chrono::microseconds(pick(random, 1, chance(random, 300) ? 20'000 : 3'000'000));
    const Deadline deadline = Deadline::at(began + allowed);
    const auto kind = pick(random, 0, 2);
    Result<void> outcome;
    if (kind == 0) {
      EchoRequest request;
      request.text = std::to_string(number) + "/" + std::to_string(++story.made_);
      request.data.resize(pick(random, 0, chance(random, 50) ? 200'000 : 2'000),
                          static_cast<std::uint8_t>(number));
      const auto text = request.text;
      const auto data = request.data;
      auto reply = co_await client->call<Echo>(std::move(request), deadline);
      if (!reply) outcome = reply.error();
      if (reply && (reply->text != text || reply->data != data)) story.wrong("a call got another's answer");
    } else if (kind == 1) {
      const NapRequest request{static_cast<std::uint32_t>(pick(random, 0, 1000))};
      auto reply = co_await client->call<Nap>(request, deadline);
      if (!reply) outcome = reply.error();
      if (reply && story.clock_.now() - began < std::chrono::milliseconds(request.milliseconds))
        story.wrong("a nap was answered before it was over");
    } else {
      const AskRequest request{static_cast<std::uint32_t>(pick(random, 0, 4))};
      auto reply = co_await client->call<Ask>(request, deadline, &story.callbacks_);
      if (!reply) outcome = reply.error();
      if (reply && (reply->answered != request.levels || reply->depth != request.levels))
        story.wrong("callbacks were lost or answered at a wrong depth");
    }
    // A call that has its answer may wait a second for the callbacks into it to leave.
    if (story.clock_.now() > deadline.when() + 1s) story.wrong("a call lasted longer than its deadline");
    if (outcome)
      story.count("done");
    else
      story.count("call", outcome.error());
  }

  void count(const std::string& what) {
    ++tally_.outcomes[what];
    say(what.c_str());
  }
  void count(const std::string& what, const Error& error) { count(what + ": " + error.code.message()); }
  void wrong(const std::string& what) {
    say(what.c_str());
    if (wrong_.empty()) wrong_ = what;
  }
  void say(const char* what) const {
    if (talks_)
      std::printf("%9.3f ms  %s\n", static_cast<double>(clock_.now().time_since_epoch().count()) / 1e6, what);
  }

  asio::io_context reactor_{one_thread};
  SimulatedClock clock_{reactor_.get_executor()};
  Random random_;
  Tally& tally_;
  bool talks_;
  Seen seen_;
  Service service_ = test_service(clock_, seen_);
  Service callbacks_ = test_callbacks(clock_);
  Server server_{clock_, reactor_.get_executor(), SocketWorld::everybody()};
  std::vector<std::shared_ptr<Client>> clients_;
  std::vector<std::unique_ptr<Alarm>> alarms_;
  std::map<std::string, int> executed_;
  std::uint64_t made_ = 0;
  std::uint64_t ended_ = 0;
  std::string wrong_;
};

TEST(Simulation, EveryCallEndsByItsDeadlineWithItsOwnAnswerWhateverHappens) {
  spdlog::set_level(spdlog::level::off);
  Tally tally;
  const char* only = std::getenv("PLATEN_SEED");
  const std::uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const std::uint64_t last = only != nullptr ? first : seeds;
  int failures = 0;
  for (std::uint64_t seed = first; seed <= last && failures < 5; ++seed) {
    const auto wrong = Story(seed, tally, only != nullptr).run();
    if (wrong.empty()) continue;
    ++failures;
    ADD_FAILURE() << wrong << "; to see it: PLATEN_SEED=" << seed << " test-rpc-simulation";
  }
  for (const auto& [outcome, times] : tally.outcomes)
    std::printf("%10lu  %s\n", static_cast<unsigned long>(times), outcome.c_str());
  if (only != nullptr) return;
  EXPECT_GT(tally.outcomes["done"], seeds);
  for (const Errc errc : {Errc::timed_out, Errc::closed, Errc::canceled})
    EXPECT_GT(tally.outcomes["call: " + make_error_code(errc).message()], seeds / 100)
        << make_error_code(errc).message();
}

}  // namespace
}  // namespace platen::rpc::testing
