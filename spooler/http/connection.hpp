// One client's connection: HTTP/1.1 with keep-alive, one request after the other. Request bodies stream to
// the handler and are never read ahead of it, so a gigabyte passes through in constant memory.
//
// Owned by the Server's list until run() ends; one reactor, one thread.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "spooler/http/message.hpp"

namespace platen::spooler::http {

// Nobody types headers by hand: ten seconds are plenty, and a client that drips them holds its place no
// longer.
inline constexpr Duration header_time = std::chrono::seconds(10);
// Browsers and CUPS come again within a minute or open a new connection.
inline constexpr Duration keep_alive_time = std::chrono::seconds(60);
// A reader that takes nothing for so long is gone or stopped; the loopback is never that slow.
inline constexpr Duration write_time = std::chrono::seconds(10);
// How long a client that is still sending gets to notice our refusal, before a reset would destroy it.
inline constexpr Duration linger_time = std::chrono::seconds(2);
inline constexpr std::uint32_t header_limit = 16 * 1024;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  Connection(Clock& clock, Socket socket, Peer peer, std::uint16_t port);

  // Answers requests until either side has had enough. `handler` must outlive it.
  Task<void> run(const Handler& handler);

  // Ends after the reply that is under way; at once when there is none, or when it is a stream.
  void finish();
  // Ends now, whatever is under way.
  void abort();
  // Since when it waits for a next request; nothing while one is under way.
  [[nodiscard]] std::optional<Instant> idle_since() const { return idle_since_; }

 private:
  class Incoming;
  class Outgoing;

  Task<boost::system::error_code> read_more(Deadline deadline);
  Task<boost::system::error_code> write(std::string_view bytes, Deadline deadline);
  Task<bool> serve_one(const Handler& handler);  // whether another may follow
  Task<bool> send(const Request& request, Reply reply, bool keep);
  Task<void> send_stream(const Request& request, const Reply& reply);
  Task<void> linger();

  Clock& clock_;
  Socket socket_;
  Peer peer_;
  std::uint16_t port_;
  boost::beast::flat_buffer buffer_;
  std::optional<Instant> idle_since_;
  bool finishing_ = false;
  boost::asio::cancellation_signal stop_stream_;
};

}  // namespace platen::spooler::http
