// Answers the spooler: langmon/wire/monitor_interface.hpp on a LanguageMonitor.
//
// The monitor and the ledger outlive the service; the service outlives the server that it was added to.
#pragma once

#include <functional>

#include <spdlog/logger.h>

#include "langmon/host/ledger.hpp"
#include "rpc/call.hpp"
#include "rpc/service.hpp"

namespace platen::langmon {

class MonitorService {
 public:
  // `quit` is called when the spooler wants this process to end.
  MonitorService(Clock& clock, boost::asio::any_io_executor executor, LanguageMonitor& monitor,
                 Ledger& ledger, std::string port_uri, std::shared_ptr<spdlog::logger> log,
                 std::function<void()> quit);

  [[nodiscard]] const rpc::Service& service() const { return service_; }
  [[nodiscard]] int watchers() const { return watchers_; }
  // No new jobs from now on.
  void drain() { draining_ = true; }

 private:
  Result<wire::StartDocReply> start(wire::StartDocRequest request);
  Task<Result<wire::WatchReply>> watch(rpc::Call& call);
  Task<Result<void>> tell(rpc::Call& call, Ledger::News news);

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  LanguageMonitor& monitor_;
  Ledger& ledger_;
  const std::string port_uri_;
  std::shared_ptr<spdlog::logger> log_;
  std::function<void()> quit_;
  rpc::Service service_;
  int watchers_ = 0;
  bool draining_ = false;
};

}  // namespace platen::langmon
