// platend: the spooler and its front doors in one process, on one reactor and one thread.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/log.hpp"
#include "base/one_thread.hpp"
#include "base/posix_launcher.hpp"
#include "spooler/doors/api.hpp"
#include "spooler/doors/ipp_service.hpp"
#include "spooler/http/server.hpp"
#include "spooler/http/static_files.hpp"

namespace platen::spooler {
namespace {

namespace asio = boost::asio;

// People and systemd expect a service to be gone soon after SIGTERM; what is on disk needs no longer
// good-bye.
constexpr Duration stop_time = std::chrono::seconds(1);
constexpr Duration longest_stop = std::chrono::milliseconds(1900);

constexpr const char* usage =
    "platend --state DIR [--listen 127.0.0.1:6310] [--socket PATH] [--libexec DIR] [--web DIR]\n"
    "        [--inf-dir DIR] [--auto-install yes|no]\n"
    "\n"
    "The print spooler. It prints `ready http://127.0.0.1:PORT/` when it serves, and ends on SIGTERM or "
    "SIGINT.\n"
    "  --state DIR      where printers, jobs and documents are kept\n"
    "  --listen ADDR    loopback address and port; port 0 takes a free one\n"
    "  --socket PATH    the local socket (DIR/run/platend.sock)\n"
    "  --libexec DIR    where platen-render and platen-monitor are (beside platend)\n"
    "  --web DIR        where the web page is (../share/platen/web beside platend's folder)\n"
    "  --inf-dir DIR    INF files for printers that are plugged in (../share/platen/inf beside libexec)\n"
    "  --auto-install   yes or no: whether printers that are plugged in are installed by themselves\n";

struct Arguments {
  std::string state;
  std::string listen = "127.0.0.1:6310";
  std::string socket;
  std::string libexec;
  std::string web;
  std::string inf_dir;
  std::string auto_install = "yes";
  bool help = false;
};

struct Flag {
  std::string_view name;
  std::string Arguments::*member;
};
constexpr Flag flags[] = {
    {"--state", &Arguments::state},
    {"--listen", &Arguments::listen},
    {"--socket", &Arguments::socket},
    {"--libexec", &Arguments::libexec},
    {"--web", &Arguments::web},
    {"--inf-dir", &Arguments::inf_dir},
    {"--auto-install", &Arguments::auto_install},
};

Result<Arguments> parse(std::span<char*> words) {
  Arguments out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      out.help = true;
      return out;
    }
    const auto flag = std::ranges::find(flags, word, &Flag::name);
    if (flag == std::end(flags) || i + 1 == words.size())
      return fail(Errc::malformed, "understand the argument", std::string(word),
                  "`platend --help` lists them.");
    out.*(flag->member) = words[++i];
  }
  if (out.state.empty())
    return fail(Errc::malformed, "start", "platend", "Say where its state is kept, with --state DIR.");
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  out.state = std::filesystem::absolute(out.state);
  if (out.socket.empty()) out.socket = out.state + "/run/platend.sock";
  if (out.libexec.empty()) out.libexec = here;
  if (out.web.empty()) out.web = here.parent_path() / "share" / "platen" / "web";
  if (out.inf_dir.empty())
    out.inf_dir =
        std::filesystem::absolute(out.libexec).lexically_normal().parent_path() / "share" / "platen" / "inf";
  if (out.auto_install != "yes" && out.auto_install != "no")
    return fail(Errc::malformed, "understand --auto-install", out.auto_install, "It is yes or no.");
  return out;
}

int complain(const Error& error) {
  std::cerr << "platend: " << error.sentence() << "\n";
  return EXIT_FAILURE;
}

Settings settings_of(const Arguments& arguments) {
  Settings settings;
  settings.state = arguments.state;
  settings.libexec = arguments.libexec;
  settings.auto_install = arguments.auto_install == "yes";
  settings.inf_dir = arguments.inf_dir;
  return settings;
}

class Daemon {
 public:
  Daemon(asio::io_context& reactor, Arguments arguments)
      : arguments_(std::move(arguments)),
        clock_(reactor.get_executor()),
        launcher_(reactor.get_executor(), clock_),
        spooler_(clock_, reactor.get_executor(), launcher_, settings_of(arguments_)),
        desk_{clock_, spooler_, settings_of(arguments_), {}},
        files_(arguments_.web),
        router_(routes(), [this](http::Request& request) { return serve_file(request); }),
        server_(clock_, reactor.get_executor(), [this](http::Request& request) { return router_(request); }),
        signals_(reactor, SIGTERM, SIGINT) {}

  Task<int> run() {
    auto started = co_await spooler_.start();
    if (!started) co_return complain(started.error());
    auto opened = open_doors();
    if (opened) {
      std::cout << "ready http://" << desk_.authority << "/" << std::endl;
      auto [ec, number] = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
      named_log("platend")->info("stops on signal {}", number);
    }
    const auto impatience = clock_.set(clock_.now() + longest_stop, [] {
      named_log("platend")->warn("did not stop in time, and leaves; everything acknowledged is on disk");
      std::_Exit(EXIT_SUCCESS);
    });
    co_await server_.stop(Deadline::in(clock_, stop_time));
    co_await spooler_.stop();
    co_return opened ? EXIT_SUCCESS : complain(opened.error());
  }

 private:
  std::vector<http::Route> routes() {
    auto all = http::api_routes(desk_);
    for (auto& route : ipp::ipp_routes(desk_)) all.push_back(std::move(route));
    // IPP is posted to "/" too, so that the page there must be a route of its own.
    all.push_back({http::Verb::get, "/", http::Body::none, http::Who::anyone,
                   [this](http::Request& request) { return serve_file(request); }});
    return all;
  }

  Task<http::Reply> serve_file(http::Request& request) { co_return files_(request); }

  Result<void> open_doors() {
    auto port = server_.listen_tcp(arguments_.listen);
    if (!port) return port.error();
    desk_.authority = arguments_.listen.substr(0, arguments_.listen.rfind(':') + 1) + std::to_string(*port);
    return server_.listen_unix(arguments_.socket);
  }

  Arguments arguments_;
  AlarmClock clock_;
  PosixLauncher launcher_;
  Spooler spooler_;
  http::Desk desk_;
  http::StaticFiles files_;
  http::Router router_;
  http::Server server_;
  asio::signal_set signals_;
};

int serve(const Arguments& arguments) {
  asio::io_context reactor(one_thread);
  Daemon daemon(reactor, arguments);
  int code = EXIT_FAILURE;
  asio::co_spawn(reactor, daemon.run(), [&code, &reactor](const std::exception_ptr& failure, int result) {
    code = failure ? EXIT_FAILURE : result;
    reactor.stop();
    if (failure) std::rethrow_exception(failure);
  });
  reactor.run();
  return code;
}

}  // namespace
}  // namespace platen::spooler

int main(int count, char** words) {
  using namespace platen;
  ::umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  start_logging("platend");
  try {
    const auto arguments = spooler::parse(std::span(words + 1, static_cast<std::size_t>(count - 1)));
    if (!arguments) {
      spooler::complain(arguments.error());
      return 2;
    }
    if (arguments->help) {
      std::cout << spooler::usage;
      return EXIT_SUCCESS;
    }
    return spooler::serve(*arguments);
  } catch (const std::exception& e) {
    std::cerr << "platend: " << e.what() << "\n";
    return EXIT_FAILURE;
  }
}
