#include "ui/cli/program.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "base/posix_launcher.hpp"
#include "ui/cli/commands.hpp"
#include "ui/cli/desk.hpp"

namespace platen::cli {

int run_platen(std::span<const std::string> words, const Surroundings& around, std::ostream& out,
               std::ostream& err) {
  const auto line = parse_command_line(commands(), words);
  if (!line) {
    err << "platen: " << line.error().advice << "\n";
    return Exit::wrong_arguments;
  }
  if (line->help) {
    out << (line->command ? help_for(*line->command) : help_for_all(commands()));
    return Exit::done;
  }
  if (line->command == nullptr) {
    err << help_for_all(commands());
    return Exit::wrong_arguments;
  }
  boost::asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  PosixLauncher launcher(reactor.get_executor(), clock);
  Client client(reactor.get_executor(), clock, line->has("socket") ? line->value("socket") : around.socket);
  Desk desk(client, clock, launcher, out, err);
  desk.json = line->has("json");
  desk.look = around.look;
  int exit = Exit::refused;
  boost::asio::co_spawn(reactor, line->command->run(desk, *line),
                        [&exit, &err](const std::exception_ptr& thrown, int code) {
                          exit = code;
                          if (!thrown) return;
                          exit = Exit::refused;
                          try {
                            std::rethrow_exception(thrown);
                          } catch (const std::exception& e) {
                            err << "platen: Something unexpected went wrong: " << printable(e.what()) << "\n";
                          }
                        });
  reactor.run();
  out << std::flush;
  return exit;
}

}  // namespace platen::cli
