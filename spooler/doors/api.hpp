// The JSON interface of docs/architecture.md: tables of routes, one per subject.
//
//   Desk desk{clock, spooler, settings, "127.0.0.1:6310"};
//   Router router(api_routes(desk), files);
#pragma once

#include "spooler/http/router.hpp"
#include "spooler/spooler.hpp"

namespace platen::spooler::http {

// What the routes work with; outlives them.
struct Desk {
  Clock& clock;
  Spooler& spooler;
  Settings settings;
  std::string authority;  // the TCP door's host:port, known once it listens
};

// Asking a printer something takes it a second or two; one that has not answered by then will not.
inline constexpr Duration ask_time = std::chrono::seconds(10);
// Installing asks the printer who it is and the driver what the model can do.
inline constexpr Duration install_time = std::chrono::seconds(60);
// A long job may take hours to come out of its filter; the idle limit catches a dead one much earlier.
inline constexpr Duration document_time = std::chrono::hours(12);
inline constexpr std::size_t json_limit = 64 * 1024;

[[nodiscard]] std::vector<Route> api_routes(Desk& desk);

[[nodiscard]] std::vector<Route> printer_routes(Desk& desk);  // api_printers.cpp
[[nodiscard]] std::vector<Route> job_routes(Desk& desk);      // api_jobs.cpp
[[nodiscard]] std::vector<Route> event_routes(Desk& desk);    // api_events.cpp
[[nodiscard]] std::vector<Route> system_routes(Desk& desk);   // api_system.cpp

using DeskHandler = Task<Reply> (*)(Desk& desk, Request& request);
struct DeskRoute {
  Verb verb;
  std::string_view pattern;
  Body body;
  Who who;
  DeskHandler handler;
};
[[nodiscard]] std::vector<Route> bind(Desk& desk, std::span<const DeskRoute> routes);

// The body as a JSON object.
Task<Result<boost::json::object>> read_json(const Desk& desk, Request& request);
// A member that is text; a number is taken as its digits.
[[nodiscard]] std::optional<std::string> text_of(const boost::json::object& from, std::string_view key);
[[nodiscard]] Reply no_printer(const std::string& name);

}  // namespace platen::spooler::http
