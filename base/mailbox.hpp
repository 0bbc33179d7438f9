// The way into a reactor from other threads. The reactor locks nothing (base/one_thread.hpp), so this is the
// only one: Asio's own post() and stop() are for the reactor's thread.
//
//   Mailbox& mailbox = Mailbox::of(executor);    // on the reactor's thread
//   mailbox.post([this] { ++count_; });          // from any thread; runs on the reactor, in the order given
//
// Letters under way do not keep a reactor running. What is not read is destroyed with the reactor, which must
// outlive whoever posts.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include "base/lock.hpp"

namespace platen {

class Mailbox final : public boost::asio::execution_context::service {
 public:
  [[nodiscard]] static Mailbox& of(const boost::asio::any_io_executor& executor);

  template <class Text>
  void post(Text text) {
    put(std::make_unique<Note<Text>>(std::move(text)));
  }

  // For Asio, which makes one for each reactor.
  using key_type = Mailbox;
  explicit Mailbox(boost::asio::execution_context& reactor);
  ~Mailbox() override;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

 private:
  struct Letter {
    virtual ~Letter() = default;
    virtual void read() = 0;
  };
  template <class Text>
  struct Note final : Letter {
    explicit Note(Text its_text) : text(std::move(its_text)) {}
    void read() override { text(); }
    Text text;
  };
  using Letters = std::vector<std::unique_ptr<Letter>>;
  class Bell;

  void put(std::unique_ptr<Letter> letter);
  void deliver();
  void shutdown() override;

  std::unique_ptr<Bell> bell_;
  Mutex mutex_;
  Letters letters_ PLATEN_GUARDED_BY(mutex_);
};

}  // namespace platen
