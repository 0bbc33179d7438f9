#include "spooler/doors/api.hpp"

#include <algorithm>
#include <iterator>

#include <boost/json/parse.hpp>

namespace platen::spooler::http {

namespace json = boost::json;

std::vector<Route> api_routes(Desk& desk) {
  std::vector<Route> all;
  for (auto make : {printer_routes, job_routes, event_routes, system_routes}) {
    auto some = make(desk);
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

std::vector<Route> bind(Desk& desk, std::span<const DeskRoute> routes) {
  std::vector<Route> bound;
  for (const DeskRoute& route : routes)
    bound.push_back({route.verb, route.pattern, route.body, route.who,
                     [&desk, handler = route.handler](Request& request) { return handler(desk, request); }});
  return bound;
}

Task<Result<json::object>> read_json(const Desk& desk, Request& request) {
  auto text = co_await read_all(*request.body, json_limit, Deadline::in(desk.clock, body_idle));
  if (!text) co_return text.error();
  boost::system::error_code ec;
  json::value value = json::parse(*text, ec);
  if (ec || !value.is_object())
    co_return fail(Errc::malformed, "read the request", "", "Its body must be a JSON object.");
  co_return std::move(value.as_object());
}

std::optional<std::string> text_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains({key.data(), key.size()});
  if (!value) return std::nullopt;
  if (const json::string* text = value->if_string()) return std::string(*text);
  if (const std::int64_t* number = value->if_int64()) return std::to_string(*number);
  return std::nullopt;
}

Reply no_printer(const std::string& name) {
  return error_reply(404, "not-found", "There is no printer " + name + ". `platen printers` lists them.");
}

}  // namespace platen::spooler::http
