// Server-sent events: the whole state once, then each change. A reader that falls behind is not sent a
// backlog: the Subscription keeps the newest state of each object only, and says when even that was too much.
#include <boost/json/serialize.hpp>

#include "spooler/doors/api.hpp"
#include "spooler/doors/json.hpp"
#include "spooler/http/connection.hpp"

namespace platen::spooler::http {
namespace {

namespace json = boost::json;

// Proxies and browsers drop a stream that is silent for half a minute.
constexpr Duration heartbeat = std::chrono::seconds(10);
// A browser that lost us tries again so soon: platend restarts in less.
constexpr std::string_view greeting = "retry: 1000\n\n";

std::string event(std::string_view name, const json::value& data) {
  return "event: " + std::string(name) + "\ndata: " + json::serialize(data) + "\n\n";
}

std::string snapshot(const Desk& desk) {
  json::array printers, jobs;
  for (const Printer& printer : desk.spooler.printers()) printers.push_back(to_json(printer, desk.authority));
  for (const Job& job : desk.spooler.jobs()) jobs.push_back(to_json(job));
  return event("snapshot", {{"printers", std::move(printers)}, {"jobs", std::move(jobs)}});
}

struct Teller {
  const Desk& desk;
  std::string operator()(const PrinterChanged& c) const {
    return event("printer", to_json(c.printer, desk.authority));
  }
  std::string operator()(const PrinterRemoved& c) const {
    return event("printer-removed", {{"name", c.name}});
  }
  std::string operator()(const JobChanged& c) const { return event("job", to_json(c.job)); }
  std::string operator()(const JobRemoved& c) const { return event("job-removed", {{"id", c.id}}); }
  std::string operator()(const Lagged&) const { return snapshot(desk); }
};

Task<bool> write_all(const Desk& desk, ByteSink& out, std::string text) {
  auto bytes = std::as_bytes(std::span<const char>(text));
  while (!bytes.empty()) {
    auto wrote = co_await out.write_some(bytes, Deadline::in(desk.clock, write_time));
    if (!wrote) co_return false;
    bytes = bytes.subspan(*wrote);
  }
  co_return true;
}

Task<void> tell_all(const Desk& desk, ByteSink& out) {
  const auto changes = desk.spooler.subscribe();  // before the snapshot: so nothing falls between the two
  std::string text = std::string(greeting) + snapshot(desk);
  for (;;) {
    const bool written = co_await write_all(desk, out, std::move(text));
    if (!written) co_return;
    text.clear();
    auto batch = co_await changes->next(Deadline::in(desk.clock, heartbeat));
    if (batch) {
      for (const Change& change : *batch) text += std::visit(Teller{desk}, change);
    } else if (batch.error().is(Errc::timed_out)) {
      text = ": still here\n\n";
    } else {
      co_return;
    }
  }
}

Task<Reply> stream_events(Desk& desk, Request&) {
  Reply reply;
  reply.type = "text/event-stream";
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.stream = [&desk](ByteSink& out) { return tell_all(desk, out); };
  co_return reply;
}

constexpr DeskRoute event_table[] = {
    {Verb::get, "/api/events", Body::none, Who::anyone, stream_events},
};

}  // namespace

std::vector<Route> event_routes(Desk& desk) {
  return bind(desk, event_table);
}

}  // namespace platen::spooler::http
