// The folder that holds everything platend must not lose, ours alone while we run.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace platen::spooler {

// Makes the folder when it is not there, closes it to everybody else, and locks it against a second platend.
// The lock holds as long as the Fd lives.
[[nodiscard]] Result<Fd> claim_state_folder(const std::filesystem::path& folder);

}  // namespace platen::spooler
