#include "langmon/link.hpp"

#include <array>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "base/interruptible.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

namespace asio = boost::asio;

// A message that has begun and does not go on for this long has lost its form feed.
constexpr Duration message_patience = std::chrono::seconds(1);

}  // namespace

Link::Link(Clock& clock, asio::any_io_executor executor, port::Port& port, Hear hear, Event& changed)
    : clock_(clock), executor_(std::move(executor)), port_(port), hear_(std::move(hear)), changed_(changed) {}

Task<Result<void>> Link::open() {
  lost_.reset();
  closing_ = false;
  auto opening = port_.open(Deadline::in(clock_, open_patience));
  auto opened = co_await interruptible(stop_writing_, std::move(opening), "use the port", port_.uri());
  if (!opened) {
    port_.close();
    co_return opened;
  }
  reading_ = true;
  asio::co_spawn(executor_, read(),
                 asio::bind_cancellation_slot(stop_reading_.slot(), [this](std::exception_ptr thrown) {
                   if (thrown) lose(fail(Errc::closed, "read from the port", port_.uri()));
                   reader_ended();
                 }));
  co_return opened;
}

Task<void> Link::read() {
  std::array<std::byte, 4096> buffer{};
  bool message_open = false;
  for (;;) {
    const unsigned aborts_before = aborts_;
    const Deadline deadline = Deadline::in(clock_, message_open ? message_patience : far_away);
    auto count = co_await port_.read_some(buffer, deadline);
    if (count && *count > 0) {
      message_open = hear_(std::span(buffer).first(*count));
      continue;
    }
    if (!count && count.error().is(Errc::timed_out)) {
      message_open = message_open && hear_({});
      continue;
    }
    if (aborts_before != aborts_) {
      // abort_job() may open the port anew, which ends this read without the printer being gone.
      while (aborting_) (void)co_await changed_.wait(clock_, Deadline::in(clock_, far_away));
      if (port_.is_open() && !closing_) continue;
    }
    if (!closing_) lose(count ? fail(Errc::closed, "read from the port", port_.uri()) : count.error());
    co_return;
  }
}

void Link::reader_ended() {
  reading_ = false;
  changed_.notify();
}

void Link::lose(Error error) {
  if (lost_) return;
  lost_ = std::move(error);
  interrupt();
  changed_.notify();
}

Task<void> Link::close() {
  closing_ = true;
  port_.close();
  stop_reading_.emit(asio::cancellation_type::terminal);
  while (reading_) (void)co_await changed_.wait(clock_, Deadline::in(clock_, far_away));
}

Task<Result<std::size_t>> Link::write_some(std::span<const std::byte> from, Deadline deadline) {
  if (!up()) co_return lost_ ? *lost_ : fail(Errc::closed, "write to the port", port_.uri());
  auto writing = port_.write_some(from, deadline);
  co_return co_await interruptible(stop_writing_, std::move(writing), "use the port", port_.uri());
}

Task<Result<void>> Link::drain(Deadline deadline) {
  if (!up()) co_return lost_ ? *lost_ : fail(Errc::closed, "write to the port", port_.uri());
  auto draining = port_.drain(deadline);
  co_return co_await interruptible(stop_writing_, std::move(draining), "use the port", port_.uri());
}

Task<Result<void>> Link::say(std::string_view text) {
  const Deadline deadline = Deadline::in(clock_, command_patience);
  auto rest = std::as_bytes(std::span(text));
  while (!rest.empty()) {
    auto taken = co_await write_some(rest, deadline);
    if (!taken) {
      if (!taken.error().is(Errc::canceled)) lose(taken.error());
      co_return taken.error();
    }
    rest = rest.subspan(*taken);
  }
  co_return Result<void>();
}

void Link::interrupt() {
  stop_writing_.emit(asio::cancellation_type::terminal);
}

Task<bool> Link::abort_job() {
  if (!up()) co_return true;
  aborting_ = true;
  ++aborts_;
  auto aborted = co_await port_.abort_job(Deadline::in(clock_, abort_patience));
  aborting_ = false;
  const bool told = aborted || !aborted.error().is(Errc::unsupported);
  if (!aborted && told) {
    port_.close();
    lose(aborted.error());
  }
  changed_.notify();
  co_return told;
}

}  // namespace platen::langmon
