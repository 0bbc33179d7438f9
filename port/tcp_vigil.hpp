// Notices that the far end of a TCP connection is gone without having said so: its power was cut, or a cable
// pulled, and no FIN or RST ever comes. TCP itself would wait for a quarter of an hour, and on an idle
// connection for ever.
//
//   TcpVigil vigil(clock, [this] { … the connection is dead; close it … });
//   vigil.begin(socket);             // once it is connected
//   vigil.written();                 // after each write
//   vigil.end();                     // before the socket is closed
//
// While nothing is on its way to the printer, the kernel asks it (keepalive), and a pending read ends with an
// error: within idle_silence_limit, and without waking this program. While something is on its way, the
// kernel does not ask. Then we look every few seconds whether any of what was sent was answered: within
// busy_silence_limit.
//
// A printer that takes nothing is not silent. One without paper closes its window for a weekend, and answers
// each of the kernel's probes. Those become rare, up to one in two minutes, so the loss of such a printer may
// be noticed that much later. (TCP_USER_TIMEOUT is not the remedy: Linux ends a connection by it whose far
// end answers every probe but takes no data.)
//
// One reactor. `gone` is called from there, never from within a call of the vigil, and after end() not any
// more.
#pragma once

#include <functional>
#include <memory>

#include <boost/system/error_code.hpp>

#include "base/clock.hpp"

namespace platen::port {

// Keepalive: three questions, of which the last is given as long as the others.
inline constexpr std::chrono::seconds keepalive_idle{10};
inline constexpr std::chrono::seconds keepalive_interval{5};
inline constexpr int keepalive_probes = 3;
inline constexpr Duration idle_silence_limit = keepalive_idle + keepalive_probes * keepalive_interval;

// A laser that composes a page still answers on TCP; a network that loses packets is silent for some seconds,
// and a switch that starts anew for twenty.
inline constexpr Duration silence_look = std::chrono::seconds(5);
inline constexpr int silent_looks = 5;
inline constexpr Duration busy_silence_limit = (silent_looks + 1) * silence_look;

class TcpVigil {
 public:
  TcpVigil(Clock& clock, std::function<void()> gone);
  TcpVigil(const TcpVigil&) = delete;
  TcpVigil& operator=(const TcpVigil&) = delete;

  boost::system::error_code begin(int socket);
  void written();
  void end() noexcept;

 private:
  void look();

  Clock& clock_;
  std::function<void()> gone_;
  int socket_ = -1;
  int silent_ = 0;                // looks in a row that found it silent
  std::unique_ptr<Alarm> alarm_;  // set while something is on its way
};

}  // namespace platen::port
