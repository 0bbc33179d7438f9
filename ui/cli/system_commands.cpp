#include "ui/cli/commands.hpp"
#include "ui/cli/desk.hpp"

namespace platen::cli {
namespace json = boost::json;

namespace {

// Where platend listens unless it was told otherwise.
constexpr const char* default_url = "http://127.0.0.1:6310/";
// xdg-open hands over to the browser and ends.
constexpr Duration open_time = std::chrono::seconds(20);

// The page is beside the printers: ipp://HOST:PORT/ipp/print/NAME.
std::string page_url(const json::object& body) {
  constexpr std::string_view scheme = "ipp://";
  for (const auto& printer : list(body, "printers")) {
    const std::string ipp = raw_text(printer, "ipp");
    if (!ipp.starts_with(scheme)) continue;
    return "http://" + ipp.substr(scheme.size(), ipp.find('/', scheme.size()) - scheme.size()) + "/";
  }
  return default_url;
}

}  // namespace

Task<int> show_ui(Desk& desk, const CommandLine& line) {
  const Answer answer = co_await desk.call(Verb::get, "/api/printers");
  if (!answer) co_return answer.exit;
  const std::string url = page_url(answer.body);
  json::object body{{"url", url}};
  if (!desk.show_json(body)) desk.out << printable(url) << "\n" << std::flush;
  if (!line.has("open")) co_return Exit::done;
  Command command;
  command.program = "xdg-open";
  command.args = {url};
  command.own_session = true;
  auto started = desk.launcher.launch(std::move(command));
  if (!started) co_return desk.complain(Exit::refused, started.error().sentence());
  auto ended = co_await (*started)->wait(Deadline::in(desk.clock, open_time));
  // A browser that stays in the foreground is a browser that opened.
  if (!ended && ended.error().is(Errc::timed_out)) co_return Exit::done;
  if (!ended) co_return desk.complain(Exit::refused, ended.error().sentence());
  if (!ended->ok())
    co_return desk.complain(Exit::refused, "xdg-open could not open a browser; open the address by hand.");
  co_return Exit::done;
}

Task<int> doctor(Desk& desk, const CommandLine&) {
  const Answer answer = co_await desk.call(Verb::get, "/api/doctor");
  if (!answer) co_return answer.exit;
  const auto checks = list(answer.body, "checks");
  bool all = true;
  Table table;
  for (const auto& check : checks) {
    const bool ok = flag(check, "ok");
    all = all && ok;
    table.add({ok ? "ok" : "WRONG", shown(check, "name"), shown(check, "sentence")});
  }
  if (!desk.show_json(answer.body)) desk.out << table.text() << (all ? "Everything is in order.\n" : "");
  co_return all ? Exit::done : Exit::refused;
}

}  // namespace platen::cli
