#include "ui/cli/client.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace platen::cli {
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using boost::system::error_code;

namespace {

// A list of ten thousand jobs has about 5 MB.
constexpr std::uint64_t largest_reply = 64ULL << 20;
constexpr std::size_t piece_size = 256 * 1024;

http::verb verb_of(Verb verb) {
  switch (verb) {
    case Verb::post:
      return http::verb::post;
    case Verb::patch:
      return http::verb::patch;
    case Verb::delete_:
      return http::verb::delete_;
    case Verb::get:
      break;
  }
  return http::verb::get;
}

template <class Body>
void set_common(http::request<Body>& request) {
  request.version(11);
  request.set(http::field::host, "localhost");
  request.set(http::field::user_agent, "platen");
  request.set(http::field::accept, "application/json");
  request.set("X-Platen", "1");
}

Reply reply_of(http::response<http::string_body>&& response) {
  Reply reply;
  reply.status = response.result_int();
  error_code ec;
  if (!response.body().empty()) reply.body = json::parse(response.body(), ec);
  if (ec) reply.body = nullptr;
  return reply;
}

using ReplyParser = http::response_parser<http::string_body>;

void allow_large_replies(ReplyParser& parser) {
  parser.body_limit(largest_reply);
}

}  // namespace

std::string Reply::sentence() const {
  if (const auto* object = body.if_object())
    if (const auto* error = object->if_contains("error"); error && error->is_object())
      if (const auto* sentence = error->get_object().if_contains("sentence");
          sentence && sentence->is_string())
        return std::string(sentence->get_string());
  return "platend refused it with HTTP status " + std::to_string(status) + ".";
}

struct EventStream::Wire {
  explicit Wire(Socket s) : socket(std::move(s)) { parser.body_limit(boost::none); }
  Socket socket;
  boost::beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  std::array<char, 16384> piece{};
};

EventStream::EventStream(Clock& clock, Socket socket)
    : clock_(clock), wire_(std::make_unique<Wire>(std::move(socket))) {}
EventStream::~EventStream() = default;

Task<Result<std::vector<Event>>> EventStream::next() {
  const Deadline limit = Deadline::in(clock_, silence_time);
  Wire& wire = *wire_;
  for (;;) {
    if (wire.parser.is_done()) co_return fail(Errc::closed, "follow platend's events", "");
    auto& body = wire.parser.get().body();
    body.data = wire.piece.data();
    body.size = wire.piece.size();
    auto [ec, n] = co_await before(clock_, limit, [&wire](auto token) {
      return http::async_read_some(wire.socket, wire.buffer, wire.parser, token);
    });
    if (ec == http::error::need_buffer) ec = {};
    const std::size_t got = wire.piece.size() - wire.parser.get().body().size;
    auto events = parser_.feed({wire.piece.data(), got});
    if (!events.empty()) co_return events;
    if (ec) co_return fail(ec, "follow platend's events", "");
  }
}

Client::Client(asio::any_io_executor executor, Clock& clock, std::string socket)
    : executor_(std::move(executor)), clock_(clock), socket_(std::move(socket)) {}

Error Client::lost(error_code ec) const {
  if (ec == http::error::end_of_stream || ec == http::error::partial_message || ec == asio::error::eof)
    ec = make_error_code(Errc::closed);
  return fail(ec, "get an answer from platend on", socket_, "Its log says what happened to it.");
}

Task<Result<Client::Socket>> Client::connect(Deadline deadline) {
  Socket socket(executor_);
  asio::local::stream_protocol::endpoint endpoint;
  try {
    endpoint.path(socket_);
  } catch (const boost::system::system_error& e) {
    co_return fail(e.code(), "reach platend on", socket_, "A socket's path has at most 107 bytes.");
  }
  auto [ec] = co_await before(
      clock_, deadline, [&socket, &endpoint](auto token) { return socket.async_connect(endpoint, token); });
  if (ec)
    co_return fail(ec, "reach platend on", socket_,
                   ec == asio::error::access_denied
                       ? "You may not use this socket; ask the administrator to add you to its group."
                       : "Start it with `systemctl start platend`, or `platend --state DIR` and then give "
                         "--socket DIR/run/platend.sock.");
  co_return std::move(socket);
}

Task<Result<Reply>> Client::ask(Ask ask, Duration patience) {
  const Deadline deadline = Deadline::in(clock_, patience);
  auto connected = co_await connect(deadline);
  if (!connected) co_return connected.error();
  Socket socket = std::move(*connected);
  http::request<http::string_body> request{verb_of(ask.verb), ask.target, 11};
  set_common(request);
  request.set(http::field::connection, "close");
  if (ask.body) {
    request.set(http::field::content_type, "application/json");
    request.body() = json::serialize(*ask.body);
  }
  request.prepare_payload();
  auto [sent, written] = co_await before(clock_, deadline, [&socket, &request](auto token) {
    return http::async_write(socket, request, token);
  });
  // A refusal may have come before all was taken: so the answer is read in any case.
  boost::beast::flat_buffer buffer;
  ReplyParser parser;
  allow_large_replies(parser);
  auto [received, n] = co_await before(clock_, deadline, [&socket, &buffer, &parser](auto token) {
    return http::async_read(socket, buffer, parser, token);
  });
  if (received) co_return lost(sent ? sent : received);
  co_return reply_of(parser.release());
}

Task<Result<Reply>> Client::send_document(std::string target, Document& document) {
  auto connected = co_await connect(Deadline::in(clock_, answer_time));
  if (!connected) co_return connected.error();
  Socket socket = std::move(*connected);
  http::request<http::buffer_body> request{http::verb::post, target, 11};
  set_common(request);
  request.set(http::field::content_type, "application/octet-stream");
  // platend looks at the request before the document is sent: a refusal costs no gigabyte.
  request.set(http::field::expect, "100-continue");
  if (document.size())
    request.content_length(*document.size());
  else
    request.chunked(true);
  request.body().data = nullptr;
  request.body().more = true;
  http::request_serializer<http::buffer_body> serializer(request);
  const Deadline first = Deadline::in(clock_, answer_time);
  auto [head_sent, head_size] = co_await before(clock_, first, [&socket, &serializer](auto token) {
    return http::async_write_header(socket, serializer, token);
  });
  if (head_sent) co_return lost(head_sent);

  boost::beast::flat_buffer buffer;
  ReplyParser parser;
  allow_large_replies(parser);
  auto [word, word_size] = co_await before(clock_, first, [&socket, &buffer, &parser](auto token) {
    return http::async_read_header(socket, buffer, parser, token);
  });
  if (word) co_return lost(word);
  if (parser.get().result() == http::status::continue_) {
    std::vector<char> piece(piece_size);
    std::uint64_t left = document.size().value_or(std::numeric_limits<std::uint64_t>::max());
    error_code ec;
    while (!ec && !serializer.is_done()) {
      const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), left));
      auto got = wanted == 0 ? Result<std::size_t>(std::size_t{0}) : document.read({piece.data(), wanted});
      if (!got) co_return got.error();
      left -= *got;
      if (*got == 0 && document.size() && left != 0)
        co_return fail(Errc::failed, "print", document.name(), "The file became shorter while it was read.");
      request.body().data = *got == 0 ? nullptr : piece.data();
      request.body().size = *got;
      request.body().more = *got != 0;
      auto [wrote, count] = co_await before(
          clock_, Deadline::in(clock_, piece_time),
          [&socket, &serializer](auto token) { return http::async_write(socket, serializer, token); });
      ec = wrote == http::error::need_buffer ? error_code() : wrote;
      error_code ignored;
      if (socket.available(ignored) > 0) break;  // an answer before the end is a refusal
    }
    ReplyParser last;
    allow_large_replies(last);
    auto [answered, n] = co_await before(
        clock_, Deadline::in(clock_, sync_time),
        [&socket, &buffer, &last](auto token) { return http::async_read(socket, buffer, last, token); });
    if (answered) co_return lost(ec ? ec : answered);
    co_return reply_of(last.release());
  }
  auto [answered, n] = co_await before(clock_, first, [&socket, &buffer, &parser](auto token) {
    return http::async_read(socket, buffer, parser, token);
  });
  if (answered) co_return lost(answered);
  co_return reply_of(parser.release());
}

Task<Result<std::unique_ptr<EventStream>>> Client::events() {
  const Deadline deadline = Deadline::in(clock_, answer_time);
  auto connected = co_await connect(deadline);
  if (!connected) co_return connected.error();
  auto stream = std::make_unique<EventStream>(clock_, std::move(*connected));
  EventStream::Wire& wire = *stream->wire_;
  http::request<http::empty_body> request{http::verb::get, "/api/events", 11};
  set_common(request);
  request.set(http::field::accept, "text/event-stream");
  auto [sent, written] = co_await before(clock_, deadline, [&wire, &request](auto token) {
    return http::async_write(wire.socket, request, token);
  });
  if (sent) co_return lost(sent);
  auto [received, n] = co_await before(clock_, deadline, [&wire](auto token) {
    return http::async_read_header(wire.socket, wire.buffer, wire.parser, token);
  });
  if (received) co_return lost(received);
  if (wire.parser.get().result() != http::status::ok)
    co_return fail(Errc::refused, "follow platend's events", "",
                   "It answered with HTTP status " + std::to_string(wire.parser.get().result_int()) + ".");
  co_return std::move(stream);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
  }
  return out;
}

}  // namespace platen::cli
