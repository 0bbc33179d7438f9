// Asks the printer at a port who it is.
#pragma once

#include <string>

#include "port/port.hpp"

namespace platen::langmon {

// {"uri":…,"deviceId":"MFG:…;MDL:…;…","model":…}. Fails with a sentence for a person when it cannot be
// reached or does not say.
Task<Result<std::string>> probe(Clock& clock, port::Port& port, Deadline deadline);

}  // namespace platen::langmon
