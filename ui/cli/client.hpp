// platend as the command sees it: JSON over HTTP on a Unix socket. One connection per call.
//
//   auto reply = co_await client.ask({Verb::get, "/api/jobs"}, Deadline::in(clock, answer_time));
//   if (!reply) …                       // not reachable: reply.error() says why
//   if (!reply->ok()) …                 // refused: reply->sentence()
//
// One reactor, one thread.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/value.hpp>

#include "base/async.hpp"
#include "ui/cli/document.hpp"
#include "ui/cli/event_parser.hpp"

namespace platen::cli {

enum class Verb { get, post, patch, delete_ };

struct Ask {
  Verb verb = Verb::get;
  std::string target;  // path and query, already escaped
  std::optional<boost::json::value> body;
};

struct Reply {
  unsigned status = 0;
  boost::json::value body;
  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
  [[nodiscard]] std::string sentence() const;  // of a refusal
};

// platend answers from memory; only what asks a printer or starts a program takes longer.
inline constexpr Duration answer_time = std::chrono::seconds(30);
// Installing asks the printer who it is, and waits for a monitor to start.
inline constexpr Duration install_time = std::chrono::seconds(90);
// A piece of a document is on platend's disk in milliseconds; a minute is a disk that has stopped.
inline constexpr Duration piece_time = std::chrono::seconds(60);
// After its last byte a document is synced to disk: a gigabyte on a slow card takes a minute or two.
inline constexpr Duration sync_time = std::chrono::minutes(5);
// The stream of events says at least a comment every 15 s.
inline constexpr Duration silence_time = std::chrono::seconds(45);

// platend's events, one connection's worth.
class EventStream {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;
  EventStream(Clock& clock, Socket socket);
  ~EventStream();
  // Waits for at least one event.
  Task<Result<std::vector<Event>>> next();

 private:
  friend class Client;
  struct Wire;
  Clock& clock_;
  std::unique_ptr<Wire> wire_;
  EventParser parser_;
};

class Client {
 public:
  Client(boost::asio::any_io_executor executor, Clock& clock, std::string socket);

  Task<Result<Reply>> ask(Ask ask, Duration patience = answer_time);
  // Streams the document in constant memory; ends early when platend refuses it.
  Task<Result<Reply>> send_document(std::string target, Document& document);
  Task<Result<std::unique_ptr<EventStream>>> events();

  [[nodiscard]] const std::string& socket() const { return socket_; }

 private:
  using Socket = EventStream::Socket;
  Task<Result<Socket>> connect(Deadline deadline);
  [[nodiscard]] Error lost(boost::system::error_code ec) const;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  std::string socket_;
};

// For a path or a query: everything but letters, digits and -._~ becomes %XX.
std::string percent_encoded(std::string_view text);

}  // namespace platen::cli
