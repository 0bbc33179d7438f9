// Logging: one named logger per subject ("rpc", "port socket://10.0.0.7:9100", "scheduler"), to stderr.
//
//   auto log = named_log("scheduler");
//   log->info("job {} starts on {}", id, printer);
//
// trace: hex dumps; debug: what a developer asks for; info: what happened, once per job or less; warn: Platen
// copes, but somebody should know; error: something a person must act on.
#pragma once

#include <memory>
#include <string>

#include <spdlog/spdlog.h>

// fmt's engine, with all it can write, is a template that each file with one line of log would compile anew:
// most of the time that the file takes. It is compiled once, in log.cpp.
extern template void fmt::detail::vformat_to<char>(buffer<char>& out, basic_string_view<char> format,
                                                   basic_format_args<buffer_context<char>> values,
                                                   locale_ref locale);

namespace platen {

// Sets the program's name and level; PLATEN_LOG=debug in the environment overrides the level.
void start_logging(const std::string& program);
std::shared_ptr<spdlog::logger> named_log(const std::string& name);

}  // namespace platen
