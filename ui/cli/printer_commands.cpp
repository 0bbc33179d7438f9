#include <filesystem>

#include "ui/cli/commands.hpp"
#include "ui/cli/desk.hpp"
#include "ui/cli/views.hpp"

namespace platen::cli {
namespace json = boost::json;

namespace {

std::string target_of(const std::string& printer, std::string_view more = {}) {
  return "/api/printers/" + percent_encoded(printer) + std::string(more);
}

// The printer named in the arguments, or all.
Task<Answer> printers_asked_for(Desk& desk, std::string name) {
  if (name.empty()) {
    Answer all = co_await desk.call(Verb::get, "/api/printers");
    co_return all;
  }
  Answer one = co_await desk.call(Verb::get, target_of(name));
  if (!one || desk.json) co_return one;
  json::array printers;
  printers.emplace_back(std::move(one.body));
  Answer listed;
  listed.body["printers"] = std::move(printers);
  co_return listed;
}

constexpr const char* no_printers =
    "No printer is installed. `platen install INF --port URI` installs one.\n";

}  // namespace

Task<int> list_ports(Desk& desk, const CommandLine&) {
  const Answer answer = co_await desk.call(Verb::get, "/api/ports");
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  Table table({"PORT", "PRINTER"});
  for (const auto& port : list(answer.body, "ports"))
    table.add({shown(port, "uri"), shown(port, "description")});
  desk.out << (table.empty() ? "No printer was found. A printer on the network can be given by hand: --port "
                               "socket://ADDRESS:9100.\n"
                             : table.text());
  co_return Exit::done;
}

Task<int> install(Desk& desk, const CommandLine& line) {
  std::error_code ec;
  const auto inf = std::filesystem::absolute(line.argument(0), ec).lexically_normal();
  std::string port = line.value("port");
  if (port.empty()) {
    const Answer found = co_await desk.call(Verb::get, "/api/ports");
    if (!found) co_return found.exit;
    const auto ports = list(found.body, "ports");
    if (ports.size() != 1)
      co_return desk.complain(
          Exit::wrong_arguments,
          ports.empty() ? "No printer was found; say where it is with --port URI."
                        : "Several printers were found; choose one of `platen ports` with --port URI.");
    port = raw_text(ports.front(), "uri");
  }
  json::object body{{"inf", inf.string()}, {"uri", port}};
  for (const char* key : {"model", "name"})
    if (line.has(key)) body[key] = line.value(key);
  const Answer answer = co_await desk.call(Verb::post, "/api/printers", std::move(body), install_time);
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  desk.out << "Installed " << shown(answer.body, "name") << " (" << shown(answer.body, "model") << ") on "
           << shown(answer.body, "uri") << ".\n";
  co_return Exit::done;
}

Task<int> uninstall(Desk& desk, const CommandLine& line) {
  const Answer answer =
      co_await desk.call(Verb::delete_, target_of(line.argument(0)), std::nullopt, install_time);
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  desk.out << "Removed " << printable(line.argument(0)) << ".\n";
  co_return Exit::done;
}

Task<int> list_printers(Desk& desk, const CommandLine&) {
  const Answer answer = co_await desk.call(Verb::get, "/api/printers");
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  const auto printers = list(answer.body, "printers");
  desk.out << (printers.empty() ? no_printers : printer_list(printers));
  co_return Exit::done;
}

Task<int> show_ink(Desk& desk, const CommandLine& line) {
  if (line.has("new")) {
    if (line.arguments.empty())
      co_return desk.complain(Exit::wrong_arguments, "Say in which printer the cartridge is new.");
    json::object body{{"cartridge", line.value("new")}};
    const Answer told =
        co_await desk.call(Verb::post, target_of(line.argument(0), "/new-cartridge"), std::move(body));
    if (!told) co_return told.exit;
  }
  const Answer answer = co_await printers_asked_for(desk, line.argument(0));
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  const auto printers = list(answer.body, "printers");
  if (printers.empty()) desk.out << no_printers;
  for (const auto& printer : printers) {
    const std::string levels = ink(printer, desk.look);
    desk.out << shown(printer, "name") << "\n"
             << (levels.empty() ? "  The printer has not told its levels.\n" : levels);
  }
  co_return Exit::done;
}

Task<int> show_status(Desk& desk, const CommandLine& line) {
  const std::string name = line.argument(0);
  // Asked first in any case: a name that does not exist is refused, and not waited for.
  const Answer answer = co_await printers_asked_for(desk, name);
  if (!answer) co_return answer.exit;
  if (!line.has("watch")) {
    if (desk.show_json(answer.body)) co_return Exit::done;
    const auto printers = list(answer.body, "printers");
    if (printers.empty()) desk.out << no_printers;
    for (const auto& printer : printers) desk.out << printer_status(printer, desk.look);
    co_return Exit::done;
  }
  const auto told = std::make_shared<std::map<std::string, std::string>>();
  const auto tell = [&desk, name, told](const json::object& printer) {
    const std::string of = raw_text(printer, "name");
    if (!name.empty() && of != name) return;
    const std::string text = desk.json ? std::string() : printer_status(printer, desk.look);
    if (!desk.show_json(printer) && std::exchange((*told)[of], text) != text) desk.out << text << std::flush;
  };
  Desk::OnEvent on_event = [&desk, name, tell](std::string_view event,
                                               const json::object& data) -> std::optional<int> {
    if (event == "snapshot")
      for (const auto& printer : list(data, "printers")) tell(printer);
    if (event == "printer") tell(data);
    if (event == "printer-removed" && (name.empty() || raw_text(data, "name") == name)) {
      if (!desk.json) desk.out << shown(data, "name") << " was removed.\n" << std::flush;
      if (!name.empty()) return Exit::refused;
    }
    return std::nullopt;
  };
  const int exit = co_await desk.follow(std::move(on_event));
  co_return exit;
}

Task<int> bidi(Desk& desk, const CommandLine& line) {
  const std::string action = line.argument(1);
  const std::string path = line.argument(2);
  const bool is_set = action == "set";
  if (!is_set && action != "get" && action != "getall" && action != "enum")
    co_return desk.complain(Exit::wrong_arguments,
                            "`platen bidi` can get, set, enum and getall, not \"" + action + "\".");
  if (path.empty() && action != "enum")
    co_return desk.complain(Exit::wrong_arguments, "Say which PATH; `platen bidi NAME enum` lists them.");
  if (is_set != (line.arguments.size() == 4))
    co_return desk.complain(Exit::wrong_arguments,
                            is_set ? "Say which VALUE to set." : "Only set takes a VALUE.");
  Answer answer;
  if (is_set) {
    json::object body{{"path", path}, {"value", line.argument(3)}};
    answer = co_await desk.call(Verb::post, target_of(line.argument(0), "/bidi"), std::move(body));
  } else {
    std::string query = "/bidi?path=" + percent_encoded(path) + "&action=" + action;
    if (line.has("fresh")) query += "&fresh=1";
    answer = co_await desk.call(Verb::get, target_of(line.argument(0), query));
  }
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  Table table;
  for (const auto& value : list(answer.body, "values"))
    table.add({shown(value, "path"), shown(value, "type"), shown(value, "value")});
  desk.out << table.text();
  co_return Exit::done;
}

Task<int> maintain(Desk& desk, const CommandLine& line) {
  const std::string what(line.command->name);
  const Answer answer = co_await desk.call(Verb::post, target_of(line.argument(0), "/" + what));
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  desk.out << shown(answer.body, "name")
           << (what == "clean" ? " cleans its print heads.\n" : " aligns its print heads.\n");
  co_return Exit::done;
}

Task<int> pause_or_resume(Desk& desk, const CommandLine& line) {
  const std::string what(line.command->name);
  const Answer answer = co_await desk.call(Verb::post, target_of(line.argument(0), "/" + what));
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  const std::string name = shown(answer.body, "name");
  desk.out << (what == "pause" ? paused(name) : name + " goes on.") << "\n";
  co_return Exit::done;
}

}  // namespace platen::cli
