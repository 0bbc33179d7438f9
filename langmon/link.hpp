// The cable in use: a port that is open, with one read pending always, and writes that can be interrupted.
//
//   Link link(clock, executor, port, [this](auto bytes) { return hear(bytes); }, changed);
//   if (auto opened = co_await link.open(); !opened) …
//   co_await link.say(pjl::envelope(pjl::info("STATUS")));
//   … link.up() turns false and `changed` is notified when the printer is gone …
//   co_await link.close();      // before the next open(), and before destroying it
//
// One coroutine opens, writes and closes; interrupt() and lose() may be called by any other of the same
// reactor.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/event.hpp"
#include "port/port.hpp"

namespace platen::langmon {

class Link {
 public:
  // Gets what the printer says; nothing at all when a message has begun and no more came for a moment.
  // Returns true while a message is open.
  using Hear = std::function<bool(std::span<const std::byte>)>;

  // `changed` is notified when the link is lost or its reader has ended.
  Link(Clock& clock, boost::asio::any_io_executor executor, port::Port& port, Hear hear, Event& changed);

  Task<Result<void>> open();
  Task<void> close();
  [[nodiscard]] bool up() const { return reading_ && !lost_; }
  // Why it is not up any more.
  [[nodiscard]] const std::optional<Error>& lost() const { return lost_; }
  // Treats the printer as gone.
  void lose(Error error);

  // As Port::write_some(); Errc::canceled after interrupt().
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline);
  // Until the printer has taken what was written, as Port::drain(); Errc::canceled after interrupt().
  Task<Result<void>> drain(Deadline deadline);
  // Writes it all; a link that does not take it in time is lost.
  Task<Result<void>> say(std::string_view text);
  // Ends what is being opened or written right now.
  void interrupt();
  // The link is up afterwards, with a printer that expects a new job, or lost and silent. False: the printer
  // could not be told and is still within the job; its end must be said before anything else.
  Task<bool> abort_job();

 private:
  Task<void> read();
  void reader_ended();

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  port::Port& port_;
  Hear hear_;
  Event& changed_;
  boost::asio::cancellation_signal stop_writing_;
  boost::asio::cancellation_signal stop_reading_;
  bool reading_ = false;
  bool closing_ = false;
  bool aborting_ = false;
  unsigned aborts_ = 0;
  std::optional<Error> lost_;
};

}  // namespace platen::langmon
