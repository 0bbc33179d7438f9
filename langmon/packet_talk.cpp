#include "langmon/packet_talk.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <boost/asio/co_spawn.hpp>

#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

namespace asio = boost::asio;
namespace dot4 = bidi::dot4;

constexpr std::string_view print_service = "PRINT";
// What send() holds: a packet of the largest size. More would only hide how far the printer is.
constexpr std::size_t backlog_bytes = 16 * 1024;
// A monitor that reads has taken this at once; above it the printer is held back by its credit.
constexpr std::size_t most_arrived = 64 * 1024;
// What one write of a packet may take before it is called standing still.
constexpr Duration quick_write = std::chrono::seconds(1);
// A printer that is well answers CloseChannel and Exit at once.
constexpr Duration leave_patience = std::chrono::seconds(1);

}  // namespace

PacketPort::Talk::Talk(Clock& clock, asio::any_io_executor executor, port::Port& wire)
    : changed(executor),
      clock_(clock),
      executor_(executor),
      wire_(wire),
      name_(wire.uri()),
      log_(named_log("packets " + name_)),
      conversation_(dot4::Settings{.backlog = backlog_bytes}),
      epoch_(clock.now()) {}

void PacketPort::Talk::start(const std::shared_ptr<Talk>& self) {
  self->conversation_.begin(self->now());
  const auto run = [&self](Task<void> carrier) {
    ++self->carriers_;
    asio::co_spawn(self->executor_, std::move(carrier), [self](std::exception_ptr thrown) {
      if (thrown) self->end(fail(Errc::failed, "talk in packets with", self->name_));
      --self->carriers_;
      self->changed.notify();
    });
  };
  run(carry_out(self));
  run(carry_in(self));
}

dot4::Milliseconds PacketPort::Talk::now() const {
  Instant at = clock_.now();
  if (writing_since_) at = std::min(at, *writing_since_ + quick_write);
  return static_cast<dot4::Milliseconds>(
      std::chrono::duration_cast<std::chrono::milliseconds>(at - epoch_ - stood_still_).count());
}

Instant PacketPort::Talk::instant(dot4::Milliseconds at) const {
  return epoch_ + stood_still_ + std::chrono::milliseconds(at);
}

Task<void> PacketPort::Talk::carry_out(std::shared_ptr<Talk> self) {
  while (!self->cut_) {
    const auto packet = self->conversation_.next_packet(self->now());
    if (packet) {
      const bool taken = co_await self->put(*packet);
      if (!taken) break;
      self->changed.notify();
      continue;
    }
    if (self->ended_) break;
    const Instant now = self->clock_.now();
    if (self->leave_by_ && now >= *self->leave_by_) break;
    Instant until = now + far_away;
    if (const auto wake = self->conversation_.wake_at()) until = std::min(until, self->instant(*wake));
    if (self->leave_by_) until = std::min(until, *self->leave_by_);
    (void)co_await self->changed.wait(self->clock_, Deadline::at(until));
    const auto events = self->conversation_.tick(self->now());
    self->heed(events);
  }
  self->cut();
}

Task<bool> PacketPort::Talk::put(const std::string& packet) {
  auto rest = std::as_bytes(std::span(packet));
  bool taken_all = true;
  writing_since_ = clock_.now();
  while (!rest.empty()) {
    auto taken = co_await wire_.write_some(rest, Deadline::in(clock_, far_away));
    if (taken) {
      rest = rest.subspan(*taken);
    } else if (!taken.error().is(Errc::timed_out) || cut_) {
      torn_ = rest.size() < packet.size();
      end(taken.error());
      taken_all = false;
      break;
    }
  }
  const Duration took = clock_.now() - *writing_since_;
  if (took > quick_write) stood_still_ += took - quick_write;
  writing_since_.reset();
  co_return taken_all;
}

Task<void> PacketPort::Talk::carry_in(std::shared_ptr<Talk> self) {
  std::array<std::byte, 4096> buffer{};
  while (!self->cut_) {
    auto count = co_await self->wire_.read_some(buffer, Deadline::in(self->clock_, far_away));
    if (!count) {
      if (count.error().is(Errc::timed_out)) continue;
      self->end(count.error());
      break;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), *count);
    const auto events = self->conversation_.feed(bytes, self->now());
    self->heed(events);
    self->changed.notify();
  }
  // A wire that cannot be read cannot be talked on.
  self->cut();
}

void PacketPort::Talk::heed(const dot4::Events& events) {
  for (const dot4::Event& event : events) {
    if (std::holds_alternative<dot4::Begun>(event)) {
      (void)conversation_.open(print_service);
    } else if (const auto* opened = std::get_if<dot4::Opened>(&event)) {
      socket_ = opened->socket;
      reopening_ = false;
    } else if (const auto* refused = std::get_if<dot4::Refused>(&event)) {
      end(fail(Errc::refused, "open the print channel of", name_,
               "The printer says: " + std::string(dot4::words(refused->outcome)) + "."));
    } else if (const auto* arrived = std::get_if<dot4::Arrived>(&event)) {
      arrived_ += arrived->bytes;
      conversation_.hold(arrived->socket, arrived_.size() > most_arrived);
    } else if (std::holds_alternative<dot4::Closed>(event)) {
      socket_ = 0;
      if (!reopening_)
        end(fail(Errc::closed, "use the print channel of", name_, "The printer closed it."));
      else
        (void)conversation_.open(print_service);
    } else if (const auto* complaint = std::get_if<dot4::Complaint>(&event)) {
      log_->warn("{}", complaint->sentence);
    } else if (const auto* over = std::get_if<dot4::Ended>(&event)) {
      ended_ = true;
      if (!leave_by_) log_->warn("{}", over->sentence);
      end(fail(Errc::closed, "talk in packets with", name_, over->sentence));
    }
  }
  if (!events.empty()) changed.notify();
}

void PacketPort::Talk::end(Error error) {
  if (!over_) over_ = std::move(error);
  changed.notify();
}

std::size_t PacketPort::Talk::read(std::span<std::byte> into) {
  const std::size_t count = std::min(into.size(), arrived_.size());
  std::memcpy(into.data(), arrived_.data(), count);
  arrived_.erase(0, count);
  if (count > 0 && arrived_.size() <= most_arrived) {
    conversation_.hold(socket_, false);
    changed.notify();
  }
  return count;
}

std::size_t PacketPort::Talk::write(std::span<const std::byte> from) {
  if (!ready() || reopening_) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(from.data()), from.size());
  const std::size_t taken = conversation_.send(socket_, bytes);
  if (taken > 0) changed.notify();
  return taken;
}

bool PacketPort::Talk::all_sent() const {
  return !writing_since_ && conversation_.unsent(socket_) == 0;
}

void PacketPort::Talk::reopen() {
  reopening_ = true;
  conversation_.cancel(socket_);
  socket_ = 0;
  changed.notify();
}

void PacketPort::Talk::leave() {
  if (!conversation_.begun() || cut_ || writing_since_) return cut();
  leave_by_ = clock_.now() + leave_patience;
  arrived_.clear();
  if (socket_ != 0) conversation_.cancel(socket_);
  conversation_.leave();
  end(fail(Errc::closed, "use the port", name_));
}

void PacketPort::Talk::cut() {
  if (cut_) return;
  cut_ = true;
  wire_.close();
  end(fail(Errc::closed, "use the port", name_));
}

}  // namespace platen::langmon
