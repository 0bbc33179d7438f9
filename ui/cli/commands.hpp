// All commands of `platen`, with what each takes; the help and the parser read the same table.
#pragma once

#include "ui/cli/command_line.hpp"

namespace platen::cli {

std::span<const CommandSpec> commands();

// printer_commands.cpp
Task<int> list_ports(Desk& desk, const CommandLine& line);
Task<int> install(Desk& desk, const CommandLine& line);
Task<int> uninstall(Desk& desk, const CommandLine& line);
Task<int> list_printers(Desk& desk, const CommandLine& line);
Task<int> show_ink(Desk& desk, const CommandLine& line);
Task<int> bidi(Desk& desk, const CommandLine& line);
Task<int> test_page(Desk& desk, const CommandLine& line);
Task<int> maintain(Desk& desk, const CommandLine& line);
Task<int> pause_or_resume(Desk& desk, const CommandLine& line);
Task<int> show_status(Desk& desk, const CommandLine& line);
// job_commands.cpp
Task<int> print(Desk& desk, const CommandLine& line);
Task<int> list_jobs(Desk& desk, const CommandLine& line);
Task<int> job(Desk& desk, const CommandLine& line);
// system_commands.cpp
Task<int> show_ui(Desk& desk, const CommandLine& line);
Task<int> doctor(Desk& desk, const CommandLine& line);

}  // namespace platen::cli
