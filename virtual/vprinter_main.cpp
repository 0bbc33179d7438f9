// platen-vprinter: the virtual printer as a program. docs/architecture.md describes its command line.

#include <charconv>
#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "base/alarm_clock.hpp"
#include "base/log.hpp"
#include "base/one_thread.hpp"
#include "virtual/control_server.hpp"
#include "virtual/output_folder.hpp"
#include "virtual/snmp/udp_agent.hpp"
#include "virtual/tcp_server.hpp"
#include "virtual/usbip/kernel_cable.hpp"
#include "virtual/usbredir/qemu_cable.hpp"

namespace {

using namespace platen;
using namespace platen::vprinter;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Duration kTellTime = 10s;
constexpr int kMostPagesPerMinute = 10'000;
constexpr int kFailed = 1, kWrongArguments = 2;

constexpr std::string_view kUsage =
    "Usage: platen-vprinter --out DIR [--listen 127.0.0.1:9100 | --usb kernel|PATH] [--control PATH]\n"
    "                       [--model NAME] [--ppm N] [--usb-model NAME] [--record FILE]\n"
    "                       [--snmp 127.0.0.1:161]\n"
    "       platen-vprinter --control PATH --tell \"WORDS\"\n";

struct Arguments {
  std::string out;
  std::string listen = "127.0.0.1:9100";
  std::string control;
  std::string model = "Lexmark T640";
  std::string ppm = "0";
  std::string usb;  // "kernel", or the path of QEMU's socket; empty: a network port
  std::string usb_model = "E260dn";
  std::string record;
  std::string snmp;
  std::optional<std::string> tell;
};

std::optional<Arguments> parse(std::span<char*> words) {
  Arguments arguments;
  std::string tell;
  const std::map<std::string_view, std::string*> known = {
      {"--out", &arguments.out},         {"--listen", &arguments.listen},
      {"--control", &arguments.control}, {"--model", &arguments.model},
      {"--ppm", &arguments.ppm},         {"--tell", &tell},
      {"--usb", &arguments.usb},         {"--usb-model", &arguments.usb_model},
      {"--record", &arguments.record},   {"--snmp", &arguments.snmp}};
  for (std::size_t i = 0; i < words.size(); i += 2) {
    auto found = known.find(words[i]);
    if (found == known.end() || i + 1 == words.size()) return std::nullopt;
    *found->second = words[i + 1];
    if (found->first == "--tell") arguments.tell.emplace();
  }
  if (arguments.tell) arguments.tell = tell;
  if (arguments.tell ? arguments.control.empty() : arguments.out.empty()) return std::nullopt;
  return arguments;
}

int say_failure(const Error& error) {
  std::cerr << error.sentence() << "\n";
  return kFailed;
}

int tell_printer(const Arguments& arguments) {
  asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  int code = kFailed;
  asio::co_spawn(reactor, tell(clock, arguments.control, *arguments.tell, Deadline::in(clock, kTellTime)),
                 [&code](std::exception_ptr problem, Result<std::string> answer) {
                   if (problem) std::rethrow_exception(problem);
                   if (!answer) {
                     code = say_failure(answer.error());
                   } else if (answer->starts_with("error ")) {
                     std::cerr << answer->substr(6) << "\n";
                   } else {
                     std::cout << *answer << "\n";
                     code = 0;
                   }
                 });
  reactor.run();
  return code;
}

Result<std::unique_ptr<Wire>> make_wire(const Arguments& arguments, asio::io_context& reactor,
                                        Printer& printer) {
  if (arguments.usb.empty()) {
    auto server = std::make_unique<TcpServer>(reactor.get_executor(), printer);
    if (auto listening = server->listen(arguments.listen); !listening) return listening.error();
    return server;
  }
  const UsbModel* model = usb_model_by_name(arguments.usb_model);
  if (!model) {
    std::string known;
    for (const UsbModel& each : usb_models()) known += (known.empty() ? "" : ", ") + each.name;
    return fail(Errc::not_found, "look on USB like a", arguments.usb_model, "The models are: " + known + ".");
  }
  usb::CableKind cable = arguments.usb == "kernel" ? usb::kernel_cable() : usb::qemu_cable(arguments.usb);
  return std::make_unique<usb::UsbWire>(reactor.get_executor(), printer, *model, std::move(cable),
                                        arguments.record);
}

int run_printer(const Arguments& arguments) {
  const Model* model = model_by_name(arguments.model);
  if (!model) {
    std::string known;
    for (const Model& each : models()) known += (known.empty() ? "" : ", ") + std::string(each.name);
    say_failure(fail(Errc::not_found, "be a", arguments.model, "The models are: " + known + "."));
    return kWrongArguments;
  }
  Printer::Options options;
  const char* ppm_end = arguments.ppm.data() + arguments.ppm.size();
  auto [end, bad] = std::from_chars(arguments.ppm.data(), ppm_end, options.pages_per_minute);
  if (bad != std::errc() || end != ppm_end || options.pages_per_minute < 0 ||
      options.pages_per_minute > kMostPagesPerMinute) {
    std::cerr << kUsage;
    return kWrongArguments;
  }
  auto folder = OutputFolder::open(arguments.out);
  if (!folder) return say_failure(folder.error());
  options.pages_before = folder->pages_before();
  options.jobs_before = folder->jobs_before();

  asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  Printer printer(clock, *model, *folder, options);
  auto wire = make_wire(arguments, reactor, printer);
  if (!wire) return say_failure(wire.error());
  Control control(printer, **wire);
  ControlServer control_server(reactor.get_executor(), clock, control);
  if (!arguments.control.empty()) {
    if (auto listening = control_server.listen(arguments.control); !listening)
      return say_failure(listening.error());
    control_server.start();
  }
  snmp::UdpAgent agent(reactor.get_executor(), printer, "public");
  if (!arguments.snmp.empty())
    if (auto listening = agent.listen(arguments.snmp); !listening) return say_failure(listening.error());
  (*wire)->start();
  asio::signal_set signals(reactor, SIGINT, SIGTERM);
  signals.async_wait([&wire, &control_server, &agent](boost::system::error_code ec, int) {
    if (ec) return;
    (*wire)->stop();
    control_server.stop();
    agent.stop();
  });
  std::cout << "ready " << (*wire)->uri();
  if (agent.port() > 0) std::cout << "?snmp=public&snmp-port=" << agent.port();
  std::cout << std::endl;
  reactor.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  start_logging("platen-vprinter");
  const auto arguments = parse(std::span(argv + 1, argv + argc));
  if (!arguments) {
    std::cerr << kUsage;
    return kWrongArguments;
  }
  return arguments->tell ? tell_printer(*arguments) : run_printer(*arguments);
}
