// Asks a device on the network by SNMP: walks parts of its object tree, without ever blocking the reactor.
//
//   SnmpClient client(clock, executor, {.host = "10.0.0.7"});
//   auto objects = co_await client.walk({{1, 3, 6, 1, 2, 1, 43}}, Deadline::in(clock, 5s));
//   client.close();                                   // a walk that is under way ends with Errc::closed
//
// All parts are walked side by side: one packet asks for the next object of each. An answer that does not
// come is asked for again; the deadline ends it. What an agent may send is bounded, and an agent that goes
// round in circles is found out.
//
// net-snmp encodes, decodes and matches the packets. Its own configuration files are not read, its names are
// not resolved by it, its clock is not used, and its sockets are watched by our reactor. One walk at a time;
// one reactor, one thread; clients of different threads must not be used at the same time, because the
// library has common state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/async.hpp"

namespace platen::port {

using Oid = std::vector<std::uint32_t>;

struct SnmpValue {
  Oid oid;
  std::variant<std::int64_t, std::string> value;  // a number of any kind, or octets
  friend bool operator==(const SnmpValue&, const SnmpValue&) = default;
};

struct SnmpSettings {
  std::string host;  // a name or an address
  std::uint16_t port = 161;
  std::string community = "public";
  // Version 1 is what every printer speaks; version 2c asks for more objects at once.
  bool version_2c = false;
};

class SnmpClient {
 public:
  // After this the question is sent again: a print server on wireless answered within 400 ms.
  static constexpr Duration resend_after = std::chrono::milliseconds(800);
  // Large printers have some 800 objects below all that we ask for.
  static constexpr std::size_t max_objects = 4096;
  static constexpr std::size_t max_octets = 4096;  // of one value

  SnmpClient(Clock& clock, boost::asio::any_io_executor executor, SnmpSettings settings);
  ~SnmpClient();
  SnmpClient(const SnmpClient&) = delete;
  SnmpClient& operator=(const SnmpClient&) = delete;

  // Every object below each root, in the agent's order, root by root. Errc::timed_out when the agent does not
  // answer: most often it is not there, or wants another community. What other kinds of values there are is
  // left out.
  Task<Result<std::vector<SnmpValue>>> walk(std::vector<Oid> roots, Deadline deadline);
  void close();
  // Packets sent so far.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  struct Session;
  struct Answer;
  struct AnswerObject;
  struct Branch;
  Task<Result<void>> open(Deadline deadline);
  Task<Result<Answer>> ask(const std::vector<Oid>& oids, Deadline deadline);
  static bool advance(Branch& branch, const AnswerObject& object, std::size_t& objects);
  Error trouble(boost::system::error_code code) const;

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  SnmpSettings settings_;
  std::unique_ptr<Session> session_;
  boost::asio::cancellation_signal stop_;  // of looking for the host
  bool walking_ = false;
  bool closing_ = false;  // the walk that is under way is to end
  std::uint64_t sent_ = 0;
};

}  // namespace platen::port
