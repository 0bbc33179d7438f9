#include "base/aside.hpp"

#include <list>
#include <system_error>
#include <thread>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>

#include "base/mailbox.hpp"

namespace platen {
namespace {

namespace asio = boost::asio;

// The threads beside one reactor. All but the calls themselves happens on the reactor's.
class SideThreads final : public asio::execution_context::service {
 public:
  using key_type = SideThreads;
  explicit SideThreads(asio::execution_context& reactor) : service(reactor) {}

  void begin(const asio::any_io_executor& executor, std::function<void()> call, std::function<void()> after) {
    Mailbox& mailbox = Mailbox::of(executor);
    const auto one = ones_.emplace(ones_.end());
    one->call = std::move(call);
    one->after = std::move(after);
    one->working = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    try {
      one->thread = std::thread([this, one, &mailbox] {
        one->call();
        mailbox.post([this, one] { end(one); });
      });
    } catch (const std::system_error&) {  // there is no thread to be had: the reactor waits itself
      one->call();
      mailbox.post([this, one] { end(one); });
    }
  }

 private:
  struct One {
    std::function<void()> call;
    std::function<void()> after;
    asio::any_io_executor working;
    std::thread thread;
  };

  void end(std::list<One>::iterator one) {
    if (one->thread.joinable()) one->thread.join();
    std::list<One> ended;
    ended.splice(ended.end(), ones_, one);
    one->after();
  }

  void shutdown() override {
    for (One& one : ones_)
      if (one.thread.joinable()) one.thread.join();
    std::list<One> left;
    left.swap(ones_);
  }

  std::list<One> ones_;
};

}  // namespace

void aside_for_good(const asio::any_io_executor& executor, std::function<void()> call,
                    std::function<void()> after) {
  asio::use_service<SideThreads>(asio::query(executor, asio::execution::context))
      .begin(executor, std::move(call), std::move(after));
}

}  // namespace platen
