#include <boost/json/parse.hpp>
#include <unistd.h>

#include "spooler/doors/api.hpp"

namespace platen::spooler::http {
namespace {

namespace json = boost::json;

// Under this a large document does not fit any more.
constexpr std::uintmax_t little_space = 256ULL << 20;
// Looking for ports asks the network and waits for the answers.
constexpr Duration ports_time = std::chrono::seconds(20);

json::object check(std::string_view name, bool ok, std::string sentence) {
  json::object out;
  out["name"] = json::string_view(name.data(), name.size());
  out["ok"] = ok;
  out["sentence"] = sentence;
  return out;
}

json::object check_space(const Desk& desk) {
  std::error_code ec;
  const auto space = std::filesystem::space(desk.settings.state, ec);
  if (ec)
    return check(
        "disk", false,
        "The state folder " + desk.settings.state.native() + " cannot be read: " + ec.message() + ".");
  const std::string left = std::to_string(space.available >> 20) + " MB are left for documents.";
  return check("disk", space.available >= little_space,
               space.available >= little_space ? left : "The disk is nearly full: " + left + " Make room.");
}

json::object check_program(const Desk& desk, const std::string& name) {
  const auto path = desk.settings.libexec / name;
  const bool there = ::access(path.c_str(), X_OK) == 0;
  return check(
      name, there,
      there ? name + " is in its place."
            : path.native() +
                  " is missing or cannot be run. Install Platen again, or start platend with --libexec.");
}

json::object check_printer(const Printer& printer) {
  const bool well =
      printer.status.state == bidi::State::idle || printer.status.state == bidi::State::processing;
  return check("printer " + printer.name, well && !printer.paused,
               printer.paused ? "It is paused: jobs wait. `platen resume " + printer.name + "` goes on."
                              : printer.sentence);
}

Task<Reply> examine(Desk& desk, Request&) {
  json::array checks;
  checks.push_back(check_space(desk));
  for (const char* program : {"platen-render", "platen-monitor"})
    checks.push_back(check_program(desk, program));
  const auto printers = desk.spooler.printers();
  if (printers.empty())
    checks.push_back(check("printers", false, "No printer is installed. Install one with `platen install`."));
  for (const Printer& printer : printers) checks.push_back(check_printer(printer));
  co_return json_reply(200, {{"checks", std::move(checks)}});
}

Task<Reply> list_ports(Desk& desk, Request&) {
  auto text = co_await desk.spooler.ports(Deadline::in(desk.clock, ports_time));
  if (!text) co_return error_reply(text.error());
  boost::system::error_code ec;
  json::value ports = json::parse(*text, ec);
  if (ec || !ports.is_array())
    co_return error_reply(500, "failed", "platen-monitor listed the ports in a form that is not understood.");
  co_return json_reply(200, {{"ports", std::move(ports)}});
}

constexpr DeskRoute system_table[] = {
    {Verb::get, "/api/ports", Body::none, Who::anyone, list_ports},
    {Verb::get, "/api/doctor", Body::none, Who::anyone, examine},
};

}  // namespace

std::vector<Route> system_routes(Desk& desk) {
  return bind(desk, system_table);
}

}  // namespace platen::spooler::http
