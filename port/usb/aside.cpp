#include "port/usb/aside.hpp"

#include <optional>
#include <thread>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/event.hpp"

namespace platen::port::usb {
namespace {

namespace asio = boost::asio;

struct Aside {
  Aside(const asio::any_io_executor& executor, std::function<int()> function)
      : call(std::move(function)), ended(executor) {}
  ~Aside() { join(); }
  // The thread is past its call, and lets go of the reactor's executor.
  void join() {
    if (thread.joinable()) thread.join();
  }
  std::function<int()> call;
  std::function<void()> after;
  Event ended;
  std::optional<int> result;
  std::thread thread;
};

struct Joined {
  explicit Joined(std::shared_ptr<Aside> its_state) : state(std::move(its_state)) {}
  ~Joined() { state->join(); }
  std::shared_ptr<Aside> state;
};

}  // namespace

Task<Result<int>> aside(Clock& clock, Deadline deadline, std::function<int()> call) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto state = std::make_shared<Aside>(executor, std::move(call));
  auto working = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  // Assigned and joined on the reactor: who destroys the reactor then finds nobody at work on it.
  state->thread = std::thread([state, working = std::move(working)]() mutable {
    const int result = state->call();
    asio::post(working, [state = std::move(state), result] {
      state->join();
      state->result = result;
      state->ended.notify();
    });
  });
  while (!state->result)
    if (auto woken = co_await state->ended.wait(clock, deadline); !woken && !state->result)
      co_return woken.error();
  co_return *state->result;
}

void aside_for_good(const asio::any_io_executor& executor, std::function<int()> call,
                    std::function<void()> after) {
  auto state = std::make_shared<Aside>(executor, std::move(call));
  state->after = std::move(after);
  // What waits on the reactor holds the thread: a reactor that is destroyed waits for it, too.
  auto parked = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
  parked->async_wait([joined = std::make_unique<Joined>(state), parked](boost::system::error_code) {});
  auto working = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  state->thread = std::thread([state, parked, working = std::move(working)]() mutable {
    (void)state->call();
    asio::post(working, [state = std::move(state), parked = std::move(parked)] {
      state->join();
      parked->cancel();
      if (state->after) state->after();
    });
  });
}

}  // namespace platen::port::usb
