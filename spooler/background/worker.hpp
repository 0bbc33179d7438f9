// A thread for work that blocks (fsync, SQLite), so that the reactor never does. Work runs in the order
// given.
//
//   auto saved = co_await worker.run([record] { return database->save(record); });
//
// The awaiting coroutine goes on where it was: on its own reactor. It waits as long as the disk takes, since
// whoever left earlier would not know what is written. `inline_work` runs everything at once on
// the reactor instead, so that a simulated clock does not run ahead of the disk.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/async.hpp"
#include "base/mailbox.hpp"

namespace platen::spooler {

class Worker {
 public:
  explicit Worker(bool inline_work) : inline_(inline_work) {}
  ~Worker() { pool_.join(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Returns when all work given so far is done; none is taken afterwards.
  void finish() { pool_.join(); }

  // `work` owns what it needs: it may run to its end after the awaiting coroutine is gone.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work work) {
    if (inline_) co_return work();
    using Value = std::invoke_result_t<Work&>;
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    auto errand = std::make_shared<Errand<Value>>(executor);
    boost::asio::post(pool_, [errand, work = std::move(work), &mailbox = Mailbox::of(executor)]() mutable {
      errand->go(work);
      mailbox.post([errand = std::move(errand)] { errand->is_back(); });
    });
    while (!errand->back) co_await errand->bell.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return errand->result();
  }

 private:
  struct Nothing {};
  // The thread's until it is back, and the reactor's then.
  template <class Value>
  struct Errand {
    explicit Errand(const boost::asio::any_io_executor& executor)
        : bell(executor, boost::asio::steady_timer::time_point::max()) {}

    template <class Work>
    void go(Work& work) {
      try {
        if constexpr (std::is_void_v<Value>)
          work();
        else
          value.emplace(work());
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    void is_back() {
      back = true;
      bell.cancel();
    }
    Value result() {
      if (thrown) std::rethrow_exception(thrown);
      if constexpr (!std::is_void_v<Value>) return *std::move(value);
    }

    std::optional<std::conditional_t<std::is_void_v<Value>, Nothing, Value>> value;
    std::exception_ptr thrown;
    boost::asio::steady_timer bell;
    bool back = false;
  };

  bool inline_;
  boost::asio::thread_pool pool_{1};
};

}  // namespace platen::spooler
