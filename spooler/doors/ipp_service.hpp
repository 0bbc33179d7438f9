// IPP over HTTP: POST /ipp/print/NAME (and /ipp/print or / for the first printer).
#pragma once

#include "spooler/doors/api.hpp"

namespace platen::spooler::ipp {

[[nodiscard]] std::vector<http::Route> ipp_routes(http::Desk& desk);

}  // namespace platen::spooler::ipp
