#include "spooler/http/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>

#include "base/log.hpp"
#include "spooler/http/security.hpp"

namespace platen::spooler::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::buffer_body>;
using boost::system::error_code;

constexpr std::size_t read_chunk = 64 * 1024;
// What may be left of a body whose handler did not want it, and still be swallowed to keep the connection.
constexpr std::size_t drain_limit = 64 * 1024;

Reply refusal(error_code ec) {
  if (ec == make_error_code(Errc::timed_out))
    return error_reply(408, "timed-out", "The request came too slowly. Send it again.");
  if (ec == beast::http::error::header_limit || ec == beast::http::error::buffer_overflow)
    return error_reply(431, "too-large", "The request's headers are too large. At most 16 KB are taken.");
  return error_reply(400, "malformed", "This is not an HTTP request.");
}

std::string head_of(const Reply& reply, bool keep, std::optional<std::size_t> length) {
  const auto reason = beast::http::obsolete_reason(beast::http::int_to_status(reply.status));
  std::string head =
      "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  add("Server", "Platen");
  add("Connection", keep ? "keep-alive" : "close");
  if (!reply.type.empty()) add("Content-Type", reply.type);
  if (length && reply.status != 204 && reply.status != 304) add("Content-Length", std::to_string(*length));
  for (const auto& [name, value] : security_headers()) add(name, value);
  for (const auto& [name, value] : reply.headers) add(name, value);
  return head + "\r\n";
}

}  // namespace

// The request's body as it comes off the wire.
class Connection::Incoming final : public ByteSource {
 public:
  Incoming(Connection& connection, Parser& parser, const Request& request)
      : connection_(connection), parser_(parser), request_(request) {
    waits_for_word_ =
        beast::iequals(parser.get()[Field::expect], "100-continue") && parser.get().version() >= 11;
  }

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override {
    const Deadline limit = deadline.within(connection_.clock_, request_.idle);
    if (waits_for_word_ && !parser_.is_done()) {
      waits_for_word_ = false;
      const error_code told = co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n", limit);
      if (told) co_return lost(told);
    }
    while (!parser_.is_done()) {
      auto& body = parser_.get().body();
      body.data = into.data();
      body.size = into.size();
      error_code ec;
      const std::size_t used = parser_.put(connection_.buffer_.data(), ec);
      connection_.buffer_.consume(used);
      const std::size_t got = into.size() - body.size;
      body.data = nullptr;
      body.size = 0;
      if (ec && ec != beast::http::error::need_buffer && ec != beast::http::error::need_more)
        co_return fail(Errc::malformed, "read the request", "", "Its body is not valid HTTP.");
      if (got > 0) co_return got;
      if (used > 0 && ec != beast::http::error::need_more) continue;
      const error_code read = co_await connection_.read_more(limit);
      if (read) co_return lost(read);
    }
    co_return std::size_t{0};
  }

  // The client has been told nothing yet, and so has sent nothing of its body.
  [[nodiscard]] bool waits_for_word() const { return waits_for_word_; }

 private:
  static Error lost(error_code ec) {
    if (ec == make_error_code(Errc::timed_out))
      return fail(ec, "read the request", "", "The client stopped sending. Send it again.");
    return fail(Errc::closed, "read the request", "", "The client went away before it had sent everything.");
  }

  Connection& connection_;
  Parser& parser_;
  const Request& request_;
  bool waits_for_word_ = false;
};

class Connection::Outgoing final : public ByteSink {
 public:
  explicit Outgoing(Connection& connection) : connection_(connection) {}

  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override {
    auto [ec, n] = co_await before(
        connection_.clock_, deadline.within(connection_.clock_, write_time), [this, from](auto token) {
          return connection_.socket_.async_write_some(asio::buffer(from.data(), from.size()), token);
        });
    if (ec) co_return fail(ec, "write to", "the client");
    co_return n;
  }

 private:
  Connection& connection_;
};

Connection::Connection(Clock& clock, Socket socket, Peer peer, std::uint16_t port)
    : clock_(clock), socket_(std::move(socket)), peer_(peer), port_(port), buffer_(2 * read_chunk) {}

Task<error_code> Connection::read_more(Deadline deadline) {
  const std::size_t room = std::min(read_chunk, buffer_.max_size() - buffer_.size());
  if (room == 0) co_return make_error_code(beast::http::error::buffer_overflow);
  const auto space = buffer_.prepare(room);
  auto [ec, n] = co_await before(clock_, deadline,
                                 [this, space](auto token) { return socket_.async_read_some(space, token); });
  if (!ec) buffer_.commit(n);
  co_return ec;
}

Task<error_code> Connection::write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const auto chunk = asio::buffer(bytes.data(), std::min(bytes.size(), read_chunk));
    auto [ec, n] = co_await before(clock_, deadline.within(clock_, write_time), [this, chunk](auto token) {
      return socket_.async_write_some(chunk, token);
    });
    if (ec) co_return ec;
    bytes.remove_prefix(n);
  }
  co_return error_code();
}

Task<void> Connection::run(const Handler& handler) {
  Duration patience = header_time;
  for (bool more = true; more && !finishing_; patience = keep_alive_time) {
    if (buffer_.size() == 0) {
      idle_since_ = clock_.now();
      const error_code ec = co_await read_more(Deadline::in(clock_, patience));
      idle_since_.reset();
      if (ec) break;
    }
    more = co_await serve_one(handler);
  }
  abort();
}

Task<bool> Connection::serve_one(const Handler& handler) {
  Parser parser;
  parser.header_limit(header_limit);
  parser.body_limit(boost::none);  // the handlers' business: they stream
  const Deadline header_deadline = Deadline::in(clock_, header_time);
  Request request;
  request.peer = peer_;
  request.port = port_;
  while (!parser.is_header_done()) {
    error_code ec;
    buffer_.consume(parser.put(buffer_.data(), ec));
    if (ec == beast::http::error::need_more) ec = co_await read_more(header_deadline);
    if (ec) {
      if (ec != asio::error::eof && socket_.is_open()) {
        co_await send(request, refusal(ec), false);
        co_await linger();
      }
      co_return false;
    }
  }
  request.head = parser.get().base();
  if (const auto length = parser.content_length()) request.length = *length;

  Incoming incoming(*this, parser, request);
  request.body = &incoming;
  const std::string target(request.head.target().data(), request.head.target().size());
  std::optional<Reply> reply;
  if (!parse_target(target, request))
    reply = error_reply(400, "malformed", "The address is malformed.");
  else
    reply = refuse_foreign(request);
  if (!reply) {
    try {
      Reply answered = co_await handler(request);
      reply = std::move(answered);
    } catch (const std::exception& e) {
      named_log("http")->error("{} failed: {}", target, e.what());
    }
    if (!reply)
      reply = error_reply(500, "failed", "Something unexpected went wrong; platend's log says what.");
  }

  // A client that still sends would read our reply only if it may finish, and may only when little is left.
  bool clean = parser.is_done();
  if (!clean && !incoming.waits_for_word()) {
    std::vector<std::byte> waste(drain_limit / 4);
    const Deadline deadline = Deadline::in(clock_, linger_time);
    std::size_t drained = 0;
    while (!parser.is_done() && drained < drain_limit && request.length.value_or(0) <= drain_limit) {
      auto got = co_await incoming.read_some(waste, deadline);
      if (!got) break;
      drained += *got;
    }
    clean = parser.is_done();
  }
  const bool keep = clean && parser.keep_alive() && !finishing_ && !reply->stream;
  const bool kept = co_await send(request, std::move(*reply), keep);
  if (!clean) co_await linger();
  co_return kept;
}

Task<bool> Connection::send(const Request& request, Reply reply, bool keep) {
  if (reply.stream) {
    co_await send_stream(request, reply);
    co_return false;
  }
  std::string bytes = head_of(reply, keep, reply.body.size());
  if (request.head.method() != Verb::head) bytes += reply.body;
  // Each chunk has its own, shorter limit; this one is for a reader that takes a byte at a time.
  const error_code ec = co_await write(bytes, Deadline::in(clock_, body_idle));
  co_return keep && !ec;
}

Task<void> Connection::send_stream(const Request& request, const Reply& reply) {
  const error_code ec = co_await write(head_of(reply, false, std::nullopt), Deadline::in(clock_, write_time));
  if (ec || finishing_ || request.head.method() == Verb::head) co_return;
  // Whatever a client says while it listens is its good-bye.
  socket_.async_wait(Socket::wait_read, [weak = weak_from_this()](error_code waited) {
    const auto self = weak.lock();
    if (!waited && self) self->stop_stream_.emit(asio::cancellation_type::terminal);
  });
  Outgoing out(*this);
  auto executor = socket_.get_executor();
  auto [failure] = co_await asio::co_spawn(
      executor, reply.stream(out),
      asio::bind_cancellation_slot(stop_stream_.slot(), asio::as_tuple(asio::use_awaitable)));
  error_code ignored;
  socket_.cancel(ignored);
}

Task<void> Connection::linger() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  const Deadline deadline = Deadline::in(clock_, linger_time);
  for (;;) {
    buffer_.clear();
    const error_code ec = co_await read_more(deadline);
    if (ec) co_return;
  }
}

void Connection::finish() {
  finishing_ = true;
  if (idle_since_) abort();
  stop_stream_.emit(asio::cancellation_type::terminal);
}

void Connection::abort() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  stop_stream_.emit(asio::cancellation_type::terminal);
}

}  // namespace platen::spooler::http
