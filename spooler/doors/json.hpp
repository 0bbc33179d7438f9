// The spooler's nouns in the JSON of docs/architecture.md. Pure.
#pragma once

#include <boost/json/value.hpp>

#include "spooler/model/model.hpp"

namespace platen::spooler::http {

// `authority` is the TCP door's host:port, where the printer's IPP address is.
[[nodiscard]] boost::json::object to_json(const Printer& printer, std::string_view authority);
[[nodiscard]] boost::json::object to_json(const Job& job);

[[nodiscard]] std::string iso_time(WallTime time);  // "2026-01-31T12:00:00Z"
[[nodiscard]] std::string_view state_word(JobState state);

}  // namespace platen::spooler::http
