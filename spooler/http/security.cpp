#include "spooler/http/security.hpp"

#include <algorithm>

namespace platen::spooler::http {
namespace {

constexpr std::string_view loopback_names[] = {"localhost", "127.0.0.1", "[::1]"};

bool names_us(std::string_view host, std::uint16_t port) {
  const std::string with_port = ":" + std::to_string(port);
  return std::ranges::any_of(loopback_names, [&](std::string_view name) {
    if (!host.starts_with(name)) return false;
    const std::string_view rest = host.substr(name.size());
    return rest == with_port || (rest.empty() && port == 80);
  });
}

}  // namespace

std::optional<Reply> refuse_foreign(const Request& request) {
  if (request.peer.local) return std::nullopt;
  const std::string_view host = request.header(Field::host);
  if (request.head.count(Field::host) != 1 || !names_us(host, request.port))
    return error_reply(403, "wrong-host",
                       "This service answers only to its own address, http://127.0.0.1:" +
                           std::to_string(request.port) + "/.");
  if (!request.changes()) return std::nullopt;

  const bool has_origin = request.head.count(Field::origin) != 0;
  if (has_origin && request.header(Field::origin) != "http://" + std::string(host))
    return error_reply(403, "wrong-origin", "A page of another site may not change anything here.");
  const std::string type = request.media_type();
  // Browsers send neither of these across origins without a preflight, which is never granted.
  if (type != "application/json" && type != "application/ipp" && request.header("X-Platen") != "1")
    return error_reply(
        403, "not-from-us",
        "A request that changes something needs Content-Type: application/json or the header X-Platen: 1.");
  return std::nullopt;
}

const std::vector<std::pair<std::string_view, std::string_view>>& security_headers() {
  static const std::vector<std::pair<std::string_view, std::string_view>> headers = {
      {"Content-Security-Policy",
       "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  return headers;
}

}  // namespace platen::spooler::http
