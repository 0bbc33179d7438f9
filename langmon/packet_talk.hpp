// The conversation behind a PacketPort: two coroutines that carry packets between it and the wire until it
// ends. They hold the Talk, so that it outlives its port while they end.
//
//   auto talk = std::make_shared<Talk>(clock, executor, wire);
//   Talk::start(talk);
//   co_await talk->changed.wait(…);      // anything below changed
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/event.hpp"
#include "base/log.hpp"
#include "bidi/dot4/conversation.hpp"
#include "langmon/packet_port.hpp"

namespace platen::langmon {

class PacketPort::Talk {
 public:
  Talk(Clock& clock, boost::asio::any_io_executor executor, port::Port& wire);
  static void start(const std::shared_ptr<Talk>& self);

  // The print channel is open, and so is the conversation.
  [[nodiscard]] bool ready() const { return socket_ != 0 && !over_; }
  // Why nothing more will come.
  [[nodiscard]] const std::optional<Error>& over() const { return over_; }
  [[nodiscard]] bool running() const { return carriers_ > 0; }
  // The wire was closed in the middle of a packet: the printer waits for the rest of it.
  [[nodiscard]] bool torn() const { return torn_; }

  [[nodiscard]] std::size_t read(std::span<std::byte> into);
  [[nodiscard]] std::size_t write(std::span<const std::byte> from);
  [[nodiscard]] bool all_sent() const;
  void reopen();  // ready() turns false until it is done
  void leave();   // says Exit, and closes the wire
  void cut();     // closes the wire

  Event changed;

 private:
  static Task<void> carry_out(std::shared_ptr<Talk> self);
  static Task<void> carry_in(std::shared_ptr<Talk> self);
  Task<bool> put(const std::string& packet);
  void heed(const bidi::dot4::Events& events);
  void end(Error error);
  [[nodiscard]] bidi::dot4::Milliseconds now() const;
  [[nodiscard]] Instant instant(bidi::dot4::Milliseconds at) const;

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  port::Port& wire_;
  const std::string name_;
  std::shared_ptr<spdlog::logger> log_;
  bidi::dot4::Conversation conversation_;
  bidi::dot4::Socket socket_ = 0;  // of the print channel
  bool reopening_ = false;
  std::string arrived_;
  std::optional<Error> over_;
  bool ended_ = false;  // the conversation; its last packets may still go out
  bool cut_ = false;
  std::optional<Instant> leave_by_;
  int carriers_ = 0;
  bool torn_ = false;
  // The conversation's time stands still while the wire takes nothing: no answer can come to what was not
  // said.
  const Instant epoch_;
  Duration stood_still_{};
  std::optional<Instant> writing_since_;
};

}  // namespace platen::langmon
