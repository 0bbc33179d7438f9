// The USB that a test stands at: printers are plugged in and out, made to misbehave, and asked what they got.
// Each command is a line, each answer one line: "ok …" or "error …".
//
//   plug SOCKET MODEL [KNOB=VALUE…]     SOCKET is the hub's port, from 1; the knobs are below
//   unplug SOCKET                        pulls the plug
//   knob SOCKET KNOB=VALUE…
//   say SOCKET HEX                       the printer tells the host
//   murmur SOCKET BYTES                 it tells so many bytes that mean nothing
//   report SOCKET BYTES                  it tells "report N\n" each time so many bytes came in; 0: stops
//   heard SOCKET PATH                    writes what it got to a file, and tells how much that is
//   forget SOCKET                        what it got
//   counts SOCKET                        what its USB function counted, as KEY=VALUE…
//   printer SOCKET FOLDER ENGINE         a whole virtual printer at its end, with FOLDER for its pages; in
//   packets
//                                        of IEEE 1284.4 where the interface is of protocol 3
//   tell SOCKET WORDS                    to that printer: the words of platen-vprinter --tell
//
// Knobs: id=right|little-endian|excludes-itself|too-short|absent|none, stall-out-at, out-stalls, in-stalls,
// babbles, empty-reads, in-hang, reply-queue, unplug-at, refuses-reset, refuses-old-reset, control-hang,
// needs-prod, status, takes (so many bytes more, then none; -1: all), usblp (0, 1), protocols (digits),
// serial, keep (0: count only).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/alarm_clock.hpp"
#include "usb_device.hpp"

namespace platen::rig {

class UsbDesk {
 public:
  UsbDesk(boost::asio::io_context& reactor, UMockdevTestbed* testbed);
  ~UsbDesk();
  std::string obey(const std::string& line);

 private:
  struct Socket;
  std::string plug(int number, std::istream& words);
  void pull(int number);
  Socket& at(int number);

  boost::asio::io_context& reactor_;
  AlarmClock clock_;
  UMockdevTestbed* testbed_;
  std::map<int, std::unique_ptr<Socket>> sockets_;
  std::vector<std::unique_ptr<Socket>> unplugged_;  // programs may still hold their nodes
  int plugged_ = 1;                                 // number 1 is the hub's
};

}  // namespace platen::rig
