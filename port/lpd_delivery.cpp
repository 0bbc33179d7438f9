#include "port/lpd_delivery.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include <boost/asio/ip/host_name.hpp>
#include <unistd.h>

#include "base/host_lookup.hpp"
#include "base/log.hpp"

namespace platen::port {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint16_t kFirstReserved = 721;
constexpr std::uint16_t kLastReserved = 731;
constexpr std::size_t kBlock = 64 * 1024;
constexpr std::size_t kLongestHost = 15;  // what servers keep of it in a file's name
constexpr int kJobNumbers = 1000;
constexpr int kTryLater = 2;

// So that two jobs of this process, and mostly those of two processes, have different numbers.
std::string next_number() {
  static std::atomic<unsigned> count{static_cast<unsigned>(::getpid())};
  const std::string digits = std::to_string(count++ % kJobNumbers);
  return std::string(3 - digits.size(), '0') + digits;
}

std::string host_here() {
  error_code ec;
  std::string name = asio::ip::host_name(ec);
  if (ec || name.empty()) name = "localhost";
  return name.substr(0, std::min(name.find('.'), kLongestHost));
}

}  // namespace

LpdDelivery::LpdDelivery(asio::any_io_executor executor, Clock& clock, LpdTarget target, Fd spool,
                         std::uint64_t size)
    : executor_(std::move(executor)),
      clock_(clock),
      target_(std::move(target)),
      spool_(std::move(spool)),
      size_(size),
      socket_(executor_),
      number_(next_number()),
      here_(host_here()) {}

void LpdDelivery::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

Task<Result<void>> LpdDelivery::greet(Deadline deadline) {
  auto connected = co_await connect(deadline);
  close();
  step_ = Step::connect;
  co_return connected;
}

Task<Result<void>> LpdDelivery::go_on(Deadline deadline) {
  const std::string names = "A" + number_ + here_;
  while (step_ != Step::done) {
    Result<void> did;
    switch (step_) {
      case Step::connect:
        did = co_await connect(deadline);
        break;
      case Step::queue:
        did = co_await send("\2" + target_.queue + "\n", Step::queue_answer, deadline);
        break;
      case Step::queue_answer:
        did = co_await hear(Step::control, deadline);
        break;
      case Step::control:
        did = co_await send("\2" + std::to_string(control_file().size()) + " cf" + names + "\n",
                            Step::control_answer, deadline);
        break;
      case Step::control_answer:
        did = co_await hear(Step::control_file, deadline);
        break;
      case Step::control_file:
        did = co_await send(control_file() + '\0', Step::control_file_answer, deadline);
        break;
      case Step::control_file_answer:
        did = co_await hear(Step::data, deadline);
        break;
      case Step::data:
        did = co_await send("\3" + std::to_string(size_) + " df" + names + "\n", Step::data_answer, deadline);
        break;
      case Step::data_answer:
        did = co_await hear(Step::data_file, deadline);
        break;
      case Step::data_file:
        did = co_await send_file(deadline);
        break;
      case Step::data_end:
        did = co_await send(std::string(1, '\0'), Step::data_file_answer, deadline);
        break;
      case Step::data_file_answer:
        did = co_await hear(Step::done, deadline);
        break;
      case Step::done:
        break;
    }
    if (!did) co_return did;
  }
  close();
  co_return Result<void>();
}

Task<Result<void>> LpdDelivery::connect(Deadline deadline) {
  auto addresses = co_await look_up(clock_, target_.host, deadline);
  if (!addresses) co_return addresses.error();
  error_code last = asio::error::host_not_found;
  for (const asio::ip::address& address : *addresses) {
    const tcp::endpoint endpoint(address, target_.port);
    close();
    socket_.open(endpoint.protocol(), last);
    if (!last) socket_.set_option(asio::socket_base::keep_alive(true), last);
    if (!last && target_.reserved_source) last = bind_reserved();
    if (last) continue;
    auto [ec] = co_await before(
        clock_, deadline, [this, endpoint](auto token) { return socket_.async_connect(endpoint, token); });
    last = ec;
    if (ec == Errc::canceled || ec == Errc::timed_out) break;
    if (!ec) {
      step_ = Step::queue;
      co_return Result<void>();
    }
  }
  close();
  if (last == asio::error::connection_refused)
    co_return fail(Errc::refused, "connect to the print server at", target_.uri,
                   "The device is there but takes no LPD jobs on port " + std::to_string(target_.port) +
                       ". Check that LPD (LPR) printing is switched on in its settings.");
  if (last == asio::error::address_in_use)
    co_return fail(Errc::busy, "connect to the print server at", target_.uri,
                   "All source ports from 721 to 731 are in use. Try again in a minute.");
  if (last == asio::error::access_denied)
    co_return fail(Errc::denied, "connect to the print server at", target_.uri,
                   "Only root may use a source port from 721 to 731; leave reserve=yes out.");
  co_return fail(last, "connect to the print server at", target_.uri,
                 "Check that it is switched on and connected, and that the address is right.");
}

error_code LpdDelivery::bind_reserved() {
  error_code ec;
  const auto protocol = socket_.local_endpoint(ec).protocol();
  socket_.set_option(asio::socket_base::reuse_address(true), ec);
  for (std::uint16_t port = kLastReserved; port >= kFirstReserved; --port) {
    socket_.bind(tcp::endpoint(protocol, port), ec);
    if (ec != asio::error::address_in_use) return ec;
  }
  return ec;
}

Task<Result<void>> LpdDelivery::send(std::string text, Step next, Deadline deadline) {
  while (sent_ < text.size()) {
    const auto rest = asio::buffer(text) + sent_;
    auto [ec, count] = co_await before(
        clock_, deadline, [this, rest](auto token) { return socket_.async_write_some(rest, token); });
    sent_ += count;
    if (ec) co_return why(ec);
  }
  sent_ = 0;
  step_ = next;
  co_return Result<void>();
}

Task<Result<void>> LpdDelivery::send_file(Deadline deadline) {
  while (offset_ < size_) {
    if (sent_ == block_.size()) {
      block_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, size_ - offset_)));
      sent_ = 0;
      const ssize_t count = ::pread(spool_.get(), block_.data(), block_.size(), static_cast<off_t>(offset_));
      if (count <= 0) co_return fail_errno(count < 0 ? errno : EIO, "read the spooled job for", target_.uri);
      block_.resize(static_cast<std::size_t>(count));
    }
    const auto rest = asio::buffer(block_) + sent_;
    auto [ec, count] = co_await before(
        clock_, deadline, [this, rest](auto token) { return socket_.async_write_some(rest, token); });
    sent_ += count;
    offset_ += count;
    if (ec) co_return why(ec);
  }
  block_.clear();
  sent_ = 0;
  step_ = Step::data_end;
  co_return Result<void>();
}

Task<Result<void>> LpdDelivery::hear(Step next, Deadline deadline) {
  std::array<char, 1> answer{};
  auto [ec, count] = co_await before(clock_, deadline, [this, &answer](auto token) {
    return socket_.async_read_some(asio::buffer(answer), token);
  });
  if ((ec == asio::error::eof || ec == asio::error::connection_reset) && step_ == Step::data_file_answer) {
    named_log("port " + target_.uri)
        ->warn("the server took the whole job and did not say so: {}", ec.message());
    step_ = next;
    co_return Result<void>();
  }
  if (ec) co_return why(ec);
  if (answer[0] != 0) co_return refused(static_cast<unsigned char>(answer[0]));
  step_ = next;
  co_return Result<void>();
}

// H, P and J first, then how to print, then what to forget: the order of every server's tests.
std::string LpdDelivery::control_file() const {
  const std::string data = "dfA" + number_ + here_;
  return "H" + here_ + "\nPplaten\nJPlaten\nl" + data + "\nU" + data + "\nNPlaten\n";
}

Error LpdDelivery::why(error_code code, std::string advice) const {
  if (code == asio::error::eof || code == asio::error::connection_reset || code == asio::error::broken_pipe)
    return fail(Errc::closed, "send the job to", target_.uri,
                "The print server ended the connection before it had the job.");
  return fail(code, "send the job to", target_.uri, std::move(advice));
}

Error LpdDelivery::refused(int answer) const {
  if (step_ == Step::queue_answer && answer != kTryLater)
    return fail(Errc::refused, "print to the queue", target_.uri,
                "The print server has no queue '" + target_.queue +
                    "', or does not let this computer use it. Check the queue's name.");
  if (answer == kTryLater)
    return fail(Errc::busy, "send the job to", target_.uri,
                "The print server has no room for it now. Try again later.");
  return fail(Errc::refused, "send the job to", target_.uri,
              "The print server refused it with code " + std::to_string(answer) + ".");
}

}  // namespace platen::port
