#include "rpc/blocking_client.hpp"

#include <future>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/alarm_clock.hpp"
#include "base/mailbox.hpp"
#include "base/one_thread.hpp"

namespace platen::rpc {
namespace {

// What the reactor may need to hand over an answer, beyond the call's own time. Past it the reactor itself is
// stuck, in a callback's handler that blocks.
constexpr Duration hand_over = std::chrono::seconds(2);

// Where the calling thread waits for what the reactor thread brings. Shared by both, so that whoever comes
// late finds it still there.
template <class T>
class Handover {
 public:
  void put(Result<T> value) {
    const Lock lock(mutex_);
    if (!value_) value_ = std::move(value);
    there_.notify();
  }

  Result<T> take(Duration within, const char* doing, const std::string& what) {
    const auto until = std::chrono::steady_clock::now() + within;
    const Lock lock(mutex_);
    while (!value_) {
      const auto left = until - std::chrono::steady_clock::now();
      if (left <= Duration::zero() || !there_.wait_for(mutex_, left)) break;
    }
    if (!value_) return fail(Errc::timed_out, doing, what, "A callback's handler keeps its thread busy.");
    return std::move(*value_);
  }

 private:
  Mutex mutex_;
  Signal there_;
  std::optional<Result<T>> value_ PLATEN_GUARDED_BY(mutex_);
};

}  // namespace

class BlockingClient::Reactor {
 public:
  Reactor()
      : thread_([this] {
          context_.run();
          ended_.set_value();
        }) {}
  // Lets handlers that were cancelled leave; one that does not is taken down with its frame.
  ~Reactor() {
    auto ended = ended_.get_future();
    post([this] { work_.reset(); });
    if (ended.wait_for(hand_over) != std::future_status::ready) post([this] { context_.stop(); });
    thread_.join();
  }
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Runs `task` on the reactor thread and waits for what it gives.
  template <class T>
  Result<T> run(Task<Result<T>> task, Duration within, const char* doing, const std::string& what) {
    expect_no_lock(doing);
    auto place = std::make_shared<Handover<T>>();
    post([this, task = std::move(task), place, doing, what]() mutable {
      boost::asio::co_spawn(context_, std::move(task),
                            [place, doing, what](const std::exception_ptr& thrown, Result<T> value) {
                              if (thrown) value = fail(Errc::closed, doing, what);
                              place->put(std::move(value));
                            });
    });
    return place->take(within + hand_over, doing, what);
  }
  template <class What>
  void post(What what) {
    mailbox_.post(std::move(what));
  }
  Clock& clock() { return clock_; }

 private:
  boost::asio::io_context context_{one_thread};
  Mailbox& mailbox_ = Mailbox::of(context_.get_executor());
  AlarmClock clock_{context_.get_executor()};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::promise<void> ended_;
  std::thread thread_;  // last: it finds all of the above
};

Result<std::unique_ptr<BlockingClient>> BlockingClient::connect(std::string path,
                                                                const InterfaceId& interface,
                                                                Duration within) {
  auto reactor = std::make_unique<Reactor>();
  const Deadline deadline = Deadline::in(reactor->clock(), within);
  auto client = reactor->run<std::shared_ptr<Client>>(
      Client::connect(reactor->clock(), path, interface, deadline), within, "connect to", path);
  if (!client) return client.error();
  return std::unique_ptr<BlockingClient>(new BlockingClient(std::move(reactor), std::move(*client)));
}

BlockingClient::BlockingClient(std::unique_ptr<Reactor> reactor, std::shared_ptr<Client> client)
    : reactor_(std::move(reactor)), client_(std::move(client)), peer_(client_->peer()) {}

BlockingClient::~BlockingClient() {
  reactor_->post([client = std::move(client_)]() mutable { client->close(); });
}

Result<Message> BlockingClient::call_raw(std::uint16_t number, Message request, Duration within,
                                         const Service* callbacks) {
  const Deadline deadline = Deadline::in(reactor_->clock(), within);
  // Begun on the reactor's thread, where the client lives.
  auto calling = [](std::shared_ptr<Client> client, std::uint16_t operation, Message out, Deadline until,
                    const Service* lent) -> Task<Result<Message>> {
    auto way = client->way(operation, until, lent);
    co_return co_await answer_of<Message>(std::move(way), std::move(out));
  };
  return reactor_->run<Message>(calling(client_, number, std::move(request), deadline, callbacks), within,
                                "get an answer from", peer_.text());
}

bool BlockingClient::connected() const {
  auto asked = [](std::shared_ptr<Client> client) -> Task<Result<bool>> { co_return client->connected(); };
  auto answer = reactor_->run<bool>(asked(client_), Duration::zero(), "ask for the state of", peer_.text());
  return answer && *answer;
}

Peer BlockingClient::peer() const {
  return peer_;
}

void BlockingClient::close() {
  reactor_->post([client = client_] { client->close(); });
}

}  // namespace platen::rpc
