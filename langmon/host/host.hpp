// One printer's monitor as a server: joins a LanguageMonitor on a port to the RPC server on a Unix socket,
// and decides when this process has no more to do.
//
//   Host host(clock, executor, *port, {.socket = path, .name = "office"});
//   if (auto up = host.listen(); !up) …
//   co_await host.run();       // until linger, finish() or stop()
#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "langmon/host/ledger.hpp"
#include "langmon/host/mib_source.hpp"
#include "langmon/host/service.hpp"
#include "langmon/monitor.hpp"
#include "rpc/server.hpp"

namespace platen::langmon {

struct HostSettings {
  std::string socket;
  std::string name;                            // the printer's, for the log
  std::string uri;                             // as the spooler writes it; empty: as the port does
  Duration linger = std::chrono::seconds(60);  // how long to stay without spooler and job
  Options monitor;
  std::string supplies;  // the file that keeps what is known of them; empty: nothing is kept
  std::optional<port::SnmpSettings> snmp;  // ask the printer in this way too
};

class Host {
 public:
  Host(Clock& clock, boost::asio::any_io_executor executor, port::Port& port, HostSettings settings);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  [[nodiscard]] Result<void> listen();
  // Returns when all is over and closed.
  Task<void> run();
  // Ends when the job that is being printed is over; takes no new ones.
  void finish();
  // Ends now; a job on the port is broken off, and the printer brought to a clean start.
  void stop();

 private:
  [[nodiscard]] bool has_work() const;
  Task<void> wait_until_unwanted();

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  HostSettings settings_;
  std::shared_ptr<spdlog::logger> log_;
  std::unique_ptr<SupplyFile> supplies_;
  Ledger ledger_;
  LanguageMonitor monitor_;
  std::unique_ptr<MibSource> mib_;
  MonitorService service_;
  rpc::Server server_;
  bool finishing_ = false;
  bool stopping_ = false;
};

}  // namespace platen::langmon
