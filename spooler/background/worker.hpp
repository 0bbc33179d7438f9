// A thread for work that blocks (fsync, SQLite), so that the reactor never does. Work runs in the order
// given.
//
//   auto saved = co_await worker.run([record] { return database->save(record); });
//
// The awaiting coroutine goes on where it was: on its own reactor. `inline_work` runs everything at once on
// the reactor instead, so that a simulated clock does not run ahead of the disk.
#pragma once

#include <type_traits>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.hpp"

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
    co_return co_await boost::asio::co_spawn(pool_, call(std::move(work)), boost::asio::use_awaitable);
  }

 private:
  template <class Work>
  static Task<std::invoke_result_t<Work&>> call(Work work) {
    co_return work();
  }

  bool inline_;
  boost::asio::thread_pool pool_{1};
};

}  // namespace platen::spooler
