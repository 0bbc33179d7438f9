// A printer's status in one sentence for a person. Pure; any thread.
#pragma once

#include <string>

#include "bidi/printer_status.hpp"

namespace platen::bidi {

// "Ready.", "Printing.", "Tray 1 is out of paper. Load A4 paper."
[[nodiscard]] std::string sentence(const PrinterStatus& status);

// "idle": the word of the HTTP interface for a state.
[[nodiscard]] std::string state_word(State state);
[[nodiscard]] std::string severity_word(Severity severity);

}  // namespace platen::bidi
