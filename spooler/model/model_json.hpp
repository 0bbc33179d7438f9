// Capabilities and options to JSON and back: as platen-render --describe prints them and as the store keeps
// them.
#pragma once

#include <string>

#include "base/error.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler {

Result<Capabilities> read_capabilities(const std::string& json);
std::string write_capabilities(const Capabilities& can);

Options read_options(const std::string& json);  // what is no object of texts gives no options
std::string write_options(const Options& options);

}  // namespace platen::spooler
