#include "port/usb/aside.hpp"

#include <thread>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include "base/event.hpp"

namespace platen::port::usb {
namespace {

namespace asio = boost::asio;

// The kernel gives up after five seconds; this only bounds the one wait, which is then begun anew.
constexpr Duration look_again = std::chrono::minutes(1);

struct Aside {
  Aside(const asio::any_io_executor& executor, std::function<int()> function)
      : call(std::move(function)), ended(executor) {}
  std::function<int()> call;
  Event ended;
  std::optional<int> result;
};

}  // namespace

Task<int> aside(Clock& clock, std::function<int()> call) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto state = std::make_shared<Aside>(executor, std::move(call));
  auto working = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  std::thread([state, working]() mutable {
    const int result = state->call();
    asio::post(working, [state = std::move(state), result] {
      state->result = result;
      state->ended.notify();
    });
  }).detach();
  while (!state->result)
    if (auto woken = co_await state->ended.wait(clock, Deadline::in(clock, look_again)); !woken)
      if (woken.error().is(Errc::canceled)) co_return -1;
  co_return *state->result;
}

}  // namespace platen::port::usb
