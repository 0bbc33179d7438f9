// One HTTP request and its reply, as the routes see them; the connection (connection.hpp) moves them.
//
//   Task<Reply> show(Request& request) {
//     if (request.params["id"] == "17") co_return json_reply(200, value);
//     co_return error_reply(404, "not-found", "There is no such job.");
//   }
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/value.hpp>

#include "base/stream.hpp"

namespace platen::spooler::http {

using Verb = boost::beast::http::verb;
using Field = boost::beast::http::field;

// A program that waits for a person or a slow disk sends nothing for a while; one that is dead sends nothing
// for ever.
inline constexpr Duration body_idle = std::chrono::seconds(30);
// A print filter is silent while it renders a hard page, which takes minutes on a small machine.
inline constexpr Duration document_idle = std::chrono::minutes(5);

// Who is on the other side.
struct Peer {
  bool local = false;                        // came through the Unix socket
  std::optional<std::uint32_t> uid;          // then: whose process it is
  [[nodiscard]] bool administrator() const;  // local, and root or our own user
  [[nodiscard]] std::string user() const;    // the account's name; "anonymous" over TCP
};

// Lives in the connection's coroutine while the handler runs.
struct Request {
  boost::beast::http::request_header<> head;
  Peer peer;
  std::uint16_t port = 0;                     // of the TCP door it came through
  std::vector<std::string> path;              // decoded, without empty segments
  std::map<std::string, std::string> query;   // decoded; the last of several wins
  std::map<std::string, std::string> params;  // the pattern's {names}
  std::optional<std::uint64_t> length;        // of the body, when told
  Duration idle = body_idle;                  // how long the body may pause
  ByteSource* body = nullptr;                 // read as it comes; never ahead

  [[nodiscard]] std::string_view header(Field field) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string media_type() const;  // of Content-Type, lower case, without parameters
  [[nodiscard]] bool changes() const;            // not GET, HEAD or OPTIONS
};

// Splits the request's target into path and query; false when it is malformed or leaves the root.
[[nodiscard]] bool parse_target(std::string_view target, Request& into);

struct Reply {
  unsigned status = 200;
  std::string type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  // Instead of a body: writes until it has had enough. The connection ends with it, and cancels it when the
  // peer is gone.
  std::function<Task<void>(ByteSink&)> stream;
};
using Handler = std::function<Task<Reply>(Request&)>;

[[nodiscard]] Reply json_reply(unsigned status, const boost::json::value& value);
[[nodiscard]] Reply error_reply(unsigned status, std::string_view code, std::string_view sentence);
[[nodiscard]] Reply error_reply(const Error& error);

// The whole body, up to `limit` bytes.
Task<Result<std::string>> read_all(ByteSource& source, std::size_t limit, Deadline deadline);

}  // namespace platen::spooler::http
