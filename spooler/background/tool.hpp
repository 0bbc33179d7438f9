// Runs one of our own programs for its answer: what it prints on stdout, or the sentence that it left on
// stderr.
//
//   auto json = co_await run_tool(clock, executor, launcher, libexec / "platen-render", {"--gpd", gpd,
//   "--describe"}, deadline);
#pragma once

#include <filesystem>

#include "base/launcher.hpp"

namespace platen::spooler {

// `purpose` names it in errors: "describe the model". Killed when the deadline passes.
Task<Result<std::string>> run_tool(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher,
                                   std::filesystem::path program, std::vector<std::string> args,
                                   std::string purpose, Deadline deadline);

}  // namespace platen::spooler
