// Asks a network printer for its status by SNMP.
//
//   if (auto settings = snmp_settings(uri)) MibSource source(clock, executor, *settings);
//
// Everything is walked the first time and now and then; in between only what changes from minute to minute.
#pragma once

#include <optional>
#include <vector>

#include "bidi/printer_mib.hpp"
#include "langmon/status_source.hpp"
#include "port/snmp/snmp_client.hpp"

namespace platen::langmon {

class MibSource final : public StatusSource {
 public:
  // Supplies and trays are looked at in each so many answers.
  static constexpr int whole_every = 8;

  MibSource(Clock& clock, boost::asio::any_io_executor executor, port::SnmpSettings settings);
  Task<Result<bidi::PrinterStatus>> ask(Deadline deadline) override;
  void stop() override { client_.close(); }

 private:
  port::SnmpClient client_;
  std::vector<bidi::MibValue> values_;
  int until_whole_ = 0;
};

// For socket://host:9100?snmp=COMMUNITY&snmp-port=N: "public" and 161 unless said otherwise. Nothing for
// other wires, and for snmp=off.
[[nodiscard]] std::optional<port::SnmpSettings> snmp_settings(std::string_view uri);

}  // namespace platen::langmon
