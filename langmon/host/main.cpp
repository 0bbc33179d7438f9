// platen-monitor: the language monitor of one printer as a process. See docs/architecture.md.
#include <charconv>
#include <iostream>
#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <signal.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/log.hpp"
#include "base/one_thread.hpp"
#include "langmon/host/host.hpp"
#include "langmon/host/probe.hpp"
#include "langmon/host/watch_ports.hpp"
#include "langmon/packet_port.hpp"
#include "port/list_ports.hpp"
#include "port/make_port.hpp"
#include "port/uri.hpp"

namespace platen::langmon {
namespace {

namespace asio = boost::asio;

enum Exit { done = 0, failed = 1, wrong_arguments = 2 };

constexpr const char* usage =
    "platen-monitor --port URI --socket PATH --name PRINTER [--linger SECONDS]\n"
    "               [--supplies FILE]\n"
    "    talks with the printer at URI, and serves the spooler on PATH\n"
    "platen-monitor --probe URI\n"
    "    asks the printer who it is\n"
    "platen-monitor --list-ports\n"
    "    lists the ports at which a printer may be\n"
    "platen-monitor --watch-ports\n"
    "    tells of USB printers that arrive and leave, until its input or its output is closed\n";

// A laser in power save needs some seconds to wake and answer.
constexpr Duration probe_patience = std::chrono::seconds(15);

int refuse(const std::string& sentence) {
  std::cerr << "platen-monitor: " << sentence << "\n" << usage;
  return wrong_arguments;
}

int refuse(const Error& error) {
  std::cerr << "platen-monitor: " << error.sentence() << "\n";
  return failed;
}

// Files and LPR queues say nothing back; network printers belong to others too.
Options options_for(const std::string& uri) {
  struct Wire {
    const char* scheme;
    Options options;
  };
  static constexpr Wire wires[] = {
      {"socket", {.keep_open = false, .bidirectional = true}},
      {"lpd", {.keep_open = false, .bidirectional = false}},
      {"file", {.keep_open = false, .bidirectional = false}},
  };
  if (auto parsed = port::parse_uri(uri))
    for (const Wire& wire : wires)
      if (parsed->scheme == wire.scheme) return wire.options;
  return {};
}

int list_ports() {
  boost::json::array list;
  for (const auto& found : port::list_ports())
    list.push_back(boost::json::object{{"uri", found.uri}, {"description", found.description}});
  std::cout << boost::json::serialize(list) << std::endl;
  return done;
}

int run_probe(const std::string& uri) {
  asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  auto port = port::make_port(uri, reactor.get_executor(), clock);
  if (!port) return refuse(port.error());
  PacketPort stream(clock, reactor.get_executor(), **port);
  int code = failed;
  asio::co_spawn(reactor, probe(clock, stream, Deadline::in(clock, probe_patience)),
                 [&code](std::exception_ptr thrown, Result<std::string> answer) {
                   if (thrown) return;
                   if (answer) {
                     std::cout << *answer << std::endl;
                     code = done;
                   } else {
                     refuse(answer.error());
                   }
                 });
  reactor.run();
  return code;
}

// Both descriptors must be such that their end can be waited for: a pipe, a socket or a terminal.
int run_watch_ports() {
  asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  int code = failed;
  asio::co_spawn(reactor, watch_ports(clock, Fd(::dup(STDIN_FILENO)), Fd(::dup(STDOUT_FILENO))),
                 [&code](std::exception_ptr thrown, Result<void> ended) {
                   if (thrown)
                     code = refuse(fail(Errc::unsupported, "watch the ports", "",
                                        "Its input and output must be pipes or a terminal."));
                   else
                     code = ended ? done : refuse(ended.error());
                 });
  reactor.run();
  return code;
}

int serve(const std::string& uri, HostSettings settings) {
  asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  auto port = port::make_port(uri, reactor.get_executor(), clock);
  if (!port) return refuse(port.error());
  settings.monitor = options_for(uri);
  settings.snmp = snmp_settings(uri);
  PacketPort stream(clock, reactor.get_executor(), **port);
  Host host(clock, reactor.get_executor(), stream, std::move(settings));
  // From before anybody can find us, so that whoever does may also end us.
  asio::signal_set signals(reactor, SIGTERM, SIGINT);
  if (auto up = host.listen(); !up) return refuse(up.error());

  // The first signal lets the job on the port end well, the second breaks it off.
  signals.async_wait([&host, &signals](boost::system::error_code ec, int) {
    if (ec) return;
    host.finish();
    signals.async_wait([&host](boost::system::error_code again, int) {
      if (!again) host.stop();
    });
  });
  int code = failed;
  asio::co_spawn(reactor, host.run(), [&code, &signals](std::exception_ptr thrown) {
    code = thrown ? failed : done;
    signals.cancel();
  });
  reactor.run();
  return code;
}

int start(const std::vector<std::string>& words) {
  std::map<std::string, std::string> given;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help") {
      std::cout << usage;
      return done;
    }
    if (word == "--list-ports" && words.size() == 1) return list_ports();
    if (word == "--watch-ports" && words.size() == 1) return run_watch_ports();
    static constexpr std::string_view known[] = {"--port",   "--socket",   "--name",
                                                 "--linger", "--supplies", "--probe"};
    if (std::find(std::begin(known), std::end(known), word) == std::end(known))
      return refuse("\"" + word + "\" is not an option.");
    if (i + 1 == words.size()) return refuse(word + " needs a value.");
    given[word] = words[++i];
  }
  if (given.contains("--probe") && given.size() == 1) return run_probe(given["--probe"]);
  if (given.contains("--probe") || !given.contains("--port") || !given.contains("--socket") ||
      !given.contains("--name"))
    return refuse("--port, --socket and --name are needed.");
  HostSettings settings{.socket = given["--socket"],
                        .name = given["--name"],
                        .uri = given["--port"],
                        .supplies = given["--supplies"]};
  if (given.contains("--linger")) {
    const std::string& text = given["--linger"];
    unsigned seconds = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec != std::errc() || end != text.data() + text.size())
      return refuse("--linger \"" + text + "\" is not a number of seconds.");
    settings.linger = std::chrono::seconds(seconds);
  }
  return serve(given["--port"], std::move(settings));
}

}  // namespace
}  // namespace platen::langmon

int main(int count, char** words) {
  platen::start_logging("platen-monitor");
  // A reader of our output that goes away is an error of that write, not our end.
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return platen::langmon::start(std::vector<std::string>(words + 1, words + count));
  } catch (const std::exception& thrown) {
    spdlog::critical("ends by an exception: {}", thrown.what());
    return 1;
  }
}
