#include "langmon/packet_port.hpp"

#include "bidi/device_id.hpp"
#include "langmon/packet_talk.hpp"

namespace platen::langmon {

namespace dot4 = bidi::dot4;

PacketPort::PacketPort(Clock& clock, boost::asio::any_io_executor executor, port::Port& wire)
    : clock_(clock), executor_(std::move(executor)), wire_(wire) {}

PacketPort::~PacketPort() {
  if (talk_) talk_->cut();
}

bool PacketPort::is_open() const {
  return talk_ ? talk_->ready() : wire_.is_open();
}

Task<Result<void>> PacketPort::open(Deadline deadline) {
  if (is_open()) co_return Result<void>();
  // The one before still says good-bye.
  while (talk_ && talk_->running())
    if (auto woken = co_await talk_->changed.wait(clock_, deadline); !woken) co_return woken.error();
  const bool torn = talk_ && talk_->torn();
  talk_.reset();
  device_id_.reset();
  auto opened = co_await wire_.open(deadline);
  if (!opened) co_return opened;
  // The printer would take what comes now for the rest of that packet. Where it cannot be reset, it will say
  // that it does not understand, and the next try finds it ready.
  if (torn) (void)co_await wire_.abort_job(deadline);
  auto packets = co_await enter(deadline);
  if (!packets) {
    wire_.close();
    co_return packets.error();
  }
  if (!*packets) co_return Result<void>();
  const auto talk = std::make_shared<Talk>(clock_, executor_, wire_);
  talk_ = talk;
  Talk::start(talk);
  while (!talk->ready()) {
    if (talk->over()) co_return *talk->over();
    if (auto woken = co_await talk->changed.wait(clock_, deadline); !woken) {
      talk->cut();
      co_return fail(woken.error().code, "begin to talk in packets with", uri());
    }
  }
  co_return Result<void>();
}

Task<Result<bool>> PacketPort::enter(Deadline deadline) {
  if (wire_.carries_packets()) co_return true;
  auto text = co_await device_id(deadline);
  if (!text) {
    if (text.error().is(Errc::canceled)) co_return text.error();
    co_return false;
  }
  const auto id = bidi::parse_device_id(*text);
  if (!id || dot4::entry_for(*id) != dot4::Entry::magic) co_return false;
  auto rest = std::as_bytes(std::span(dot4::enter_magic));
  while (!rest.empty()) {
    auto taken = co_await wire_.write_some(rest, deadline);
    if (!taken) co_return taken.error();
    rest = rest.subspan(*taken);
  }
  co_return true;
}

Task<Result<std::size_t>> PacketPort::read_some(std::span<std::byte> into, Deadline deadline) {
  const auto talk = talk_;
  if (!talk) {
    auto plain = co_await wire_.read_some(into, deadline);
    co_return plain;
  }
  for (;;) {
    if (const std::size_t count = talk->read(into); count > 0) co_return count;
    if (talk->over()) co_return fail(Errc::closed, "read from", talk->over()->object, talk->over()->advice);
    if (auto woken = co_await talk->changed.wait(clock_, deadline); !woken) co_return woken.error();
  }
}

Task<Result<std::size_t>> PacketPort::write_some(std::span<const std::byte> from, Deadline deadline) {
  const auto talk = talk_;
  if (!talk) {
    auto plain = co_await wire_.write_some(from, deadline);
    co_return plain;
  }
  for (;;) {
    if (talk->over()) co_return fail(Errc::closed, "write to", talk->over()->object, talk->over()->advice);
    if (const std::size_t taken = talk->write(from); taken > 0) co_return taken;
    if (auto woken = co_await talk->changed.wait(clock_, deadline); !woken) co_return woken.error();
  }
}

Task<Result<void>> PacketPort::drain(Deadline deadline) {
  const auto talk = talk_;
  while (talk && !talk->all_sent()) {
    if (talk->over()) co_return *talk->over();
    if (auto woken = co_await talk->changed.wait(clock_, deadline); !woken) co_return woken.error();
  }
  auto drained = co_await wire_.drain(deadline);
  co_return drained;
}

Task<Result<std::string>> PacketPort::device_id(Deadline deadline) {
  if (device_id_) co_return *device_id_;
  auto id = co_await wire_.device_id(deadline);
  if (id || !id.error().is(Errc::canceled)) device_id_ = id;
  co_return id;
}

Task<Result<port::StatusLines>> PacketPort::status_lines(Deadline deadline) {
  auto lines = co_await wire_.status_lines(deadline);
  co_return lines;
}

Task<Result<void>> PacketPort::abort_job(Deadline deadline) {
  const auto talk = talk_;
  if (!talk) {
    auto plain = co_await wire_.abort_job(deadline);
    co_return plain;
  }
  if (!talk->ready()) co_return fail(Errc::closed, "end the job on", uri());
  talk->reopen();
  while (!talk->ready()) {
    if (talk->over()) co_return *talk->over();
    if (auto woken = co_await talk->changed.wait(clock_, deadline); !woken)
      co_return fail(woken.error().code, "end the job on", uri());
  }
  co_return fail(Errc::unsupported, "reset the printer at", uri());
}

void PacketPort::close() noexcept {
  if (talk_)
    talk_->leave();
  else
    wire_.close();
}

}  // namespace platen::langmon
