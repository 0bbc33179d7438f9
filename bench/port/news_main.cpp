// bench-news MONITOR VPRINTER: the latency of news and the cost of idling, on a network port.
// bench-news MONITOR usb: the cost of idling on USB; under usb_server.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "news.hpp"
#include "rigs/usb_rig.hpp"

namespace {

using namespace platen::bench;
using namespace std::chrono_literals;

constexpr int events = 1000;
constexpr int idle_seconds = 20;
constexpr auto settling = 15s;  // the greeting, and what follows from it
// Often: what is used stays in the processor's caches, as on a machine with little else to do. Seldom: on a
// busy one, others have them meanwhile.
constexpr std::chrono::microseconds often = 300us, seldom = 3ms;
constexpr auto patience = 20s;
constexpr int printers_processor = 0, readers_processor = 1;

template <class Condition>
void wait_for(const std::string& what, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) give_up("waited in vain for " + what);
    std::this_thread::sleep_for(100us);
  }
}

// Microseconds, the median.
double deliver(Peer& peer, Board& board, bool with_job, std::chrono::microseconds gap) {
  wait_for("the reader", [&] { return board.ready.load(); });
  if (with_job) wait_for("the job's data", [&] { return peer.taken() > 2'000'000; });
  std::this_thread::sleep_for(1s);
  std::vector<double> times;
  for (int i = 0; i < events; ++i) {
    board.heard_at = 0;
    const std::int64_t said = peer.event();
    wait_for("news", [&board] { return board.heard_at.load() != 0; });
    times.push_back(static_cast<double>(board.heard_at.load() - said) / 1000);
    std::this_thread::sleep_for(gap);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

double bare(bool with_job, std::chrono::microseconds gap) {
  Board* const board = Board::make();
  Peer peer;
  const Child reader([&] {
    pin_to(readers_processor);
    read_bare(peer.port(), with_job, *board);
  });
  return deliver(peer, *board, with_job, gap);
}

double ours(const std::string& monitor, const std::string& folder, bool with_job,
            std::chrono::microseconds gap) {
  Board* const board = Board::make();
  Peer peer;
  const std::string socket = folder + "/monitor.sock";
  const auto process = start_monitor(
      monitor, "socket://127.0.0.1:" + std::to_string(peer.port()) + "?snmp=off", socket, readers_processor);
  const Child subscriber([&] {
    pin_to(readers_processor);
    subscribe(socket, with_job, *board);
  });
  return deliver(peer, *board, with_job, gap);
}

void race(const std::string& name, const std::string& monitor, const std::string& folder, bool with_job,
          std::chrono::microseconds gap) {
  const double wire = bare(with_job, gap);
  const double all = ours(monitor, folder, with_job, gap);
  std::cout << "port_news_" << name << " " << all << " us\n"
            << "port_news_" << name << "_bare_read " << wire << " us\n"
            << "port_news_" << name << "_above_wire " << all - wire << " us\n";
}

void idle(const std::string& name, const std::string& monitor, const std::string& uri,
          const std::string& folder) {
  Board* const board = Board::make();
  const std::string socket = folder + "/" + name + ".sock";
  const auto process = start_monitor(monitor, uri, socket, readers_processor);
  const Child subscriber([&] { subscribe(socket, false, *board); });
  wait_for("the subscriber", [board] { return board->ready.load(); });
  std::this_thread::sleep_for(settling);
  measure_idle("port_idle_" + name, process->pid(), idle_seconds);
}

std::string virtual_printer_uri(const std::string& log) {
  std::string word, uri;
  wait_for("the virtual printer", [&] {
    std::ifstream in(log);
    return in >> word >> uri && word == "ready";
  });
  return uri;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) give_up("wants MONITOR and VPRINTER, or MONITOR and usb");
  pin_to(printers_processor);
  const std::string monitor = words[1], printer = words[2];
  const std::string folder = "/tmp/platen-bench-news-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  if (printer == "usb") {
    platen::rig::UsbRig rig;
    rig.tell("plug 1 E260dn");
    rig.tell("printer 1 " + folder + " Lexmark T640");
    idle("usb", monitor, "usb://043d/0123?serial=7212M3J", folder);
  } else {
    race("idle", monitor, folder, false, often);
    race("mid_job", monitor, folder, true, often);
    race("idle_seldom", monitor, folder, false, seldom);
    const std::string log = folder + "/printer.out";
    const Child vprinter([&] {
      const int out = ::open(log.c_str(), O_CREAT | O_WRONLY, 0600);
      ::dup2(out, STDOUT_FILENO);
      ::execl(printer.c_str(), printer.c_str(), "--out", folder.c_str(), "--listen", "127.0.0.1:0", nullptr);
      give_up("cannot start " + printer);
    });
    idle("socket", monitor, virtual_printer_uri(log), folder);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
