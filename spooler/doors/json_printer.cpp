#include <boost/json/value_from.hpp>

#include "bidi/schema_set.hpp"
#include "bidi/sentence.hpp"
#include "spooler/doors/json.hpp"

namespace platen::spooler::http {
namespace {

namespace json = boost::json;

json::array reasons(const std::vector<bidi::Reason>& list) {
  json::array out;
  for (const bidi::Reason& reason : list)
    out.push_back({{"keyword", reason.keyword},
                   {"severity", bidi::severity_word(reason.severity)},
                   {"component", reason.component},
                   {"sentence", reason.sentence}});
  return out;
}

json::array supplies(const std::vector<bidi::Supply>& list) {
  json::array out;
  for (const bidi::Supply& supply : list)
    out.push_back({{"name", supply.name},
                   {"type", supply.type},
                   {"color", supply.color},
                   {"level", supply.level},
                   {"low", supply.low_level},
                   {"estimated", supply.estimated}});
  return out;
}

json::array trays(const std::vector<bidi::Tray>& list) {
  json::array out;
  for (const bidi::Tray& tray : list)
    out.push_back({{"name", tray.name},
                   {"size", tray.size},
                   {"type", tray.type},
                   {"level", tray.level},
                   {"capacity", tray.capacity}});
  return out;
}

}  // namespace

json::object to_json(const Printer& printer, std::string_view authority) {
  const bidi::PrinterStatus& status = printer.status;
  json::object out;
  out["name"] = printer.name;
  out["uri"] = printer.uri;
  out["model"] = printer.model;
  out["color"] = printer.can.color;
  out["accepting"] = printer.accepting;
  out["paused"] = printer.paused;
  out["state"] = bidi::state_word(status.state);
  out["sentence"] = printer.sentence;
  out["reasons"] = reasons(status.reasons);
  out["supplies"] = supplies(status.supplies);
  out["cartridges"] = json::value_from(bidi::schema::countable(status));
  out["trays"] = trays(status.trays);
  out["message"] = status.message;
  out["pageCount"] = status.page_count;
  out["deviceId"] = status.device_id;
  out["queued"] = printer.queued;
  out["ipp"] = "ipp://" + std::string(authority) + "/ipp/print/" + printer.name;
  return out;
}

}  // namespace platen::spooler::http
