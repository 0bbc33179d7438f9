#include "ui/cli/desk.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace platen::cli {
namespace json = boost::json;

namespace {

// A restart of platend takes a second; an upgrade, with its packages, less than a minute.
constexpr Duration reconnect_time = std::chrono::minutes(1);
constexpr Duration reconnect_pause = std::chrono::milliseconds(500);

}  // namespace

Answer Desk::understand(Result<Reply> reply) {
  Answer answer;
  if (!reply) {
    const Error& error = reply.error();
    // A document that cannot be read is our own failure, not platend's.
    const bool ours = error.operation.find("platend") == std::string::npos;
    answer.exit = complain(ours ? Exit::refused : Exit::unreachable, error.sentence());
    return answer;
  }
  if (auto* object = reply->body.if_object()) answer.body = *object;
  if (!reply->ok()) {
    if (json) out << json::serialize(answer.body) << "\n";
    answer.exit = complain(Exit::refused, reply->sentence());
  }
  return answer;
}

Task<Answer> Desk::call(Verb verb, std::string target, std::optional<json::value> body, Duration patience) {
  Ask ask;
  ask.verb = verb;
  ask.target = std::move(target);
  ask.body = std::move(body);
  auto reply = co_await client.ask(std::move(ask), patience);
  co_return understand(std::move(reply));
}

bool Desk::show_json(const json::object& body) {
  if (json) out << json::serialize(body) << "\n" << std::flush;
  return json;
}

int Desk::complain(int exit, const std::string& sentence) {
  err << "platen: " << printable(sentence) << "\n" << std::flush;
  return exit;
}

Task<int> Desk::follow(OnEvent on_event) {
  bool ever = false;
  Deadline patience = Deadline::in(clock, reconnect_time);
  for (;;) {
    auto stream = co_await client.events();
    std::optional<Error> lost;
    if (!stream) lost = stream.error();
    while (!lost) {
      auto events = co_await (*stream)->next();
      if (!events) {
        lost = events.error();
        break;
      }
      ever = true;
      patience = Deadline::in(clock, reconnect_time);
      for (const Event& event : *events) {
        boost::system::error_code ec;
        const json::value data = json::parse(event.data, ec);
        if (ec || !data.is_object()) continue;
        if (const auto exit = on_event(event.name, data.get_object())) co_return *exit;
      }
    }
    if (!ever || patience.passed(clock)) co_return complain(Exit::unreachable, lost->sentence());
    auto slept = co_await sleep(clock, reconnect_pause);
    if (!slept) co_return complain(Exit::unreachable, slept.error().sentence());
  }
}

std::string raw_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string shown(const json::object& object, std::string_view key) {
  return printable(raw_text(object, key));
}

std::int64_t number(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code ec;
  const auto whole = value->to_number<std::int64_t>(ec);
  return ec ? 0 : whole;
}

bool flag(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value && value->is_bool() && value->get_bool();
}

std::vector<json::object> list(const json::object& object, std::string_view key) {
  std::vector<json::object> out;
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  if (value && value->is_array())
    for (const json::value& one : value->get_array())
      if (one.is_object()) out.push_back(one.get_object());
  return out;
}

}  // namespace platen::cli
