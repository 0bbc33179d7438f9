// A printer on a parallel port, spoken to in both directions although the cable has one at a time.
//
//   ParallelHost host(lines, stop);
//   if (auto opened = host.open(Preference::automatic); !opened) …
//   count = host.send(bytes, until);
//   if (auto heard = host.listen(reply, until); !heard) …     // the printer is gone
//   host.rest();                                              // nothing to send: wait for the printer's call
//   … if (host.called()) host.listen(reply, until);
//
// With ECP, both directions share one mode, and the printer asks for its own. Else data goes out in
// compatibility mode, and the host looks now and then in byte or nibble mode whether the printer has
// something to say.
//
// Every call blocks, for at most `until` and a few handshakes of answer_patience each. One thread.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "port/parallel/ecp.hpp"
#include "port/parallel/negotiation.hpp"
#include "port/parallel/reverse.hpp"

namespace platen::port::ieee1284 {

// From the port's URI: parallel:/dev/parport0?mode=nibble. Automatic takes ECP, else byte, else nibble, and
// with printers from before the standard compatibility only.
enum class Preference { automatic, ecp, byte, nibble, epp, compatibility };

class ParallelHost {
 public:
  // Both must outlive it.
  ParallelHost(ParallelLines& lines, const std::atomic<bool>& stop) : handshake_(lines, stop) {}

  Result<void> open(Preference preference);
  void close();

  [[nodiscard]] std::size_t send(std::span<const std::byte> from, Instant until);
  // Appends what the printer has to say. An error means that the printer does not answer any more.
  [[nodiscard]] Result<void> listen(std::string& into, Instant until);
  void rest();
  [[nodiscard]] bool called();

  [[nodiscard]] Result<std::string> device_id();
  [[nodiscard]] Status compatibility_status();
  // The printer begins again; true when it is ready within reset_patience.
  [[nodiscard]] bool reset_printer();

  [[nodiscard]] bool talks_back() const { return back_ != Back::none; }
  [[nodiscard]] std::string_view mode_name() const;

 private:
  enum class Back { none, nibble, byte, ecp, epp };  // how the printer is heard
  static constexpr std::size_t kMostAtOnce = 4096;

  void choose(Preference preference);
  [[nodiscard]] bool agrees(Request request);
  [[nodiscard]] Result<void> enter();
  void leave();
  void check_presence();
  [[nodiscard]] Result<void> judge();

  Handshake handshake_;
  Back back_ = Back::none;
  Request request_ = Request::nibble;
  bool compliant_ = false;
  bool entered_ = false;
  std::optional<Reverse> reverse_;
  std::optional<Ecp> ecp_;
  bool stalled_ = false;  // the printer took nothing of what was sent last
  Instant last_sign_{};   // of life
  int misses_ = 0;
};

}  // namespace platen::port::ieee1284
