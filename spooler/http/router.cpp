#include "spooler/http/router.hpp"

namespace platen::spooler::http {
namespace {

// The captured names, or nothing when the pattern does not fit.
std::optional<std::map<std::string, std::string>> match(std::string_view pattern,
                                                        const std::vector<std::string>& path) {
  std::map<std::string, std::string> params;
  std::size_t at = 0;
  for (pattern.remove_prefix(1); !pattern.empty(); ++at) {
    const std::size_t slash = pattern.find('/');
    const std::string_view wanted = pattern.substr(0, slash);
    if (at >= path.size()) return std::nullopt;
    if (wanted.starts_with('{'))
      params[std::string(wanted.substr(1, wanted.size() - 2))] = path[at];
    else if (wanted != path[at])
      return std::nullopt;
    pattern = slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
  }
  if (at != path.size()) return std::nullopt;
  return params;
}

}  // namespace

Router::Router(std::vector<Route> routes, Handler fallback)
    : routes_(std::move(routes)), fallback_(std::move(fallback)) {}

Task<Reply> Router::operator()(Request& request) const {
  const Verb verb = request.head.method() == Verb::head ? Verb::get : request.head.method();
  std::string allowed;
  for (const Route& route : routes_) {
    auto params = match(route.pattern, request.path);
    if (!params) continue;
    if (route.verb != verb) {
      const auto name = boost::beast::http::to_string(route.verb);
      allowed += (allowed.empty() ? "" : ", ") + std::string(name.data(), name.size());
      continue;
    }
    if (route.who == Who::administrator && !request.peer.administrator())
      co_return error_reply(
          403, "denied",
          "Only an administrator may do this, through the local socket: use the `platen` command as root "
          "or as the user that platend runs as.");
    request.params = std::move(*params);
    if (route.body == Body::document) request.idle = document_idle;
    co_return co_await route.handler(request);
  }
  if (allowed.empty()) co_return co_await fallback_(request);
  Reply reply = error_reply(405, "wrong-method", "This address takes only " + allowed + ".");
  reply.headers.emplace_back("Allow", allowed);
  co_return reply;
}

}  // namespace platen::spooler::http
