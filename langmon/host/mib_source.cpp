#include "langmon/host/mib_source.hpp"

#include <algorithm>
#include <charconv>

#include "port/uri.hpp"

namespace platen::langmon {

MibSource::MibSource(Clock& clock, boost::asio::any_io_executor executor, port::SnmpSettings settings)
    : client_(clock, std::move(executor), std::move(settings)) {}

Task<Result<bidi::PrinterStatus>> MibSource::ask(Deadline deadline) {
  const bool whole = until_whole_ <= 0;
  const std::vector<bidi::Oid>& roots = whole ? bidi::mib_roots() : bidi::mib_news_roots();
  auto walked = co_await client_.walk(roots, deadline);
  if (!walked) {
    // What was known of a printer that went away is not mixed with what the next one says.
    until_whole_ = 0;
    co_return walked.error();
  }
  until_whole_ = whole ? whole_every : until_whole_ - 1;
  std::erase_if(values_, [&](const bidi::MibValue& value) {
    return whole || std::any_of(roots.begin(), roots.end(),
                                [&](const bidi::Oid& root) { return bidi::is_below(value.oid, root); });
  });
  for (port::SnmpValue& value : *walked) values_.push_back({std::move(value.oid), std::move(value.value)});
  co_return bidi::status_from_mib(values_);
}

std::optional<port::SnmpSettings> snmp_settings(std::string_view uri) {
  const auto parsed = port::parse_uri(uri);
  if (!parsed || parsed->scheme != "socket") return std::nullopt;
  port::SnmpSettings settings;
  settings.host = parsed->host;
  if (const auto community = parsed->query.find("snmp"); community != parsed->query.end()) {
    if (community->second == "off") return std::nullopt;
    if (!community->second.empty()) settings.community = community->second;
  }
  if (const auto number = parsed->query.find("snmp-port"); number != parsed->query.end()) {
    const std::string& text = number->second;
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec == std::errc() && end == text.data() + text.size() && port > 0) settings.port = port;
  }
  return settings;
}

}  // namespace platen::langmon
