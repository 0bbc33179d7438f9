#include "port/tcp_vigil.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace platen::port {
namespace {

using boost::system::error_code;

bool all_answered(int socket) {
  int waiting = 0;
  return ::ioctl(socket, SIOCOUTQ, &waiting) != 0 || waiting == 0;
}

// Tries of ours are unanswered, and nothing at all was heard for the time of the looks between the first and
// the last. Each alone may be chance: a probe that was sent this instant, or a far end that has nothing to
// answer.
bool silent(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  const bool unanswered = info.tcpi_retransmits > 0 || info.tcpi_probes > 0;
  return unanswered && std::chrono::milliseconds(info.tcpi_last_ack_recv) >= silence_look;
}

}  // namespace

TcpVigil::TcpVigil(Clock& clock, std::function<void()> gone) : clock_(clock), gone_(std::move(gone)) {}

error_code TcpVigil::begin(int socket) {
  struct Option {
    int level, name, value;
  };
  for (const Option& option :
       {Option{SOL_SOCKET, SO_KEEPALIVE, 1},
        Option{IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(keepalive_idle.count())},
        Option{IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(keepalive_interval.count())},
        Option{IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes}})
    if (::setsockopt(socket, option.level, option.name, &option.value, sizeof option.value) != 0)
      return {errno, boost::system::system_category()};
  socket_ = socket;
  return {};
}

void TcpVigil::written() {
  if (alarm_ || socket_ < 0) return;
  silent_ = 0;
  alarm_ = clock_.set(clock_.now() + silence_look, [this] { look(); });
}

void TcpVigil::end() noexcept {
  socket_ = -1;
  alarm_.reset();
}

void TcpVigil::look() {
  const auto rung = std::move(alarm_);
  if (all_answered(socket_)) return;
  silent_ = silent(socket_) ? silent_ + 1 : 0;
  if (silent_ >= silent_looks) return gone_();
  alarm_ = clock_.set(clock_.now() + silence_look, [this] { look(); });
}

}  // namespace platen::port
