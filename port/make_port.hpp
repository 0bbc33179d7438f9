// From a port's name to the port.
//
//   auto port = make_port("socket://10.0.0.7:9100", reactor.get_executor(), clock);
//   if (!port) return port.error();      // names the schemes that are known
#pragma once

#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "port/port.hpp"

namespace platen::port {

// The clock must outlive the port.
[[nodiscard]] Result<std::unique_ptr<Port>> make_port(std::string_view uri,
                                                      boost::asio::any_io_executor executor, Clock& clock);

}  // namespace platen::port
